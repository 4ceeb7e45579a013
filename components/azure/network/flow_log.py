"""Virtual network flow logs (those of security groups can't be made any more), written to the archive as an identity."""

from pulumi_azure_native import managedidentity
from pulumi_azure_native import network as arm

from components._component import Component
from components.azure._grant import Role, grant
from components.azure._landing import AzureLanding
from components.azure.log_archive import LogArchive

__all__ = ["flow_log"]


def flow_log(
    owner: Component, name: str, network: arm.VirtualNetwork, archive: LogArchive, landing: AzureLanding
) -> None:
    """Every flow of `network`, allowed and denied, into `archive`.

    The archive admits no shared key, so the log is written as an identity of its own:
    https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-managed-identity
    """
    writer = managedidentity.UserAssignedIdentity(
        f"{name}-writer",
        resource_group_name=landing.resource_group,
        location=landing.region,
        tags=landing.tags,
        opts=owner.child(),
    )
    granted = grant(
        f"{name}-writes-archive",
        Role.STORAGE_BLOB_DATA_CONTRIBUTOR,
        to=writer,
        scope=archive.account.id,
        landing=landing,
        opts=owner.child(),
    )
    arm.FlowLog(
        name,
        # The cloud makes one watcher a region, under this name, with the region's first network.
        # https://learn.microsoft.com/azure/network-watcher/network-watcher-create
        resource_group_name="NetworkWatcherRG",
        network_watcher_name=f"NetworkWatcher_{landing.region}",
        location=landing.region,
        target_resource_id=network.id,
        storage_id=archive.account.id,
        enabled=True,
        format={"type": "JSON", "version": 2},
        identity={"type": arm.ResourceIdentityType.USER_ASSIGNED, "user_assigned_identities": [writer.id]},
        tags=landing.tags,
        opts=owner.child(depends_on=[granted]),
    )
