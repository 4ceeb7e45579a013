"""Databases of Google Cloud: Cloud SQL for MySQL, Spanner, Firestore."""

from policies.facts.vocabulary import UNKNOWN
from tests.policies.bare import TAGS, Beside, Example

KEY, TLS, PUBLIC, ZONES = "crypto-database-cmk", "tls-database-required", "net-database-not-public", "ha-multi-az"
RECOVERY, DAILY, GUARD = "bak-recovery-window", "bak-enabled-with-retention", "data-deletion-protection"
LOGS, VERSION = "log-database-audit", "vuln-supported-versions"

SINK: Beside = {
    "archive": ("gcp:storage/bucket:Bucket", {"name": "archive"}),
    "sink": (
        "gcp:logging/projectSink:ProjectSink",
        {"destination": "archive", "filter": 'log_id("cloudsql.googleapis.com/mysql.err")', "writerIdentity": "writer"},
    ),
    "grant": (
        "gcp:storage/bucketIAMMember:BucketIAMMember",
        {"bucket": "archive", "role": "roles/storage.objectCreator", "member": "sink"},
    ),
}
SETTINGS = {
    "userLabels": TAGS,
    "availabilityType": "REGIONAL",
    "deletionProtectionEnabled": True,
    "ipConfiguration": {"ipv4Enabled": False, "sslMode": "ENCRYPTED_ONLY"},
    "backupConfiguration": {"enabled": True, "binaryLogEnabled": True, "location": "asia-northeast1"},
}
BACKUP = {"enabled": True, "location": "asia-northeast1"}


def audited(service: str) -> Beside:
    logs = [{"logType": kind} for kind in ("DATA_READ", "DATA_WRITE")]
    return {"audit": ("gcp:projects/iAMAuditConfig:IAMAuditConfig", {"service": service, "auditLogConfigs": logs})}


SCHEDULE = "gcp:spanner/backupSchedule:BackupSchedule"
SPANNER = {
    "encryptionConfig": {"kmsKeyName": "key"},
    "versionRetentionPeriod": "168h",
    "enableDropProtection": True,
}
FIRESTORE = {
    "locationId": "asia-northeast1",
    "cmekConfig": {"kmsKeyName": "key"},
    "pointInTimeRecoveryEnablement": "POINT_IN_TIME_RECOVERY_ENABLED",
    "deleteProtectionState": "DELETE_PROTECTION_ENABLED",
}

EXAMPLES = [
    Example(
        token="gcp:sql/databaseInstance:DatabaseInstance",
        good={"databaseVersion": "MYSQL_8_4", "encryptionKeyName": "key", "settings": SETTINGS},
        beside=SINK,
        broken=[
            (KEY, {"encryptionKeyName": None}),
            (VERSION, {"databaseVersion": "MYSQL_5_7"}),
            (RECOVERY, {"settings": {**SETTINGS, "backupConfiguration": BACKUP}}),
            (
                RECOVERY,
                {"settings": {**SETTINGS, "backupConfiguration": {**BACKUP, "pointInTimeRecoveryEnabled": True}}},
            ),
            (TLS, {"settings": {**SETTINGS, "ipConfiguration": {"ipv4Enabled": False}}}),
        ],
        open=[
            (RECOVERY, {"settings": {**SETTINGS, "backupConfiguration": {**BACKUP, "binaryLogEnabled": UNKNOWN}}}),
            (VERSION, {"databaseVersion": UNKNOWN}),
        ],
        bare=frozenset({KEY, TLS, PUBLIC, ZONES, RECOVERY, DAILY, GUARD, LOGS}),
    ),
    Example(
        token="gcp:spanner/database:Database",
        good=SPANNER,
        beside={
            **audited("spanner.googleapis.com"),
            "schedule": (SCHEDULE, {"database": "thing", "spec": {"cronSpec": {"text": "0 2 * * *"}}}),
        },
        broken=[
            (KEY, {"encryptionConfig": None}),
            (RECOVERY, {"versionRetentionPeriod": "3d"}),
            (RECOVERY, {"versionRetentionPeriod": "604799s"}),
            (GUARD, {"enableDropProtection": None}),
        ],
        open=[
            (KEY, {"encryptionConfig": UNKNOWN}),
            (RECOVERY, {"versionRetentionPeriod": "a week"}),
            (GUARD, {"enableDropProtection": UNKNOWN}),
        ],
        bare=frozenset({KEY, RECOVERY, GUARD}),
    ),
    Example(
        token="gcp:firestore/database:Database",
        good=FIRESTORE,
        beside={
            **audited("allServices"),
            "schedule": (
                "gcp:firestore/backupSchedule:BackupSchedule",
                {"database": "thing", "dailyRecurrence": {"a": 1}},
            ),
        },
        broken=[
            (KEY, {"cmekConfig": None}),
            (RECOVERY, {"pointInTimeRecoveryEnablement": None}),
            (GUARD, {"deleteProtectionState": "DELETE_PROTECTION_STATE_UNSPECIFIED"}),
        ],
        open=[
            (KEY, {"cmekConfig": UNKNOWN}),
            (RECOVERY, {"pointInTimeRecoveryEnablement": UNKNOWN}),
            (GUARD, {"deleteProtectionState": UNKNOWN}),
        ],
        bare=frozenset({KEY, RECOVERY, GUARD}),
    ),
]

POSTGRES: Beside = {
    **SINK,
    "sink": (SINK["sink"][0], {**SINK["sink"][1], "filter": 'log_id("cloudsql.googleapis.com/postgres.log")'}),
}
"""What another engine writes."""
