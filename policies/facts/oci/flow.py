"""Rules of network security groups and security lists: https://docs.oracle.com/en-us/iaas/Content/Network/Concepts/securityrules.htm."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from policies.facts.answers import when
from policies.facts.oci.network import DEFAULT_LIST, SECURITY_LIST, SUBNET, VCN
from policies.facts.reading import is_set, number, read, read_all, text
from policies.facts.resources import Resource, World, tier_of
from policies.facts.vocabulary import ANYWHERE, NETWORK, SERVICES, UNKNOWN, Fact, Flow, Maybe, Unknown

_RULE = "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule"
_GROUP = "oci:Core/networkSecurityGroup:NetworkSecurityGroup"
KNOWN = frozenset({_RULE, _GROUP})

_PROTOCOLS = {"all": "any", "6": "tcp", "17": "udp", "1": "icmp", "58": "icmp"}
_EVERYTHING = (0, 65535)


def facts(world: World) -> Iterator[Fact]:
    for rule in world.of(_RULE):
        direction = text(rule, "direction")
        if isinstance(direction, Unknown):
            yield Flow(urn=rule.urn, role=rule.role)
            continue
        inward = direction == "INGRESS"
        group = world.target(rule, "networkSecurityGroupId", _GROUP)
        own = UNKNOWN if group is None else tier_of(group)
        other = _group_end(world, rule, "source" if inward else "destination")
        yield _flow(rule, rule.properties, (other, own) if inward else (own, other))
    for listed in world.of(SECURITY_LIST, DEFAULT_LIST):
        for direction, side in (("ingressSecurityRules", "source"), ("egressSecurityRules", "destination")):
            for one in read_all(listed, direction):
                other = _end(world, text(one, side)) if isinstance(one, Mapping) else UNKNOWN
                content = one if isinstance(one, Mapping) else {}
                yield _flow(listed, content, (other, NETWORK) if side == "source" else (NETWORK, other))


def _flow(owner: Resource, rule: Mapping[str, Any], ends: tuple[Maybe[str], Maybe[str]]) -> Flow:
    protocol = when(text(rule, "protocol"), lambda word: _PROTOCOLS.get(word.lower(), word))
    return Flow(
        urn=owner.urn,
        role=owner.role,
        source=ends[0],
        destination=ends[1],
        protocol=protocol,
        ports=_ports(rule, protocol),
        reason_given=is_set(rule, "description"),
    )


def _ports(rule: Mapping[str, Any], protocol: Maybe[str]) -> Maybe[tuple[int, int]]:
    if protocol not in ("tcp", "udp"):
        return (0, 0) if protocol == "icmp" else UNKNOWN if protocol is UNKNOWN else _EVERYTHING
    options = f"{protocol}Options"
    # A group's rule nests the range, a list's rule has it flat.
    ports = f"{options}.destinationPortRange" if read(rule, f"{options}.destinationPortRange") is not None else options
    low, high = number(rule, f"{ports}.min", default=-1), number(rule, f"{ports}.max", default=-1)
    if isinstance(low, Unknown) or isinstance(high, Unknown):
        return UNKNOWN
    return _EVERYTHING if low < 0 else (low, high)


def _group_end(world: World, rule: Resource, side: str) -> Maybe[str]:
    if text(rule, f"{side}Type") == "NETWORK_SECURITY_GROUP":
        group = world.target(rule, side, _GROUP)
        return UNKNOWN if group is None else tier_of(group)
    return _end(world, text(rule, side))


def _end(world: World, written: Maybe[str]) -> Maybe[str]:
    """A tier whose subnet it is, Oracle's own services, the whole network, everything, or just a range."""
    if isinstance(written, Unknown):
        return UNKNOWN
    if written in ("0.0.0.0/0", "::/0"):
        return ANYWHERE
    if written.endswith(("-services-in-oracle-services-network", "-objectstorage")):
        return SERVICES
    try:
        block = ip_network(written)
    except ValueError:
        return written
    for subnet in world.of(SUBNET):
        if text(subnet, "cidrBlock") == str(block):
            return tier_of(subnet)
    whole = {cidr for vcn in world.of(VCN) for cidr in read_all(vcn, "cidrBlocks")}
    return NETWORK if str(block) in whole else written
