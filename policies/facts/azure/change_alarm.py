"""Activity log alerts: https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-types#activity-log-alerts.

The operations: CIS Microsoft Azure Foundations Benchmark, chapter on activity log alerts, and beside it those that assign roles, elevate to
the whole tenant, or touch vaults and diagnostic settings; https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations.
The deletion of a single key is no operation of the activity log.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from policies.facts.alarms import parts
from policies.facts.answers import every, some
from policies.facts.reading import flag, is_set, items, read, read_all
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import ChangeAlarm, Fact, Maybe

_ALERT = "azure-native:monitor:ActivityLogAlert"
GROUP = "azure-native:monitor:ActionGroup"
KNOWN = frozenset({_ALERT, GROUP})


def _all(*operations: str) -> frozenset[str]:
    return frozenset(f"microsoft.{operation}" for operation in operations)


_NEEDS: Mapping[str, frozenset[str]] = {
    "root-use": _all("authorization/elevateaccess/action"),
    "identity": _all("authorization/roleassignments/write", "authorization/roleassignments/delete"),
    "keys": _all("keyvault/vaults/write", "keyvault/vaults/delete"),
    "audit-log": _all("insights/diagnosticsettings/write", "insights/diagnosticsettings/delete"),
    "network": _all(
        "network/networksecuritygroups/write",
        "network/networksecuritygroups/delete",
        "sql/servers/firewallrules/write",
        "sql/servers/firewallrules/delete",
    ),
    "guardrails": _all(
        "authorization/policyassignments/write",
        "authorization/policyassignments/delete",
        "security/securitysolutions/write",
        "security/securitysolutions/delete",
    ),
}
_OPERATION = "operationname"
# Fields that follow from the operation; any other narrows whom or what the alert tells of.
_FOLLOW = {"category", "resourceprovider", "resourcetype"}
_RECEIVERS = (
    "armRoleReceivers",
    "automationRunbookReceivers",
    "azureAppPushReceivers",
    "azureFunctionReceivers",
    "emailReceivers",
    "eventHubReceivers",
    "incidentReceivers",
    "itsmReceivers",
    "logicAppReceivers",
    "smsReceivers",
    "voiceReceivers",
    "webhookReceivers",
)


def facts(world: World) -> Iterator[Fact]:
    for urn, words in parts({alert.urn: list(_operations(alert)) for alert in world.of(_ALERT)}, _NEEDS).items():
        alert = world.get(urn)
        if alert is not None:
            yield ChangeAlarm(
                urn=urn,
                role=alert.role,
                changes=words,
                on=flag(alert, "enabled", default=True),
                notifies=notifies(world, alert, "actions.actionGroups", "actionGroupId"),
            )


def notifies(world: World, alert: Resource, path: str, at: str) -> Maybe[bool]:
    """It names a group; one that the stack makes is on and has a receiver."""
    groups = world.targets(alert, path, GROUP)
    if not groups or len(read_all(alert, f"{path}.{at}")) > len(groups):
        return is_set(alert, path)
    return some(*map(_received, groups))


def _received(group: Resource) -> Maybe[bool]:
    received = some(*(is_set(group, name) for name in _RECEIVERS))
    return every(flag(group, "enabled", default=True), received)


def _operations(alert: Resource) -> Iterator[str]:
    """The operations of the subscription that its conditions name; all of them where only the category of administration is named."""
    said: dict[str, list[str]] = {}
    for condition in items(read(alert, "condition.allOf")):
        leaves = list(_leaves(condition))
        if not leaves:
            return
        for leaf in leaves:
            said.setdefault(str(leaf.get("field")).lower(), []).extend(_values(leaf))
    scopes = [one for one in read_all(alert, "scopes") if isinstance(one, str)]
    everywhere = any("/resourcegroups/" not in scope.lower() for scope in scopes)
    if everywhere and said.keys() <= {*_FOLLOW, _OPERATION}:
        yield from said.get(_OPERATION) or (["*"] if said.get("category") == ["administrative"] else [])


def _leaves(condition: Any) -> Iterator[Mapping[str, Any]]:
    """A condition is one field, or alternatives of several."""
    if isinstance(condition, Mapping):
        inner = [one for one in items(condition.get("anyOf")) if isinstance(one, Mapping)]
        yield from inner or ([condition] if "field" in condition else [])


def _values(leaf: Mapping[str, Any]) -> Iterator[str]:
    for value in (leaf.get("equals"), *items(leaf.get("containsAny"))):
        if isinstance(value, str):
            yield value.lower()
