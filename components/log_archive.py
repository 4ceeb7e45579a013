"""Log archive (ログ保管庫): keeps the audit trail, flow logs and access logs where nobody can alter them."""

from dataclasses import dataclass
from typing import ClassVar

import pulumi

from components._component import Args, Component
from components.encryption_key import EncryptionKey

__all__ = ["TRAIL_SUPPLIED", "LogArchive", "LogArchiveArgs"]

TRAIL_SUPPLIED = (
    "監査証跡は必須適用テンプレートが備えるため作りません。 / "
    "The mandatory templates supply the audit trail: no second one is made."
)
"""What the person at `pulumi up` reads when `audit_trail_supplied` is set, on every cloud."""


@dataclass(frozen=True, kw_only=True)
class LogArchiveArgs(Args):
    """`retention_days`: nothing is altered or removed before (>= 365). `audit_trail_supplied`: Digital Agency's mandatory
    templates (必須適用テンプレート) already write an audit trail; a second one is not made and the reason is shown.
    """

    key: EncryptionKey
    retention_days: int
    audit_trail_supplied: bool = False


class LogArchive(Component):
    """Write-once storage of logs, encrypted with the customer key, and the audit trail that fills it."""

    PROMISES: ClassVar = {
        "audit_trail": "Every administrative act in the landing unit is recorded here (or by the supplied templates).",
        "access_logs_kept": "Reads and writes of the workload's stores are recorded here.",
        "write_once": "A record can't be altered or deleted before its retention ends.",
        "customer_key": "The archive is encrypted with the customer-managed key.",
        "retention": "Records are kept for the days asked.",
    }
    archive_id: pulumi.Output[str]
    """Name or id of the store that holds the logs."""
