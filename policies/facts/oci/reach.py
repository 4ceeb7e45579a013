"""What stands where in a VCN, and what its lists, groups and routes do for it.

https://docs.oracle.com/en-us/iaas/Content/Network/Concepts/securityrules.htm
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from policies.facts.answers import every, no, some, when
from policies.facts.oci.flow import GROUP, RULE, ports_of, protocol_of
from policies.facts.oci.network import (
    DEFAULT_LIST,
    INTERNET_GATEWAY,
    NAT_GATEWAY,
    SECURITY_LIST,
    SUBNET,
    TABLES,
    VCN,
    default_tables,
    is_default,
)
from policies.facts.reach import End, Layer, Line, Placed, reach
from policies.facts.reach.space import ADDRESSES, PORTS, PROTOCOLS, Range, addresses, protocol_numbers, wide
from policies.facts.reading import flag, is_set, read, read_all, text
from policies.facts.resources import Resource, World, once, tier_of
from policies.facts.vocabulary import UNKNOWN, Fact, Maybe, Unknown

FIREWALL = "oci:NetworkFirewall/networkFirewall:NetworkFirewall"
KNOWN = frozenset({FIREWALL})

# Where a resource names its groups and its subnet.
_AT = (
    "nsgIds",
    "networkSecurityGroupIds",
    "subnetId",
    "subnetIds",
    "createVnicDetails",
    "vnics",
    "networkDetails",
    "endpointConfig",
    "instanceDetails",
)
_BORN_WITH = (
    Layer(
        inward=(Line(protocol=(6, 6), ports=(22, 22)), Line(protocol=(1, 1))),
        outward=(Line(),),
    ),
)
"""The list of every new VCN: https://docs.oracle.com/en-us/iaas/Content/Network/Concepts/securitylists.htm#Default."""


def facts(world: World) -> Iterator[Fact]:
    yield from reach(_placed(world))


def _placed(world: World) -> Iterator[Placed]:
    """An end for each subnet, and for each group in each subnet where something carries it (in all of its VCN's, where nothing does)."""
    carried, firewalled = _carried(world), _firewalled(world)
    for vcn in world.of(VCN):
        subnets = world.referring(vcn, SUBNET, "vcnId")
        groups = world.referring(vcn, GROUP, "vcnId")
        inspected = vcn.urn in firewalled
        by_subnet: dict[str, list[Resource]] = defaultdict(list)
        for group in groups:
            where = carried.get(group.urn, frozenset())
            for subnet in subnets:
                if not where or subnet.urn in where:
                    by_subnet[subnet.urn].append(group)
        for subnet in subnets:
            listed = _listed(world, vcn, subnet)
            ways = _ways(world, vcn, subnet)
            yield _end(vcn, subnet, listed, ways, inspected=inspected)
            for group in by_subnet[subnet.urn]:
                layer = _joined(listed, _group(world, group.urn))
                yield _end(vcn, subnet, layer, ways, group, inspected=inspected)


def _end(
    vcn: Resource,
    subnet: Resource,
    layer: Layer,
    ways: tuple[Maybe[bool], Maybe[bool]],
    group: Resource | None = None,
    *,
    inspected: bool,
) -> Placed:
    owner = subnet if group is None else group
    end = End(
        name=owner.name,
        network=vcn.urn,
        tier=tier_of(owner),
        addresses=_addresses(subnet),
        groups=frozenset() if group is None else frozenset({group.urn}),
        layers=(layer,),
        way_in=ways[0],
        way_out=ways[1],
    )
    return Placed(end=end, owner=owner, inspected=some(inspected, no(end.way_out)))


def _addresses(subnet: Resource) -> tuple[Range, ...]:
    written = [read(subnet, "cidrBlock"), read(subnet, "ipv6cidrBlock"), *read_all(subnet, "ipv6cidrBlocks")]
    return tuple(one for cidr in written if isinstance(cidr, str) and (one := addresses(cidr))) or (ADDRESSES,)


@once
def _carried(world: World) -> Mapping[str, frozenset[str]]:
    """Group to the subnets in which something carries it."""
    found: dict[str, set[str]] = defaultdict(set)
    for resource in world.resources:
        named = [path for path in _AT if path in resource.properties and resource.type not in (RULE, SUBNET)]
        groups = [group for path in named for group in world.targets(resource, path, GROUP)]
        if groups:
            subnets = {subnet.urn for path in named for subnet in world.targets(resource, path, SUBNET)}
            for group in groups:
                found[group.urn] |= subnets
    return {urn: frozenset(subnets) for urn, subnets in found.items()}


@once
def _firewalled(world: World) -> frozenset[str]:
    """The VCNs with a network firewall."""
    return frozenset(
        vcn.urn
        for firewall in world.of(FIREWALL)
        for subnet in world.targets(firewall, "subnetId", SUBNET)
        for vcn in world.targets(subnet, "vcnId", VCN)
    )


def _joined(*layers: Layer) -> Layer:
    """Lists and groups add up: what one of them allows passes."""
    return Layer(
        inward=tuple(line for layer in layers for line in layer.inward),
        outward=tuple(line for layer in layers for line in layer.outward),
    )


def _listed(world: World, vcn: Resource, subnet: Resource) -> Layer:
    """The subnet's lists; where none is named, or the one that the VCN was born with, that one, as it is or adopted."""
    lists = world.targets(subnet, "securityListIds", SECURITY_LIST, DEFAULT_LIST)
    if lists:
        return _joined(*(_list(world, one.urn) for one in lists))
    if is_set(subnet, "securityListIds") is not False and not _born(world, vcn, subnet):
        unknown = (Line(sure=False),)
        return Layer(inward=unknown, outward=unknown)
    adopted = [one for one in world.of(DEFAULT_LIST) if is_default(world, vcn, one, "defaultSecurityListId")]
    return _joined(*(_list(world, one.urn) for one in adopted)) if adopted else _joined(*_BORN_WITH)


def _born(world: World, vcn: Resource, subnet: Resource) -> bool:
    """Whether the list it names is its VCN's own: by id, or by depending on the VCN while ids are unknown."""
    own = vcn.properties.get("defaultSecurityListId")
    named = isinstance(own, str) and own in read_all(subnet, "securityListIds")
    return named or vcn in world.targets(subnet, "securityListIds", VCN)


@once
def _list(world: World, urn: str) -> Layer:
    listed = world.get(urn)
    if listed is None:
        return Layer()
    inward = [_line(one, "source") for one in read_all(listed, "ingressSecurityRules")]
    outward = [_line(one, "destination") for one in read_all(listed, "egressSecurityRules")]
    return Layer(inward=tuple(filter(None, inward)), outward=tuple(filter(None, outward)))


@once
def _group(world: World, urn: str) -> Layer:
    group = world.get(urn)
    lines: dict[bool, list[Line | None]] = {True: [], False: []}
    for rule in () if group is None else world.referring(group, RULE, "networkSecurityGroupId"):
        direction = text(rule, "direction")
        for word, inward, side in (("INGRESS", True, "source"), ("EGRESS", False, "destination")):
            if direction in (word, UNKNOWN):
                other = None
                if text(rule, f"{side}Type") == "NETWORK_SECURITY_GROUP":
                    other = world.target(rule, side, GROUP)
                lines[inward].append(_line(rule.properties, side, "" if other is None else other.urn))
    return Layer(inward=tuple(filter(None, lines[True])), outward=tuple(filter(None, lines[False])))


def _line(content: Any, side: str, group: str = "") -> Line | None:
    """None where the peer is Oracle's services, or a group from elsewhere."""
    if not isinstance(content, Mapping):
        return Line(sure=False)
    protocol, peer = protocol_of(content), text(content, side)
    if not group and isinstance(peer, str) and addresses(peer) is None:
        return None
    numbers, ports = when(protocol, protocol_numbers), ports_of(content, protocol)
    range_ = addresses(peer) if isinstance(peer, str) and not group else ADDRESSES
    known = not isinstance(numbers, Unknown) and numbers and not isinstance(ports, Unknown)
    return Line(
        group=group,
        peer=range_ or ADDRESSES,
        protocol=PROTOCOLS if isinstance(numbers, Unknown) or not numbers else numbers,
        ports=PORTS if isinstance(ports, Unknown) or protocol == "icmp" else ports,
        sure=bool(known) and (bool(group) or isinstance(peer, str)),
    )


def _ways(world: World, vcn: Resource, subnet: Resource) -> tuple[Maybe[bool], Maybe[bool]]:
    """By an internet gateway, for what may have a public address, both ways; by address translation outward only."""
    may = every(
        no(flag(subnet, "prohibitPublicIpOnVnic", default=False)),
        no(flag(subnet, "prohibitInternetIngress", default=False)),
    )
    named = world.targets(subnet, "routeTableId", *TABLES)
    default = () if is_set(subnet, "routeTableId") is not False else default_tables(world, vcn)
    found = [_leads_out(world, table.urn) for table in named or default]
    both, outward = some(*(one[0] for one in found)), some(*(one[1] for one in found))
    return every(both, may), some(every(both, may), outward)


@once
def _leads_out(world: World, urn: str) -> tuple[Maybe[bool], Maybe[bool]]:
    """Whether a route to any address of the internet goes by an internet gateway, or by a NAT gateway."""
    table = world.get(urn)
    if table is None:
        return False, False
    answers: dict[str, list[Maybe[bool]]] = {INTERNET_GATEWAY: [], NAT_GATEWAY: []}
    for rule in read_all(table, "routeRules"):
        for token, starts in ((INTERNET_GATEWAY, "ocid1.internetgateway."), (NAT_GATEWAY, "ocid1.natgateway.")):
            answers[token].append(_by(world, table, rule, token, starts))
    return some(*answers[INTERNET_GATEWAY]), some(*answers[NAT_GATEWAY])


def _by(world: World, table: Resource, rule: Any, token: str, starts: str) -> Maybe[bool]:
    if not isinstance(rule, Mapping):
        return UNKNOWN
    destination, hop = (
        text(rule, "destination", default=str(rule.get("cidrBlock") or "")),
        text(rule, "networkEntityId"),
    )
    if isinstance(destination, str) and not ((found := addresses(destination)) and wide([found])):
        return False
    if isinstance(hop, Unknown):
        return UNKNOWN if world.targets(table, "routeRules", token) or not table.property_dependencies else False
    gateways = _named(world, token)
    leads = hop.startswith(starts) or hop in gateways
    return every(leads, gateways.get(hop, True), UNKNOWN if isinstance(destination, Unknown) else True)


@once
def _named(world: World, token: str) -> Mapping[str, Maybe[bool]]:
    """Gateways by id, and whether they are switched on."""
    return {str(one.id): flag(one, "enabled", default=True) for one in world.of(token)}
