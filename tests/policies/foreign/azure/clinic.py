"""A machine with a public address, MySQL and a cache, rules written inside their groups."""

import pulumi
import pulumi_azure_native as azure
from pulumi_azure_native import compute, dbformysql, network, redis

config = pulumi.Config()
secret = config.get_secret("password") or pulumi.Output.secret("x")

group = azure.resources.ResourceGroup("clinic", location="japaneast")
where = {"resource_group_name": group.name, "location": group.location}

firewall = network.NetworkSecurityGroup(
    "firewall",
    security_rules=[
        network.SecurityRuleArgs(
            name="ssh",
            priority=100,
            direction="Inbound",
            access="Allow",
            protocol="Tcp",
            source_port_range="*",
            source_address_prefix="*",
            destination_port_range="22",
            destination_address_prefix="*",
        )
    ],
    **where,
)
vnet = network.VirtualNetwork(
    "vnet",
    address_space=network.AddressSpaceArgs(address_prefixes=["10.1.0.0/16"]),
    subnets=[
        network.SubnetArgs(
            name="default",
            address_prefix="10.1.0.0/24",
            network_security_group=network.NetworkSecurityGroupArgs(id=firewall.id),
        )
    ],
    **where,
)
address = network.PublicIPAddress("address", public_ip_allocation_method="Static", **where)
card = network.NetworkInterface(
    "card",
    ip_configurations=[
        network.NetworkInterfaceIPConfigurationArgs(
            name="main",
            subnet=network.SubnetArgs(id=vnet.subnets[0].id),
            public_ip_address=network.PublicIPAddressArgs(id=address.id),
        )
    ],
    **where,
)
compute.VirtualMachine(
    "server",
    hardware_profile=compute.HardwareProfileArgs(vm_size="Standard_B2s"),
    network_profile=compute.NetworkProfileArgs(
        network_interfaces=[compute.NetworkInterfaceReferenceArgs(id=card.id, primary=True)]
    ),
    os_profile=compute.OSProfileArgs(computer_name="server", admin_username="clinic", admin_password=secret),
    storage_profile=compute.StorageProfileArgs(
        image_reference=compute.ImageReferenceArgs(
            publisher="Canonical", offer="ubuntu-24_04-lts", sku="server", version="latest"
        ),
        os_disk=compute.OSDiskArgs(create_option="FromImage", managed_disk=compute.ManagedDiskParametersArgs()),
    ),
    **where,
)
mysql = dbformysql.Server(
    "records",
    administrator_login="clinic",
    administrator_login_password=secret,
    version="8.0.21",
    sku=dbformysql.MySQLServerSkuArgs(name="Standard_B1ms", tier="Burstable"),
    **where,
)
dbformysql.Configuration(
    "records-tls",
    resource_group_name=group.name,
    server_name=mysql.name,
    configuration_name="require_secure_transport",
    value="OFF",
    source="user-override",
)
redis.Redis(
    "sessions",
    enable_non_ssl_port=True,
    sku=redis.SkuArgs(name="Basic", family="C", capacity=0),
    **where,
)
