"""Amazon S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html."""

from typing import Any, Final

from sandbox.cloud.aws.documents import document, public
from sandbox.cloud.aws.encryption_key import KEY
from sandbox.cloud.aws.identity import ROLE
from sandbox.cloud.checks import between, holds, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.guards import not_deleted_while_filled
from sandbox.cloud.identity import arn
from sandbox.cloud.resource_type import Guard, Name, Reference, ResourceType

BUCKET: Final = "aws:s3/bucket:Bucket"
PUBLIC_ACCESS: Final = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
VERSIONING: Final = "aws:s3/bucketVersioning:BucketVersioning"
ENCRYPTION: Final = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
LOCK: Final = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
LIFECYCLE: Final = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
POLICY: Final = "aws:s3/bucketPolicy:BucketPolicy"
REPLICATION: Final = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"


def setting(context: Context, token: str, bucket: str) -> Any:
    """The setting of this type that the bucket has, or None."""
    return next((other for other in context.objects(token) if other.get("bucket") == bucket), None)


def _compliance(context: Context) -> str | None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html#object-lock-retention-modes."""
    if context.operation != "delete" or context.stored is None or not context.stored.hidden.get("objects"):
        return None
    lock = setting(context, LOCK, context.id)
    mode = context.stored.hidden.get("lock") or (lock and lock.get("rule", {}).get("defaultRetention", {}).get("mode"))
    return f"AccessDenied: objects of {context.id} are locked in compliance mode" if mode == "COMPLIANCE" else None


def _needs_lock(context: Context) -> str | None:
    if context.operation == "create":
        bucket = context.find(context["bucket"], BUCKET)
        versions = setting(context, VERSIONING, context["bucket"])
        versioned = versions is not None and versions.get("versioningConfiguration", {}).get("status") == "Enabled"
        if bucket is not None and not bucket.get("objectLockEnabled") and not versioned:
            return (
                "InvalidBucketState: versioning must be 'Enabled' on the bucket to apply an Object Lock configuration"
            )
    return None


def _stays_versioned(context: Context) -> str | None:
    """Taking the setting out of a program is let go, as the provider does; suspending is refused."""
    if context.operation == "update":
        status = context.inputs.get("versioningConfiguration", {}).get("status")
        bucket = context.find(context["bucket"], BUCKET)
        if status != "Enabled" and bucket is not None and bucket.get("objectLockEnabled"):
            return "InvalidBucketState: an Object Lock configuration is present on this bucket, so versioning can't be suspended"
    return None


def _not_public(context: Context) -> str | None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html."""
    if context.writing:
        block = setting(context, PUBLIC_ACCESS, context["bucket"])
        if block is not None and block.get("blockPublicPolicy") and public(context["policy"]):
            return "AccessDenied: public policies are prevented by the BlockPublicPolicy setting"
    return None


def _replicates(context: Context) -> str | None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html."""
    if not context.writing:
        return None
    targets = [str(rule["destination"]["bucket"]).removeprefix("arn:aws:s3:::") for rule in context["rules"]]
    for bucket in (context["bucket"], *targets):
        versions = setting(context, VERSIONING, bucket)
        if versions is None or versions.get("versioningConfiguration", {}).get("status") != "Enabled":
            return f"InvalidRequest: versioning must be 'Enabled' on {bucket} to apply a replication configuration"
    return None


def _of_bucket(
    token: str, page: str, *references: Reference, guards: tuple[Guard, ...] = (), **more: Any
) -> ResourceType:
    return ResourceType(
        token=token,
        source=f"https://docs.aws.amazon.com/AmazonS3/latest/{page}",
        id="{bucket}",
        replace_on=("bucket",),
        references=(Reference("bucket", BUCKET), *references),
        guards=guards,
        **more,
    )


TYPES: Final = (
    ResourceType(
        token=BUCKET,
        source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
        id="{bucket}",
        name=Name(
            property="bucket",
            shortest=3,
            longest=63,
            pattern=r"(?!xn--)(?!.*-s3alias$)(?!.*\.\.)[a-z0-9][a-z0-9.-]*[a-z0-9]",
            unique_in="",
            excludes=("bucketPrefix",),
        ),
        computed={
            "arn": arn("s3", "{bucket}", regional=False, owned=False),
            "bucketDomainName": "{bucket}.s3.amazonaws.com",
            "bucketRegionalDomainName": "{bucket}.s3.{region}.amazonaws.com",
            "bucketRegion": "{region}",
            "hostedZoneId": lambda context: {"ap-northeast-1": "Z2M4EHUR26P7ZW", "ap-northeast-3": "Z2YQB5RD63NC85"}[
                context["region"]
            ],
        },
        input_defaults={"forceDestroy": False},
        defaults={"objectLockEnabled": False, "requestPayer": "BucketOwner"},
        replace_on=("objectLockEnabled",),
        guards=(
            not_deleted_while_filled(consent="forceDestroy", reason="BucketNotEmpty: {id} holds object versions"),
            _compliance,
        ),
        known_as=("arn",),
        scope="{account}",
    ),
    _of_bucket(
        PUBLIC_ACCESS,
        "userguide/access-control-block-public-access.html",
        input_defaults={"skipDestroy": False},
        defaults=dict.fromkeys(
            ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), False
        ),
    ),
    _of_bucket(
        VERSIONING,
        "userguide/manage-versioning-examples.html",
        guards=(_stays_versioned,),
        checks=(one_of("versioningConfiguration.status", ("Enabled", "Suspended", "Disabled")),),
    ),
    _of_bucket(
        ENCRYPTION,
        "userguide/default-bucket-encryption.html",
        Reference("rules[*].applyServerSideEncryptionByDefault.kmsMasterKeyId", KEY),
        checks=(
            one_of("rules[*].applyServerSideEncryptionByDefault.sseAlgorithm", ("AES256", "aws:kms", "aws:kms:dsse")),
        ),
    ),
    _of_bucket(
        LOCK,
        "userguide/object-lock-configure.html",
        guards=(_needs_lock,),
        input_defaults={"objectLockEnabled": "Enabled"},
        checks=(
            between("rule.defaultRetention.days", 1, 36500),
            between("rule.defaultRetention.years", 1, 100),
            one_of("rule.defaultRetention.mode", ("COMPLIANCE", "GOVERNANCE")),
            holds(
                "rule.defaultRetention",
                lambda value: ("days" in value) != ("years" in value),
                "exactly one of days and years",
            ),
        ),
    ),
    _of_bucket(
        LIFECYCLE,
        "userguide/intro-lifecycle-rules.html",
        defaults={"transitionDefaultMinimumObjectSize": "all_storage_classes_128K"},
        checks=(
            one_of("rules[*].status", ("Enabled", "Disabled")),
            holds(
                "rules",
                lambda rules: len({rule["id"] for rule in rules}) == len(rules),
                "InvalidArgument: rule ids must be unique",
            ),
        ),
    ),
    _of_bucket(
        POLICY,
        "userguide/add-bucket-policy.html",
        guards=(_not_public,),
        checks=(document("policy", principal=True, longest=20480),),
    ),
    _of_bucket(
        REPLICATION,
        "userguide/replication-add-config.html",
        Reference("role", ROLE),
        Reference("rules[*].destination.bucket", BUCKET),
        Reference("rules[*].destination.encryptionConfiguration.replicaKmsKeyId", KEY),
        guards=(_replicates,),
        checks=(
            holds(
                "rules[*]",
                lambda rule: "encryptionConfiguration" not in rule["destination"] or "sourceSelectionCriteria" in rule,
                "InvalidRequest: SseKmsEncryptedObjects must be specified if EncryptionConfiguration is",
            ),
        ),
    ),
)
