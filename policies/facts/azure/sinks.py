"""Azure Monitor diagnostic settings and flow logs: what is written into which storage account.

https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings
"""

from collections.abc import Iterator, Mapping

from policies.facts.answers import every, some
from policies.facts.reading import flag, read, read_all
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Maybe

ACCOUNT = "azure-native:storage:StorageAccount"
SETTING = "azure-native:monitor:DiagnosticSetting"
ACTIVITY = "azure-native:monitor:SubscriptionDiagnosticSetting"
FLOW_LOG = "azure-native:network:FlowLog"
KNOWN = frozenset({SETTING, ACTIVITY, FLOW_LOG})

_GROUPS = {"allLogs", "audit"}
_KINDS: Mapping[str, tuple[str, str]] = {
    "azure-native:storage:BlobServiceProperties": ("StorageRead", "access"),
    "azure-native:dbforpostgresql:Server": ("PostgreSQLLogs", "database"),
    "azure-native:dbformysql:Server": ("MySqlAuditLogs", "database"),
    "azure-native:cosmosdb:DatabaseAccount": ("DataPlaneRequests", "database"),
    "azure-native:web:WebApp": ("AppServiceConsoleLogs", "application"),
    "azure-native:app:ManagedEnvironment": ("ContainerAppConsoleLogs", "application"),
}
"""Type of what is logged, the category that counts, and the kind of log that it is."""


def feeds(world: World, account: Resource) -> tuple[Resource, ...]:
    """The settings and flow logs that write into the account."""
    return (
        *world.referring(account, SETTING, "storageAccountId"),
        *world.referring(account, ACTIVITY, "storageAccountId"),
        *world.referring(account, FLOW_LOG, "storageId"),
    )


def logged(world: World, resource: Resource, *categories: str) -> Maybe[bool]:
    """Whether one setting writes all these categories of the resource somewhere."""
    settings = world.referring(resource, SETTING, "resourceUri")
    return some(world.absent(value=False), *(_writes(setting, *categories) for setting in settings))


def kinds(world: World, account: Resource) -> Maybe[frozenset[str]]:
    """The words of `LOG_KINDS` that are delivered into the account."""
    found = dict(_kinds(world, account))
    if any(answer is UNKNOWN for answer in found.values()):
        return UNKNOWN
    words = frozenset(kind for kind, answer in found.items() if answer is True)
    return words if world.complete else UNKNOWN


def _kinds(world: World, account: Resource) -> Iterator[tuple[str, Maybe[bool]]]:
    for feed in feeds(world, account):
        if feed.type == FLOW_LOG:
            yield "flow", flag(feed, "enabled", default=True)
        elif feed.type == ACTIVITY:
            yield "audit", _writes(feed, "Administrative")
        else:
            for token, (category, kind) in _KINDS.items():
                if world.target(feed, "resourceUri", token) is not None:
                    yield kind, _writes(feed, category)


def _writes(setting: Resource, *categories: str) -> Maybe[bool]:
    on: set[str] = set()
    for log in read_all(setting, "logs"):
        if not isinstance(log, Mapping) or UNKNOWN in log.values():
            return UNKNOWN
        if read(log, "enabled") is True:
            on |= {str(log.get("category")), str(log.get("categoryGroup"))}
    return every(*(category in on or bool(on & _GROUPS) for category in categories))
