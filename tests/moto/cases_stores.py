"""Buckets and their settings."""

from typing import Any, Final

from tests.moto.case import Case, Kind, Step
from tests.moto.cases_data import READER, K
from tests.moto.documents import document
from tests.moto.verdict import Verdict

VALUE, MISSING, TAKEN, STATE = Verdict.VALUE, Verdict.MISSING, Verdict.TAKEN, Verdict.STATE

BUCKET: Final = Kind("aws:s3/bucket:Bucket", {"bucket": "machikumo-records"})
STORE: Final = BUCKET.step("store")
LOCKABLE: Final = BUCKET.step("store", objectLockEnabled=True)
NOWHERE: Final = "machikumo-nowhere"


def of_store(name: str, sound: dict[str, Any], store: Step = STORE, *more: Step) -> Kind:
    return Kind(f"aws:s3/{name[0].lower()}{name[1:]}:{name}", {"bucket": "{store.id}", **sound}, (store, *more))


CLOSED: Final = of_store(
    "BucketPublicAccessBlock",
    {"blockPublicAcls": True, "blockPublicPolicy": True, "ignorePublicAcls": True, "restrictPublicBuckets": True},
)
VERSIONS: Final = of_store("BucketVersioning", {"versioningConfiguration": {"status": "Enabled"}})
LOCKED_VERSIONS: Final = Kind(VERSIONS.token, VERSIONS.sound, (LOCKABLE,))


def encrypted(**default: str) -> list[dict[str, Any]]:
    return [{"applyServerSideEncryptionByDefault": default, "bucketKeyEnabled": True}]


ENCRYPTION: Final = of_store(
    "BucketServerSideEncryptionConfiguration",
    {"rules": encrypted(sseAlgorithm="aws:kms", kmsMasterKeyId="{key.arn}")},
    STORE,
    K,
)


def kept(**retention: Any) -> dict[str, Any]:
    return {"defaultRetention": {"mode": "GOVERNANCE", **retention}}


LOCK: Final = of_store("BucketObjectLockConfiguration", {"rule": kept(days=30)}, LOCKABLE)
LATER_LOCK: Final = Kind(LOCK.token, LOCK.sound, (STORE,))


def rule(name: str = "old", **changes: Any) -> dict[str, Any]:
    whole = {"id": name, "status": "Enabled", "filter": {"prefix": ""}, "expiration": {"days": 365}, **changes}
    return {key: value for key, value in whole.items() if value is not None}


LIFECYCLE: Final = of_store("BucketLifecycleConfiguration", {"rules": [rule()]})
ONE_READER: Final = document(
    Principal={"AWS": "arn:aws:iam::123456789012:root"},
    Action="s3:GetObject",
    Resource="arn:aws:s3:::machikumo-records/*",
)
EVERYONE: Final = document(Principal="*", Action="s3:GetObject", Resource="arn:aws:s3:::machikumo-records/*")
POLICY: Final = of_store("BucketPolicy", {"policy": ONE_READER})
TARGET: Final = BUCKET.step("target", bucket="machikumo-target")
VERSIONED: Final = VERSIONS.step("versioned")
TARGET_VERSIONED: Final = VERSIONS.step("target_versioned", bucket="{target.id}")
COPIES: Final = {"role": "{reader.arn}", "rules": [{"status": "Enabled", "destination": {"bucket": "{target.arn}"}}]}
REPLICATION: Final = of_store("BucketReplicationConfig", COPIES, STORE, READER, TARGET, VERSIONED, TARGET_VERSIONED)
UNVERSIONED: Final = of_store("BucketReplicationConfig", COPIES, STORE, READER, TARGET)
TARGET_UNVERSIONED: Final = of_store("BucketReplicationConfig", COPIES, STORE, READER, TARGET, VERSIONED)

CASES: Final[tuple[Case, ...]] = (
    BUCKET.create("a bucket"),
    BUCKET.create("with object lock", objectLockEnabled=True),
    BUCKET.create("a name in capitals", VALUE, bucket="Machikumo"),
    BUCKET.create("a name of 2 characters", VALUE, bucket="ab"),
    BUCKET.create("a name with a hyphen first", VALUE, bucket="-records"),
    BUCKET.create("a name with two dots", VALUE, bucket="a..b"),
    BUCKET.create("a name like an address", VALUE, bucket="192.168.1.1"),
    BUCKET.create("a name with a reserved beginning", VALUE, bucket="xn--records"),
    BUCKET.create("a name with a reserved end", VALUE, bucket="records-s3alias"),
    BUCKET.second("the name of another", TAKEN),
    BUCKET.delete("an empty bucket"),
    CLOSED.create("everything closed"),
    CLOSED.create("no bucket", MISSING, bucket=NOWHERE),
    CLOSED.delete("taken away"),
    VERSIONS.create("switched on"),
    VERSIONS.create("no bucket", MISSING, bucket=NOWHERE),
    VERSIONS.create("an unknown state", VALUE, versioningConfiguration={"status": "On"}),
    VERSIONS.change("suspended", versioningConfiguration={"status": "Suspended"}),
    LOCKED_VERSIONS.create("switched on under a lock"),
    LOCKED_VERSIONS.create("suspended under a lock, at first", STATE, versioningConfiguration={"status": "Suspended"}),
    LOCKED_VERSIONS.change("suspended under a lock", STATE, versioningConfiguration={"status": "Suspended"}),
    ENCRYPTION.create("under a key"),
    ENCRYPTION.create(
        "under S3's own keys", rules=[{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]
    ),
    ENCRYPTION.create("no bucket", MISSING, bucket=NOWHERE),
    ENCRYPTION.create("an unknown algorithm", VALUE, rules=encrypted(sseAlgorithm="ROT13")),
    ENCRYPTION.create(
        "S3's own keys and a key", VALUE, rules=encrypted(sseAlgorithm="AES256", kmsMasterKeyId="{key.arn}")
    ),
    ENCRYPTION.delete("taken away"),
    LOCK.create("kept for 30 days"),
    LOCK.create("kept for a year", rule=kept(years=1)),
    LOCK.create("no bucket", MISSING, bucket=NOWHERE),
    LOCK.create("days and years", VALUE, rule=kept(days=1, years=1)),
    LOCK.create("neither days nor years", VALUE, rule=kept()),
    LOCK.create("0 days", VALUE, rule=kept(days=0)),
    LOCK.create("36501 days", VALUE, rule=kept(days=36501)),
    LOCK.create("an unknown mode", VALUE, rule={"defaultRetention": {"mode": "FOREVER", "days": 1}}),
    LATER_LOCK.create("on a bucket without versions", STATE),
    LATER_LOCK.create("on a bucket with versions", before=(VERSIONED,)),
    LIFECYCLE.create("one rule"),
    LIFECYCLE.create("to an archive", rules=[rule(transitions=[{"days": 30, "storageClass": "GLACIER"}])]),
    LIFECYCLE.create("no bucket", MISSING, bucket=NOWHERE),
    LIFECYCLE.create("a rule that does nothing", VALUE, rules=[rule(expiration=None)]),
    LIFECYCLE.create("an unknown state", VALUE, rules=[rule(status="On")]),
    LIFECYCLE.create("two rules of one name", VALUE, rules=[rule(), rule(expiration={"days": 10})]),
    LIFECYCLE.create("a name of 256 characters", VALUE, rules=[rule("n" * 256)]),
    LIFECYCLE.create("after 0 days", VALUE, rules=[rule(expiration={"days": 0})]),
    LIFECYCLE.create("to an unknown class", VALUE, rules=[rule(transitions=[{"days": 30, "storageClass": "ATTIC"}])]),
    LIFECYCLE.create(
        "to infrequent access after 29 days",
        VALUE,
        rules=[rule(transitions=[{"days": 29, "storageClass": "STANDARD_IA"}])],
    ),
    LIFECYCLE.create(
        "moved after it is gone",
        VALUE,
        rules=[rule(expiration={"days": 30}, transitions=[{"days": 60, "storageClass": "GLACIER"}])],
    ),
    LIFECYCLE.delete("taken away"),
    POLICY.create("one reader"),
    POLICY.create("no bucket", MISSING, bucket=NOWHERE),
    POLICY.create("no JSON", VALUE, policy="everyone"),
    POLICY.create(
        "no Principal", VALUE, policy=document(Action="s3:GetObject", Resource="arn:aws:s3:::machikumo-records/*")
    ),
    POLICY.create("no Resource", VALUE, policy=document(Principal="*", Action="s3:GetObject")),
    POLICY.create(
        "an Action of another service",
        VALUE,
        policy=document(Principal="*", Action="kms:Encrypt", Resource="arn:aws:s3:::machikumo-records/*"),
    ),
    POLICY.create(
        "the objects of another bucket",
        VALUE,
        policy=document(Principal="*", Action="s3:GetObject", Resource="arn:aws:s3:::other/*"),
    ),
    POLICY.create(
        "a role that is not there",
        MISSING,
        policy=document(
            Principal={"AWS": "arn:aws:iam::123456789012:role/none"},
            Action="s3:GetObject",
            Resource="arn:aws:s3:::machikumo-records/*",
        ),
    ),
    POLICY.create(
        "longer than 20 KiB",
        Verdict.LIMIT,
        policy=document(Principal="*", Action="s3:GetObject", Resource="arn:aws:s3:::machikumo-records/" + "n" * 20480),
    ),
    POLICY.create("everyone, where that is blocked", STATE, before=(CLOSED.step("closed"),), policy=EVERYONE),
    POLICY.delete("taken away"),
    REPLICATION.create("into another bucket"),
    REPLICATION.create("no bucket", MISSING, bucket=NOWHERE),
    REPLICATION.create(
        "no target", MISSING, rules=[{"status": "Enabled", "destination": {"bucket": "arn:aws:s3:::machikumo-nowhere"}}]
    ),
    REPLICATION.create("an unknown state", VALUE, rules=[{"status": "On", "destination": {"bucket": "{target.arn}"}}]),
    UNVERSIONED.create("from a bucket without versions", VALUE),
    TARGET_UNVERSIONED.create("to a bucket without versions", VALUE),
    REPLICATION.delete("taken away"),
)
