"""What the inputs of keys, stores and secrets alone show, in the sandbox's Google Cloud."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.test_gcp import (
    ACCOUNT,
    AGENT,
    API,
    AUDIT,
    BUCKET,
    BUCKET_GRANT,
    KEY,
    KEY_GRANT,
    LOG_BUCKET,
    PROJECT,
    READER,
    REGION,
    REGISTRY,
    RING,
    SECRET,
    SINK,
    USES,
    VERSION,
    Town,
    callers,
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Nothing is made in it: one for all."""
    with callers(tmp_path_factory.mktemp("cloud") / "state") as caller:
        yield Town(caller)


AUDITED: dict[str, Any] = {"project": PROJECT, "service": "allServices", "auditLogConfigs": [{"logType": "DATA_READ"}]}
READS = {"logType": "DATA_READ"}
SYMMETRIC = "GOOGLE_SYMMETRIC_ENCRYPTION"
LOGS: dict[str, Any] = {"project": PROJECT, "location": REGION, "bucketId": "kept"}
REPLICAS = "replication.userManaged.replicas"
TOPIC = {"name": f"projects/{PROJECT}/topics/turned"}
TURNING: dict[str, Any] = {"replication": {"auto": {}}, "topics": [TOPIC]}
IMAGES: dict[str, Any] = {"repositoryId": "images", "format": "DOCKER", "location": REGION}


def lifecycle(action: str, **more: str) -> dict[str, Any]:
    return {"action": {"type": action, **more}, "condition": {"age": 1}}


def left_out(name: str, condition: str = "severity=DEBUG") -> dict[str, str]:
    return {"name": name, "filter": condition}


@pytest.mark.parametrize(
    ("token", "inputs", "path"),
    [
        (API, {"service": "compute"}, "service"),
        (AGENT, {"service": "dns.googleapis.com"}, "service"),
        (AUDIT, {**AUDITED, "service": "storage"}, "service"),
        (AUDIT, {**AUDITED, "auditLogConfigs": []}, "auditLogConfigs"),
        (AUDIT, {**AUDITED, "auditLogConfigs": [READS, READS]}, "auditLogConfigs"),
        (AUDIT, {**AUDITED, "auditLogConfigs": [{"logType": "READ"}]}, "auditLogConfigs[0].logType"),
        (
            AUDIT,
            {**AUDITED, "auditLogConfigs": [{**READS, "exemptedMembers": ["me"]}]},
            "auditLogConfigs[0].exemptedMembers[0]",
        ),
        (RING, {"location": "tokyo"}, "location"),
        (KEY, {"keyRing": "r", "purpose": "SIGN"}, "purpose"),
        (KEY, {"keyRing": "r", "purpose": "MAC", "rotationPeriod": "86400s"}, "rotationPeriod"),
        (KEY, {"keyRing": "r", "rotationPeriod": "315360001s"}, "rotationPeriod"),
        (KEY, {"keyRing": "r", "destroyScheduledDuration": "10368001s"}, "destroyScheduledDuration"),
        (KEY, {"keyRing": "r", "versionTemplate": {"algorithm": "HMAC_SHA256"}}, "versionTemplate.algorithm"),
        (
            KEY,
            {"keyRing": "r", "versionTemplate": {"algorithm": SYMMETRIC, "protectionLevel": "PAPER"}},
            "versionTemplate.protectionLevel",
        ),
        (KEY, {"keyRing": "r", "importOnly": True}, "skipInitialVersionCreation"),
        (
            KEY,
            {"keyRing": "r", "importOnly": True, "skipInitialVersionCreation": True, "rotationPeriod": "86400s"},
            "rotationPeriod",
        ),
        (KEY_GRANT, {"cryptoKeyId": "k", "member": "user:a@b.c", "role": "roles/storage.admin"}, "role"),
        (KEY_GRANT, {"cryptoKeyId": "k", "member": "user:a@b.c", "role": "roles/cloudkms.user"}, "role"),
        (KEY_GRANT, {"cryptoKeyId": "k", "member": "user:a@b.c", "role": "viewer"}, "role"),
        (KEY_GRANT, {"cryptoKeyId": "k", "member": "user:a@b.c", "role": "projects/p/roles/with-hyphen"}, "role"),
        (KEY_GRANT, {"cryptoKeyId": "k", "member": "a@b.c", "role": USES}, "member"),
        (KEY_GRANT, {"cryptoKeyId": "k", "member": "user:a", "role": USES}, "member"),
        (KEY_GRANT, {"cryptoKeyId": "k", "member": "serviceaccount:a@b.c", "role": USES}, "member"),
        (KEY_GRANT, {"cryptoKeyId": "k", "member": "principal://a", "role": USES}, "member"),
        (BUCKET_GRANT, {"bucket": "b", "member": "user:a@b.c", "role": "roles/storage.reader"}, "role"),
        (READER, {"secretId": "s", "member": "user:a@b.c", "role": "roles/secretmanager.reader"}, "role"),
        (BUCKET, {"location": "TOKYO"}, "location"),
        (BUCKET, {"location": "ASIA", "name": "192.168.0.1"}, "name"),
        (BUCKET, {"location": "ASIA", "name": "goog-records"}, "name"),
        (BUCKET, {"location": "ASIA", "name": "re..cords"}, "name"),
        (BUCKET, {"location": "ASIA", "name": "Records"}, "name"),
        (BUCKET, {"location": "ASIA", "name": "re"}, "name"),
        (BUCKET, {"location": "ASIA", "storageClass": "WARM"}, "storageClass"),
        (BUCKET, {"location": "ASIA", "publicAccessPrevention": "on"}, "publicAccessPrevention"),
        (BUCKET, {"location": "ASIA", "rpo": "FAST"}, "rpo"),
        (BUCKET, {"location": "ASIA", "hierarchicalNamespace": {"enabled": True}}, "hierarchicalNamespace"),
        (
            BUCKET,
            {"location": "ASIA", "softDeletePolicy": {"retentionDurationSeconds": 86_400}},
            "softDeletePolicy.retentionDurationSeconds",
        ),
        (BUCKET, {"location": "ASIA", "lifecycleRules": [lifecycle("Move")]}, "lifecycleRules[0].action.type"),
        (
            BUCKET,
            {"location": "ASIA", "lifecycleRules": [lifecycle("SetStorageClass")]},
            "lifecycleRules[0].action.storageClass",
        ),
        (
            BUCKET,
            {"location": "ASIA", "lifecycleRules": [lifecycle("SetStorageClass", storageClass="COLD")]},
            "lifecycleRules[0].action.storageClass",
        ),
        (
            BUCKET,
            {"location": "ASIA", "lifecycleRules": [{**lifecycle("Delete"), "condition": {}}]},
            "lifecycleRules[0].condition",
        ),
        (SINK, {"destination": "s3://bucket"}, "destination"),
        (SINK, {"destination": "storage.googleapis.com/b", "filter": "x" * 20_001}, "filter"),
        (SINK, {"destination": "storage.googleapis.com/b", "name": "_Own"}, "name"),
        (SINK, {"destination": "storage.googleapis.com/b", "description": "x" * 8_001}, "description"),
        (SINK, {"destination": "storage.googleapis.com/b", "exclusions": [left_out("a", "")]}, "exclusions[0].filter"),
        (SINK, {"destination": "storage.googleapis.com/b", "exclusions": [left_out(" ")]}, "exclusions[0].name"),
        (SINK, {"destination": "storage.googleapis.com/b", "exclusions": [left_out("a")] * 2}, "exclusions"),
        (
            SINK,
            {"destination": "storage.googleapis.com/b", "exclusions": [left_out(f"a{i}") for i in range(51)]},
            "exclusions",
        ),
        (
            SINK,
            {"destination": "storage.googleapis.com/b", "bigqueryOptions": {"usePartitionedTables": True}},
            "bigqueryOptions",
        ),
        (LOG_BUCKET, {**LOGS, "retentionDays": 3651}, "retentionDays"),
        (LOG_BUCKET, {**LOGS, "location": "tokyo"}, "location"),
        (LOG_BUCKET, {**LOGS, "location": "global", "cmekSettings": {"kmsKeyName": "k"}}, "cmekSettings"),
        (LOG_BUCKET, {**LOGS, "indexConfigs": [{"fieldPath": "a", "type": "b"}] * 21}, "indexConfigs"),
        (SECRET, {"replication": {"auto": {}, "userManaged": {"replicas": [{"location": REGION}]}}}, "replication"),
        (SECRET, {"replication": {"userManaged": {"replicas": []}}}, REPLICAS),
        (SECRET, {"replication": {"userManaged": {"replicas": [{"location": REGION}] * 2}}}, REPLICAS),
        (SECRET, {"replication": {"userManaged": {"replicas": [{"location": "tokyo"}]}}}, f"{REPLICAS}[0].location"),
        (SECRET, {"replication": {"auto": {}}, "ttl": "3600s", "expireTime": "2030-01-01T00:00:00Z"}, "expireTime"),
        (SECRET, {"replication": {"auto": {}}, "topics": [{"name": "topic"}]}, "topics[0].name"),
        (SECRET, {"replication": {"auto": {}}, "topics": [TOPIC] * 11}, "topics"),
        (
            SECRET,
            {**TURNING, "rotation": {"rotationPeriod": "60s", "nextRotationTime": "x"}},
            "rotation.rotationPeriod",
        ),
        (SECRET, {**TURNING, "rotation": {"rotationPeriod": "86400s"}}, "rotation.nextRotationTime"),
        (SECRET, {"replication": {"auto": {}}, "versionAliases": {"latest": "1"}}, "versionAliases"),
        (SECRET, {"replication": {"auto": {}}, "versionAliases": {f"a{i}": "1" for i in range(51)}}, "versionAliases"),
        (SECRET, {"replication": {"auto": {}}, "secretId": "with space"}, "secretId"),
        (VERSION, {"secret": "s"}, "secretData"),
        (VERSION, {"secret": "s", "secretData": "x" * 65_537}, "secretData"),
        (VERSION, {"secret": "s", "secretDataWo": "x" * 65_537}, "secretDataWo"),
        (VERSION, {"secret": "s", "secretData": "x", "secretDataWo": "x"}, "secretDataWo"),
        (ACCOUNT, {"accountId": "workload", "displayName": "あ" * 34}, "displayName"),
        (ACCOUNT, {"accountId": "workload", "description": "あ" * 86}, "description"),
        (ACCOUNT, {"accountId": "1workload"}, "accountId"),
        (ACCOUNT, {"accountId": "a" * 31}, "accountId"),
        (REGISTRY, {**IMAGES, "format": "CARGO"}, "format"),
        (REGISTRY, {**IMAGES, "location": "tokyo"}, "location"),
        (REGISTRY, {**IMAGES, "mode": "OTHER"}, "mode"),
        (REGISTRY, {**IMAGES, "mode": "REMOTE_REPOSITORY"}, "remoteRepositoryConfig"),
        (REGISTRY, {**IMAGES, "virtualRepositoryConfig": {}}, "virtualRepositoryConfig"),
        (REGISTRY, {**IMAGES, "format": "NPM", "dockerConfig": {"immutableTags": True}}, "dockerConfig"),
        (REGISTRY, {**IMAGES, "cleanupPolicies": [{"id": "a", "action": "SHRED"}]}, "cleanupPolicies"),
    ],
)
def test_what_inputs_alone_show_is_refused_before_anything_is_made(
    town: Town, token: str, inputs: dict[str, Any], path: str
) -> None:
    assert path in town.paths(token, **inputs)
