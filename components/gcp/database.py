"""Cloud SQL for PostgreSQL, Enterprise Plus edition: regional, with a private address, under the customer key."""

from collections.abc import Mapping
from typing import NamedTuple

import pulumi
from pulumi_gcp import sql

from components import database as contract
from components._component import Size, own
from components.database import DatabaseArgs
from components.gcp._landing import GcpLanding
from components.gcp.network import Network

__all__ = ["Database"]


class _Capacity(NamedTuple):
    """`gib` may grow to `at_most_gib` by itself."""

    tier: str
    gib: int
    at_most_gib: int


# https://cloud.google.com/sql/docs/postgres/machine-series-overview
_CAPACITY: Mapping[Size, _Capacity] = {
    Size.SMALL: _Capacity("db-perf-optimized-N-2", 100, 500),
    Size.MEDIUM: _Capacity("db-perf-optimized-N-4", 200, 1000),
    Size.LARGE: _Capacity("db-perf-optimized-N-8", 400, 4000),
}


class Database(contract.Database):
    """Enterprise Plus, because the Enterprise edition keeps the logs for point-in-time recovery for 7 days at most, Plus for 35.

    https://cloud.google.com/sql/docs/postgres/backup-recovery/pitr

    Minor versions come with the maintenance window, and TLS 1.2 is PostgreSQL's own minimum.
    https://cloud.google.com/sql/docs/postgres/maintenance
    https://www.postgresql.org/docs/17/runtime-config-connection.html#GUC-SSL-MIN-PROTOCOL-VERSION
    """

    def __init__(
        self, name: str, args: DatabaseArgs, landing: GcpLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:gcp:Database", name, landing, opts)
        capacity = _CAPACITY[args.size]
        instance = sql.DatabaseInstance(
            f"{name}-instance",
            database_version="POSTGRES_17",
            region=landing.region,
            encryption_key_name=args.key.key_id,
            # The provider's own guard; `deletion_protection_enabled` is the cloud's.
            deletion_protection=landing.protected,
            settings={
                "edition": "ENTERPRISE_PLUS",
                "tier": capacity.tier,
                "availability_type": "REGIONAL",
                "disk_type": "PD_SSD",
                "disk_size": capacity.gib,
                "disk_autoresize": True,
                "disk_autoresize_limit": capacity.at_most_gib,
                "deletion_protection_enabled": landing.protected,
                "ip_configuration": {
                    "ipv4_enabled": False,
                    "private_network": own(args.network, Network).network_id,
                    "ssl_mode": "ENCRYPTED_ONLY",
                },
                "backup_configuration": {
                    "enabled": True,
                    "point_in_time_recovery_enabled": True,
                    "transaction_log_retention_days": args.recovery_days,
                    # The oldest moment needs a backup taken before it.
                    "backup_retention_settings": {
                        "retained_backups": args.recovery_days + 1,
                        "retention_unit": "COUNT",
                    },
                    "start_time": "17:00",
                    "location": landing.region,
                },
                # UTC: a Sunday night in Japan, away from the backup at two.
                "maintenance_window": {"day": 7, "hour": 19, "update_track": "stable"},
                "database_flags": [
                    {"name": "log_connections", "value": "on"},
                    {"name": "log_disconnections", "value": "on"},
                    {"name": "log_statement", "value": "ddl"},
                ],
                "user_labels": landing.tags,
            },
            opts=self.child(
                stateful=True,
                depends_on=[args.key, args.network],
                # A disk that has grown would else be replaced by a smaller one.
                # https://github.com/hashicorp/terraform-provider-google/issues/4579
                ignore_changes=["settings.diskSize"],
            ),
        )
        # Both go with the instance: PostgreSQL refuses to drop an owner of tables, or a database in use.
        database = sql.Database(
            f"{name}-database",
            instance=instance.name,
            name=name,
            charset="UTF8",
            deletion_policy="ABANDON",
            opts=self.child(),
        )
        sql.User(
            f"{name}-administrator",
            instance=instance.name,
            name="machikumo",
            password=args.password,
            deletion_policy="ABANDON",
            opts=self.child(),
        )
        self.host = instance.private_ip_address
        self.database_name = database.name
        self.register_outputs({"host": self.host, "database_name": self.database_name})
