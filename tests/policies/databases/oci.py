"""Databases of OCI: Autonomous Database and HeatWave MySQL."""

from policies.facts.vocabulary import UNKNOWN
from tests.policies.bare import Beside, Example

KEY, TLS, PUBLIC, ZONES = "crypto-database-cmk", "tls-database-required", "net-database-not-public", "ha-multi-az"
RECOVERY, DAILY, GUARD = "bak-recovery-window", "bak-enabled-with-retention", "data-deletion-protection"
LOGS, VERSION = "log-database-audit", "vuln-supported-versions"
DENY: Beside = {
    "policy": (
        "oci:Identity/policy:Policy",
        {
            "compartmentId": "compartment",
            "statements": [
                "Deny any-user to manage autonomous-databases in tenancy where request.operation = 'DeleteAutonomousDatabase'"
            ],
        },
    )
}
AUTONOMOUS = {
    "kmsKeyId": "key",
    "subnetId": "subnet",
    "isLocalDataGuardEnabled": True,
    "dataSafeStatus": "REGISTERED",
    "dbVersion": "19c",
}
CONFIGURATION: Beside = {
    "strict": ("oci:Mysql/mysqlConfiguration:MysqlConfiguration", {"variables": {"requireSecureTransport": True}})
}
BACKUP = {"isEnabled": True, "retentionInDays": 14, "pitrPolicy": {"isEnabled": True}}
MYSQL = {
    "encryptData": {"keyGenerationType": "BYOK", "keyId": "key"},
    "configurationId": "strict",
    "isHighlyAvailable": True,
    "backupPolicy": BACKUP,
    "deletionPolicies": [{"isDeleteProtected": True}],
    "telemetryConfiguration": {"logs": [{"destination": "LOGGING"}]},
    "mysqlVersion": "8.4.3",
}

EXAMPLES = [
    Example(
        token="oci:Database/autonomousDatabase:AutonomousDatabase",
        good=AUTONOMOUS,
        beside=DENY,
        broken=[
            (KEY, {"kmsKeyId": None}),
            (PUBLIC, {"subnetId": None}),
            (ZONES, {"isLocalDataGuardEnabled": None}),
            (RECOVERY, {"backupRetentionPeriodInDays": 3}),
            (LOGS, {"dataSafeStatus": "NOT_REGISTERED"}),
            (VERSION, {"dbVersion": "12.2"}),
        ],
        open=[
            (KEY, {"kmsKeyId": UNKNOWN}),
            (PUBLIC, {"subnetId": UNKNOWN}),
            (ZONES, {"isLocalDataGuardEnabled": UNKNOWN}),
            (VERSION, {"dbVersion": "99ai"}),
        ],
        bare=frozenset({KEY, PUBLIC, ZONES, LOGS}),
    ),
    Example(
        token="oci:Mysql/mysqlDbSystem:MysqlDbSystem",
        good=MYSQL,
        beside=CONFIGURATION,
        broken=[
            (KEY, {"encryptData": {"keyGenerationType": "SYSTEM"}}),
            (TLS, {"configurationId": None}),
            (ZONES, {"isHighlyAvailable": False}),
            (RECOVERY, {"backupPolicy": {**BACKUP, "pitrPolicy": {"isEnabled": False}}}),
            (GUARD, {"deletionPolicies": None}),
            (LOGS, {"telemetryConfiguration": None}),
            (VERSION, {"mysqlVersion": "8.0.40"}),
        ],
        open=[
            (KEY, {"encryptData": UNKNOWN}),
            (TLS, {"configurationId": "elsewhere"}),
            (RECOVERY, {"backupPolicy": UNKNOWN}),
            (GUARD, {"deletionPolicies": UNKNOWN}),
        ],
        bare=frozenset({KEY, TLS, ZONES, RECOVERY, GUARD, LOGS}),
    ),
]
