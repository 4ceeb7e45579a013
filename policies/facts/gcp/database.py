"""Cloud SQL: https://cloud.google.com/sql/docs/postgres/instance-settings."""

from collections.abc import Iterator

from policies.facts.answers import every, when
from policies.facts.gcp.key import KEY
from policies.facts.gcp.sinks import kept
from policies.facts.reading import flag, number, text
from policies.facts.resources import Resource, World, customer_key
from policies.facts.support import supported
from policies.facts.vocabulary import UNKNOWN, Database, Fact, Maybe, Unknown

INSTANCE = "gcp:sql/databaseInstance:DatabaseInstance"
KNOWN = frozenset({INSTANCE})

_ENGINES = {"POSTGRES": "postgresql", "MYSQL": "mysql", "SQLSERVER": "sqlserver"}
_LOGS = {"MYSQL": "database/mysql", "SQLSERVER": "database/sqlserver"}
_BACKUP = "settings.backupConfiguration"
_ENCRYPTED = ("ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED")


def facts(world: World) -> Iterator[Fact]:
    for instance in world.of(INSTANCE):
        daily = flag(instance, f"{_BACKUP}.enabled", default=False)
        yield Database(
            urn=instance.urn,
            role=instance.role,
            engine=when(
                text(instance, "databaseVersion"), lambda name: _ENGINES.get(name.partition("_")[0], name.lower())
            ),
            customer_key=customer_key(world, instance, "encryptionKeyName", KEY),
            tls_enforced=when(text(instance, "settings.ipConfiguration.sslMode"), lambda mode: mode in _ENCRYPTED),
            public=flag(instance, "settings.ipConfiguration.ipv4Enabled", default=True),
            standby_in_second_zone=when(
                text(instance, "settings.availabilityType", default="ZONAL"), lambda kind: kind == "REGIONAL"
            ),
            recovery_days=_recovery(instance, daily),
            daily_backup=daily,
            deletion_guarded=flag(instance, "settings.deletionProtectionEnabled", default=False),
            minor_upgrades_automatic=True,  # the service gives no choice: https://cloud.google.com/sql/docs/postgres/maintenance
            logs_exported=_kept(world, instance),
            version=text(instance, "databaseVersion"),
            version_supported=when(text(instance, "databaseVersion"), _supported),
            zone_kind="zone",
        )


def _kept(world: World, instance: Resource) -> Maybe[bool]:
    """Each engine has a log of its own."""
    log = when(text(instance, "databaseVersion"), lambda name: _LOGS.get(name.partition("_")[0], "database"))
    return when(log, lambda kind: kept(world, kind))


def _supported(name: str) -> Maybe[bool]:
    """`POSTGRES_17`, `MYSQL_8_4`, `SQLSERVER_2022_STANDARD`."""
    engine, _, version = name.partition("_")
    return supported(_ENGINES.get(engine, engine), version.replace("_", "."))


def _recovery(instance: Resource, daily: Maybe[bool]) -> Maybe[int]:
    """Of MySQL the switch is its binary log: https://cloud.google.com/sql/docs/mysql/backup-recovery/pitr."""
    name = text(instance, "databaseVersion")
    switch = when(name, lambda word: "binaryLogEnabled" if word.startswith("MYSQL") else "pointInTimeRecoveryEnabled")
    logged = when(switch, lambda word: flag(instance, f"{_BACKUP}.{word}", default=False))
    on = every(daily, logged)
    days = number(instance, f"{_BACKUP}.transactionLogRetentionDays", default=7)
    if isinstance(on, Unknown):
        return UNKNOWN
    return days if on else 0
