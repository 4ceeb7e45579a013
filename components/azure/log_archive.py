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
            landing=landing,
        )
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
