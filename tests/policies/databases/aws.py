"""Databases of AWS: RDS with other engines than PostgreSQL, Aurora, DynamoDB."""

from collections.abc import Mapping
from typing import Any

from policies.facts.vocabulary import UNKNOWN
from tests.policies.bare import TAGS, Beside, Example

KEY, TLS, PUBLIC, ZONES = "crypto-database-cmk", "tls-database-required", "net-database-not-public", "ha-multi-az"
RECOVERY, DAILY, GUARD = "bak-recovery-window", "bak-enabled-with-retention", "data-deletion-protection"
LOGS, MINOR, VERSION = "log-database-audit", "vuln-patching-automated", "vuln-supported-versions"
ARN = "arn:aws:kms:ap-northeast-1:111122223333:key/k"
INSTANCE, CLUSTER, MEMBER = (
    "aws:rds/instance:Instance",
    "aws:rds/cluster:Cluster",
    "aws:rds/clusterInstance:ClusterInstance",
)
TABLES = {"type": "AWS::DynamoDB::Table", "values": ["arn:aws:dynamodb"]}
TRAIL = ("aws:cloudtrail/trail:Trail", {"eventSelectors": [{"dataResources": [TABLES]}]})

RDS = {
    "storageEncrypted": True,
    "kmsKeyId": ARN,
    "multiAz": True,
    "backupRetentionPeriod": 7,
    "deletionProtection": True,
    "enabledCloudwatchLogsExports": ["error"],
}


def group(kind: str, name: str, value: str) -> Beside:
    token = f"aws:rds/{kind}:{kind[0].upper()}{kind[1:]}"
    return {"group": (token, {"tags": TAGS, "parameters": [{"name": name, "value": value}]})}


def engine(name: str, version: str, parameter: str, on: str) -> Mapping[str, Any]:
    """What an instance of the engine needs so that everything holds, with a parameter group of its own."""
    good = {**RDS, "engine": name, "engineVersion": version, "parameterGroupName": "group"}
    return {"token": INSTANCE, "good": good, "beside": group("parameterGroup", parameter, on)}


MEMBERS: Beside = {
    f"member-{number}": (MEMBER, {"clusterIdentifier": "thing", "engine": "aurora-mysql", "promotionTier": number})
    for number in (0, 1)
}
AURORA = {
    "id": "thing",
    "engine": "aurora-postgresql",
    "engineVersion": "17.4",
    "storageEncrypted": True,
    "kmsKeyId": ARN,
    "backupRetentionPeriod": 14,
    "deletionProtection": True,
    "enabledCloudwatchLogsExports": ["postgresql"],
}

EXAMPLES = [
    Example(
        **engine("mysql", "8.4.3", "require_secure_transport", "1"),
        broken=[
            (TLS, {"parameterGroupName": None}),
            (VERSION, {"engineVersion": "8.0.40"}),
            (ZONES, {"multiAz": None}),
            (KEY, {"kmsKeyId": None}),
        ],
        open=[(TLS, {"parameterGroupName": "elsewhere"}), (TLS, {"parameterGroupName": UNKNOWN})],
        bare=frozenset({KEY, ZONES, RECOVERY, DAILY, GUARD, LOGS}),
    ),
    Example(
        token=INSTANCE,
        good={**RDS, "engine": "mariadb", "engineVersion": "11.8.3"},
        broken=[(TLS, {"engineVersion": "11.4.5"}), (TLS, {"engineVersion": "10.11.9"})],
        open=[(TLS, {"engineVersion": UNKNOWN})],
        bare=frozenset({KEY, ZONES, RECOVERY, DAILY, GUARD, LOGS}),
    ),
    Example(
        **engine("sqlserver-se", "15.00.4415.2.v1", "rds.force_ssl", "1"),
        broken=[(TLS, {"parameterGroupName": None})],
        bare=frozenset({KEY, ZONES, RECOVERY, DAILY, GUARD, LOGS}),
    ),
    Example(
        **engine("mariadb", "11.8.3", "require_secure_transport", "OFF")
        | {"good": {**RDS, "engine": "mariadb", "engineVersion": "11.8.3"}},
        broken=[(TLS, {"parameterGroupName": "group"})],
        bare=frozenset({KEY, ZONES, RECOVERY, DAILY, GUARD, LOGS}),
    ),
    Example(
        token=CLUSTER,
        good=AURORA,
        beside=MEMBERS,
        broken=[
            (TLS, {"engineVersion": "16.8"}),
            (RECOVERY, {"backupRetentionPeriod": None}),
            (KEY, {"storageEncrypted": None}),
            (GUARD, {"deletionProtection": None}),
            (LOGS, {"enabledCloudwatchLogsExports": None}),
        ],
        open=[(TLS, {"engineVersion": UNKNOWN}), (RECOVERY, {"backupRetentionPeriod": UNKNOWN})],
        bare=frozenset({KEY, RECOVERY, GUARD, LOGS}),
    ),
    Example(
        token="aws:dynamodb/table:Table",
        good={
            "serverSideEncryption": {"enabled": True, "kmsKeyArn": ARN},
            "pointInTimeRecovery": {"enabled": True},
            "deletionProtectionEnabled": True,
        },
        beside={"trail": TRAIL},
        broken=[
            (KEY, {"serverSideEncryption": {"enabled": True}}),
            (KEY, {"serverSideEncryption": {"enabled": True, "kmsKeyArn": "arn:aws:kms:r:1:alias/aws/dynamodb"}}),
            (RECOVERY, {"pointInTimeRecovery": {"enabled": True, "recoveryPeriodInDays": 5}}),
            (GUARD, {"deletionProtectionEnabled": None}),
        ],
        open=[(KEY, {"serverSideEncryption": UNKNOWN}), (RECOVERY, {"pointInTimeRecovery": UNKNOWN})],
        bare=frozenset({KEY, RECOVERY, DAILY, GUARD}),
    ),
]
