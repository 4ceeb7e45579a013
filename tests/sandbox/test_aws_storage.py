"""What the sandbox's Amazon S3 refuses: names, settings and what they forbid each other."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud import drift
from tests.sandbox.aws_data import bucket, key, of_bucket, policy, sender
from tests.sandbox.aws_town import ACCOUNT, BUCKET, BUCKET_POLICY, ROLE, Town, towns, trust

ACCESS = of_bucket("BucketPublicAccessBlock")
VERSIONING = of_bucket("BucketVersioning")
ENCRYPTION = of_bucket("BucketServerSideEncryptionConfiguration")
LOCK = of_bucket("BucketObjectLockConfiguration")
LIFECYCLE = of_bucket("BucketLifecycleConfiguration")
REPLICATION = of_bucket("BucketReplicationConfig")
ENABLED = {"versioningConfiguration": {"status": "Enabled"}}


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with towns(state) as made:
        yield made


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Nothing is made in it: one for all."""
    with towns(tmp_path_factory.mktemp("cloud") / "state") as made:
        yield made


def retention(mode: str, **period: int) -> dict[str, Any]:
    return {"rule": {"defaultRetention": {"mode": mode, **(period or {"days": 30})}}}


@pytest.mark.parametrize(
    "name",
    [
        *("Uppercase", "ab", "-a-b", "a-b-", "a" * 64, "a..b", "192.168.0.1", "a_b"),
        *("xn--abc", "sthree-abc", "amzn-s3-demo-abc", "abc-s3alias", "abc--ol-s3", "abc.mrap", "abc--x-s3"),
        "abc--table-s3",
    ],
)
def test_a_name_that_no_bucket_takes(empty: Town, name: str) -> None:
    assert empty.paths(BUCKET, bucket=name) == ["bucket"]


@pytest.mark.parametrize("name", ["abc", "a" * 63, "a.b-c", "1-a-1"])
def test_a_name_that_a_bucket_takes(empty: Town, name: str) -> None:
    assert empty.failures(BUCKET, bucket=name) == []


def test_a_buckets_name_is_taken_in_every_region(town: Town) -> None:
    town.make(BUCKET, bucket="records-011002")
    said = town.osaka.refusal(town.osaka.create, BUCKET, {"bucket": "records-011002"})
    assert said == "'records-011002' already exists"


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ({"acl": "public-read"}, "acl"),
        ({"bucketPrefix": "a" * 38}, "bucketPrefix"),
        ({"bucketPrefix": "a-", "bucket": "abc"}, "bucketPrefix"),
        ({"tags": {"aws:a": ""}}, "tags.aws:a"),
    ],
)
def test_values_that_no_bucket_takes(empty: Town, inputs: dict[str, Any], path: str) -> None:
    assert empty.paths(BUCKET, **inputs) == [path]


@pytest.mark.parametrize("name", ["objectLockEnabled", "bucketNamespace"])
def test_what_a_bucket_was_made_with_stays(empty: Town, name: str) -> None:
    assert name in empty.caller.diff(BUCKET, {name: "a"}, {name: "b"}).replaces


def test_a_store_with_objects_goes_only_with_consent(town: Town, state: Path) -> None:
    kept, given = bucket(town, "kept"), bucket(town, "given", forceDestroy=True)
    for name in ("kept", "given"):
        drift.put(state, town.caller.urn(BUCKET, name), "hidden.objects", 2)
    assert town.refusal_of_delete(BUCKET, kept) == f"BucketNotEmpty: {kept} holds object versions"
    town.caller.delete(BUCKET, given)


@pytest.mark.parametrize("mode", ["COMPLIANCE", "GOVERNANCE"])
def test_only_objects_locked_in_compliance_mode_outlive_consent(town: Town, state: Path, mode: str) -> None:
    store = bucket(town, forceDestroy=True, objectLockEnabled=True)
    town.make(LOCK, bucket=store, **retention(mode))
    drift.put(state, town.caller.urn(BUCKET, "store"), "hidden.objects", 2)
    if mode == "COMPLIANCE":
        assert "locked in compliance mode" in town.refusal_of_delete(BUCKET, store)
    else:
        town.caller.delete(BUCKET, store)


def test_a_lock_needs_versions(town: Town) -> None:
    store = bucket(town)
    assert "versioning must be 'Enabled'" in town.refused(LOCK, bucket=store, **retention("GOVERNANCE"))
    town.make(VERSIONING, bucket=store, **ENABLED)
    town.make(LOCK, bucket=store, **retention("GOVERNANCE"))


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        (retention("COMPLIANCE", days=0), "rule.defaultRetention.days"),
        (retention("COMPLIANCE", days=36501), "rule.defaultRetention.days"),
        (retention("COMPLIANCE", years=101), "rule.defaultRetention.years"),
        (retention("COMPLIANCE", days=1, years=1), "rule.defaultRetention"),
        ({"rule": {"defaultRetention": {"mode": "COMPLIANCE"}}}, "rule.defaultRetention"),
        (retention("LEGAL"), "rule.defaultRetention.mode"),
        ({"objectLockEnabled": "Disabled"}, "objectLockEnabled"),
    ],
)
def test_values_that_no_lock_takes(empty: Town, inputs: dict[str, Any], path: str) -> None:
    assert empty.paths(LOCK, bucket="b", **inputs) == [path]


def test_versions_of_a_locked_store_stay_on_and_their_setting_can_be_dropped(town: Town) -> None:
    store = bucket(town, objectLockEnabled=True)
    suspended = {"bucket": store, "versioningConfiguration": {"status": "Suspended"}}
    assert "an Object Lock configuration is present" in town.refused(VERSIONING, **suspended)
    made = town.make(VERSIONING, bucket=store, **ENABLED)
    assert "an Object Lock configuration is present" in town.refusal_of_update(VERSIONING, made, **suspended)
    town.caller.delete(VERSIONING, made[0])


def test_versions_once_on_are_suspended_but_never_off(town: Town) -> None:
    store = bucket(town)
    made = town.make(VERSIONING, bucket=store, **ENABLED)
    off = {"bucket": store, "versioningConfiguration": {"status": "Disabled"}}
    assert "cannot be updated from 'Enabled' to 'Disabled'" in town.refusal_of_update(VERSIONING, made, **off)
    town.caller.update(VERSIONING, *made, {"bucket": store, "versioningConfiguration": {"status": "Suspended"}})


def rule(target: str, **more: Any) -> dict[str, Any]:
    return {"id": "copy", "status": "Enabled", "destination": {"bucket": f"arn:aws:s3:::{target}"}, **more}


def test_replication_needs_versions_on_both_sides_and_keeps_them_at_the_source(town: Town) -> None:
    source, target = bucket(town, "source"), bucket(town, "target")
    wanted = {"bucket": source, "role": sender(town, "s3.amazonaws.com"), "rules": [rule(target)]}
    assert f"versioning must be 'Enabled' on {source}" in town.refused(REPLICATION, **wanted)
    versions = town.make(VERSIONING, "source", bucket=source, **ENABLED)
    assert f"versioning must be 'Enabled' on {target}" in town.refused(REPLICATION, **wanted)
    town.make(VERSIONING, "target", bucket=target, **ENABLED)
    made, _ = town.make(REPLICATION, **wanted)
    suspended = {"bucket": source, "versioningConfiguration": {"status": "Suspended"}}
    assert "a replication configuration is present" in town.refusal_of_update(VERSIONING, versions, **suspended)
    assert "a replication configuration is present" in town.refusal_of_delete(VERSIONING, versions[0])
    town.caller.delete(REPLICATION, made)
    town.caller.delete(VERSIONING, versions[0])


def test_a_locked_store_replicates_into_a_locked_one_and_none_into_itself(town: Town) -> None:
    source = bucket(town, "source", objectLockEnabled=True)
    target, locked = bucket(town, "target"), bucket(town, "locked", objectLockEnabled=True)
    town.make(VERSIONING, bucket=target, **ENABLED)
    wanted = {"bucket": source, "role": sender(town, "s3.amazonaws.com")}
    assert "must have Object Lock" in town.refused(REPLICATION, **wanted, rules=[rule(target)])
    assert "cannot be the same as the source" in town.refused(REPLICATION, **wanted, rules=[rule(source)])
    town.make(REPLICATION, **wanted, rules=[rule(locked)])


FILTERED = {"filter": {"prefix": ""}, "deleteMarkerReplication": {"status": "Disabled"}, "priority": 1}
ENCRYPTED = {"bucket": "arn:aws:s3:::b", "encryptionConfiguration": {"replicaKmsKeyId": "k"}}
SELECTED = {"sourceSelectionCriteria": {"sseKmsEncryptedObjects": {"status": "Enabled"}}}
TIMED = {"replicationTime": {"status": "Enabled", "time": {"minutes": 15}}}


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        ([], "rules"),
        ([rule("b"), rule("c")], "rules"),
        ([rule("b", **FILTERED), rule("c", **{**FILTERED, "id": "d"})], "rules"),
        ([rule("b", **FILTERED), rule("c", id="d")], "rules"),
        ([rule("b", status="On")], "rules[0].status"),
        ([{"status": "Enabled", "destination": {"bucket": "b"}}], "rules[0].destination.bucket"),
        (
            [rule("b", destination={"bucket": "arn:aws:s3:::b", "storageClass": "COLD"})],
            "rules[0].destination.storageClass",
        ),
        ([rule("b", destination=ENCRYPTED)], "rules[0]"),
        ([rule("b", **SELECTED)], "rules[0]"),
        ([rule("b", filter={"prefix": ""})], "rules[0].deleteMarkerReplication"),
        ([rule("b", priority=1)], "rules[0]"),
        (
            [
                rule(
                    "b",
                    filter={"tag": {"key": "a", "value": "b"}},
                    deleteMarkerReplication={"status": "Enabled"},
                )
            ],
            "rules[0]",
        ),
        ([rule("b", destination={"bucket": "arn:aws:s3:::b", **TIMED})], "rules[0].destination.metrics"),
        (
            [
                rule(
                    "b",
                    destination={
                        "bucket": "arn:aws:s3:::b",
                        "metrics": {"status": "Enabled", "eventThreshold": {"minutes": 5}},
                    },
                )
            ],
            "rules[0].destination.metrics.eventThreshold.minutes",
        ),
        (
            [rule("b", destination={"bucket": "arn:aws:s3:::b", "accessControlTranslation": {"owner": "Destination"}})],
            "rules[0].destination.account",
        ),
    ],
)
def test_rules_that_no_replication_takes(empty: Town, rules: list[dict[str, Any]], path: str) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/copy"
    sound = [rule("b", destination=ENCRYPTED, **SELECTED, **FILTERED)]
    assert empty.failures(REPLICATION, bucket="a", role=role, rules=sound) == []
    assert empty.paths(REPLICATION, bucket="a", role=role, rules=rules) == [path]
    assert empty.paths(REPLICATION, bucket="a", role="copy", rules=sound) == ["role"]


def life(**more: Any) -> dict[str, Any]:
    return {"id": "old", "status": "Enabled", "filter": {"prefix": ""}, **more}


def to(kind: str, days: int) -> dict[str, Any]:
    return {"storageClass": kind, "days": days}


@pytest.mark.parametrize(
    "sound",
    [
        life(expiration={"days": 3650}, noncurrentVersionExpiration={"noncurrentDays": 1}),
        life(abortIncompleteMultipartUpload={"daysAfterInitiation": 7}),
        life(transitions=[to("STANDARD_IA", 30), to("GLACIER", 60)], expiration={"days": 61}),
        life(filter={"and": {"prefix": "a", "tags": {"b": "c"}}}, expiration={"date": "2027-04-01T00:00:00Z"}),
        life(noncurrentVersionTransitions=[{"storageClass": "GLACIER_IR", "noncurrentDays": 0}]),
    ],
)
def test_a_sound_lifecycle_rule_passes(empty: Town, sound: dict[str, Any]) -> None:
    assert empty.failures(LIFECYCLE, bucket="b", rules=[sound]) == []


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        ([], "rules"),
        ([life(expiration={"days": 1}), life(expiration={"days": 2})], "rules"),
        ([life()], "rules[0]"),
        ([life(expiration={"days": 1}, id="x" * 256)], "rules[0].id"),
        ([life(expiration={"days": 1}, status="On")], "rules[0].status"),
        ([life(expiration={"days": 1}, prefix="a")], "rules[0].prefix"),
        ([life(expiration={"days": 1}, filter={"prefix": "a", "objectSizeLessThan": 1})], "rules[0].filter"),
        ([life(expiration={"days": 0})], "rules[0].expiration.days"),
        ([life(expiration={"days": 1, "date": "2027-04-01T00:00:00Z"})], "rules[0].expiration"),
        ([life(expiration={"date": "2027-04-01T09:00:00Z"})], "rules[0].expiration.date"),
        (
            [life(expiration={"expiredObjectDeleteMarker": True}, filter={"tag": {"key": "a", "value": "b"}})],
            "rules[0].expiration",
        ),
        ([life(transitions=[to("STANDARD_IA", 29)])], "rules[0].transitions[0]"),
        ([life(transitions=[to("COLD", 30)])], "rules[0].transitions[0].storageClass"),
        ([life(transitions=[to("GLACIER", 1), to("GLACIER", 2)])], "rules[0].transitions[1]"),
        ([life(transitions=[{"storageClass": "GLACIER"}])], "rules[0].transitions[0]"),
        ([life(transitions=[to("STANDARD_IA", 30), to("GLACIER", 59)])], "rules[0].transitions"),
        ([life(transitions=[to("GLACIER", 60)], expiration={"days": 60})], "rules[0].transitions[0]"),
        ([life(noncurrentVersionExpiration={"noncurrentDays": 0})], "rules[0].noncurrentVersionExpiration"),
        (
            [life(noncurrentVersionExpiration={"noncurrentDays": 1, "newerNoncurrentVersions": 101})],
            "rules[0].noncurrentVersionExpiration",
        ),
        (
            [life(abortIncompleteMultipartUpload={"daysAfterInitiation": 0})],
            "rules[0].abortIncompleteMultipartUpload",
        ),
        (
            [
                life(
                    abortIncompleteMultipartUpload={"daysAfterInitiation": 1},
                    filter={"tag": {"key": "a", "value": "b"}},
                )
            ],
            "rules[0].abortIncompleteMultipartUpload",
        ),
    ],
)
def test_rules_that_no_lifecycle_takes(empty: Town, rules: list[dict[str, Any]], path: str) -> None:
    assert empty.paths(LIFECYCLE, bucket="b", rules=rules) == [path]


def default(**more: Any) -> dict[str, Any]:
    return {"applyServerSideEncryptionByDefault": more}


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        ([], "rules"),
        ([default(sseAlgorithm="AES256")] * 2, "rules"),
        ([default(sseAlgorithm="AES128")], "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm"),
        (
            [default(sseAlgorithm="AES256", kmsMasterKeyId="k")],
            "rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId",
        ),
        ([{**default(sseAlgorithm="aws:kms:dsse"), "bucketKeyEnabled": True}], "rules[0].bucketKeyEnabled"),
        (
            [{**default(sseAlgorithm="AES256"), "blockedEncryptionTypes": ["SSE-S3"]}],
            "rules[0].blockedEncryptionTypes[0]",
        ),
    ],
)
def test_rules_that_no_encryption_takes(empty: Town, rules: list[dict[str, Any]], path: str) -> None:
    assert empty.paths(ENCRYPTION, bucket="b", rules=rules) == [path]


def test_the_key_of_a_bucket_exists_in_its_region(town: Town) -> None:
    store, arn = bucket(town), key(town)
    wanted = {"bucket": store, "rules": [default(sseAlgorithm="aws:kms", kmsMasterKeyId=arn)]}
    far = arn.replace("ap-northeast-1", "ap-northeast-3")
    assert f"'{far}' does not exist" in town.refused(
        ENCRYPTION, bucket=store, rules=[default(sseAlgorithm="aws:kms", kmsMasterKeyId=far)]
    )
    town.make(ENCRYPTION, **wanted)


def admitting(store: str, **more: Any) -> dict[str, Any]:
    return {"Principal": {"AWS": ACCOUNT}, "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{store}/*", **more}


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ({"Resource": "arn:aws:s3:::other/*"}, "Policy has invalid resource (arn:aws:s3:::other/*"),
        ({"Resource": "*"}, "Policy has invalid resource (*"),
        ({"Resource": "arn:aws:s3:::store-011002-b/*"}, "Policy has invalid resource"),
        (
            {"Resource": "arn:aws:s3:::store-011002"},
            "Action does not apply to any resource(s) in statement (s3:GetObject)",
        ),
        ({"Action": "s3:ListBucket"}, "Action does not apply to any resource(s) in statement (s3:ListBucket)"),
        ({"Action": ["s3:*", "s3:PutBucketObjectLockConfiguration"]}, "(s3:PutBucketObjectLockConfiguration)"),
        ({"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/nobody"}}, "MalformedPolicy: invalid principal in policy"),
    ],
)
def test_a_bucket_policy_is_about_the_bucket(town: Town, statement: dict[str, Any], words: str) -> None:
    store = bucket(town)
    assert words in town.refused(BUCKET_POLICY, bucket=store, policy=policy(admitting(store, **statement)))


def test_a_sound_bucket_policy_passes(town: Town) -> None:
    store = bucket(town)
    town.make(ROLE, name="reader", assumeRolePolicy=trust("ecs-tasks.amazonaws.com"))
    whole = [f"arn:aws:s3:::{store}", f"arn:aws:s3:::{store}/*"]
    statements = (
        admitting(store, Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/reader"}),
        admitting(store, Action=["s3:ListBucket", "s3:GetObject*"], Resource=whole),
        admitting(store, Effect="Deny", Principal="*", Action="s3:*", Resource=whole)
        | {"Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        admitting(store, Action="s3:Get*"),
    )
    town.make(BUCKET_POLICY, bucket=store, policy=policy(*statements))


def test_a_bucket_admits_the_public_only_once_it_was_told_to(town: Town) -> None:
    store = bucket(town)
    everyone = {"bucket": store, "policy": policy(admitting(store, Principal="*"))}
    assert "prevented by the BlockPublicPolicy setting" in town.refused(BUCKET_POLICY, **everyone)
    made = town.make(ACCESS, bucket=store, blockPublicPolicy=True)
    assert "prevented by the BlockPublicPolicy setting" in town.refused(BUCKET_POLICY, **everyone)
    town.caller.update(ACCESS, *made, {"bucket": store, "blockPublicPolicy": False})
    town.make(BUCKET_POLICY, **everyone)


def test_a_policy_that_denies_its_writer_is_not_read_back_and_stops_other_settings(town: Town) -> None:
    store = bucket(town)
    denial = {"Effect": "Deny", "Principal": "*", "Resource": f"arn:aws:s3:::{store}"}
    outside = {"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}
    wanted = policy({**denial, "Action": "s3:*", "Condition": outside})
    assert "GetBucketPolicy" in town.refused(BUCKET_POLICY, bucket=store, policy=wanted)
    town.make(BUCKET_POLICY, bucket=store, policy=policy({**denial, "Action": "s3:PutBucketVersioning"}))
    assert "explicit deny" in town.refused(VERSIONING, bucket=store, **ENABLED)
    town.make(ACCESS, bucket=store)


@pytest.mark.parametrize("token", [ACCESS, VERSIONING, ENCRYPTION, LOCK, LIFECYCLE, BUCKET_POLICY, REPLICATION])
def test_a_setting_belongs_to_a_bucket_that_exists_and_moves_by_replacement(empty: Town, token: str) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/copy"
    inputs: dict[str, dict[str, Any]] = {
        VERSIONING: ENABLED,
        ENCRYPTION: {"rules": [default(sseAlgorithm="AES256")]},
        LOCK: retention("GOVERNANCE"),
        LIFECYCLE: {"rules": [life(expiration={"days": 1})]},
        BUCKET_POLICY: {"policy": policy(admitting("nowhere"))},
        REPLICATION: {"role": role, "rules": [rule("b")]},
    }
    words = f"bucket: 'nowhere' does not exist as {BUCKET}"
    assert words in empty.refused(token, bucket="nowhere", **inputs.get(token, {}))
    assert "bucket" in empty.caller.diff(token, {"bucket": "a"}, {"bucket": "b"}).replaces
