"""Autonomous Database and HeatWave MySQL.

https://docs.oracle.com/en-us/iaas/autonomous-database-serverless/doc/security-autonomous-database.html
https://docs.oracle.com/en-us/iaas/mysql-database/doc/securing-db-system.html
"""

from collections.abc import Iterator

from policies.facts.answers import every, no, some, when
from policies.facts.oci.database import guarded
from policies.facts.oci.key import KEY
from policies.facts.reading import flag, is_set, number, text
from policies.facts.resources import Resource, World, customer_key
from policies.facts.support import supported
from policies.facts.vocabulary import UNKNOWN, Database, Fact, Maybe, Unknown

_AUTONOMOUS = "oci:Database/autonomousDatabase:AutonomousDatabase"
_MYSQL = "oci:Mysql/mysqlDbSystem:MysqlDbSystem"
_CONFIGURATION = "oci:Mysql/mysqlConfiguration:MysqlConfiguration"
KNOWN = frozenset({_AUTONOMOUS, _MYSQL, _CONFIGURATION})

_FAMILY = ("autonomous-databases", "autonomous-database-family", "all-resources")


def facts(world: World) -> Iterator[Fact]:
    for database in world.of(_AUTONOMOUS):
        yield _autonomous(world, database)
    for system in world.of(_MYSQL):
        yield _mysql(world, system)


def _autonomous(world: World, database: Resource) -> Database:
    dedicated = some(flag(database, "isDedicated", default=False), is_set(database, "autonomousContainerDatabaseId"))
    return Database(
        urn=database.urn,
        role=database.role,
        engine="oracle",
        customer_key=some(
            customer_key(world, database, "kmsKeyId", KEY), customer_key(world, database, "encryptionKey.kmsKeyId", KEY)
        ),
        # With a certificate of the client's or without one, but never in the clear:
        # https://docs.oracle.com/en-us/iaas/autonomous-database-serverless/doc/connect-introduction.html
        tls_enforced=True,
        # Without a subnet it answers on a public address, to whomever its list admits.
        public=every(no(is_set(database, "subnetId")), no(dedicated)),
        standby_in_second_zone=flag(database, "isLocalDataGuardEnabled", default=False),
        # https://docs.oracle.com/en-us/iaas/autonomous-database-serverless/doc/backup-retention.html
        recovery_days=number(database, "backupRetentionPeriodInDays", default=60),
        daily_backup=True,
        deletion_guarded=guarded(world, _FAMILY, "DeleteAutonomousDatabase"),
        minor_upgrades_automatic=True,
        # Its audit trail is read out of it: https://docs.oracle.com/en-us/iaas/data-safe/doc/activity-auditing-overview.html
        logs_exported=when(text(database, "dataSafeStatus"), lambda word: word == "REGISTERED"),
        version=text(database, "dbVersion"),
        version_supported=supported("oracle", text(database, "dbVersion")),
        zone_kind="fault-domain",
    )


def _mysql(world: World, system: Resource) -> Database:
    daily = flag(system, "backupPolicy.isEnabled", default=True)
    return Database(
        urn=system.urn,
        role=system.role,
        engine="mysql",
        customer_key=every(
            when(text(system, "encryptData.keyGenerationType"), lambda kind: kind == "BYOK"),
            customer_key(world, system, "encryptData.keyId", KEY),
        ),
        tls_enforced=_tls(world, system),
        public=False,  # private addresses only: https://docs.oracle.com/en-us/iaas/mysql-database/doc/networking.html
        standby_in_second_zone=flag(system, "isHighlyAvailable", default=False),
        recovery_days=_recovery(system, daily),
        daily_backup=daily,
        deletion_guarded=flag(system, "deletionPolicies.isDeleteProtected", default=False),
        # https://docs.oracle.com/en-us/iaas/mysql-database/doc/maintenance-db-system.html
        minor_upgrades_automatic=True,
        logs_exported=is_set(system, "telemetryConfiguration.logs"),
        version=text(system, "mysqlVersion"),
        version_supported=supported("mysql", text(system, "mysqlVersion")),
        zone_kind="fault-domain",
    )


def _tls(world: World, system: Resource) -> Maybe[bool]:
    """A variable of its configuration; off where nothing is said (unverified)."""
    found = world.target(system, "configurationId", _CONFIGURATION)
    if found is None:
        return when(is_set(system, "configurationId"), lambda named: UNKNOWN if named else False)
    return flag(found, "variables.requireSecureTransport", default=False)


def _recovery(system: Resource, daily: Maybe[bool]) -> Maybe[int]:
    on = every(daily, flag(system, "backupPolicy.pitrPolicy.isEnabled", default=False))
    days = number(system, "backupPolicy.retentionInDays", default=7)
    return UNKNOWN if isinstance(on, Unknown) else days if on else 0
