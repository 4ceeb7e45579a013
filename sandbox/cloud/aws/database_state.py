"""What RDS refuses because of what is there: networks, zones, parameters, roles, versions."""

from typing import Final

from sandbox.cloud.aws.database_values import newest, numbers
from sandbox.cloud.aws.evaluation import ROLE, assumable
from sandbox.cloud.aws.filters import GROUP
from sandbox.cloud.aws.network import SUBNET
from sandbox.cloud.context import Context
from sandbox.cloud.identity import arn
from sandbox.cloud.value import at

INSTANCE: Final = "aws:rds/instance:Instance"
SUBNETS: Final = "aws:rds/subnetGroup:SubnetGroup"
PARAMETERS: Final = "aws:rds/parameterGroup:ParameterGroup"
_GATEWAY: Final = "aws:ec2/internetGateway:InternetGateway"


def _network(context: Context, name: str | None) -> str | None:
    """The VPC of a subnet group."""
    group = context.find(name, SUBNETS) if name else None
    return None if group is None else str(group.get("vpcId"))


def two_zones(context: Context) -> str | None:
    """A subnet group covers two zones of one network.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html
    """
    if not context.writing:
        return None
    subnets = [context.find(one, SUBNET) for one in context["subnetIds"]]
    networks = {subnet.get("vpcId") for subnet in subnets if subnet is not None}
    if len(networks) > 1:
        return f"InvalidSubnet: the subnets are not all in a common VPC: {', '.join(sorted(networks))}"
    if len({subnet.get("availabilityZone") for subnet in subnets if subnet is not None}) < 2:
        return "DBSubnetGroupDoesNotCoverEnoughAZs: the subnets must lie in two availability zones"
    return None


def family_fits(context: Context) -> str | None:
    """The parameters are of the major version."""
    name = context.inputs.get("parameterGroupName")
    if not context.writing or name is None or context.inputs.get("engineVersion") is None:
        return None
    family = f"{context['engine']}{str(context['engineVersion']).partition('.')[0]}"
    group = context.find(name, PARAMETERS)
    given = name.removeprefix("default.") if group is None else group.get("family")
    return None if given == family else f"InvalidParameterCombination: {name} is of family {given}, not {family}"


def in_one_network(context: Context) -> str | None:
    """Security groups are of the network that the instance lies in.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html
    """
    network = _network(context, context.inputs.get("dbSubnetGroupName")) if context.writing else None
    for _, name in at(context.inputs, "vpcSecurityGroupIds[*]") if network else ():
        group = context.find(name, GROUP)
        if group is not None and group.get("vpcId") != network:
            return (
                f"InvalidParameterCombination: The DB instance and EC2 security group {name} are in different VPCs"
                f" ({network} and {group.get('vpcId')})"
            )
    return None


def no_way_in(context: Context) -> str | None:
    """A public address needs a way to the internet.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html#USER_VPC.Hiding
    """
    if not context.writing or not context.inputs.get("publiclyAccessible"):
        return None
    network = _network(context, context.inputs.get("dbSubnetGroupName"))
    if network and not any(other.get("vpcId") == network for other in context.objects(_GATEWAY)):
        return f"InvalidVPCNetworkStateFault: cannot create a publicly accessible DBInstance: {network} has no internet gateway attached"
    return None


def monitored(context: Context) -> str | None:
    """RDS can take the role that it monitors with.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html
    """
    name = context.inputs.get("monitoringRoleArn") if context.writing else None
    role = context.find(name, ROLE) if name else None
    source = arn("rds", "db:{identifier}").format_map(context) if role is not None else ""
    if role is not None and not assumable(role, context, "monitoring.rds.amazonaws.com", source):
        return f"InvalidParameterValue: IAM role ARN value {name} is invalid or does not include the required permissions for: ENHANCED_MONITORING"
    return None


def source_backed_up(context: Context) -> str | None:
    """A replica's source keeps backups."""
    name = context.inputs.get("replicateSourceDb") if context.operation == "create" else None
    source = context.find(name, INSTANCE) if name else None
    if source is not None and not source.get("backupRetentionPeriod"):
        return f"InvalidDBInstanceState: automated backups are not enabled for {name}"
    return None


def moves(context: Context) -> str | None:
    """Another subnet group means another network, and no standby.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.VPC2VPC.html
    """
    stored = context.stored
    if context.operation != "update" or stored is None:
        return None
    old, new = stored.inputs.get("dbSubnetGroupName"), context.inputs.get("dbSubnetGroupName")
    if old == new or new is None:
        return None
    if _network(context, old) == _network(context, new):
        return f"InvalidVPCNetworkStateFault: You cannot move DB instance {context.id} to {new}: it is in the same VPC as {old}"
    if context.inputs.get("multiAz"):
        return "InvalidVPCNetworkStateFault: a Multi-AZ DB instance can't move to another VPC"
    return None


def upgrades(context: Context) -> str | None:
    """Versions go up only, and to the next major one by consent.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.MajorVersion.html
    """
    stored, wanted = context.stored, context.inputs.get("engineVersion")
    if context.operation != "update" or stored is None or wanted is None:
        return None
    old, new = str(stored.get("engineVersionActual", wanted)), newest(wanted)
    if numbers(new) < numbers(old) and not old.startswith(f"{wanted}."):
        return f"InvalidParameterCombination: Cannot upgrade {context['engine']} from {old} to {new}"
    major = numbers(new)[0] > numbers(old)[0]
    if major and not context.inputs.get("allowMajorVersionUpgrade"):
        return "InvalidParameterCombination: The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version"
    return None
