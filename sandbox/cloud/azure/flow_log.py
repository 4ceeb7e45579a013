"""Azure Network Watcher: flow logs.

https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview
"""

from typing import Final

from sandbox.cloud.azure.arm import IN_GROUP, WATCHERS, assigned, elsewhere, region
from sandbox.cloud.azure.identity import identities_exist, identity_fits
from sandbox.cloud.azure.network import NETWORK, SUBNET, name, network_of
from sandbox.cloud.azure.object_storage import ACCOUNT
from sandbox.cloud.azure.roles import WRITE_BLOBS, holds_role
from sandbox.cloud.checks import between, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.identity import uuid
from sandbox.cloud.resource_type import Reference, ResourceType
from sandbox.cloud.value import one

_FLOW_LOG: Final = "azure-native:network:FlowLog"
_DOCS: Final = "https://learn.microsoft.com/azure/network-watcher"


def _watched(context: Context) -> str | None:
    """A region has one watcher, there from its first network on.

    https://learn.microsoft.com/azure/network-watcher/network-watcher-create
    """
    if not context.writing:
        return None
    location, watcher = region(context["location"]), context["networkWatcherName"]
    networks = [o for o in context.objects(NETWORK) if region(o.get("location")) == location]
    if watcher != f"NetworkWatcher_{location}" or context["resourceGroupName"] != WATCHERS or not networks:
        return f"ResourceNotFound: the network watcher '{watcher}' was not found in {location}"
    target = context["targetResourceId"]
    network = context.find(target, NETWORK) or network_of(context, target)
    if elsewhere(context, network):
        return f"InvalidTargetResource: {target} does not lie in {location}"
    for other in context.objects(_FLOW_LOG):
        if other.id != context.id and other.get("targetResourceId") == target:
            return f"FlowLogAlreadyExists: {other.id} logs {target} already"
    return None


def _written(context: Context) -> str | None:
    """https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-managed-identity."""
    account = context.find(context["storageId"], ACCOUNT) if context.writing else None
    if account is None:
        return None
    if elsewhere(context, account):
        return f"FlowLogStorageAccountRegionMismatch: {account.id} must be in the region of the flow log"
    if one(account.inputs, "sku.name").startswith("Premium"):
        return f"FlowLogStorageAccountTypeInvalid: {account.id} must be a standard account"
    if account.get("allowSharedKeyAccess") is not False:
        return None
    if not any(holds_role(context, writer, WRITE_BLOBS, account.id) for writer in assigned(context.inputs)):
        return "the storage account admits no shared key: the flow log needs an identity that may write blobs there"
    return None


TYPES: Final = (
    ResourceType(
        token=_FLOW_LOG,
        source=f"{_DOCS}/vnet-flow-logs-overview",
        sources=(f"{_DOCS}/vnet-flow-logs-managed-identity", f"{_DOCS}/network-watcher-create"),
        id="/subscriptions/{subscription}/resourceGroups/{resourceGroupName}/providers/Microsoft.Network/networkWatchers/"
        "{networkWatcherName}/flowLogs/{flowLogName}",
        name=name("flowLogName", unique_in=IN_GROUP + "/{networkWatcherName}"),
        computed={"targetResourceGuid": uuid("target")},
        replace_on=("networkWatcherName",),
        checks=(
            between("retentionPolicy.days", 0, 365),
            one_of("format.version", (1, 2)),
            identity_fits,
        ),
        guards=(identities_exist, _watched, _written),
        references=(Reference("targetResourceId", (NETWORK, SUBNET)), Reference("storageId", ACCOUNT)),
        blind_spots=(
            "Watchers of another name or group, and those that are resources of their own, are not known.",
            "Flow logs of single network interfaces and traffic analytics are not imitated.",
            "The codes of the refused storage accounts are not verified.",
            "Deleting the network ends its flow log; here the log stays until it is deleted itself.",
        ),
    ),
)
