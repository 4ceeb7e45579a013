"""Route tables of a VPC: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html."""

from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.aws.network import IN_VPC, SUBNET
from sandbox.cloud.aws.placement import adopted_vpc, adopts, of_one_vpc, vpc_at
from sandbox.cloud.aws.tags import tag_rule
from sandbox.cloud.checks import Problems, cidr, exactly_one
from sandbox.cloud.context import Context
from sandbox.cloud.identity import arn, hexid
from sandbox.cloud.resource_type import Reference, ResourceType

ROUTES: Final = "aws:ec2/routeTable:RouteTable"
DEFAULT_ROUTES: Final = "aws:ec2/defaultRouteTable:DefaultRouteTable"
ASSOCIATION: Final = "aws:ec2/routeTableAssociation:RouteTableAssociation"
_DESTINATIONS: Final = ("cidrBlock", "ipv6CidrBlock", "destinationPrefixListId")
_BLIND: Final = (
    "What routes lead to is not looked up: no type here makes gateways, peerings or interfaces.",
    "The routes of gateway endpoints and the one inside the VPC do not show in `routes`; they do not there either.",
)


def _routes_fit(inputs: Mapping[str, Any]) -> Problems:
    seen: set[str] = set()
    for number, route in enumerate(inputs.get("routes") or []):
        path = f"routes[{number}]"
        destinations = [route[name] for name in _DESTINATIONS if route.get(name)]
        targets = [name for name, value in route.items() if value and name not in _DESTINATIONS]
        if len(destinations) != 1:
            yield path, f"exactly one of {', '.join(_DESTINATIONS)} must be given, not {len(destinations)}"
        if len(targets) != 1:
            yield path, f"exactly one target must be given, not {len(targets)}: {', '.join(sorted(targets))}"
        for destination in destinations:
            if destination in seen:
                yield path, f"RouteAlreadyExists: the route identified by {destination} already exists"
            seen.add(destination)


def _one_association(context: Context) -> str | None:
    if context.operation == "create" and context.inputs.get("subnetId"):
        for other in context.objects(ASSOCIATION):
            if other.get("subnetId") == context.inputs["subnetId"]:
                return f"Resource.AlreadyAssociated: the specified association for route table {other.get('routeTableId')} conflicts with an existing association of {other.get('subnetId')}"
    return None


TYPES: Final = (
    ResourceType(
        token=ROUTES,
        source="https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html",
        sources=("https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html",),
        id=hexid("rtb-"),
        computed={"arn": arn("ec2", "route-table/{id}"), "ownerId": "{account}"},
        defaults={"propagatingVgws": [], "routes": []},
        replace_on=("vpcId",),
        checks=(_routes_fit, cidr("routes[*].cidrBlock"), tag_rule()),
        references=(IN_VPC,),
        unordered=("routes", "propagatingVgws"),
        blind_spots=(
            *_BLIND,
            "Deleting a table ends its associations, as the provider does; here their records stay until deleted themselves.",
        ),
    ),
    ResourceType(
        token=ASSOCIATION,
        source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html",
        id=hexid("rtbassoc-"),
        replace_on=("subnetId", "gatewayId"),
        delete_before_replace=True,
        references=(Reference("subnetId", SUBNET), Reference("routeTableId", (ROUTES, DEFAULT_ROUTES))),
        checks=(exactly_one("subnetId", "gatewayId"),),
        guards=(
            of_one_vpc(
                "routeTableId",
                vpc_at("subnetId"),
                "InvalidParameterValue: route table {value} and the subnet belong to different networks",
            ),
            _one_association,
        ),
        blind_spots=(
            "Another table gives the association another id there; here it keeps its own.",
            "A main route table is known only once it was adopted; gateways are not looked up.",
            "The association of a deleted subnet is gone there; here its record stays until deleted itself.",
        ),
    ),
    ResourceType(
        token=DEFAULT_ROUTES,
        source="https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html#main-route-table",
        id="{defaultRouteTableId}",
        computed={
            "arn": arn("ec2", "route-table/{id}"),
            "ownerId": "{account}",
            "vpcId": lambda context: vpc.id if (vpc := adopted_vpc(context, "defaultRouteTableId")) else None,
        },
        defaults={"propagatingVgws": [], "routes": []},
        replace_on=("defaultRouteTableId",),
        checks=(_routes_fit, cidr("routes[*].cidrBlock"), tag_rule()),
        guards=(adopts("defaultRouteTableId", "InvalidRouteTableID.NotFound"),),
        unordered=("routes", "propagatingVgws"),
        blind_spots=(*_BLIND, "Two resources that adopt one table fight there; here the second is refused."),
    ),
)
