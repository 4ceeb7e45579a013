"""Amazon VPC: https://docs.aws.amazon.com/vpc/latest/userguide/what-is-amazon-vpc.html."""

from collections.abc import Iterator

from policies.facts.answers import gather, no, some, when
from policies.facts.reading import first, flag, is_set, read_all, strings, text
from policies.facts.resources import Resource, World, tier_of
from policies.facts.vocabulary import TIERS, UNKNOWN, Fact, Maybe, Network, PublicAddress, Unknown

VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
_FLOW_LOG = "aws:ec2/flowLog:FlowLog"
_GATEWAYS = (
    "aws:ec2/internetGateway:InternetGateway",
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
    "aws:ec2/natGateway:NatGateway",
)
DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
_ROUTE = "aws:ec2/route:Route"
_TABLES = ("aws:ec2/routeTable:RouteTable", "aws:ec2/defaultRouteTable:DefaultRouteTable")
_ADDRESS = "aws:ec2/eip:Eip"
KNOWN = frozenset({VPC, SUBNET, ENDPOINT, _FLOW_LOG, DEFAULT_GROUP, _ROUTE, _ADDRESS, *_TABLES, *_GATEWAYS})

# The part of an endpoint's service name after the region.
_SERVICES = {
    "s3": "storage",
    "kms": "keys",
    "secretsmanager": "secrets",
    "logs": "logs",
    "ecr.api": "images",
    "ecr.dkr": "images",
}


def facts(world: World) -> Iterator[Fact]:
    for vpc in world.of(VPC):
        subnets = world.referring(vpc, SUBNET, "vpcId")
        yield Network(
            urn=vpc.urn,
            role=vpc.role,
            tiers=when(gather(map(tier_of, subnets)), lambda tiers: tiers & TIERS)
            if subnets
            else world.absent(frozenset()),
            two_zones=_two_zones(world, subnets),
            internet_route=_internet(world),
            deny_by_default=_default_closed(world, vpc),
            flow_logs=_all_flows(world, vpc),
            private_services=_services(world, vpc),
            zone_kind="zone",
        )
    for subnet in world.of(SUBNET):
        assigns = flag(subnet, "mapPublicIpOnLaunch", default=False)
        if assigns is not False:
            yield PublicAddress(urn=subnet.urn, role=subnet.role, public=assigns)
    for address in world.of(_ADDRESS):
        yield PublicAddress(urn=address.urn, role=address.role, public=True)


def _internet(world: World) -> Maybe[bool]:
    """A gateway in the stack, or a route to one that lies elsewhere."""
    routes = [
        *(value for table in world.of(*_TABLES) for value in strings(read_all(table, "routes"))),
        *(value for route in world.of(_ROUTE) for value in strings(read_all(route, "gatewayId"))),
        *("nat-" for route in world.of(_ROUTE) if is_set(route, "natGatewayId") is not False),
    ]
    if any(map(world.of, _GATEWAYS)) or any(
        isinstance(value, str) and value.startswith(("igw-", "eigw-", "nat-")) for value in routes
    ):
        return True
    return UNKNOWN if UNKNOWN in routes else world.absent(value=False)


def _two_zones(world: World, subnets: tuple[Resource, ...]) -> Maybe[bool]:
    zones: dict[Maybe[str], set[Maybe[str]]] = {}
    for subnet in subnets:
        zone = first(subnet, "availabilityZoneId", "availabilityZone")
        zones.setdefault(tier_of(subnet), set()).add(zone)
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


def _services(world: World, vpc: Resource) -> Maybe[frozenset[str]]:
    names = gather(text(endpoint, "serviceName") for endpoint in world.referring(vpc, ENDPOINT, "vpcId"))
    found = when(
        names,
        lambda known: frozenset(
            word
            for word in _SERVICES.values()
            if all(any(name.endswith(f".{end}") for name in known) for end, of in _SERVICES.items() if of == word)
        ),
    )
    return world.absent(found) if found == frozenset() else found
