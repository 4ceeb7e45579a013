"""An Autonomous Database and MySQL for a tax office, everything else left as it comes."""

import pulumi
import pulumi_oci as oci

config = pulumi.Config()
compartment = config.get("compartment") or "ocid1.compartment.oc1..taxes"
password = config.get_secret("password") or pulumi.Output.secret("x")

vcn = oci.core.Vcn("vcn", compartment_id=compartment, cidr_blocks=["10.3.0.0/16"])
gateway = oci.core.InternetGateway("gateway", compartment_id=compartment, vcn_id=vcn.id)
routes = oci.core.RouteTable(
    "routes",
    compartment_id=compartment,
    vcn_id=vcn.id,
    route_rules=[oci.core.RouteTableRouteRuleArgs(network_entity_id=gateway.id, destination="0.0.0.0/0")],
)
rules = oci.core.SecurityList(
    "rules",
    compartment_id=compartment,
    vcn_id=vcn.id,
    ingress_security_rules=[
        oci.core.SecurityListIngressSecurityRuleArgs(
            protocol="6",
            source="0.0.0.0/0",
            tcp_options=oci.core.SecurityListIngressSecurityRuleTcpOptionsArgs(min=22, max=22),
        )
    ],
    egress_security_rules=[oci.core.SecurityListEgressSecurityRuleArgs(protocol="all", destination="0.0.0.0/0")],
)
subnet = oci.core.Subnet(
    "subnet",
    compartment_id=compartment,
    vcn_id=vcn.id,
    cidr_block="10.3.0.0/24",
    route_table_id=routes.id,
    security_list_ids=[rules.id],
)
oci.database.AutonomousDatabase(
    "ledger",
    compartment_id=compartment,
    db_name="ledger",
    db_version="19c",
    admin_password=password,
    whitelisted_ips=["0.0.0.0/0"],
)
oci.mysql.MysqlDbSystem(
    "forms",
    compartment_id=compartment,
    availability_domain="AP-TOKYO-1-AD-1",
    shape_name="MySQL.2",
    subnet_id=subnet.id,
    admin_username="admin",
    admin_password=password,
    mysql_version="8.0.40",
    deletion_policies=[oci.mysql.MysqlDbSystemDeletionPolicyArgs(is_delete_protected=True)],
)
oci.core.Instance(
    "server",
    compartment_id=compartment,
    availability_domain="AP-TOKYO-1-AD-1",
    shape="VM.Standard.E4.Flex",
    create_vnic_details=oci.core.InstanceCreateVnicDetailsArgs(subnet_id=subnet.id),
    source_details=oci.core.InstanceSourceDetailsArgs(source_type="image", source_id="ocid1.image.oc1..linux"),
    metadata={"ssh_authorized_keys": "ssh-ed25519 AAAA office"},
)
