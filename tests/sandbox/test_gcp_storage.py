"""Buckets, logs and secrets of the sandbox's Google Cloud: what is kept, and who writes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud import drift
from tests.sandbox.test_gcp import (
    BUCKET,
    BUCKET_GRANT,
    KEY_GRANT,
    LOG_BUCKET,
    NUMBER,
    PROJECT,
    REGION,
    SECRET,
    SINK,
    USES,
    VERSION,
    Town,
    agent,
    callers,
    key_user,
)


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with callers(state) as caller:
        yield Town(caller)


def test_a_retention_policy_keeps_young_objects_whatever_is_forced(town: Town, state: Path) -> None:
    bucket, _ = town.make(
        BUCKET,
        name="town-records",
        location="ASIA-NORTHEAST1",
        forceDestroy=True,
        retentionPolicy={"retentionPeriod": "86400"},
    )
    drift.put(state, bucket, "hidden.objects", 1)
    assert "retentionPolicyNotMet" in town.caller.refusal(town.caller.delete, BUCKET, bucket)


def test_a_locked_retention_stays_and_only_grows(town: Town) -> None:
    def policy(period: int, *, locked: bool) -> dict[str, Any]:
        return {
            "name": "town-archive",
            "location": "ASIA-NORTHEAST1",
            "retentionPolicy": {"retentionPeriod": str(period), "isLocked": locked},
        }

    bucket, outputs = town.make(BUCKET, **policy(86_400, locked=True))
    caller = town.caller
    assert "reduce" in caller.refusal(caller.update, BUCKET, bucket, outputs, policy(86_399, locked=True))
    assert "stays locked" in caller.refusal(caller.update, BUCKET, bucket, outputs, policy(86_400, locked=False))
    caller.update(BUCKET, bucket, outputs, policy(86_401, locked=True))


def test_a_bucket_with_public_access_prevention_admits_nobody(town: Town) -> None:
    town.make(BUCKET, name="town-records", location="ASIA", publicAccessPrevention="enforced")
    role = "roles/storage.objectViewer"
    assert "public access prevention" in town.refused(BUCKET_GRANT, bucket="town-records", role=role, member="allUsers")


def test_a_sink_needs_a_destination_and_all_sinks_write_as_one(town: Town) -> None:
    assert "does not exist" in town.refused(SINK, destination="storage.googleapis.com/nowhere")
    town.make(BUCKET, name="town-archive", location="ASIA")
    writers = {
        town.make(SINK, name=name, destination="storage.googleapis.com/town-archive")[1]["writerIdentity"]
        for name in ("first", "second")
    }
    assert writers == {agent("gcp-sa-logging")}


def test_a_locked_log_bucket_changes_nothing_and_goes_only_when_empty(town: Town, state: Path) -> None:
    inputs = {"project": PROJECT, "location": REGION, "bucketId": "kept", "retentionDays": 30, "locked": True}
    bucket, outputs = town.make(LOG_BUCKET, **inputs)
    caller = town.caller
    longer = {**inputs, "retentionDays": 60}
    assert "is locked" in caller.refusal(caller.update, LOG_BUCKET, bucket, outputs, longer)
    drift.put(state, bucket, "hidden.objects", 1)
    assert "is locked and not empty" in caller.refusal(caller.delete, LOG_BUCKET, bucket)
    drift.put(state, bucket, "hidden.objects", 0)
    caller.delete(LOG_BUCKET, bucket)


def test_a_deleted_log_bucket_keeps_its_name(town: Town) -> None:
    asked = {"project": PROJECT, "location": REGION, "bucketId": "kept"}
    bucket, _ = town.make(LOG_BUCKET, **asked)
    town.caller.delete(LOG_BUCKET, bucket)
    assert "still reserved" in town.refused(LOG_BUCKET, **asked)


def test_a_log_buckets_key_may_change_but_not_go(town: Town) -> None:
    key = town.key()
    town.make(KEY_GRANT, cryptoKeyId=key, role=USES, member=key_user("gcp-sa-logging"))
    asked = {"project": PROJECT, "location": REGION, "bucketId": "kept"}
    made = town.make(LOG_BUCKET, **asked, cmekSettings={"kmsKeyName": key})
    assert "can't be disabled" in town.refusal_of_update(LOG_BUCKET, made, **asked)


def test_log_analytics_stays_on(town: Town) -> None:
    asked = {"project": PROJECT, "location": REGION, "bucketId": "kept"}
    made = town.make(LOG_BUCKET, **asked, enableAnalytics=True)
    assert "can't be switched off" in town.refusal_of_update(LOG_BUCKET, made, **asked, enableAnalytics=False)


def test_a_sink_within_the_project_has_no_writer(town: Town) -> None:
    bucket, _ = town.make(LOG_BUCKET, project=PROJECT, location=REGION, bucketId="search")
    _, inside = town.make(SINK, "inside", destination=f"logging.googleapis.com/{bucket}")
    assert inside["writerIdentity"] == ""
    assert "does not exist" in town.refused(SINK, destination=f"logging.googleapis.com/{bucket}-other")
    town.make(BUCKET, name="town-archive", location="ASIA")
    asked = {"destination": "storage.googleapis.com/town-archive"}
    _, shared = town.make(SINK, "shared", **asked, uniqueWriterIdentity=False)
    assert shared["writerIdentity"] == "serviceAccount:cloud-logs@system.gserviceaccount.com"
    made = town.make(SINK, "it", name="own", **asked)
    refused = town.refusal_of_update(SINK, made, name="own", **asked, uniqueWriterIdentity=False)
    assert "can't be given up" in refused


def test_the_sinks_writer_is_there_once_there_is_a_sink(town: Town) -> None:
    town.make(BUCKET, name="town-archive", location="ASIA")
    grant = {"bucket": "town-archive", "role": "roles/storage.objectCreator", "member": agent("gcp-sa-logging")}
    assert "does not exist" in town.refused(BUCKET_GRANT, **grant)
    town.make(SINK, destination="storage.googleapis.com/town-archive")
    town.make(BUCKET_GRANT, **grant)


def test_a_condition_needs_uniform_access(town: Town) -> None:
    town.make(BUCKET, name="town-records", location="ASIA")
    condition = {"title": "until", "expression": "request.time < timestamp('2030-01-01T00:00:00Z')"}
    grant = {"bucket": "town-records", "role": "roles/storage.objectViewer", "member": "user:a@example.com"}
    assert "uniform" in town.refused(BUCKET_GRANT, **grant, condition=condition)
    town.make(BUCKET, name="town-others", location="ASIA", uniformBucketLevelAccess=True)
    town.make(BUCKET_GRANT, **{**grant, "bucket": "town-others"}, condition=condition)


def test_a_filled_bucket_goes_only_when_forced(town: Town, state: Path) -> None:
    bucket, _ = town.make(BUCKET, name="town-records", location="ASIA")
    drift.put(state, bucket, "hidden.objects", 1)
    assert "is not empty" in town.refusal_of_delete(BUCKET, bucket)


def test_versions_of_a_secret_are_counted_from_one(town: Town) -> None:
    secret, _ = town.make(SECRET, replication={"auto": {}})
    made = [town.make(VERSION, name, secret=secret, secretData=name) for name in ("first", "second")]
    assert [outputs["version"] for _, outputs in made] == ["1", "2"]
    assert made[1][0] == f"projects/{NUMBER}/secrets/{secret.rpartition('/')[2]}/versions/2"
    changed = town.caller.update(VERSION, *made[0], {"secret": secret, "secretData": "first", "enabled": False})
    assert changed["version"] == "1"


def test_a_secrets_guard_is_off_unless_it_is_switched_on(town: Town) -> None:
    loose, _ = town.make(SECRET, "loose", replication={"auto": {}})
    town.caller.delete(SECRET, loose)
    kept, _ = town.make(SECRET, "kept", replication={"auto": {}}, deletionProtection=True)
    assert "deletion_protection" in town.refusal_of_delete(SECRET, kept)
