"""What a bucket's settings and contents forbid each other.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
"""

from typing import Any, Final

from sandbox.cloud.context import Context
from sandbox.cloud.value import one

BUCKET: Final = "aws:s3/bucket:Bucket"
VERSIONING: Final = "aws:s3/bucketVersioning:BucketVersioning"
ENCRYPTION: Final = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
LOCK: Final = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
LIFECYCLE: Final = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
REPLICATION: Final = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"


def setting(context: Context, token: str, bucket: str) -> Any:
    """The setting of this type that the bucket has, or None."""
    return next((other for other in context.objects(token) if other.get("bucket") == bucket), None)


def versioned(context: Context, bucket: str) -> bool:
    """Whether the bucket keeps versions: by its setting, or because it was made with Object Lock."""
    found, versions = context.find(bucket, BUCKET), setting(context, VERSIONING, bucket)
    if versions is None:
        return found is not None and found.get("objectLockEnabled") is True
    status: str = one(versions.outputs, "versioningConfiguration.status")
    return status == "Enabled"


def locked(context: Context, bucket: str) -> bool:
    """Whether the bucket has Object Lock, from its creation or since."""
    found = context.find(bucket, BUCKET)
    return (found is not None and found.get("objectLockEnabled") is True) or setting(context, LOCK, bucket) is not None


def compliance(context: Context) -> str | None:
    """No consent deletes what is locked in compliance mode.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html#object-lock-retention-modes
    """
    if context.operation != "delete" or context.stored is None or not context.stored.hidden.get("objects"):
        return None
    lock = setting(context, LOCK, context.id)
    mode = context.stored.hidden.get("lock") or (lock and one(lock.outputs, "rule.defaultRetention.mode"))
    return f"AccessDenied: objects of {context.id} are locked in compliance mode" if mode == "COMPLIANCE" else None


def needs_versions(context: Context) -> str | None:
    """Object Lock needs versions: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-configure.html."""
    if context.operation == "create" and not versioned(context, context["bucket"]):
        return "InvalidBucketState: versioning must be 'Enabled' on the bucket to apply an Object Lock configuration"
    return None


def stays_versioned(context: Context) -> str | None:
    """Taking the setting out of a program suspends versions; where a lock forbids that, the provider lets it go."""
    status = "Suspended" if context.operation == "delete" else one(context.inputs, "versioningConfiguration.status")
    old = None if context.stored is None else one(context.stored.inputs, "versioningConfiguration.status")
    if status == "Enabled":
        return None
    if context.operation == "update" and status == "Disabled" and old != "Disabled":
        return f"versioning_configuration.status cannot be updated from '{old}' to 'Disabled'"
    if context.writing and locked(context, context["bucket"]):
        return "InvalidBucketState: an Object Lock configuration is present on this bucket, so versioning can't be suspended"
    if setting(context, REPLICATION, context["bucket"]) is not None:
        return "InvalidBucketState: a replication configuration is present on this bucket, so versioning can't be suspended"
    return None


def replicates(context: Context) -> str | None:
    """Both buckets can do it: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html."""
    if not context.writing:
        return None
    source = context["bucket"]
    for rule in context["rules"]:
        target = str(rule["destination"]["bucket"]).removeprefix(f"arn:{context.place['partition']}:s3:::")
        if target == source:
            return "InvalidRequest: Destination bucket cannot be the same as the source bucket"
        for bucket in (source, target):
            if not versioned(context, bucket):
                return f"InvalidRequest: versioning must be 'Enabled' on {bucket} to apply a replication configuration"
        if locked(context, source) and not locked(context, target):
            return f"InvalidRequest: Destination bucket {target} must have Object Lock, as the source has"
    return None
