"""Azure network security groups: https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview."""

from collections.abc import Iterator, Mapping
from typing import Any

from policies.facts.answers import when
from policies.facts.reading import items, read, read_all, text
from policies.facts.resources import Resource, World, tier_of
from policies.facts.vocabulary import ANYWHERE, HEALTH_CHECKS, NETWORK, SERVICES, UNKNOWN, Fact, Flow, Maybe

SECURITY_GROUP = "azure-native:network:NetworkSecurityGroup"
_SUBNET = "azure-native:network:Subnet"
_VNET = "azure-native:network:VirtualNetwork"
KNOWN = frozenset({SECURITY_GROUP})

_EVERYTHING = ("*", "0.0.0.0/0", "Internet", "::/0", "Any")
_DEFAULTS_FROM = 65000


def facts(world: World) -> Iterator[Fact]:
    for group in world.of(SECURITY_GROUP):
        rules = read(group, "securityRules")
        for rule in [UNKNOWN] if rules is UNKNOWN else rules or []:
            if rule is UNKNOWN:
                yield Flow(urn=group.urn, role=group.role)
            elif isinstance(rule, Mapping) and rule.get("access") == "Allow":
                yield from _flows(world, group, rule)


def denies_everything(group: Resource) -> Maybe[bool]:
    """In both directions a rule refuses all, after every rule that allows and before the cloud's own that allow."""
    for direction in ("Inbound", "Outbound"):
        last = 0
        denied = _DEFAULTS_FROM
        for rule in read_all(group, "securityRules"):
            if not isinstance(rule, Mapping) or any(
                rule.get(key) is UNKNOWN for key in ("direction", "access", "priority")
            ):
                return UNKNOWN
            if rule.get("direction") != direction:
                continue
            priority = int(rule.get("priority", 0))
            if rule.get("access") == "Allow":
                last = max(last, priority)
            elif _whole(rule):
                denied = min(denied, priority)
        if not last < denied < _DEFAULTS_FROM:
            return False
    return True


def _whole(rule: Mapping[str, Any]) -> bool:
    return rule.get("protocol") == "*" and all(
        value == "*"
        for side in ("source", "destination")
        for value in (*_ends(rule, side), *items(rule.get(f"{side}PortRange")), *items(rule.get(f"{side}PortRanges")))
    )


def _ends(rule: Mapping[str, Any], side: str) -> list[Any]:
    return [*items(rule.get(f"{side}AddressPrefix")), *items(rule.get(f"{side}AddressPrefixes"))]


def _flows(world: World, group: Resource, rule: Mapping[str, Any]) -> Iterator[Flow]:
    protocol = text(rule, "protocol")
    ranges = [*items(rule.get("destinationPortRange")), *items(rule.get("destinationPortRanges"))]
    for source in _ends(rule, "source"):
        for destination in _ends(rule, "destination"):
            for ports in ranges:
                yield Flow(
                    urn=group.urn,
                    role=group.role,
                    source=_end(world, source),
                    destination=_end(world, destination),
                    protocol=when(protocol, lambda word: "any" if word == "*" else word.lower()),
                    ports=_ports(ports),
                    reason_given=when(text(rule, "description"), bool),
                )


def _end(world: World, prefix: Any) -> Maybe[str]:
    if not isinstance(prefix, str):
        return UNKNOWN
    if prefix in _EVERYTHING:
        return ANYWHERE
    if prefix == "VirtualNetwork":
        return NETWORK
    if prefix == "AzureLoadBalancer":
        return HEALTH_CHECKS
    if prefix[0].isalpha():
        return SERVICES  # a service tag: addresses of one of the cloud's own services
    return _word(world, prefix)


def _word(world: World, prefix: str) -> Maybe[str]:
    """The tier whose range it is, else the range; in a world of one resource nobody can tell."""
    for subnet in world.of(_SUBNET):
        if prefix in (read(subnet, "addressPrefix"), *read_all(subnet, "addressPrefixes")):
            return tier_of(subnet)
    if any(prefix in read_all(network, "addressSpace.addressPrefixes") for network in world.of(_VNET)):
        return NETWORK
    return world.absent(prefix) if not world.of(_SUBNET) else prefix


def _ports(value: Any) -> Maybe[tuple[int, int]]:
    if not isinstance(value, str):
        return UNKNOWN
    if value == "*":
        return (0, 65535)
    first, _, last = value.partition("-")
    return (int(first), int(last or first)) if first.isdigit() and (last or first).isdigit() else UNKNOWN
