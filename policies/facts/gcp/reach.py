"""What stands where in a VPC network, and what routes and rules do for it: https://cloud.google.com/vpc/docs/routes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from policies.facts.answers import every, no, some, when
from policies.facts.gcp.filters import ALLOWED_OUT, Statement, statements
from policies.facts.gcp.network import LENT, NETWORK, ROUTE, SUBNET
from policies.facts.reach import End, Layer, Line, Placed, reach
from policies.facts.reach.space import ADDRESSES, Range, addresses, wide
from policies.facts.reading import flag, read, read_all, text
from policies.facts.resources import Resource, World, once, tier_of
from policies.facts.vocabulary import UNKNOWN, Fact, Maybe

_ROUTER = "gcp:compute/router:Router"
_NAT = "gcp:compute/routerNat:RouterNat"
_FORWARDS = "gcp:compute/forwardingRule:ForwardingRule"
KNOWN = frozenset({_ROUTER, _NAT})

_AUTOMATIC = "10.128.0.0/9"
"""Where a network in auto mode makes its subnets: https://cloud.google.com/vpc/docs/subnets#ip-ranges."""


def facts(world: World) -> Iterator[Fact]:
    yield from reach(_placed(world))


def _placed(world: World) -> Iterator[Placed]:
    """An end for each subnet and each set of tags or service accounts that rules tell apart: whatever stands there may carry them."""
    rules = _rules(world)
    for network in world.of(NETWORK):
        own = (*rules.get(network.urn, ()), *rules.get("", ()))
        layers = _by_tags(own)
        ways = _ways(world, network)
        for place, ranges in _subnets(world, network):
            for words, layer in layers.items():
                yield _end(world, network, place, ranges, layer, words, ways)
        for lent in world.referring(network, LENT, "network"):
            # The vendor's side of a peering: its filters are its own, and it has no way to the internet through this network.
            end = End(
                name=lent.name,
                network=network.urn,
                tier=tier_of(lent),
                addresses=_lent(lent),
                way_in=False,
                way_out=False,
            )
            yield Placed(end=end, owner=lent, inspected=True)


def _end(
    world: World,
    network: Resource,
    place: Resource,
    ranges: tuple[Range, ...],
    layer: Layer,
    words: frozenset[str],
    ways: tuple[Maybe[bool], Maybe[bool]],
) -> Placed:
    routed, translated = ways
    public = _public(world).get(place.urn, _public(world).get(network.urn, world.absent(value=False)))
    end = End(
        name=place.name,
        network=network.urn,
        tier=UNKNOWN if place is network else tier_of(place),
        addresses=ranges,
        groups=words,
        layers=(layer,),
        way_in=every(routed, public),
        way_out=every(routed, some(public, translated)),
    )
    return Placed(end=end, owner=place, inspected=no(end.way_out))


def _by_tags(rules: Sequence[Statement]) -> Mapping[frozenset[str], Layer]:
    """Tags and service accounts to the filter of what carries them. Those that no refusal names are taken together: what they allow adds up."""
    everywhere = [one for one in rules if not one.targets]
    by_word: dict[str, list[Statement]] = defaultdict(list)
    for one in rules:
        for word in (*one.targets, *one.groups):
            by_word[word] += [one] if word in one.targets else []
    refused = sorted(word for word, found in by_word.items() if any(one.allows is not True for one in found))
    others = frozenset(by_word) - set(refused)
    layers = {frozenset[str](): _layer(everywhere)}
    if others:
        layers[others] = _layer([*everywhere, *(one for one in rules if one.targets & others)])
    return layers | {frozenset({word}): _layer([*everywhere, *by_word[word]]) for word in refused}


@once
def _rules(world: World) -> Mapping[str, Sequence[Statement]]:
    found: dict[str, list[Statement]] = defaultdict(list)
    for one in statements(world):
        found[one.network].append(one)
    return found


def _layer(rules: Iterable[Statement]) -> Layer:
    inward: list[Line] = []
    outward: list[Line] = [ALLOWED_OUT]
    for one in rules:
        inward += one.lines() if one.inward is not False else ()
        outward += one.lines() if one.inward is not True else ()
    return Layer(inward=tuple(inward), outward=tuple(outward))


def _subnets(world: World, network: Resource) -> Iterator[tuple[Resource, tuple[Range, ...]]]:
    subnets = world.referring(network, SUBNET, "network")
    for subnet in subnets:
        written = [
            read(subnet, "ipCidrRange"),
            *read_all(subnet, "secondaryIpRanges.ipCidrRange"),
            read(subnet, "externalIpv6Prefix"),
        ]
        found = tuple(one for cidr in written if isinstance(cidr, str) and (one := addresses(cidr)))
        yield subnet, found or (ADDRESSES,)
    automatic = addresses(_AUTOMATIC)
    if automatic and not subnets and flag(network, "autoCreateSubnetworks", default=True) is not False:
        yield network, (automatic,)


def _lent(lent: Resource) -> tuple[Range, ...]:
    found = addresses(f"{read(lent, 'address')}/{read(lent, 'prefixLength')}")
    return (found or ADDRESSES,)


def _ways(world: World, network: Resource) -> tuple[Maybe[bool], Maybe[bool]]:
    """Whether a route leads to any address of the internet, and whether addresses are translated on the way."""
    routed = some(
        no(flag(network, "deleteDefaultRoutesOnCreate", default=False)),
        world.absent(value=False),
        *(_leads_out(route) for route in world.referring(network, ROUTE, "network")),
    )
    routers = world.referring(network, _ROUTER, "network")
    translated = some(world.absent(value=False), *(bool(world.referring(one, _NAT, "router")) for one in routers))
    return routed, translated


def _leads_out(route: Resource) -> Maybe[bool]:
    gateway = when(text(route, "nextHopGateway"), lambda hop: hop.endswith("default-internet-gateway"))
    anywhere = when(text(route, "destRange"), lambda cidr: bool((found := addresses(cidr)) and wide([found])))
    return every(gateway, anywhere)


@once
def _public(world: World) -> Mapping[str, Maybe[bool]]:
    """Subnet or network to whether something in it has a public address, or is what a public load balancer passes packets on to."""
    found: dict[str, Maybe[bool]] = {}
    for resource in world.resources:
        if resource.properties.get("networkInterfaces") is None:
            continue
        given = some(*(_given(interface) for interface in read_all(resource, "networkInterfaces")))
        for place in world.targets(resource, "networkInterfaces", SUBNET, NETWORK):
            found[place.urn] = some(found.get(place.urn, False), given)
    passed_on = [
        rule
        for rule in world.of(_FORWARDS)
        if text(rule, "loadBalancingScheme", default="EXTERNAL") == "EXTERNAL"
        and (read(rule, "backendService") is not None or "targetPools" in str(read(rule, "target")))
    ]
    if passed_on:
        return {place.urn: True for place in world.of(SUBNET, NETWORK)}
    return found


def _given(interface: object) -> Maybe[bool]:
    if not isinstance(interface, Mapping):
        return UNKNOWN
    return bool(read_all(interface, "accessConfigs") or read_all(interface, "ipv6AccessConfigs"))
