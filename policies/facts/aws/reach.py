"""What stands where in a VPC, and what its security groups, network ACLs and route tables do.

https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security.html
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from policies.facts.answers import every, some, when
from policies.facts.aws.acl import acls
from policies.facts.aws.flow import GROUP, Statement, statements
from policies.facts.aws.network import DEFAULT_GROUP, ENDPOINT, SUBNETS, VPCS, lends_addresses, subnets_of
from policies.facts.aws.routes import FIREWALL, leads_out, translated
from policies.facts.reach import End, Layer, Line, Placed, reach
from policies.facts.reach.space import ADDRESSES, PORTS, PROTOCOLS, Range, addresses, protocol_numbers
from policies.facts.reading import flag, read
from policies.facts.resources import Resource, World, once, tier_of
from policies.facts.vocabulary import UNKNOWN, Fact, Maybe, Unknown

_ADDRESS = "aws:ec2/eip:Eip"
_ADDRESS_JOIN = "aws:ec2/eipAssociation:EipAssociation"
KNOWN = frozenset({_ADDRESS_JOIN, FIREWALL})

# Where a resource names its security groups and subnets, itself or by a group of subnets.
_GROUPS_AT = (
    "securityGroups",
    "securityGroupIds",
    "vpcSecurityGroupIds",
    "networkConfiguration",
    "vpcConfig",
    "networkInterfaces",
)
_SUBNETS_AT = (
    "subnets",
    "subnetId",
    "subnetIds",
    "subnetMappings",
    "networkConfiguration",
    "vpcConfig",
    "networkInterfaces",
)
_SETS_AT = ("dbSubnetGroupName", "subnetGroupName")
_SETS = ("aws:rds/subnetGroup:SubnetGroup", "aws:elasticache/subnetGroup:SubnetGroup")


def facts(world: World) -> Iterator[Fact]:
    yield from reach(_placed(world))


def _placed(world: World) -> Iterator[Placed]:
    """An end for each security group in each subnet where something carries it; in all of its VPC's, where nothing does."""
    users, rules = _users(world), _by_group(world)
    for vpc in world.of(*VPCS):
        subnets = subnets_of(world, vpc)
        inspected = some(world.absent(value=False), bool(world.referring(vpc, FIREWALL, "vpcId")))
        for group in (*world.referring(vpc, GROUP, "vpcId"), *world.referring(vpc, DEFAULT_GROUP, "vpcId")):
            carried = users.get(group.urn, {})
            layer = _layer(rules.get(group.urn, ()))
            stands = [one for one in subnets if not carried or one.urn in carried] or list(subnets)
            for subnet in stands:
                public = carried.get(subnet.urn, world.absent(value=False))
                placed = _end(world, vpc, group, subnet, layer, public, inspected)
                for tier in _tiers(group, subnet if carried and group.urn not in _of_endpoints(world) else None):
                    yield replace(placed, end=replace(placed.end, tier=tier))


def _end(
    world: World,
    vpc: Resource,
    group: Resource,
    subnet: Resource,
    layer: Layer,
    public: Maybe[bool],
    inspected: Maybe[bool],
) -> Placed:
    out = leads_out(world, vpc, subnet)
    end = End(
        name=group.name,
        network=vpc.urn,
        addresses=_addresses(subnet),
        groups=frozenset({group.urn}),
        layers=(layer, *acls(world, subnet)),
        way_in=every(out, public),
        way_out=some(every(out, public), translated(world, vpc, subnet)),
    )
    return Placed(end=end, owner=group, inspected=some(inspected, when(end.way_out, lambda way: not way)))


def _tiers(group: Resource, subnet: Resource | None) -> list[Maybe[str]]:
    """Of the group, and of the subnet in which something carries it: what is named for one tier and stands in another is of both."""
    named = [tier_of(one) for one in (group, subnet) if one is not None]
    return list(dict.fromkeys(tier for tier in named if not isinstance(tier, Unknown))) or [UNKNOWN]


@once
def _of_endpoints(world: World) -> frozenset[str]:
    """Groups that endpoints of services carry, which stand in subnets of whichever tier."""
    return frozenset(
        group.urn for endpoint in world.of(ENDPOINT) for group in _named(world, endpoint, _GROUPS_AT, GROUP)
    )


def _addresses(subnet: Resource) -> tuple[Range, ...]:
    found = [
        addresses(value) for name in ("cidrBlock", "ipv6CidrBlock") if isinstance(value := read(subnet, name), str)
    ]
    return tuple(one for one in found if one) or (ADDRESSES,)


@once
def _users(world: World) -> Mapping[str, Mapping[str, Maybe[bool]]]:
    """Group to the subnets in which something carries it, and whether that has a public address."""
    found: dict[str, dict[str, Maybe[bool]]] = defaultdict(dict)
    for resource in world.resources:
        groups = _named(world, resource, _GROUPS_AT, GROUP, DEFAULT_GROUP)
        if not groups or resource.type in (GROUP, DEFAULT_GROUP):
            continue
        subnets = _named(world, resource, _SUBNETS_AT, *SUBNETS)
        for one in _named(world, resource, _SETS_AT, *_SETS):
            subnets += world.targets(one, "subnetIds", *SUBNETS)
        for group in groups:
            for subnet in subnets:
                public = some(found[group.urn].get(subnet.urn, False), _public(world, resource, subnet))
                found[group.urn][subnet.urn] = public
    return found


def _named(world: World, resource: Resource, paths: Iterable[str], *types: str) -> list[Resource]:
    return [
        target
        for path in paths
        if resource.properties.get(path) is not None or path in resource.property_dependencies
        for target in world.targets(resource, path, *types)
    ]


def _public(world: World, resource: Resource, subnet: Resource) -> Maybe[bool]:
    if resource.type.endswith(":LoadBalancer"):
        return when(flag(resource, "internal", default=False), lambda internal: not internal)
    own = read(resource, "associatePublicIpAddress")
    given = lends_addresses(subnet) if own is None else own if isinstance(own, bool) else UNKNOWN
    bound = resource.urn in _bound(world)
    return some(
        given if resource.type.startswith("aws:ec2/") or own is not None else False,
        flag(resource, "networkConfiguration.assignPublicIp", default=False),
        flag(resource, "publiclyAccessible", default=False),
        bound,
    )


@once
def _bound(world: World) -> frozenset[str]:
    """What a public address is bound to."""
    pointed = (
        target
        for one in world.of(_ADDRESS, _ADDRESS_JOIN)
        for path, token in (
            ("instance", "aws:ec2/instance:Instance"),
            ("instanceId", "aws:ec2/instance:Instance"),
            ("networkInterface", "aws:ec2/networkInterface:NetworkInterface"),
            ("networkInterfaceId", "aws:ec2/networkInterface:NetworkInterface"),
        )
        if one.properties.get(path) is not None
        for target in world.targets(one, path, token)
    )
    return frozenset(target.urn for target in pointed)


@once
def _by_group(world: World) -> Mapping[str, tuple[Statement, ...]]:
    found: dict[str, list[Statement]] = defaultdict(list)
    for one in statements(world):
        if one.group is not None:
            found[one.group.urn].append(one)
    return {urn: tuple(rules) for urn, rules in found.items()}


def _layer(rules: Iterable[Statement]) -> Layer:
    lines: dict[bool, list[Line]] = {True: [], False: []}
    for one in rules:
        line = _line(one)
        if line is not None:
            lines[one.inward].append(line)
    return Layer(inward=tuple(lines[True]), outward=tuple(lines[False]))


def _line(one: Statement) -> Line | None:
    """None where the peer is a list of somebody's ranges, which never is the whole internet, or a group from elsewhere."""
    peer: Range | None = ADDRESSES
    if one.peers is None:
        if one.other != "":
            return None if isinstance(one.other, str) else Line(sure=False)
        peer = addresses(one.cidr) if isinstance(one.cidr, str) else None
    protocol = when(one.protocol, protocol_numbers)
    ports = PORTS if one.protocol == "icmp" else one.ports
    known = not isinstance(protocol, Unknown) and protocol and not isinstance(ports, Unknown) and peer
    return Line(
        group="" if one.peers is None else one.peers.urn,
        peer=peer or ADDRESSES,
        protocol=PROTOCOLS if isinstance(protocol, Unknown) or not protocol else protocol,
        ports=PORTS if isinstance(ports, Unknown) else ports,
        sure=bool(known),
    )
