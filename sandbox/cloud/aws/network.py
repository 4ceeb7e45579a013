"""Amazon VPC: networks and subnets. https://docs.aws.amazon.com/vpc/latest/userguide/what-is-amazon-vpc.html."""

from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.aws.tags import tag_rule
from sandbox.cloud.checks import Problems, between, cidr, not_together, one_of, required
from sandbox.cloud.context import Context, Refused
from sandbox.cloud.guards import cannot_change, inside, no_overlap
from sandbox.cloud.identity import arn, hexid, same
from sandbox.cloud.resource_type import Reference, ResourceType

VPC: Final = "aws:ec2/vpc:Vpc"
SUBNET: Final = "aws:ec2/subnet:Subnet"
IN_VPC: Final = Reference("vpcId", VPC, blocks_deletion=True)
NEEDS_VPC: Final = required(
    "vpcId", lambda _: True, "VPCIdNotSpecified: no default VPC for this user: name one with 'vpcId'"
)
DEPENDENCY: Final = "DependencyViolation"
"""https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html"""
ZONES: Final = {
    "ap-northeast-1": {"apne1-az4": "a", "apne1-az1": "c", "apne1-az2": "d"},
    "ap-northeast-3": {"apne3-az3": "a", "apne3-az1": "b", "apne3-az2": "c"},
}
"""Zone id to the letter of its name, which differs from account to account; `apne1-az3` is offered to old accounts only."""


def zones(region: str) -> Mapping[str, str]:
    """Zone id to zone name."""
    if region not in ZONES:
        raise Refused(f"the sandbox knows no zones of {region}: add them to ZONES in sandbox/cloud/aws/network.py")
    return {zone_id: region + letter for zone_id, letter in ZONES[region].items()}


def _zone_name(context: Context) -> Any:
    offered = zones(context["region"])
    return offered.get(str(context.inputs.get("availabilityZoneId")), next(iter(offered.values())))


def _zone_id(context: Context) -> Any:
    zone_ids = {name: zone_id for zone_id, name in zones(context["region"]).items()}
    return zone_ids[str(context.inputs.get("availabilityZone") or _zone_name(context))]


def _zone_exists(context: Context) -> str | None:
    offered = zones(context["region"])
    for path, names in (("availabilityZone", offered.values()), ("availabilityZoneId", offered.keys())):
        zone = context.inputs.get(path)
        if context.operation == "create" and zone is not None and zone not in names:
            return (
                f"InvalidParameterValue: Value ({zone}) for parameter {path} is invalid. Subnets can currently only be "
                f"created in the following availability zones of {context['region']}: {', '.join(sorted(names))}"
            )
    return None


def _zones(arguments: Mapping[str, Any], context: Context) -> Mapping[str, Any]:
    region = context["region"]
    offered = sorted(zones(region).items(), key=lambda item: item[1])
    return {
        "id": region,
        "region": region,
        "names": [name for _, name in offered],
        "zoneIds": [zone_id for zone_id, _ in offered],
        "groupNames": [f"{region}-zg-1"],
        "state": arguments.get("state"),
        "filters": arguments.get("filters"),
    }


def _addressed(*instead: str) -> Any:
    """An IPv4 range, or what gives one (or makes one needless)."""

    def check(inputs: Mapping[str, Any]) -> Problems:
        if not any(inputs.get(name) for name in ("cidrBlock", *instead)):
            yield "cidrBlock", f"MissingParameter: either 'cidrBlock' or {' or '.join(map(repr, instead))} is needed"

    return check


def _new_ipv6(old: Mapping[str, Any], _new: Mapping[str, Any]) -> tuple[str, ...]:
    """Only where addresses are assigned on creation does another IPv6 range mean another subnet."""
    return ("ipv6CidrBlock",) if old.get("assignIpv6AddressOnCreation") else ()


INVOKES: Final = {"aws:index/getAvailabilityZones:getAvailabilityZones": _zones}
_POOLED: Final = required(
    "ipv4IpamPoolId", lambda inputs: "ipv4NetmaskLength" in inputs, "required with a netmask length"
)

TYPES: Final = (
    ResourceType(
        token=VPC,
        source="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html",
        sources=("https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html",),
        id=hexid("vpc-"),
        computed={
            "arn": arn("ec2", "vpc/{id}"),
            "ownerId": "{account}",
            "mainRouteTableId": hexid("rtb-", what="main route table"),
            "defaultRouteTableId": hexid("rtb-", what="main route table"),
            "defaultNetworkAclId": hexid("acl-", what="default network acl"),
            "defaultSecurityGroupId": hexid("sg-", what="default security group"),
            "dhcpOptionsId": hexid("dopt-", what="dhcp options"),
        },
        input_defaults={"enableDnsSupport": True, "instanceTenancy": "default"},
        defaults={"enableDnsHostnames": False, "enableNetworkAddressUsageMetrics": False},
        replace_on=("cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength"),
        checks=(
            cidr("cidrBlock", 16, 28),
            between("ipv4NetmaskLength", 16, 28),
            _addressed("ipv4IpamPoolId"),
            not_together("cidrBlock", "ipv4NetmaskLength"),
            not_together("assignGeneratedIpv6CidrBlock", "ipv6IpamPoolId"),
            not_together("ipv6CidrBlock", "ipv6NetmaskLength", "assignGeneratedIpv6CidrBlock"),
            one_of("instanceTenancy", ("default", "dedicated")),
            tag_rule(),
        ),
        guards=(
            cannot_change(
                "instanceTenancy",
                away_from="default",
                reason="InvalidParameterValue: the tenancy of a VPC changes from dedicated to default only, not to {new}",
            ),
        ),
        in_use=DEPENDENCY,
        blind_spots=(
            "IPv6, IPAM and further ranges of a VPC are not imitated; ranges that AWS keeps for itself are not refused.",
            "There is no default VPC here.",
            "The quota of five VPCs a region is not counted.",
        ),
    ),
    ResourceType(
        token=SUBNET,
        source="https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html",
        sources=("https://docs.aws.amazon.com/vpc/latest/userguide/subnet-deleting.html",),
        id=hexid("subnet-"),
        computed={
            "arn": arn("ec2", "subnet/{id}"),
            "ownerId": "{account}",
            "ipv6CidrBlockAssociationId": same(""),
        },
        defaults={
            "availabilityZone": _zone_name,
            "availabilityZoneId": _zone_id,
            "privateDnsHostnameTypeOnLaunch": "ip-name",
        },
        input_defaults={
            "assignIpv6AddressOnCreation": False,
            "enableDns64": False,
            "enableResourceNameDnsAaaaRecordOnLaunch": False,
            "enableResourceNameDnsARecordOnLaunch": False,
            "ipv6Native": False,
            "mapPublicIpOnLaunch": False,
        },
        replace_on=(
            "availabilityZone",
            "availabilityZoneId",
            "cidrBlock",
            "ipv4IpamPoolId",
            "ipv4NetmaskLength",
            "ipv6IpamPoolId",
            "ipv6Native",
            "ipv6NetmaskLength",
            "outpostArn",
            "vpcId",
        ),
        replace_when=(_new_ipv6,),
        references=(IN_VPC,),
        checks=(
            cidr("cidrBlock", 16, 28),
            between("ipv4NetmaskLength", 16, 28),
            _addressed("ipv4IpamPoolId", "ipv6Native"),
            _POOLED,
            not_together("cidrBlock", "ipv4NetmaskLength"),
            not_together("availabilityZone", "availabilityZoneId"),
            one_of("privateDnsHostnameTypeOnLaunch", ("ip-name", "resource-name")),
            tag_rule(),
        ),
        guards=(
            inside(
                "cidrBlock",
                "vpcId",
                VPC,
                parent_path="cidrBlock",
                reason="InvalidSubnet.Range: {value} lies outside the VPC's {other}",
            ),
            no_overlap("cidrBlock", "vpcId", reason="InvalidSubnet.Conflict: {value} conflicts with {other}"),
            _zone_exists,
        ),
        in_use=DEPENDENCY,
        blind_spots=(
            "The zone's letter is the same in every account here.",
            "Further ranges of the VPC, IPv6, IPAM and Outposts are not imitated.",
            "A network interface that a service leaves behind for some time holds the subnet there, not here.",
        ),
    ),
)
