"""Where a subnet's traffic goes: https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html."""

from collections.abc import Iterator, Mapping
from typing import Any

from policies.facts.answers import some
from policies.facts.aws.network import BORN
from policies.facts.reach.space import addresses, wide
from policies.facts.reading import first, read
from policies.facts.resources import Resource, World, once
from policies.facts.vocabulary import UNKNOWN, Maybe

GATEWAY = "aws:ec2/internetGateway:InternetGateway"
EGRESS_ONLY = "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway"
NAT = "aws:ec2/natGateway:NatGateway"
ROUTE = "aws:ec2/route:Route"
TABLE = "aws:ec2/routeTable:RouteTable"
DEFAULT_TABLE = "aws:ec2/defaultRouteTable:DefaultRouteTable"
JOIN = "aws:ec2/routeTableAssociation:RouteTableAssociation"
MAIN_JOIN = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"
FIREWALL = "aws:networkfirewall/firewall:Firewall"
KNOWN = frozenset({GATEWAY, EGRESS_ONLY, NAT, ROUTE, TABLE, DEFAULT_TABLE, JOIN, MAIN_JOIN})

_RANGES = ("cidrBlock", "ipv6CidrBlock", "destinationCidrBlock", "destinationIpv6CidrBlock")


def leads_out(world: World, vpc: Resource, subnet: Resource) -> Maybe[bool]:
    """A route to any address of the internet by an internet gateway: both ways, for what has a public address."""
    born = vpc.type == BORN and not world.referring(subnet, JOIN, "subnetId")
    return some(born, *(_answer(world, table.urn)[0] for table in _tables(world, vpc, subnet)))


def translated(world: World, vpc: Resource, subnet: Resource) -> Maybe[bool]:
    """A route out by address translation, or by an egress-only gateway: outward only, whatever address the sender has."""
    return some(*(_answer(world, table.urn)[1] for table in _tables(world, vpc, subnet)))


def _tables(world: World, vpc: Resource, subnet: Resource) -> Iterator[Resource]:
    """The table that is joined to the subnet, else the VPC's main one, which is born with no route out."""
    joins = world.referring(subnet, JOIN, "subnetId")
    if joins:
        yield from (table for join in joins for table in world.targets(join, "routeTableId", TABLE, DEFAULT_TABLE))
        return
    yield from (
        table
        for join in world.referring(vpc, MAIN_JOIN, "vpcId")
        for table in world.targets(join, "routeTableId", TABLE)
    )
    main = first(vpc, "mainRouteTableId", "defaultRouteTableId")
    for table in world.of(DEFAULT_TABLE):
        named = table.properties.get("defaultRouteTableId")
        if vpc in world.targets(table, "defaultRouteTableId", vpc.type) or (isinstance(main, str) and named == main):
            yield table


@once
def _answer(world: World, urn: str) -> tuple[Maybe[bool], Maybe[bool]]:
    table = world.get(urn)
    if table is None:
        return False, False
    inline = read(table, "routes")
    both: list[Maybe[bool]] = [UNKNOWN] if inline is UNKNOWN else []
    outward = list(both)
    for route in inline if isinstance(inline, list) else []:
        both.append(_by(route, ("gatewayId",), "igw-"))
        outward.append(_by(route, ("natGatewayId", "egressOnlyGatewayId"), ""))
    for one in world.referring(table, ROUTE, "routeTableId"):
        gateway = True if world.targets(one, "gatewayId", GATEWAY) else None
        both.append(_by(one.properties, ("gatewayId",), "igw-", gateway))
        outward.append(_by(one.properties, ("natGatewayId", "egressOnlyGatewayId"), ""))
    return some(*both), some(*outward)


def _by(route: Any, hops: tuple[str, ...], starts: str, known: bool | None = None) -> Maybe[bool]:
    """Whether the route leads to any address of the internet by one of these hops."""
    if not isinstance(route, Mapping):
        return UNKNOWN
    named = [route.get(name) for name in hops if route.get(name) not in (None, "")]
    if not named and not known:
        return False
    ranges = [route.get(name) for name in _RANGES if route.get(name) not in (None, "")]
    if UNKNOWN in ranges:
        return UNKNOWN
    found = [addresses(cidr) for cidr in ranges if isinstance(cidr, str)]
    if not any(one and wide([one]) for one in found):
        return False
    if known:
        return True
    if all(isinstance(hop, str) for hop in named):
        return any(str(hop).startswith(starts) for hop in named)
    return UNKNOWN if starts else True
