"""VPC firewall rules: https://cloud.google.com/firewall/docs/firewalls."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network

from policies.facts.flow_end import tier_or_network
from policies.facts.gcp.filters import Statement, statements
from policies.facts.gcp.network import LENT, SUBNET, to_google
from policies.facts.reach import Line
from policies.facts.reach.space import addresses, wide, without
from policies.facts.reading import text
from policies.facts.resources import Resource, World, once
from policies.facts.vocabulary import (
    ANYWHERE,
    HEALTH_CHECKS,
    NETWORK,
    SERVICES,
    UNKNOWN,
    Fact,
    Flow,
    Maybe,
    Unknown,
)

KNOWN: frozenset[str] = frozenset()

# https://cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges
_PROBERS = ("35.191.0.0/16", "130.211.0.0/22")


def facts(world: World) -> Iterator[Fact]:
    for one in statements(world):
        if one.allows is False or text(one.owner, "action") == "goto_next" or _shadowed(world, one):
            continue
        if isinstance(one.allows, Unknown):
            yield Flow(urn=one.owner.urn, role=one.owner.role)
            continue
        for protocol, ports in one.protocols or ((UNKNOWN, UNKNOWN),):
            for peer in _peers(world, one):
                for own in [end_of(world, range_) for range_ in one.own] or [NETWORK]:
                    yield Flow(
                        urn=one.owner.urn,
                        role=one.owner.role,
                        source=_on(one.inward, peer, own),
                        destination=_on(one.inward, own, peer),
                        protocol=protocol,
                        ports=ports,
                        reason_given=one.described,
                    )


def _on(inward: Maybe[bool], if_inward: Maybe[str], if_outward: Maybe[str]) -> Maybe[str]:
    return UNKNOWN if isinstance(inward, Unknown) else if_inward if inward else if_outward


def _peers(world: World, one: Statement) -> list[Maybe[str]]:
    """The other side. Where none is named it is everything, unless something else than addresses limits it."""
    named = [*(end_of(world, range_) for range_ in one.peers), *sorted(one.groups)]
    return named or (["listed names"] if one.limited else [ANYWHERE])


def _shadowed(world: World, one: Statement) -> bool:
    """Every packet it would allow is refused by rules that are asked before it, for everything in the network."""
    denies = _refusals(world).get(one.network, ())
    for line in one.lines() if denies else ():
        left = [line.box]
        for inward, deny in denies:
            if left and inward == one.inward and deny.order <= line.order and line.sure:
                left = without(left, deny.box)
        if left:
            return False
    return bool(denies) and one.inward is not UNKNOWN


@once
def _refusals(world: World) -> Mapping[str, tuple[tuple[Maybe[bool], Line], ...]]:
    found: dict[str, list[tuple[Maybe[bool], Line]]] = defaultdict(list)
    for one in statements(world):
        if one.allows is False and not one.targets and not one.limited:
            found[one.network] += [(one.inward, line) for line in one.lines() if line.sure and not line.group]
    return {network: tuple(lines) for network, lines in found.items()}


def end_of(world: World, cidr: object) -> Maybe[str]:
    """What a range is: a tier whose subnets (or lent ranges) make it up, Google's APIs, everything, or just a range."""
    return _end(world, cidr) if isinstance(cidr, str) else UNKNOWN


@once
def _end(world: World, cidr: str) -> Maybe[str]:
    if (found := addresses(cidr)) and wide([found]):
        return ANYWHERE
    if cidr in _PROBERS:
        return HEALTH_CHECKS
    if to_google(cidr):
        return SERVICES
    try:
        block = IPv4Network(cidr)
    except ValueError:
        return cidr
    if not world.complete:
        return UNKNOWN
    inside = [(part, placed) for part, placed in _parts(world) if placed.overlaps(block)]
    tiers = {tier_or_network(part) for part, _ in inside}
    covered = sum(min(placed.num_addresses, block.num_addresses) for _, placed in inside)
    if not inside or covered < block.num_addresses:
        return cidr
    return tiers.pop() if len(tiers) == 1 else NETWORK


@once
def _parts(world: World) -> tuple[tuple[Resource, IPv4Network], ...]:
    return tuple(_placed(world))


def _placed(world: World) -> Iterator[tuple[Resource, IPv4Network]]:
    for part in world.of(SUBNET, LENT):
        written = text(part, "ipCidrRange")
        if part.type == LENT:
            written = f"{text(part, 'address')}/{part.properties.get('prefixLength')}"
        try:
            yield part, IPv4Network(str(written))
        except ValueError:
            continue
