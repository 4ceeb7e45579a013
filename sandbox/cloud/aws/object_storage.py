"""Amazon S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html."""

import re
from typing import Any, Final

from sandbox.cloud.aws import documents
from sandbox.cloud.aws.bucket_policy import POLICY, PUBLIC_ACCESS, not_public, permitted, resources_fit, still_readable
from sandbox.cloud.aws.bucket_rules import CLASSES, lifecycle_fits, replication_fits
from sandbox.cloud.aws.bucket_state import (
    BUCKET,
    ENCRYPTION,
    LIFECYCLE,
    LOCK,
    REPLICATION,
    VERSIONING,
    compliance,
    needs_versions,
    replicates,
    setting,
    stays_versioned,
)
from sandbox.cloud.aws.evaluation import ROLE, principals_exist
from sandbox.cloud.aws.key_use import ALIAS, KEY
from sandbox.cloud.aws.tags import tag_rule
from sandbox.cloud.checks import Inputs, Problems, between, holds, matches, not_together, one_of
from sandbox.cloud.guards import not_deleted_while_filled
from sandbox.cloud.identity import arn
from sandbox.cloud.resource_type import Guard, Name, Reference, ResourceType
from sandbox.cloud.value import at, one

__all__ = ["BUCKET", "ENCRYPTION", "POLICY", "TYPES", "setting"]

_ZONES: Final = {"ap-northeast-1": "Z2M4EHUR26P7ZW", "ap-northeast-3": "Z2YQB5RD63NC85"}
_NAME: Final = (
    r"(?!xn--|sthree-|amzn-s3-demo-)(?!.*(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$)"
    r"(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]*[a-z0-9]"
)


def _encryption_fits(inputs: Inputs) -> Problems:
    if len(inputs.get("rules") or []) != 1:
        yield "rules", "MalformedXML: exactly one rule"
    for path, default in at(inputs, "rules[*].applyServerSideEncryptionByDefault"):
        by_key = default.get("sseAlgorithm") in ("aws:kms", "aws:kms:dsse")
        if default.get("kmsMasterKeyId") and not by_key:
            yield f"{path}.kmsMasterKeyId", "InvalidArgument: a KMSMasterKeyID is only for aws:kms and aws:kms:dsse"
    for path, rule in at(inputs, "rules[*]"):
        if (
            rule.get("bucketKeyEnabled")
            and one(rule, "applyServerSideEncryptionByDefault.sseAlgorithm") == "aws:kms:dsse"
        ):
            yield f"{path}.bucketKeyEnabled", "InvalidArgument: bucket keys are not supported for aws:kms:dsse"


def _of_bucket(
    token: str, page: str, action: str, *references: Reference, guards: tuple[Guard, ...] = (), **more: Any
) -> ResourceType:
    spots = more.pop("blind_spots", ())
    return ResourceType(
        token=token,
        source=f"https://docs.aws.amazon.com/AmazonS3/latest/{page}",
        id="{bucket}",
        replace_on=("bucket", *more.pop("replace_on", ())),
        references=(Reference("bucket", BUCKET), *references),
        guards=(permitted(action), *guards),
        blind_spots=("A second one for the same bucket overwrites the first there; here it is refused.", *spots),
        **more,
    )


TYPES: Final = (
    ResourceType(
        token=BUCKET,
        source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
        sources=("https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html",),
        id="{bucket}",
        name=Name(property="bucket", shortest=3, longest=63, pattern=_NAME, unique_in="", excludes=("bucketPrefix",)),
        computed={
            "arn": arn("s3", "{bucket}", regional=False, owned=False),
            "bucketDomainName": "{bucket}.s3.amazonaws.com",
            "bucketRegionalDomainName": "{bucket}.s3.{region}.amazonaws.com",
            "bucketRegion": "{region}",
            "hostedZoneId": lambda context: _ZONES.get(context["region"]),
        },
        input_defaults={"forceDestroy": False},
        defaults={"objectLockEnabled": False, "requestPayer": "BucketOwner"},
        replace_on=("objectLockEnabled", "bucketPrefix", "bucketNamespace"),
        checks=(
            not_together("bucket", "bucketPrefix"),
            matches(
                "bucketPrefix", r"[a-z0-9][a-z0-9.-]{0,36}", "at most 37 lower-case letters, digits, dots and hyphens"
            ),
            # Ownership of new buckets is enforced: https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
            one_of("acl", ("private",)),
            tag_rule(),
        ),
        guards=(
            not_deleted_while_filled(consent="forceDestroy", reason="BucketNotEmpty: {id} holds object versions"),
            compliance,
        ),
        known_as=("arn",),
        scope="{account}",
        blind_spots=(
            "Names used by other customers are free here; a deleted bucket's name is free again at once.",
            "Settings written into the bucket itself (policy, versioning, logging and so on) are kept but govern nothing.",
            "The bucket's own copies of its settings, which the provider fills in, stay absent.",
            "Names of the account's own regional namespace are taken like global ones.",
        ),
    ),
    _of_bucket(
        PUBLIC_ACCESS,
        "userguide/access-control-block-public-access.html",
        "s3:PutBucketPublicAccessBlock",
        input_defaults={"skipDestroy": False},
        defaults=dict.fromkeys(
            ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), False
        ),
        blind_spots=(
            "Without it a bucket blocks all, as a new one does; there one whose setting was deleted blocks nothing.",
            "The account's own block of public access is not imitated.",
        ),
    ),
    _of_bucket(
        VERSIONING,
        "userguide/manage-versioning-examples.html",
        "s3:PutBucketVersioning",
        guards=(stays_versioned,),
        replace_on=("expectedBucketOwner",),
        checks=(
            one_of("versioningConfiguration.status", ("Enabled", "Suspended", "Disabled")),
            one_of("versioningConfiguration.mfaDelete", ("Enabled", "Disabled")),
        ),
        blind_spots=("MFA delete is taken as written; the device is not asked.",),
    ),
    _of_bucket(
        ENCRYPTION,
        "userguide/default-bucket-encryption.html",
        "s3:PutEncryptionConfiguration",
        Reference("rules[*].applyServerSideEncryptionByDefault.kmsMasterKeyId", (KEY, ALIAS)),
        replace_on=("expectedBucketOwner",),
        checks=(
            one_of("rules[*].applyServerSideEncryptionByDefault.sseAlgorithm", ("AES256", "aws:kms", "aws:kms:dsse")),
            one_of("rules[*].blockedEncryptionTypes[*]", ("SSE-C", "NONE")),
            _encryption_fits,
        ),
        blind_spots=(
            "S3 takes any key here, even one that does not exist; here it must. A disabled one only stops who writes.",
        ),
    ),
    _of_bucket(
        LOCK,
        "userguide/object-lock-configure.html",
        "s3:PutBucketObjectLockConfiguration",
        guards=(needs_versions,),
        input_defaults={"objectLockEnabled": "Enabled"},
        replace_on=("expectedBucketOwner", "objectLockEnabled"),
        checks=(
            one_of("objectLockEnabled", ("Enabled",)),
            between("rule.defaultRetention.days", 1, 36500),
            between("rule.defaultRetention.years", 1, 100),
            one_of("rule.defaultRetention.mode", ("COMPLIANCE", "GOVERNANCE")),
            holds(
                "rule.defaultRetention",
                lambda value: (value.get("days") is None) is not (value.get("years") is None),
                "MalformedXML: exactly one of days and years",
            ),
        ),
        blind_spots=("Deleted, it leaves Object Lock on and takes only the rule away there; here the lock is gone.",),
    ),
    _of_bucket(
        LIFECYCLE,
        "userguide/intro-lifecycle-rules.html",
        "s3:PutLifecycleConfiguration",
        defaults={"transitionDefaultMinimumObjectSize": "all_storage_classes_128K"},
        replace_on=("expectedBucketOwner",),
        checks=(
            one_of("rules[*].status", ("Enabled", "Disabled")),
            one_of("transitionDefaultMinimumObjectSize", ("all_storage_classes_128K", "varies_by_storage_class")),
            lifecycle_fits,
        ),
        blind_spots=("Rules that overlap are not compared with one another; nothing is ever removed here.",),
    ),
    _of_bucket(
        POLICY,
        "userguide/add-bucket-policy.html",
        "s3:PutBucketPolicy",
        guards=(principals_exist("policy", "MalformedPolicy"), resources_fit, not_public, still_readable),
        checks=(documents.policy("policy", documents.BUCKET),),
        blind_spots=(
            "Whether an action or a condition key exists, and fits the action, is not asked.",
            "Roles of the account that were not made here do not exist as principals.",
        ),
    ),
    _of_bucket(
        REPLICATION,
        "userguide/replication-add-config.html",
        "s3:PutReplicationConfiguration",
        Reference("role", ROLE),
        Reference("rules[*].destination.bucket", BUCKET, anywhere=True),
        Reference("rules[*].destination.encryptionConfiguration.replicaKmsKeyId", (KEY, ALIAS), anywhere=True),
        guards=(replicates,),
        checks=(
            one_of("rules[*].status", ("Enabled", "Disabled")),
            one_of("rules[*].destination.storageClass", ("STANDARD", "REDUCED_REDUNDANCY", *CLASSES)),
            holds(
                "role",
                lambda text: re.fullmatch(r"arn:aws[a-z-]*:iam::\d{12}:role/.+", text) is not None,
                "'{value}' is no ARN of a role",
            ),
            replication_fits,
        ),
        blind_spots=(
            "Whether Amazon S3 may assume the role and the role may copy shows there only when objects are copied.",
            "The replica's key is not asked, as S3 asks it only when it copies.",
        ),
    ),
)
