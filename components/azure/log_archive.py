"""Azure Storage with version-level immutability: activity log, resource logs and flow logs, written by the cloud itself."""

import pulumi
from pulumi_azure_native import monitor, storage

from components import log_archive as contract
from components._component import Component, own
from components.azure._account import account
from components.azure._landing import AzureLanding
from components.azure.encryption_key import EncryptionKey
from components.encryption_key import KeyUser
from components.log_archive import TRAIL_SUPPLIED, LogArchiveArgs

__all__ = ["LogArchive"]

# Every category of the activity log: https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema
_ACTIVITY = (
    "Administrative",
    "Security",
    "ServiceHealth",
    "Alert",
    "Recommendation",
    "Policy",
    "Autoscale",
    "ResourceHealth",
)
_ACCESS = ("StorageRead", "StorageWrite", "StorageDelete")


class LogArchive(contract.LogArchive):
    """No workspace: diagnostic settings write straight into this account, so everything lies under the one customer key.

    Every container that the cloud makes in it inherits the retention. Append blobs may still grow, at their end only.
    """

    account: storage.StorageAccount

    def __init__(
        self, name: str, args: LogArchiveArgs, landing: AzureLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:azure:LogArchive", name, landing, opts)
        key = own(args.key, EncryptionKey)
        self.account = account(
            self,
            f"{name}store",
            key=key,
            user=KeyUser.LOGS,
            retention_days=args.retention_days,
            appends=True,
            removed=True,
            landing=landing,
        )
        self._watch_itself(name, key, args, landing)
        for what, vault in (("vault", key.vault), ("images-vault", key.images[0])):
            self.keep(self, f"{name}-{what}-log", vault.id, ["AuditEvent", "AzurePolicyEvaluationDetails"])
        if args.audit_trail_supplied:
            pulumi.log.info(TRAIL_SUPPLIED, self)
        else:
            monitor.SubscriptionDiagnosticSetting(
                f"{name}-activity-log",
                storage_account_id=self.account.id,
                logs=[{"category": category, "enabled": True} for category in _ACTIVITY],
                opts=self.child(),
            )
        self.archive_id = self.account.id
        self.register_outputs(
            {"archive_id": self.archive_id, "inherited": ["audit"] if args.audit_trail_supplied else []}
        )

    def _watch_itself(self, name: str, key: EncryptionKey, args: LogArchiveArgs, landing: AzureLanding) -> None:
        """An account's logs can't be sent to itself: a second account keeps the first one's reads and writes, and the first the
        second's. What Azure writes there itself is not logged, so neither feeds the other.

        https://learn.microsoft.com/azure/storage/blobs/monitor-blob-storage
        """
        second = account(
            self,
            f"{name}access",
            key=key,
            user=KeyUser.LOGS,
            retention_days=args.retention_days,
            appends=True,
            removed=True,
            landing=landing,
        )
        for what, watched, into in ((name, self.account, second), (f"{name}-access", second, self.account)):
            service = storage.BlobServiceProperties(
                f"{what}-service",
                resource_group_name=landing.resource_group,
                account_name=watched.name,
                blob_services_name="default",
                is_versioning_enabled=True,
                opts=self.child(),
            )
            monitor.DiagnosticSetting(
                f"{what}-reads-and-writes",
                resource_uri=service.id,
                storage_account_id=into.id,
                logs=[{"category": category, "enabled": True} for category in _ACCESS],
                opts=self.child(),
            )

    def keep(
        self, owner: Component, name: str, resource: pulumi.Input[str], categories: list[str]
    ) -> monitor.DiagnosticSetting:
        """Write these log categories of `resource` into the archive."""
        return monitor.DiagnosticSetting(
            name,
            resource_uri=resource,
            storage_account_id=self.account.id,
            logs=[{"category": category, "enabled": True} for category in categories],
            opts=owner.child(),
        )
