"""Rules of network security groups and security lists: https://docs.oracle.com/en-us/iaas/Content/Network/Concepts/securityrules.htm."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from policies.facts.answers import when
from policies.facts.oci.network import DEFAULT_LIST, SECURITY_LIST, SUBNET, VCN
from policies.facts.reading import is_set, read, read_all, text
from policies.facts.resources import Resource, World, tier_of
from policies.facts.vocabulary import ANYWHERE, NETWORK, SERVICES, UNKNOWN, Fact, Flow, Maybe, Unknown

_RULE = "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule"
_GROUP = "oci:Core/networkSecurityGroup:NetworkSecurityGroup"
KNOWN = frozenset({_RULE, _GROUP})

_PROTOCOLS = {"all": "any", "6": "tcp", "17": "udp", "1": "icmp", "58": "icmp"}
_EVERYTHING = (0, 65535)


def facts(world: World) -> Iterator[Fact]:
    for rule in world.of(_RULE):
        inward = text(rule, "direction") == "INGRESS"
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
    options = rule.get(f"{protocol}Options")
    if options is UNKNOWN:
        return UNKNOWN
    # A group's rule nests the range, a list's rule has it flat.
    ports = options if isinstance(options, Mapping) and "destinationPortRange" not in options else None
    ports = options.get("destinationPortRange") if isinstance(options, Mapping) and ports is None else ports
    if not isinstance(ports, Mapping) or "min" not in ports:
        return UNKNOWN if ports is UNKNOWN else _EVERYTHING
    low, high = read(ports, "min"), read(ports, "max")
    return (low, high) if isinstance(low, int) and isinstance(high, int) else UNKNOWN


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
