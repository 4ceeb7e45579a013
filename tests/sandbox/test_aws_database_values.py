"""Which values the sandbox's Amazon RDS takes: versions, classes, disks, windows, logins, parameters."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.cloud.aws.database_values import VERSIONS
from tests.sandbox.aws_data import DATABASE, INSTANCE, PARAMETERS
from tests.sandbox.aws_town import OSAKA, Town, towns


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Nothing is made in it: one for all."""
    with towns(tmp_path_factory.mktemp("cloud") / "state") as made:
        yield made


LARGE: dict[str, Any] = {"allocatedStorage": 400}
PROVISIONED: dict[str, Any] = {"storageType": "io1", "iops": 1000}
INSIGHTS: dict[str, Any] = {"performanceInsightsEnabled": True}
NO_PASSWORD: dict[str, Any] = {"password": None}


def given(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in {**DATABASE, **changes}.items() if value is not None}


@pytest.mark.parametrize(
    "changes",
    [
        *({"engineVersion": version} for version in ("14", "16.9", "17.5", "18.3")),
        *({"instanceClass": f"db.{name}"} for name in ("t4g.micro", "r8g.48xlarge", "m6i.32xlarge", "x2iedn.xlarge")),
        {"allocatedStorage": 20},
        {"allocatedStorage": 65536},
        {**LARGE, "iops": 12000, "storageThroughput": 500},
        {**LARGE, "iops": 64000, "storageThroughput": 4000},
        {"storageType": "standard", "allocatedStorage": 5},
        {"storageType": None, "iops": 1000},
        PROVISIONED,
        {"storageType": "io2", "iops": 100_000},
        {"maxAllocatedStorage": 110},
        {"maxAllocatedStorage": 0},
        {"backupRetentionPeriod": 0},
        {"backupRetentionPeriod": 35},
        {"backupWindow": "17:00-17:30", "maintenanceWindow": "sat:17:30-sat:18:00"},
        {"backupWindow": "23:45-00:15", "maintenanceWindow": "Sun:00:15-Sun:23:45"},
        {**NO_PASSWORD, "manageMasterUserPassword": True},
        {**NO_PASSWORD, "passwordWo": "long-enough-1", "passwordWoVersion": 1},
        {"username": "postgres"},
        {**NO_PASSWORD, "username": None, "engine": None, "allocatedStorage": None, "snapshotIdentifier": "s"},
        {**INSIGHTS, "performanceInsightsRetentionPeriod": 7},
        {**INSIGHTS, "performanceInsightsRetentionPeriod": 713},
        {**INSIGHTS, "performanceInsightsRetentionPeriod": 465, "databaseInsightsMode": "advanced"},
        {"monitoringInterval": 60, "monitoringRoleArn": "r"},
        {"skipFinalSnapshot": False, "finalSnapshotIdentifier": "Ledger-final"},
        {"storageEncrypted": True, "kmsKeyId": "arn:aws:kms:ap-northeast-1:111122223333:key/k"},
    ],
)
def test_values_that_a_database_takes(empty: Town, changes: dict[str, Any]) -> None:
    assert empty.failures(INSTANCE, **given(**changes)) == []


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        *(({"engineVersion": version}, "engineVersion") for version in ("13", "16.4", "17.4", "17.99", "19")),
        *(
            ({"instanceClass": name}, "instanceClass")
            for name in ("m6g.large", "db.m6g", "db.m6g.32xlarge", "db.t2.micro", "db.m9z.large", "db.large")
        ),
        ({"engine": "sqlite"}, "engine"),
        ({"storageType": "ssd"}, "storageType"),
        ({"allocatedStorage": 19}, "allocatedStorage"),
        ({"allocatedStorage": 65537}, "allocatedStorage"),
        ({**PROVISIONED, "allocatedStorage": 99}, "allocatedStorage"),
        ({"iops": 3000}, "iops"),
        ({"storageThroughput": 125}, "iops"),
        ({**LARGE, "iops": 3000}, "iops"),
        ({**LARGE, "iops": 64001}, "iops"),
        ({**LARGE, "storageThroughput": 499}, "storageThroughput"),
        ({**LARGE, "iops": 12000, "storageThroughput": 3001}, "storageThroughput"),
        ({"storageType": "gp2", "iops": 3000}, "iops"),
        ({"storageType": "gp2", "storageThroughput": 500}, "storageThroughput"),
        ({"storageType": "io1"}, "iops"),
        ({**PROVISIONED, "iops": 999}, "iops"),
        ({**PROVISIONED, "iops": 5001}, "iops"),
        ({"storageType": "io2", "iops": 100_001}, "iops"),
        ({"maxAllocatedStorage": 109}, "maxAllocatedStorage"),
        ({"maxAllocatedStorage": 65537}, "maxAllocatedStorage"),
        ({"backupRetentionPeriod": 36}, "backupRetentionPeriod"),
        ({"backupWindow": "5pm-6pm"}, "backupWindow"),
        ({"backupWindow": "17:00-17:29"}, "backupWindow"),
        ({"maintenanceWindow": "17:00-17:30"}, "maintenanceWindow"),
        ({"maintenanceWindow": "sat:17:00-sat:17:29"}, "maintenanceWindow"),
        ({"maintenanceWindow": "sat:17:00-sun:17:01"}, "maintenanceWindow"),
        ({"backupWindow": "17:00-17:30", "maintenanceWindow": "sat:17:15-sat:17:45"}, "maintenanceWindow"),
        ({"backupWindow": "23:45-00:15", "maintenanceWindow": "mon:00:00-mon:00:30"}, "maintenanceWindow"),
        ({"backupWindow": "00:00-00:30", "maintenanceWindow": "sun:23:45-mon:00:15"}, "maintenanceWindow"),
        ({"port": 1149}, "port"),
        ({"username": "admin"}, "username"),
        ({"username": "rds_superuser"}, "username"),
        ({"username": "pg_owner"}, "username"),
        ({"username": "1st"}, "username"),
        ({"username": None}, "username"),
        ({"allocatedStorage": None}, "allocatedStorage"),
        (NO_PASSWORD, "password"),
        ({"manageMasterUserPassword": True}, "manageMasterUserPassword"),
        ({"password": "short"}, "password"),
        ({"password": "with/slash-1"}, "password"),
        ({"password": "with space-1"}, "password"),
        ({"password": "市役所市役所市役所"}, "password"),
        ({**NO_PASSWORD, "passwordWo": "long-enough-1"}, "passwordWoVersion"),
        ({"masterUserSecretKmsKeyId": "k"}, "masterUserSecretKmsKeyId"),
        ({"dbName": "2nd"}, "dbName"),
        ({"dbName": "rdsadmin"}, "dbName"),
        ({"identifier": "011002-resident"}, "identifier"),
        ({"identifier": "a--b"}, "identifier"),
        ({"identifier": "a-"}, "identifier"),
        ({"identifier": "Ledger"}, "identifier"),
        ({"skipFinalSnapshot": False}, "finalSnapshotIdentifier"),
        ({"finalSnapshotIdentifier": "a--b"}, "finalSnapshotIdentifier"),
        ({"kmsKeyId": "arn:aws:kms:r:a:key/k"}, "storageEncrypted"),
        ({"kmsKeyId": "key", "storageEncrypted": True}, "kmsKeyId"),
        ({"multiAz": True, "availabilityZone": "ap-northeast-1a"}, "availabilityZone"),
        ({"enabledCloudwatchLogsExports": ["audit"]}, "enabledCloudwatchLogsExports[0]"),
        ({"caCertIdentifier": "rds-ca-2019"}, "caCertIdentifier"),
        ({"networkType": "IPV6"}, "networkType"),
        ({"monitoringInterval": 45, "monitoringRoleArn": "r"}, "monitoringInterval"),
        ({"monitoringInterval": 60}, "monitoringRoleArn"),
        ({"monitoringRoleArn": "r"}, "monitoringRoleArn"),
        ({"performanceInsightsKmsKeyId": "k"}, "performanceInsightsKmsKeyId"),
        ({"performanceInsightsRetentionPeriod": 7}, "performanceInsightsRetentionPeriod"),
        ({**INSIGHTS, "performanceInsightsRetentionPeriod": 30}, "performanceInsightsRetentionPeriod"),
        ({**INSIGHTS, "performanceInsightsRetentionPeriod": 744}, "performanceInsightsRetentionPeriod"),
        ({**INSIGHTS, "databaseInsightsMode": "advanced"}, "databaseInsightsMode"),
        ({"databaseInsightsMode": "full"}, "databaseInsightsMode"),
        ({"tags": {"aws:a": ""}}, "tags.aws:a"),
    ],
)
def test_values_that_no_database_takes(empty: Town, changes: dict[str, Any], path: str) -> None:
    assert empty.paths(INSTANCE, **given(**changes)) == [path]


def test_a_major_version_means_its_newest_minor_one(empty: Town) -> None:
    made = empty.make(INSTANCE, **given(identifier="newest"))
    assert made[1]["engineVersionActual"] == VERSIONS["17"][-1]
    empty.caller.delete(INSTANCE, made[0])


def test_osaka_offers_fewer_classes(empty: Town) -> None:
    checked = [
        empty.osaka.check(INSTANCE, given(instanceClass=f"db.{name}", region=OSAKA))[1]
        for name in ("m6g.large", "r7g.large")
    ]
    assert checked == [
        [],
        [("instanceClass", "InvalidParameterCombination: RDS does not support db.r7g.large in ap-northeast-3")],
    ]


def parameter(name: str, value: str, method: str = "") -> dict[str, Any]:
    return {"name": name, "value": value, **({"applyMethod": method} if method else {})}


@pytest.mark.parametrize(
    "parameters",
    [
        [parameter("rds.force_ssl", "1"), parameter("ssl_min_protocol_version", "TLSv1.2")],
        [parameter("shared_buffers", "{DBInstanceClassMemory/32768}", "pending-reboot")],
        [parameter("rds.logical_replication", "1", "pending-reboot")],
        [parameter("log_statement", "ddl"), parameter("log_min_duration_statement", "-1")],
        [parameter("pgaudit.log", "all"), parameter("TimeZone", "Asia/Tokyo")],
        [parameter("shared_preload_libraries", "pg_stat_statements,pgaudit", "pending-reboot")],
    ],
)
def test_parameters_that_can_be_set(empty: Town, parameters: list[dict[str, Any]]) -> None:
    assert empty.failures(PARAMETERS, family="postgres17", parameters=parameters) == []


@pytest.mark.parametrize(
    ("parameters", "path"),
    [
        ([parameter("force_ssl", "1")], "parameters[0].name"),
        ([parameter("fsync", "off")], "parameters[0].name"),
        ([parameter("rds.force_ssl", "on")], "parameters[0].value"),
        ([parameter("ssl_min_protocol_version", "TLS1.2")], "parameters[0].value"),
        ([parameter("max_connections", "many", "pending-reboot")], "parameters[0].value"),
        ([parameter("log_statement", "some")], "parameters[0].value"),
        ([parameter("max_connections", "100")], "parameters[0].applyMethod"),
        ([parameter("max_connections", "100", "immediate")], "parameters[0].applyMethod"),
        ([parameter("work_mem", "1", "later")], "parameters[0].applyMethod"),
        ([parameter("work_mem", "1"), parameter("WORK_MEM", "2")], "parameters"),
    ],
)
def test_parameters_that_cannot_be_set(empty: Town, parameters: list[dict[str, Any]], path: str) -> None:
    assert empty.paths(PARAMETERS, family="postgres17", parameters=parameters) == [path]


@pytest.mark.parametrize("family", ["postgres10", "postgres19", "postgres", "postgresql17"])
def test_a_family_that_is_none(empty: Town, family: str) -> None:
    assert empty.paths(PARAMETERS, family=family) == ["family"]
