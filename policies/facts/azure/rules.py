"""Azure network security groups: https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview."""

from collections.abc import Iterator, Mapping
from typing import Any

from policies.facts.answers import when
from policies.facts.flow_end import tier_or_network
from policies.facts.reach.space import addresses, wide
from policies.facts.reading import items, read, read_all, text
from policies.facts.resources import Resource, World, once
from policies.facts.vocabulary import ANYWHERE, HEALTH_CHECKS, NETWORK, SERVICES, UNKNOWN, Fact, Flow, Maybe

SECURITY_GROUP = "azure-native:network:NetworkSecurityGroup"
RULE = "azure-native:network:SecurityRule"
GROUP = "azure-native:network:ApplicationSecurityGroup"
_SUBNET = "azure-native:network:Subnet"
_VNET = "azure-native:network:VirtualNetwork"
KNOWN = frozenset({SECURITY_GROUP, RULE, GROUP})

_EVERYTHING = ("*", "0.0.0.0/0", "Internet", "::/0", "Any")
_DEFAULTS_FROM = 65000


def facts(world: World) -> Iterator[Fact]:
    for group in world.of(SECURITY_GROUP):
        for rule in rules_of(world, group):
            if not isinstance(rule, Mapping):
                yield Flow(urn=group.urn, role=group.role)
            elif rule.get("access") in ("Allow", UNKNOWN) and not _shadowed(world, group.urn, rule):
                yield from _flows(world, group, rule)


def rules_of(world: World, group: Resource) -> list[Any]:
    """The rules written inside the group and those that are resources of their own; `UNKNOWN` for what can't be told."""
    rules = read(group, "securityRules")
    inside = [UNKNOWN] if rules is UNKNOWN else list(rules or []) if isinstance(rules, list) else []
    return [*inside, *(one.properties for one in world.referring(group, RULE, "networkSecurityGroupName"))]


def _shadowed(world: World, urn: str, rule: Mapping[str, Any]) -> bool:
    """A rule that is asked before it refuses everything it would allow (read as far as whole sides go)."""
    priority = rule.get("priority")
    return any(
        rule.get("direction") == direction and isinstance(priority, int) and denied < priority
        for direction, denied in _refusals(world, urn)
    )


@once
def _refusals(world: World, urn: str) -> tuple[tuple[str, int], ...]:
    """Direction and priority of the rules that refuse everything."""
    group = world.get(urn)
    return tuple(
        (str(rule.get("direction")), rule["priority"])
        for rule in ([] if group is None else rules_of(world, group))
        if isinstance(rule, Mapping)
        and rule.get("access") == "Deny"
        and isinstance(rule.get("priority"), int)
        and _whole(rule)
    )


def denies_everything(world: World, group: Resource) -> Maybe[bool]:
    """In both directions a rule refuses all, after every rule that allows and before the cloud's own that allow."""
    for direction in ("Inbound", "Outbound"):
        last = 0
        denied = _DEFAULTS_FROM
        for rule in rules_of(world, group):
            if not isinstance(rule, Mapping) or any(
                rule.get(key) is UNKNOWN for key in ("direction", "access", "priority")
            ):
                return UNKNOWN
            if rule.get("direction") != direction:
                continue
            priority = rule.get("priority", 0)
            if not isinstance(priority, int):
                return UNKNOWN
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
    protocol = text(rule, "protocol", default="*")
    ranges = [*items(rule.get("destinationPortRange")), *items(rule.get("destinationPortRanges"))]
    # Whoever sends stands behind the group: of any source it lets out the network's own.
    outward = rule.get("direction") == "Outbound"
    for named in _named(world, rule, "source"):
        source = NETWORK if outward and named == ANYWHERE else named
        for destination in _named(world, rule, "destination"):
            for ports in ranges:
                yield Flow(
                    urn=group.urn,
                    role=group.role,
                    source=source,
                    destination=destination,
                    protocol=when(protocol, lambda word: "any" if word == "*" else word.lower()),
                    ports=ports_of(ports),
                    reason_given=when(text(rule, "description"), bool),
                )


def _named(world: World, rule: Mapping[str, Any], side: str) -> Iterator[Maybe[str]]:
    """The ends of one side: ranges and tags, and application security groups by their tier."""
    for prefix in _ends(rule, side):
        yield _end(world, prefix)
    for group in items(rule.get(f"{side}ApplicationSecurityGroups")):
        identifier = group.get("id") if isinstance(group, Mapping) else UNKNOWN
        found = {str(one.id): one for one in world.of(GROUP)}.get(str(identifier))
        yield tier_or_network(found) if found else identifier if isinstance(identifier, str) else UNKNOWN


def _end(world: World, prefix: Any) -> Maybe[str]:
    if not isinstance(prefix, str):
        return UNKNOWN
    if prefix in _EVERYTHING:
        return ANYWHERE
    if prefix == "VirtualNetwork":
        return NETWORK
    if prefix == "AzureLoadBalancer":
        return HEALTH_CHECKS
    if (found := addresses(prefix)) and wide([found]):
        return ANYWHERE
    if prefix[:1].isalpha():
        return SERVICES  # a service tag: addresses of one of the cloud's own services
    return _word(world, prefix)


def _word(world: World, prefix: str) -> Maybe[str]:
    """The tier whose range it is, else the range; in a world of one resource nobody can tell."""
    found = _words(world).get(prefix)
    return found if found is not None else world.absent(prefix) if not world.of(_SUBNET) else prefix


@once
def _words(world: World) -> Mapping[str, Maybe[str]]:
    """What a range that was written for a network or a subnet means; of several subnets the first says it."""
    whole: dict[str, Maybe[str]] = {
        str(prefix): NETWORK
        for network in world.of(_VNET)
        for prefix in read_all(network, "addressSpace.addressPrefixes")
    }
    for subnet in reversed(world.of(_SUBNET)):
        for prefix in (read(subnet, "addressPrefix"), *read_all(subnet, "addressPrefixes")):
            whole[str(prefix)] = tier_or_network(subnet)
    return whole


def ports_of(value: Any) -> Maybe[tuple[int, int]]:
    """A range of ports as written, as in Flow."""
    if not isinstance(value, str):
        return UNKNOWN
    if value == "*":
        return (0, 65535)
    first, _, last = value.partition("-")
    return (int(first), int(last or first)) if first.isdigit() and (last or first).isdigit() else UNKNOWN
