"""Rules of network security groups and security lists: https://docs.oracle.com/en-us/iaas/Content/Network/Concepts/securityrules.htm."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from policies.facts.answers import when
from policies.facts.flow_end import tier_or_network
from policies.facts.oci.network import DEFAULT_LIST, SECURITY_LIST, SUBNET, VCN
from policies.facts.reach.space import addresses, wide
from policies.facts.reading import is_set, number, read, read_all, text
from policies.facts.resources import Resource, World, once
from policies.facts.vocabulary import ANYWHERE, NETWORK, SERVICES, UNKNOWN, Fact, Flow, Maybe, Unknown

RULE = "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule"
GROUP = "oci:Core/networkSecurityGroup:NetworkSecurityGroup"
KNOWN = frozenset({RULE, GROUP})

_PROTOCOLS = {"all": "any", "6": "tcp", "17": "udp", "1": "icmp", "58": "icmp"}
_EVERYTHING = (0, 65535)


def facts(world: World) -> Iterator[Fact]:
    for rule in world.of(RULE):
        direction = text(rule, "direction")
        if isinstance(direction, Unknown):
            yield Flow(urn=rule.urn, role=rule.role)
            continue
        inward = direction == "INGRESS"
        group = world.target(rule, "networkSecurityGroupId", GROUP)
        own = UNKNOWN if group is None else tier_or_network(group)
        other = _group_end(world, rule, "source" if inward else "destination")
        yield _flow(rule, rule.properties, (other, own) if inward else (own, other))
    for listed in world.of(SECURITY_LIST, DEFAULT_LIST):
        for direction, side in (("ingressSecurityRules", "source"), ("egressSecurityRules", "destination")):
            for one in read_all(listed, direction):
                other = _end(world, text(one, side)) if isinstance(one, Mapping) else UNKNOWN
                content = one if isinstance(one, Mapping) else {}
                yield _flow(listed, content, (other, NETWORK) if side == "source" else (NETWORK, other))


def _flow(owner: Resource, rule: Mapping[str, Any], ends: tuple[Maybe[str], Maybe[str]]) -> Flow:
    protocol = protocol_of(rule)
    return Flow(
        urn=owner.urn,
        role=owner.role,
        source=ends[0],
        destination=ends[1],
        protocol=protocol,
        ports=ports_of(rule, protocol),
        reason_given=is_set(rule, "description"),
    )


def protocol_of(rule: Mapping[str, Any]) -> Maybe[str]:
    """The protocol of a rule, in the vocabulary's words."""
    return when(text(rule, "protocol"), lambda word: _PROTOCOLS.get(word.lower(), word))


def ports_of(rule: Mapping[str, Any], protocol: Maybe[str]) -> Maybe[tuple[int, int]]:
    """The ports of a rule, as in Flow."""
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
        group = world.target(rule, side, GROUP)
        return UNKNOWN if group is None else tier_or_network(group)
    return _end(world, text(rule, side))


def _end(world: World, written: Maybe[str]) -> Maybe[str]:
    """A tier whose subnet it is, Oracle's own services, the whole network, everything, or just a range."""
    if isinstance(written, Unknown):
        return UNKNOWN
    if (found := addresses(written)) and wide([found]):
        return ANYWHERE
    if written.endswith(("-services-in-oracle-services-network", "-objectstorage")):
        return SERVICES
    try:
        block = ip_network(written)
    except ValueError:
        return written
    return _ranges(world).get(str(block), written)


@once
def _ranges(world: World) -> Mapping[str, Maybe[str]]:
    """What a range that was written for a network or a subnet means."""
    whole = {
        str(cidr): NETWORK for vcn in world.of(VCN) for cidr in (*read_all(vcn, "cidrBlocks"), read(vcn, "cidrBlock"))
    }
    return {
        **whole,
        **{str(read(subnet, "cidrBlock")): tier_or_network(subnet) for subnet in reversed(world.of(SUBNET))},
    }
