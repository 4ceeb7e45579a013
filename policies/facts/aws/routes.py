"""Where a subnet's traffic goes: https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html."""

from collections.abc import Iterator, Mapping
from typing import Any

from policies.facts.answers import some
from policies.facts.aws.hops import anywhere, beyond
from policies.facts.aws.network import BORN
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


def leads_out(world: World, vpc: Resource, subnet: Resource) -> Maybe[bool]:
    """A route to any address of the internet by an internet or carrier gateway: both ways, for what has a public address."""
    born = vpc.type == BORN and not world.referring(subnet, JOIN, "subnetId")
    return some(born, *(_answer(world, table.urn)[0] for table in _tables(world, vpc, subnet)))


def translated(world: World, vpc: Resource, subnet: Resource) -> Maybe[bool]:
    """A route out by address translation, or by an egress-only gateway: outward only, whatever address the sender has.

    Unknown by a hop whose own way out lies elsewhere.
    """
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
    separate = world.referring(table, ROUTE, "routeTableId")
    routes: list[tuple[Any, bool | None]] = [(one, None) for one in inline] if isinstance(inline, list) else []
    routes += [(one.properties, True if world.targets(one, "gatewayId", GATEWAY) else None) for one in separate]
    for route, gateway in routes:
        elsewhere = beyond(route) if isinstance(route, Mapping) else UNKNOWN
        both += [_by(route, ("gatewayId",), "igw-", gateway), elsewhere is True]
        outward += [_by(route, ("natGatewayId", "egressOnlyGatewayId"), ""), elsewhere]
    return some(*both), some(*outward)


def _by(route: Any, hops: tuple[str, ...], starts: str, known: bool | None = None) -> Maybe[bool]:
    """Whether the route leads to any address of the internet by one of these hops."""
    if not isinstance(route, Mapping):
        return UNKNOWN
    named = [route.get(name) for name in hops if route.get(name) not in (None, "")]
    if not named and not known:
        return False
    wide = anywhere(route)
    if wide is not True:
        return wide
    if known:
        return True
    if all(isinstance(hop, str) for hop in named):
        return any(str(hop).startswith(starts) for hop in named)
    return UNKNOWN if starts else True
