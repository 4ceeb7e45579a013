"""Database (データベース): PostgreSQL, UTF-8, for the workload's own data."""

from dataclasses import dataclass
from typing import ClassVar

import pulumi

from components._component import Args, Component, Size
from components.encryption_key import EncryptionKey
from components.log_archive import LogArchive
from components.network import Network
from components.secret import Secret

__all__ = ["Database", "DatabaseArgs"]


@dataclass(frozen=True, kw_only=True)
class DatabaseArgs(Args):
    """`recovery_days`: point-in-time recovery, 7 to 35 days. `password`: the administrator's; `secret` holds the same
    value for clouds that fetch it from their secret store.
    """

    key: EncryptionKey
    archive: LogArchive
    network: Network
    secret: Secret
    password: pulumi.Output[str]
    size: Size
    recovery_days: int


class Database(Component):
    """A managed PostgreSQL with a standby in another failure zone, reachable from the application tier only."""

    PROMISES: ClassVar = {
        "standby_in_second_zone": "A standby in a second failure zone takes over by itself.",
        "customer_key": "Data and backups are encrypted with the customer-managed key.",
        "tls_enforced": "Connections without TLS 1.2 or later are refused.",
        "private_only": "It has a private address only.",
        "recovery_window": "Any moment of the days asked (seven at least) can be recovered.",
        "daily_backup": "It is backed up every day.",
        "deletion_guarded": "In production it can't be deleted by one call.",
        "minor_upgrades_automatic": "Minor versions are applied by the cloud.",
        "logs_exported": "Its logs are kept outside the database.",
    }
    host: pulumi.Output[str]
    """Name or private address that the application connects to, port 5432."""
    database_name: pulumi.Output[str]
