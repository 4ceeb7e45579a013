"""Amazon S3: a bucket and the separate resources that protect it, folded into one fact.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from policies.facts.answers import every, no, some, when
from policies.facts.aws import feeds
from policies.facts.aws.feeds import BUCKET, TRAIL
from policies.facts.aws.key import KEY, customers
from policies.facts.aws.policy_document import admits_anyone, principals, refuses_plain, statements
from policies.facts.aws.trail import records_all_of
from policies.facts.purpose import of_evidence, without_logs
from policies.facts.reading import document, flag, is_set, number, read_all, text
from policies.facts.resources import Resource, World, own_key
from policies.facts.vocabulary import UNKNOWN, Fact, Maybe, ObjectStore, Unknown

_ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
_VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
_LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
_LOGGING = "aws:s3/bucketLogging:BucketLogging"
_LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
_OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
KNOWN = frozenset({BUCKET, _ENCRYPTION, _BLOCK, _POLICY, _VERSIONING, _LOCK, _LOGGING, _LIFECYCLE, _OWNERSHIP})
UNTAGGABLE = frozenset(
    {
        "aws:s3/bucketAcl:BucketAcl",
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "aws:s3/bucketLogging:BucketLogging",
        "aws:s3/bucketNotification:BucketNotification",
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "aws:s3/bucketVersioning:BucketVersioning",
    }
)

_BALANCERS = "logdelivery.elasticloadbalancing.amazonaws.com"
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html"""
_BY_DEFAULT = "applyServerSideEncryptionByDefault"
_REMOVALS = (
    "expiration",
    "noncurrentVersionExpiration",
    "abortIncompleteMultipartUpload",
    "abortIncompleteMultipartUploadDays",
)

_BLOCKS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def facts(world: World) -> Iterator[Fact]:
    for bucket in world.of(BUCKET):
        policy = _policy(world, bucket)
        retention, locked = retention_of(world, bucket)
        yield ObjectStore(
            urn=bucket.urn,
            role=bucket.role,
            anonymous_access=some(no(_blocked(world, bucket)), when(policy, admits_anyone)),
            customer_key=customer_key_of(world, bucket),
            tls_only=when(policy, refuses_plain),
            access_logged=_logged(world, bucket),
            retention_days=retention,
            versioned=_versioned(world, bucket),
            lifecycle=_lifecycle(world, bucket),
            own_key=_own_key(world, bucket),
            deletion_guarded=no(flag(bucket, "forceDestroy", default=False)),
            purpose=purpose_of(world, bucket),
            retention_locked=locked,
        )


def _policy(world: World, bucket: Resource) -> Maybe[Mapping[str, Any]]:
    found = world.referring(bucket, _POLICY, "bucket")
    policy = document(found[0] if found else bucket, "policy")
    return world.absent({}) if policy is None else policy


def _blocked(world: World, bucket: Resource) -> Maybe[bool]:
    """All four switches of its public access block."""
    found = world.referring(bucket, _BLOCK, "bucket")
    return every(*(flag(found[0], name, default=False) for name in _BLOCKS)) if found else world.absent(value=False)


def customer_key_of(world: World, bucket: Resource) -> Maybe[bool]:
    holder, rule = _encryption(world, bucket)
    algorithm = text(holder, f"{rule}.sseAlgorithm")
    named = every(
        when(algorithm, lambda name: name.startswith("aws:kms")),
        customers(world, holder, f"{rule}.kmsMasterKeyId"),
    )
    return world.absent(value=False) if named is False and holder is bucket else named


def _own_key(world: World, bucket: Resource) -> Maybe[bool]:
    holder, rule = _encryption(world, bucket)
    named = own_key(world, holder, f"{rule}.kmsMasterKeyId", KEY)
    return world.absent(value=False) if named is False and holder is bucket else named


def _encryption(world: World, bucket: Resource) -> tuple[Resource, str]:
    """Who says the default encryption, and where: the separate resource, else the bucket itself."""
    found = world.referring(bucket, _ENCRYPTION, "bucket")
    if found:
        return found[0], f"rules.{_BY_DEFAULT}"
    return bucket, f"serverSideEncryptionConfiguration.rule.{_BY_DEFAULT}"


def _lifecycle(world: World, bucket: Resource) -> Maybe[bool]:
    """By the separate resource or inline.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html
    """
    separate = [rule for found in world.referring(bucket, _LIFECYCLE, "bucket") for rule in read_all(found, "rules")]
    inline = read_all(bucket, "lifecycleRules")
    return some(world.absent(value=False), *(_removes(rule) for rule in (*separate, *inline)))


def _removes(rule: object) -> Maybe[bool]:
    if not isinstance(rule, Mapping):
        return UNKNOWN
    on = some(flag(rule, "enabled", default=False), when(text(rule, "status"), lambda word: word == "Enabled"))
    return every(on, some(*(is_set(rule, action) for action in _REMOVALS)))


def _logged(world: World, bucket: Resource) -> Maybe[bool]:
    """Server access logs of its own, or a trail that records the object events of this bucket or of all."""
    if world.referring(bucket, _LOGGING, "bucket"):
        return True
    return some(
        world.absent(value=False),
        *(records_all_of(trail, bucket, "AWS::S3::Object") for trail in world.of(TRAIL)),
    )


def _versioned(world: World, bucket: Resource) -> Maybe[bool]:
    """By the separate resource, else inline. An object lock demands versioning, which then cannot be suspended.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
    """
    found = world.referring(bucket, _VERSIONING, "bucket")
    status = (when(text(one, "versioningConfiguration.status"), lambda word: word == "Enabled") for one in found)
    return some(
        flag(bucket, "objectLockEnabled", default=False),
        bool(world.referring(bucket, _LOCK, "bucket")),
        *(status if found else (world.absent(value=False), flag(bucket, "versioning.enabled", default=False))),
    )


def retention_of(world: World, bucket: Resource) -> tuple[Maybe[int], Maybe[bool]]:
    """Days of the default object-lock rule, and whether its objects are locked for everyone (COMPLIANCE)."""
    found = world.referring(bucket, _LOCK, "bucket")
    if not found:
        return world.absent(0), world.absent(value=False)
    rule = "rule.defaultRetention"
    days = number(found[0], f"{rule}.days", default=0)
    years = number(found[0], f"{rule}.years", default=0)
    total = UNKNOWN if isinstance(days, Unknown) or isinstance(years, Unknown) else days + 365 * years
    return total, when(text(found[0], f"{rule}.mode"), lambda mode: mode == "COMPLIANCE")


def purpose_of(world: World, bucket: Resource) -> Maybe[str]:
    """Fed with logs: an archive, or only on the way if all of it is copied to one. Else evidence, states or the workload's own.

    A store on the way stays one when the load balancer is gone whose logs it waited for: the archive tells, and its own policy.
    """
    if of_evidence(bucket, "tags"):
        return "evidence"
    fed = feeds.fed(world, bucket)
    copies = feeds.copied_to(world, bucket)
    if copies and (fed or (_awaits_logs(world, bucket) and any(feeds.kinds(world, one) for one in copies))):
        return "delivery"
    return "archive" if fed or feeds.copied_from(world, bucket) else without_logs(world, bucket, "tags")


def _awaits_logs(world: World, bucket: Resource) -> bool:
    """Whether its policy lets a service that delivers load balancers' logs write, and nobody else."""
    found = [document(one, "policy") for one in world.referring(bucket, _POLICY, "bucket")]
    writers = [
        principals(statement, "Service")
        for one in found
        if isinstance(one, Mapping)
        for statement in statements(one, "Allow")
    ]
    return bool(writers) and all(named == [_BALANCERS] for named in writers)
