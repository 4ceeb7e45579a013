"""Azure Monitor diagnostic settings and network flow logs.

https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.azure.arm import IN_GROUP
from sandbox.cloud.azure.identity import BLOB_CONTRIBUTOR, holds_role
from sandbox.cloud.azure.network import NETWORK, name
from sandbox.cloud.azure.object_storage import ACCOUNT
from sandbox.cloud.checks import between, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.identity import uuid
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at

_SETTING: Final = "azure-native:monitor:DiagnosticSetting"
_ACTIVITY: Final = "azure-native:monitor:SubscriptionDiagnosticSetting"
_FLOW_LOG: Final = "azure-native:network:FlowLog"
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
        "AppEnvSpringAppConsoleLogs",
    },
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


def _categories(tree: Mapping[str, Any]) -> set[str]:
    return {value for _, value in at(tree, "logs[*].category")}


def _somewhere_to_go(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if not any(
        inputs.get(sink)
        for sink in ("storageAccountId", "workspaceId", "eventHubAuthorizationRuleId", "marketplacePartnerId")
    ):
        yield "storageAccountId", "BadRequest: a diagnostic setting needs at least one destination"


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
    for other in context.objects(_SETTING):
        same = other.id != context.id and other.get("resourceUri") == context["resourceUri"]
        if (
            same
            and other.get("storageAccountId") == account
            and _categories(other.inputs) & _categories(context.inputs)
        ):
            return f"Conflict: Data sink '{account}' is already used in {other.id} for a category of this setting"
    found = context.find(account, ACCOUNT) if account else None
    if found is not None and found.get("location") != resource.get("location", found.get("location")):
        return "BadRequest: the resource and the storage account must be in the same region"
    return None


def _five_at_most(context: Context) -> str | None:
    if context.operation == "create" and len(context.objects(_ACTIVITY)) >= 5:
        return "DiagnosticSettingsLimitReached: a subscription has at most 5 diagnostic settings"
    return None


def _flow_log_is_written(context: Context) -> str | None:
    if context.operation == "delete":
        return None
    location = context["location"]
    if (
        context["networkWatcherName"] != f"NetworkWatcher_{location}"
        or context["resourceGroupName"] != "NetworkWatcherRG"
    ):
        return f"ResourceNotFound: the network watcher '{context['networkWatcherName']}' was not found in {location}"
    for other in context.objects(_FLOW_LOG):
        if other.id != context.id and other.get("targetResourceId") == context["targetResourceId"]:
            return f"FlowLogAlreadyExists: {other.id} logs {context['targetResourceId']} already"
    account = context.find(context["storageId"], ACCOUNT)
    if account is None or account.get("allowSharedKeyAccess") is not False:
        return None
    writers = [value for _, value in at(context.inputs, "identity.userAssignedIdentities[*]")]
    if not any(holds_role(context, writer, BLOB_CONTRIBUTOR, account.id) for writer in writers):
        return "the storage account admits no shared key: the flow log needs an identity that may write blobs there"
    return None


TYPES: Final = (
    ResourceType(
        token=_SETTING,
        source="https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings",
        id="{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}",
        name=Name(
            property="name",
            longest=260,
            pattern=r"[^*#&+:<>?]+",
            allowed="a-zA-Z0-9_-",
            lower=False,
            unique_in="{resourceUri}",
        ),
        replace_on=("resourceUri",),
        checks=(_somewhere_to_go,),
        guards=(_monitored,),
        references=(Reference("storageAccountId", ACCOUNT),),
    ),
    ResourceType(
        token=_ACTIVITY,
        source="https://learn.microsoft.com/azure/azure-monitor/platform/activity-log",
        id="/subscriptions/{subscription}/providers/Microsoft.Insights/diagnosticSettings/{name}",
        name=Name(
            property="name",
            longest=260,
            pattern=r"[^*#&+:<>?]+",
            allowed="a-zA-Z0-9_-",
            lower=False,
            unique_in="{subscription}",
        ),
        checks=(_somewhere_to_go, one_of("logs[*].category", _ACTIVITY_CATEGORIES)),
        guards=(_five_at_most,),
        references=(Reference("storageAccountId", ACCOUNT),),
    ),
    ResourceType(
        token=_FLOW_LOG,
        source="https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview",
        id="/subscriptions/{subscription}/resourceGroups/{resourceGroupName}/providers/Microsoft.Network/networkWatchers/"
        "{networkWatcherName}/flowLogs/{flowLogName}",
        name=name("flowLogName", unique_in=IN_GROUP + "/{networkWatcherName}"),
        computed={"targetResourceGuid": uuid("target")},
        replace_on=("networkWatcherName", "targetResourceId"),
        checks=(between("retentionPolicy.days", 0, 365),),
        guards=(_flow_log_is_written,),
        references=(Reference("targetResourceId", NETWORK), Reference("storageId", ACCOUNT)),
    ),
)
