"""Azure Monitor diagnostic settings.

https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.azure.arm import region
from sandbox.cloud.azure.object_storage import ACCOUNT
from sandbox.cloud.checks import one_of
from sandbox.cloud.context import Context, Object
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at, one

_SETTING: Final = "azure-native:monitor:DiagnosticSetting"
_ACTIVITY: Final = "azure-native:monitor:SubscriptionDiagnosticSetting"
_DOCS: Final = "https://learn.microsoft.com/azure/azure-monitor"
# https://learn.microsoft.com/azure/azure-monitor/reference/logs-index
_CATEGORIES: Final = {
    "azure-native:keyvault:Vault": {"AuditEvent", "AzurePolicyEvaluationDetails"},
    "azure-native:storage:BlobServiceProperties": {"StorageRead", "StorageWrite", "StorageDelete"},
    "azure-native:dbforpostgresql:Server": {
        "PostgreSQLLogs",
        "PostgreSQLFlexSessions",
        "PostgreSQLFlexQueryStoreRuntime",
        "PostgreSQLFlexQueryStoreWaitStats",
        "PostgreSQLFlexTableStats",
        "PostgreSQLFlexDatabaseXacts",
    },
    "azure-native:containerregistry:Registry": {"ContainerRegistryLoginEvents", "ContainerRegistryRepositoryEvents"},
    "azure-native:app:ManagedEnvironment": {
        "ContainerAppConsoleLogs",
        "ContainerAppSystemLogs",
        # HTTP logs: https://learn.microsoft.com/azure/container-apps/logging (that a storage account takes them is unverified)
        "ContainerAppHTTPLogs",
        "AppEnvSpringAppConsoleLogs",
    },
    "azure-native:network:NetworkSecurityGroup": {"NetworkSecurityGroupEvent", "NetworkSecurityGroupRuleCounter"},
    "azure-native:network:VirtualNetwork": {"VMProtectionAlerts"},
}
_ACTIVITY_CATEGORIES: Final = (
    "Administrative",
    "Security",
    "ServiceHealth",
    "Alert",
    "Recommendation",
    "Policy",
    "Autoscale",
    "ResourceHealth",
)
_SINKS: Final = ("storageAccountId", "workspaceId", "eventHubAuthorizationRuleId", "marketplacePartnerId")
_MOST: Final = 5  # settings of one resource, and of one subscription


def _categories(tree: Mapping[str, Any]) -> set[str]:
    return {value for _, value in at(tree, "logs[*].category")}


def _somewhere_to_go(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if not any(inputs.get(sink) for sink in _SINKS):
        yield "storageAccountId", "BadRequest: a diagnostic setting needs at least one destination"
    if inputs.get("eventHubName") and not inputs.get("eventHubAuthorizationRuleId"):
        yield "eventHubAuthorizationRuleId", "required with eventHubName"


def _logs_fit(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each entry names one category or one group, and each once."""
    seen: set[str] = set()
    for number, log in enumerate(inputs.get("logs") or ()):
        named = [log[key] for key in ("category", "categoryGroup") if log.get(key)]
        if len(named) != 1:
            yield f"logs[{number}]", "BadRequest: exactly one of category and categoryGroup is needed"
        for twice in set(named) & seen:
            yield f"logs[{number}]", f"BadRequest: '{twice}' is given twice"
        seen.update(named)
        group = log.get("categoryGroup")
        if group not in (None, "allLogs", "audit"):
            yield f"logs[{number}].categoryGroup", f"BadRequest: Category group '{group}' is not supported"


def _where(context: Context, resource: Object) -> str:
    """A blob service lies where its account does."""
    parent = context.find(resource.id.partition("/blobServices/")[0], ACCOUNT)
    return region((parent or resource).get("location"))


def _monitored(context: Context) -> str | None:
    if context.operation == "delete":
        return None
    resource = context.find(context["resourceUri"], *_CATEGORIES)
    if resource is None:
        return f"ResourceNotFound: the resource {context['resourceUri']} was not found, or has no resource logs"
    for category in sorted(_categories(context.inputs) - _CATEGORIES[resource.token]):
        return f"BadRequest: Category '{category}' is not supported"
    account = context.inputs.get("storageAccountId")
    if account and context["resourceUri"].startswith(f"{account}/"):
        return "BadRequest: logs of a storage account cannot be sent to the account itself"
    others = [
        o for o in context.objects(_SETTING) if o.id != context.id and o.get("resourceUri") == context["resourceUri"]
    ]
    if len(others) >= _MOST:
        return f"Conflict: {context['resourceUri']} has {_MOST} diagnostic settings already"
    for other in others:
        if other.get("storageAccountId") == account and _categories(other.inputs) & _categories(context.inputs):
            return f"Conflict: Data sink '{account}' is already used in {other.id} for a category of this setting"
    return _archive_fits(context, _where(context, resource))


def _archive_fits(context: Context, where: str) -> str | None:
    account = context.find(context.inputs.get("storageAccountId") or "", ACCOUNT)
    if account is None:
        return None
    if where and region(account.get("location")) != where:
        return "BadRequest: the resource and the storage account must be in the same region"
    if one(account.inputs, "sku.name").startswith("Premium"):
        return "BadRequest: logs are not sent to a premium storage account"
    return None


def _five_at_most(context: Context) -> str | None:
    if context.operation == "create" and len(context.objects(_ACTIVITY)) >= _MOST:
        return f"DiagnosticSettingsLimitReached: a subscription has at most {_MOST} diagnostic settings"
    return None


def _archived(context: Context) -> str | None:
    return None if context.operation == "delete" else _archive_fits(context, "")


def _name(unique_in: str) -> Name:
    return Name(
        property="name",
        longest=260,
        pattern=r"[^*#&+:<>?]+",
        allowed="a-zA-Z0-9_-",
        lower=False,
        unique_in=unique_in,
    )


_SILENT: Final = (
    "Logs that the storage account's firewall or retention does not let in are lost without a word.",
    "Workspaces, event hubs and partners are not known; their ids are taken as they are.",
    "Retention inside a setting is no longer offered by Azure; it is not refused.",
    "That the order of logs means nothing on Azure is not imitated: another order is a difference.",
)

TYPES: Final = (
    ResourceType(
        token=_SETTING,
        source=f"{_DOCS}/platform/diagnostic-settings",
        sources=(
            f"{_DOCS}/reference/logs-index",
            "https://github.com/hashicorp/terraform-provider-azurerm/issues/2985",
        ),
        id="{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}",
        name=_name("{resourceUri}"),
        replace_on=("resourceUri",),
        checks=(_somewhere_to_go, _logs_fit),
        guards=(_monitored,),
        references=(Reference("storageAccountId", ACCOUNT),),
        blind_spots=("Metrics are not looked at.", *_SILENT),
    ),
    ResourceType(
        token=_ACTIVITY,
        source=f"{_DOCS}/platform/activity-log",
        sources=(f"{_DOCS}/platform/activity-log-schema", f"{_DOCS}/platform/diagnostic-settings"),
        id="/subscriptions/{subscription}/providers/Microsoft.Insights/diagnosticSettings/{name}",
        name=_name("{subscription}"),
        checks=(_somewhere_to_go, _logs_fit, one_of("logs[*].category", _ACTIVITY_CATEGORIES)),
        guards=(_five_at_most, _archived),
        references=(Reference("storageAccountId", ACCOUNT),),
        blind_spots=(
            "Whether two settings may send one category to one sink is not known; it is not refused.",
            *_SILENT,
        ),
    ),
)
