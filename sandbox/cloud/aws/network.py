"""Amazon VPC: https://docs.aws.amazon.com/vpc/latest/userguide/what-is-amazon-vpc.html."""

from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import cidr, not_together
from sandbox.cloud.context import Context
from sandbox.cloud.guards import inside, no_overlap
from sandbox.cloud.identity import arn, hexid, output_of, same
from sandbox.cloud.resource_type import Reference, ResourceType

VPC: Final = "aws:ec2/vpc:Vpc"
SUBNET: Final = "aws:ec2/subnet:Subnet"
ROUTES: Final = "aws:ec2/routeTable:RouteTable"
ZONES: Final = {
    "ap-northeast-1": {"apne1-az4": "a", "apne1-az1": "c", "apne1-az2": "d"},
    "ap-northeast-3": {"apne3-az3": "a", "apne3-az1": "b", "apne3-az2": "c"},
}
"""Zone id to the letter of its name, which differs from account to account; `apne1-az3` is offered to old accounts only."""


def _zone_name(context: Context) -> Any:
    letters = ZONES[context["region"]]
    return context["region"] + letters.get(str(context.inputs.get("availabilityZoneId")), next(iter(letters.values())))


def _zone_id(context: Context) -> Any:
    zone_ids = {letter: zone_id for zone_id, letter in ZONES[context["region"]].items()}
    return zone_ids[str(context.inputs.get("availabilityZone") or _zone_name(context))[-1]]


def _zone_exists(context: Context) -> str | None:
    zone = context.inputs.get("availabilityZoneId")
    if context.operation == "create" and zone is not None and zone not in ZONES[context["region"]]:
        return f"InvalidParameterValue: the zone '{zone}' is not offered in {context['region']}"
    return None


def _one_association(context: Context) -> str | None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html."""
    if context.operation == "create":
        for other in context.objects("aws:ec2/routeTableAssociation:RouteTableAssociation"):
            if other.get("subnetId") == context.inputs["subnetId"]:
                return f"Resource.AlreadyAssociated: {other.get('subnetId')} has the route table {other.get('routeTableId')}"
    return None


def _zones(arguments: Mapping[str, Any], context: Context) -> Mapping[str, Any]:
    region = context["region"]
    offered = sorted(ZONES[region].items(), key=lambda item: item[1])
    return {
        "id": region,
        "region": region,
        "names": [region + letter for _, letter in offered],
        "zoneIds": [zone_id for zone_id, _ in offered],
        "groupNames": [f"{region}-zg-1"],
        "state": arguments.get("state"),
        "filters": arguments.get("filters"),
    }


INVOKES: Final = {"aws:index/getAvailabilityZones:getAvailabilityZones": _zones}

TYPES: Final = (
    ResourceType(
        token=VPC,
        source="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html",
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
        checks=(cidr("cidrBlock", 16, 28),),
        known_as=("arn", "defaultRouteTableId", "defaultNetworkAclId"),
    ),
    ResourceType(
        token=SUBNET,
        source="https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html",
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
        input_defaults={"mapPublicIpOnLaunch": False, "assignIpv6AddressOnCreation": False},
        replace_on=("vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId"),
        references=(Reference("vpcId", VPC, blocks_deletion=True),),
        checks=(cidr("cidrBlock", 16, 28), not_together("availabilityZone", "availabilityZoneId")),
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
        known_as=("arn",),
    ),
    ResourceType(
        token=ROUTES,
        source="https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html",
        id=hexid("rtb-"),
        computed={"arn": arn("ec2", "route-table/{id}"), "ownerId": "{account}"},
        defaults={"propagatingVgws": []},
        replace_on=("vpcId",),
        references=(Reference("vpcId", VPC, blocks_deletion=True),),
        known_as=("arn",),
    ),
    ResourceType(
        token="aws:ec2/routeTableAssociation:RouteTableAssociation",
        source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html",
        id=hexid("rtbassoc-"),
        replace_on=("subnetId", "gatewayId"),
        delete_before_replace=True,
        references=(
            Reference("subnetId", SUBNET, blocks_deletion=True),
            Reference("routeTableId", ROUTES, blocks_deletion=True),
        ),
        guards=(_one_association,),
    ),
    ResourceType(
        token="aws:ec2/defaultRouteTable:DefaultRouteTable",
        source="https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html#main-route-table",
        id="{defaultRouteTableId}",
        computed={
            "arn": arn("ec2", "route-table/{id}"),
            "ownerId": "{account}",
            "vpcId": lambda context: _vpc(context, "defaultRouteTableId"),
        },
        defaults={"routes": []},
        replace_on=("defaultRouteTableId",),
        references=(Reference("defaultRouteTableId", VPC),),
    ),
    ResourceType(
        token="aws:ec2/defaultNetworkAcl:DefaultNetworkAcl",
        source="https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html",
        id="{defaultNetworkAclId}",
        computed={
            "arn": arn("ec2", "network-acl/{id}"),
            "ownerId": "{account}",
            "vpcId": lambda context: _vpc(context, "defaultNetworkAclId"),
        },
        replace_on=("defaultNetworkAclId",),
        references=(Reference("defaultNetworkAclId", VPC),),
    ),
    ResourceType(
        token="aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        source="https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html",
        id=output_of("vpcId", "defaultSecurityGroupId", VPC),
        computed={
            "arn": arn("ec2", "security-group/{id}"),
            "ownerId": "{account}",
            "name": "default",
            "description": "default VPC security group",
        },
        replace_on=("vpcId",),
        references=(Reference("vpcId", VPC),),
    ),
)


def _vpc(context: Context, handle: str) -> str:
    vpc = context.find(context[handle], VPC)
    return "" if vpc is None else vpc.id
