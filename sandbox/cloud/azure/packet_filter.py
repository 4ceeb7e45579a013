"""Azure network security groups and route tables.

https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.azure.arm import in_group
from sandbox.cloud.azure.network import ROUTE_TABLE, SECURITY_GROUP, SUBNET, name
from sandbox.cloud.checks import between, holds, matches
from sandbox.cloud.context import Context, Object
from sandbox.cloud.guards import not_deleted_while_others
from sandbox.cloud.identity import uuid
from sandbox.cloud.resource_type import Guard, ResourceType
from sandbox.cloud.value import at

Problems = Iterator[tuple[str, str]]
_TAG: Final = re.compile(r"[A-Z][A-Za-z0-9]*(\.[A-Za-z0-9]+)*")
_RANGE: Final = re.compile(r"\d{1,3}(\.\d{1,3}){3}(/\d{1,2})?")


def _port(value: str) -> bool:
    ends = value.split("-")
    numbers = [int(end) for end in ends if re.fullmatch(r"\d{1,5}", end)]
    return value == "*" or (len(ends) == len(numbers) <= 2 and 0 <= numbers[0] <= numbers[-1] <= 65535)


def _sides_fit(rule: Mapping[str, Any], path: str) -> Problems:
    for side in ("source", "destination"):
        where = (f"{side}AddressPrefix", f"{side}AddressPrefixes", f"{side}ApplicationSecurityGroups")
        for keys in (where, (f"{side}PortRange", f"{side}PortRanges")):
            if len([key for key in keys if rule.get(key)]) != 1:
                yield path, f"SecurityRuleParameterMissing: exactly one of {' and '.join(keys)} is needed"
        for at_, prefix in (*at(rule, where[0]), *at(rule, f"{where[1]}[*]")):
            if prefix != "*" and not _RANGE.fullmatch(prefix) and not _TAG.fullmatch(prefix):
                yield f"{path}.{at_}", f"SecurityRuleInvalidAddressPrefix: '{prefix}'"
        for at_, ports in (*at(rule, f"{side}PortRange"), *at(rule, f"{side}PortRanges[*]")):
            if not _port(ports):
                yield f"{path}.{at_}", f"SecurityRuleInvalidPortRange: '{ports}'"


def _rules_fit(inputs: Mapping[str, Any]) -> Problems:
    """What a set of security rules must fulfil.

    https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview#security-rules
    """
    seen: set[tuple[str, int]] = set()
    names: set[str] = set()
    for number, rule in enumerate(inputs.get("securityRules") or []):
        path = f"securityRules[{number}]"
        priority, direction = rule.get("priority"), rule.get("direction")
        if (direction, priority) in seen:
            yield f"{path}.priority", f"SecurityRuleConflict: two {direction} rules have priority {priority}"
        if rule.get("name") in names:
            yield f"{path}.name", f"two rules are named '{rule.get('name')}'"
        seen.add((direction, priority))
        names.add(rule.get("name"))
        yield from _sides_fit(rule, path)


def _routes_fit(inputs: Mapping[str, Any]) -> Problems:
    """https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview."""
    seen: dict[str, set[str]] = {"name": set(), "addressPrefix": set()}
    for number, route in enumerate(inputs.get("routes") or []):
        path, prefix, hop = f"routes[{number}]", route.get("addressPrefix"), route.get("nextHopType")
        if not (prefix and (_RANGE.fullmatch(prefix) or _TAG.fullmatch(prefix))):
            yield f"{path}.addressPrefix", f"InvalidAddressPrefix: '{prefix}' is neither a range nor a service tag"
        if (hop == "VirtualAppliance") != bool(route.get("nextHopIpAddress")):
            yield f"{path}.nextHopIpAddress", "an address is given with VirtualAppliance, and only with it"
        for key, values in seen.items():
            if route.get(key) in values:
                yield f"{path}.{key}", f"two routes have the {key} '{route.get(key)}'"
            values.add(route.get(key))


def _in_use(path: str, code: str) -> Guard:
    def belongs(context: Context, subnet: Object) -> bool:
        return any(value == context.id for _, value in at(subnet.inputs, path))

    return not_deleted_while_others(
        SUBNET, belongs=belongs, reason=f"{code}: {{id}} cannot be deleted because it is in use by {{other}}"
    )


_LISTED: Final = "That the order of the list means nothing on Azure is not imitated: another order is a difference."

TYPES: Final = (
    ResourceType(
        token=SECURITY_GROUP,
        source="https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview",
        sources=("https://learn.microsoft.com/azure/virtual-network/manage-network-security-group",),
        id=in_group("Microsoft.Network/networkSecurityGroups/{networkSecurityGroupName}"),
        name=name("networkSecurityGroupName"),
        computed={"resourceGuid": uuid("guid")},
        checks=(
            between("securityRules[*].priority", 100, 4096),
            holds("securityRules", lambda rules: len(rules) <= 1000, "a security group has at most 1,000 rules"),
            matches("securityRules[*].name", r"[a-zA-Z0-9]([\w.-]{0,78}\w)?", "not the name of a rule"),
            matches("securityRules[*].description", r"(?s).{0,140}", "a description has at most 140 characters"),
            _rules_fit,
        ),
        guards=(_in_use("networkSecurityGroup.id", "InUseNetworkSecurityGroupCannotBeDeleted"),),
        known_as=("name",),
        blind_spots=(
            "Whether a service tag of that name exists is not asked.",
            "Rules that are resources of their own, and application security groups, are not imitated.",
            "What a service in a subnet needs open (probes, its own nodes) is not asked; it breaks later.",
            _LISTED,
        ),
    ),
    ResourceType(
        token=ROUTE_TABLE,
        source="https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview",
        sources=("https://learn.microsoft.com/azure/virtual-network/manage-route-table",),
        id=in_group("Microsoft.Network/routeTables/{routeTableName}"),
        name=name("routeTableName"),
        computed={"resourceGuid": uuid("guid")},
        checks=(
            holds("routes", lambda routes: len(routes) <= 400, "a route table has at most 400 routes"),
            _routes_fit,
        ),
        guards=(_in_use("routeTable.id", "InUseRouteTableCannotBeDeleted"),),
        known_as=("name",),
        blind_spots=(
            "Whether a service tag of that name exists is not asked.",
            "Routes that are resources of their own are not imitated.",
            _LISTED,
        ),
    ),
)
