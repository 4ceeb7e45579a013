"""Spanner and Firestore: databases without a server to be seen.

https://cloud.google.com/spanner/docs/cmek
https://cloud.google.com/firestore/docs/cmek
"""

import re
from collections.abc import Iterator

from policies.facts.answers import some, when
from policies.facts.gcp.key import KEY
from policies.facts.gcp.sinks import recorded
from policies.facts.reading import flag, is_set, text
from policies.facts.resources import Resource, World, customer_key
from policies.facts.vocabulary import UNKNOWN, Database, Fact, Maybe

_SPANNER = "gcp:spanner/database:Database"
_INSTANCE = "gcp:spanner/instance:Instance"
_SCHEDULE = "gcp:spanner/backupSchedule:BackupSchedule"
_FIRESTORE = "gcp:firestore/database:Database"
_FIRESTORE_SCHEDULE = "gcp:firestore/backupSchedule:BackupSchedule"
KNOWN = frozenset({_SPANNER, _INSTANCE, _SCHEDULE, _FIRESTORE, _FIRESTORE_SCHEDULE})
INERT = {
    "gcp:firestore/document:Document": "lies in a database, which is judged",
    "gcp:firestore/field:Field": "how a database, which is judged, finds documents",
    "gcp:firestore/index:Index": "how a database, which is judged, finds documents",
}
UNTAGGABLE = (KNOWN | INERT.keys()) - {_INSTANCE}

_PERIOD = re.compile(r"(\d{1,9})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def facts(world: World) -> Iterator[Fact]:
    for database in world.of(_SPANNER):
        yield _database(
            database,
            engine="spanner",
            key=some(
                customer_key(world, database, "encryptionConfig.kmsKeyName", KEY),
                customer_key(world, database, "encryptionConfig.kmsKeyNames", KEY),
            ),
            days=when(text(database, "versionRetentionPeriod", default="1h"), _days),
            daily=_scheduled(world, database),
            guarded=flag(database, "enableDropProtection", default=False),
            logged=recorded(world, "spanner.googleapis.com"),
        )
    for database in world.of(_FIRESTORE):
        restorable = when(
            text(database, "pointInTimeRecoveryEnablement"), lambda word: word == "POINT_IN_TIME_RECOVERY_ENABLED"
        )
        daily = (is_set(one, "dailyRecurrence") for one in world.referring(database, _FIRESTORE_SCHEDULE, "database"))
        yield _database(
            database,
            engine="firestore",
            key=customer_key(world, database, "cmekConfig.kmsKeyName", KEY),
            days=when(restorable, lambda on: 7 if on else 0),
            daily=some(world.absent(value=False), *daily),
            guarded=when(text(database, "deleteProtectionState"), lambda word: word == "DELETE_PROTECTION_ENABLED"),
            # https://cloud.google.com/firestore/docs/audit-logging
            logged=some(recorded(world, "firestore.googleapis.com"), recorded(world, "datastore.googleapis.com")),
        )


def _database(
    database: Resource,
    *,
    engine: str,
    key: Maybe[bool],
    days: Maybe[int],
    daily: Maybe[bool],
    guarded: Maybe[bool],
    logged: Maybe[bool],
) -> Database:
    """It has no address of its own: Google's API answers, over TLS. Even one region means three zones."""
    return Database(
        urn=database.urn,
        role=database.role,
        engine=engine,
        customer_key=key,
        tls_enforced=True,
        public=False,
        standby_in_second_zone=True,
        recovery_days=days,
        daily_backup=daily,
        deletion_guarded=guarded,
        minor_upgrades_automatic=True,
        logs_exported=logged,
        version="",
        version_supported=True,
        zone_kind="zone",
    )


def _days(period: str) -> Maybe[int]:
    """`7d`, `168h`, `3600s`: whole days."""
    found = _PERIOD.fullmatch(period.strip())
    return int(found[1]) * _SECONDS[found[2]] // _SECONDS["d"] if found else UNKNOWN


def _scheduled(world: World, database: Resource) -> Maybe[bool]:
    """By a schedule of its own, or by the one that its instance gives to new databases; a schedule of each day names hours at most."""
    own = (
        when(text(one, "spec.cronSpec.text"), lambda cron: cron.split()[2:] == ["*", "*", "*"])
        for one in world.referring(database, _SCHEDULE, "database")
    )
    given = (
        when(text(one, "defaultBackupScheduleType"), lambda word: word == "AUTOMATIC")
        for one in world.targets(database, "instance", _INSTANCE)
    )
    return some(world.absent(value=False), *own, *given)
