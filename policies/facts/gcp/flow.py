"""VPC firewall rules: https://cloud.google.com/firewall/docs/firewalls."""

import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network

from policies.facts.answers import when
from policies.facts.gcp.network import FIREWALL, LENT, SUBNET, to_google
from policies.facts.reading import flag, items, read_all, text
from policies.facts.resources import Resource, World, once, tier_of
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
_PORTS = re.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?")
_PROTOCOLS = {"all": "any", "6": "tcp", "17": "udp", "1": "icmp"}


def facts(world: World) -> Iterator[Fact]:
    for rule in world.of(FIREWALL):
        if flag(rule, "disabled", default=False) is True:
            continue
        for protocol, ports in _allowed(rule):
            for source in _ends(world, rule, "source"):
                for destination in _ends(world, rule, "destination"):
                    yield Flow(
                        urn=rule.urn,
                        role=rule.role,
                        source=source,
                        destination=destination,
                        protocol=protocol,
                        ports=ports,
                        reason_given=when(text(rule, "description"), bool),
                    )


def _allowed(rule: Resource) -> Iterator[tuple[Maybe[str], Maybe[tuple[int, int]]]]:
    for allow in read_all(rule, "allows"):
        if not isinstance(allow, Mapping):
            yield UNKNOWN, UNKNOWN
            continue
        written = text(allow, "protocol")
        protocol = when(written, lambda word: _PROTOCOLS.get(word.lower(), word.lower()))
        everything = (0, 0) if protocol == "icmp" else (0, 65535)
        for ports in items(allow.get("ports")) or [None]:
            yield protocol, everything if ports is None else _range(ports)


def _range(ports: object) -> Maybe[tuple[int, int]]:
    if not isinstance(ports, str):
        return UNKNOWN
    found = _PORTS.fullmatch(ports)
    return (int(found[1]), int(found[2] or found[1])) if found else UNKNOWN


def _ends(world: World, rule: Resource, side: str) -> list[Maybe[str]]:
    """The rule's ends on one side. The side of the network itself may be left open: everything in it, or what has a tag."""
    named = [
        *(value if isinstance(value, Unknown) else end_of(world, value) for value in read_all(rule, f"{side}Ranges")),
        *(read_all(rule, "sourceTags") if side == "source" else []),
        *(read_all(rule, "sourceServiceAccounts") if side == "source" else []),
    ]
    if named:
        return named
    inward = when(text(rule, "direction", default="INGRESS"), lambda way: way == "INGRESS")
    if isinstance(inward, Unknown):
        return [UNKNOWN]
    return [NETWORK] if inward == (side == "destination") else [ANYWHERE]


def end_of(world: World, cidr: object) -> Maybe[str]:
    """What a range is: a tier whose subnets (or lent ranges) make it up, Google's APIs, everything, or just a range."""
    return _end(world, cidr) if isinstance(cidr, str) else UNKNOWN


@once
def _end(world: World, cidr: str) -> Maybe[str]:
    if cidr in ("0.0.0.0/0", "::/0"):
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
    inside = [(part, found) for part, found in _parts(world) if found.overlaps(block)]
    tiers = {tier_of(part) for part, _ in inside}
    covered = sum(min(found.num_addresses, block.num_addresses) for _, found in inside)
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
