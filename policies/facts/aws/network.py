"""Amazon VPC: https://docs.aws.amazon.com/vpc/latest/userguide/what-is-amazon-vpc.html."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from policies.facts.answers import gather, no, some, when
from policies.facts.aws.clock import providers_time
from policies.facts.aws.hops import beyond
from policies.facts.reading import first, flag, is_set, read, read_all, text
from policies.facts.resources import Resource, World, once, tier_of
from policies.facts.vocabulary import TIERS, UNKNOWN, Fact, Maybe, Network, PublicAddress, Unknown

VPC = "aws:ec2/vpc:Vpc"
BORN = "aws:ec2/defaultVpc:DefaultVpc"
"""The VPC that every region of an account is born with, adopted: public subnets, and an internet gateway with a route to it.

https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html
"""
SUBNET = "aws:ec2/subnet:Subnet"
_BORN_SUBNET = "aws:ec2/defaultSubnet:DefaultSubnet"
VPCS, SUBNETS = (VPC, BORN), (SUBNET, _BORN_SUBNET)
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
_FLOW_LOG = "aws:ec2/flowLog:FlowLog"
_GATEWAYS = ("aws:ec2/internetGateway:InternetGateway", "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway")
_ATTACHMENT = "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment"
_NAT = "aws:ec2/natGateway:NatGateway"
DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
_ROUTE = "aws:ec2/route:Route"
_TABLES = ("aws:ec2/routeTable:RouteTable", "aws:ec2/defaultRouteTable:DefaultRouteTable")
_ADDRESS = "aws:ec2/eip:Eip"
KNOWN = frozenset(
    {*VPCS, *SUBNETS, ENDPOINT, _FLOW_LOG, DEFAULT_GROUP, _ROUTE, _ADDRESS, *_TABLES, *_GATEWAYS, _ATTACHMENT, _NAT}
)

# The part of an endpoint's service name after the region.
_SERVICES = {
    "s3": "storage",
    "kms": "keys",
    "secretsmanager": "secrets",
    "logs": "logs",
    "ecr.api": "images",
    "ecr.dkr": "images",
}


def subnets_of(world: World, vpc: Resource) -> tuple[Resource, ...]:
    """The VPC's subnets, those it was born with included."""
    return tuple(subnet for token in SUBNETS for subnet in world.referring(vpc, token, "vpcId"))


def lends_addresses(subnet: Resource) -> Maybe[bool]:
    """What is launched there gets a public address; a subnet that a VPC was born with lends them unless told not to."""
    return flag(subnet, "mapPublicIpOnLaunch", default=subnet.type == _BORN_SUBNET)


def facts(world: World) -> Iterator[Fact]:
    for vpc in world.of(*VPCS):
        subnets = subnets_of(world, vpc)
        yield Network(
            urn=vpc.urn,
            role=vpc.role,
            tiers=when(gather(map(tier_of, subnets)), lambda tiers: tiers & TIERS)
            if subnets
            else world.absent(frozenset()),
            two_zones=_two_zones(world, subnets),
            internet_route=True if vpc.type == BORN else _internet(world, vpc),
            deny_by_default=_default_closed(world, vpc),
            flow_logs=_all_flows(world, vpc),
            time_from_provider=providers_time(world, vpc),
            private_services=_services(world, vpc),
            zone_kind="zone",
        )
    for subnet in world.of(*SUBNETS):
        assigns = lends_addresses(subnet)
        if assigns is not False:
            yield PublicAddress(urn=subnet.urn, role=subnet.role, public=assigns)
    for address in world.of(_ADDRESS):
        yield PublicAddress(urn=address.urn, role=address.role, public=True)


def _internet(world: World, vpc: Resource) -> Maybe[bool]:
    """A gateway of the VPC's, or of nobody knows which, or a route to one that lies elsewhere."""
    found = _ways_out(world)
    return some(world.absent(value=False), *found.get(vpc.urn, ()), *found.get("", ()))


@once
def _ways_out(world: World) -> Mapping[str, tuple[Maybe[bool], ...]]:
    """VPC ("" where it can't be told) to whether each of its gateways and routes leads to the internet."""
    found: dict[str, list[Maybe[bool]]] = defaultdict(list)
    for gateway in world.of(*_GATEWAYS):
        joins = world.referring(gateway, _ATTACHMENT, "internetGatewayId")
        for owner in _owners(world, (gateway, *joins)):
            found[owner].append(True)
    for nat in world.of(_NAT):
        subnets = world.targets(nat, "subnetId", *SUBNETS)
        private = when(text(nat, "connectivityType", default="public"), lambda kind: kind != "private")
        for owner in _owners(world, subnets) or {""}:
            found[owner].append(private)
    for table in world.of(*_TABLES):
        hops = [
            value
            for path in ("gatewayId", "natGatewayId", "egressOnlyGatewayId")
            for value in _hops(world, table, path)
        ]
        for owner in _owners(world, (table,)):
            found[owner] += [
                *(hop if isinstance(hop, Unknown) else hop.startswith(("igw-", "eigw-", "nat-")) for hop in hops),
                *(beyond(route) if isinstance(route, Mapping) else UNKNOWN for route in _routes(world, table)),
            ]
    return {owner: tuple(answers) for owner, answers in found.items()}


def _hops(world: World, table: Resource, path: str) -> Iterator[Maybe[str]]:
    """Where its routes go, those that are resources of their own included; a NAT gateway, whatever its id looks like, as one."""
    for value in read_all({"routes": _routes(world, table)}, f"routes.{path}"):
        if value != "":
            yield UNKNOWN if not isinstance(value, str) else f"nat-{value}" if path == "natGatewayId" else value


def _routes(world: World, table: Resource) -> list[Any]:
    inline = read(table, "routes")
    inside = inline if isinstance(inline, list) else [UNKNOWN] if inline is UNKNOWN else []
    return [*inside, *(one.properties for one in world.referring(table, _ROUTE, "routeTableId"))]


def _owners(world: World, parts: tuple[Resource, ...]) -> set[str]:
    owners = {vpc.urn for part in parts for vpc in world.targets(part, "vpcId", *VPCS)}
    return owners or {""}


def _two_zones(world: World, subnets: tuple[Resource, ...]) -> Maybe[bool]:
    zones: dict[Maybe[str], set[Maybe[str]]] = {}
    for subnet in subnets:
        zone = first(subnet, "availabilityZoneId", "availabilityZone")
        named = "" if zone is None else zone if isinstance(zone, str) else UNKNOWN
        zones.setdefault(tier_of(subnet), set()).add(named)
    if any(isinstance(name, Unknown) for name in (*zones, *(zone for found in zones.values() for zone in found))):
        return UNKNOWN
    return all(len(found) > 1 for tier, found in zones.items() if tier in TIERS) if zones else world.absent(value=False)


def _default_closed(world: World, vpc: Resource) -> Maybe[bool]:
    """Security groups deny by themselves, except the VPC's default one, which must be adopted and empty."""
    adopted = world.referring(vpc, DEFAULT_GROUP, "vpcId")
    if not adopted:
        return world.absent(value=False)
    return no(some(is_set(adopted[0], "ingress"), is_set(adopted[0], "egress")))


def _all_flows(world: World, vpc: Resource) -> Maybe[bool]:
    logs = world.referring(vpc, _FLOW_LOG, "vpcId")
    return some(world.absent(value=False), *(when(text(log, "trafficType"), _is_all) for log in logs))


def _is_all(traffic: str) -> bool:
    return traffic == "ALL"


def _serves(endpoint: Resource) -> Maybe[str]:
    """The service that the network's own requests reach by it: by a route, or because its name leads there; "" for none.

    https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html
    """
    routed = when(text(endpoint, "vpcEndpointType", default="Gateway"), lambda kind: kind.lower() != "interface")
    found = some(routed, flag(endpoint, "privateDnsEnabled", default=False))
    return when(found, lambda used: text(endpoint, "serviceName") if used else "")


def _services(world: World, vpc: Resource) -> Maybe[frozenset[str]]:
    names = gather(_serves(endpoint) for endpoint in world.referring(vpc, ENDPOINT, "vpcId"))
    found = when(
        names,
        lambda known: frozenset(
            word
            for word in _SERVICES.values()
            if all(any(name.endswith(f".{end}") for name in known) for end, of in _SERVICES.items() if of == word)
        ),
    )
    return world.absent(found) if found == frozenset() else found
