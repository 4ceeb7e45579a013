"""Amazon S3 general purpose bucket with everything that makes it private: what the stores here have in common."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import s3

from components._component import Component
from components.aws._landing import AwsLanding
from components.aws._policy import document

__all__ = ["PrivateBucket", "private_bucket"]

Statements = Callable[[pulumi.Output[str]], Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, kw_only=True)
class PrivateBucket:
    """`name` and `arn` are known at preview. Whatever writes to the bucket depends on `ready`."""

    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    ready: s3.BucketPolicy


def private_bucket(
    owner: Component,
    name: str,
    landing: AwsLanding,
    *,
    key_arn: pulumi.Output[str] | None,
    locked_days: int | None,
    removed_days: int | None,
    statements: Statements,
    after: Sequence[pulumi.Resource] = (),
) -> PrivateBucket:
    """A versioned bucket without public access, encrypted with `key_arn` (None: with Amazon S3's own keys), TLS only.

    `locked_days`: every object version is write-once for so long. `removed_days`: objects go after so long, never before
    their lock ends. `statements` (of the bucket's ARN) are added to its policy. It is made `after` these. Each setting waits for the one before:
    S3 answers 409 when two settings of one bucket change at once.
    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (OperationAborted)
    """
    bucket = s3.Bucket(
        name,
        object_lock_enabled=locked_days is not None,
        force_destroy=not landing.protected,
        tags=landing.tags,
        opts=owner.child(stateful=True, depends_on=after),
    )
    arn = bucket.bucket.apply(lambda physical: f"arn:aws:s3:::{physical}")
    last: pulumi.Resource = s3.BucketPublicAccessBlock(
        f"{name}-public-access",
        bucket=bucket.bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=owner.child(depends_on=[bucket]),
    )
    last = s3.BucketVersioning(
        f"{name}-versioning",
        bucket=bucket.bucket,
        versioning_configuration={"status": "Enabled"},
        opts=owner.child(depends_on=[last]),
    )
    last = s3.BucketServerSideEncryptionConfiguration(
        f"{name}-encryption",
        bucket=bucket.bucket,
        rules=[
            {
                "apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": key_arn}
                if key_arn is not None
                else {"sse_algorithm": "AES256"},
                "bucket_key_enabled": key_arn is not None,
            }
        ],
        opts=owner.child(depends_on=[last]),
    )
    if locked_days is not None:
        last = s3.BucketObjectLockConfiguration(
            f"{name}-lock",
            bucket=bucket.bucket,
            rule={
                "default_retention": {
                    # COMPLIANCE binds even the account's root user, so a verification stack must not use it.
                    "mode": "COMPLIANCE" if landing.locked else "GOVERNANCE",
                    "days": locked_days,
                }
            },
            opts=owner.child(stateful=True, depends_on=[last]),
        )
    last = s3.BucketLifecycleConfiguration(
        f"{name}-lifecycle",
        bucket=bucket.bucket,
        rules=[
            {
                "id": "unfinished-uploads",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
            },
            *_removal(removed_days),
        ],
        opts=owner.child(depends_on=[last]),
    )
    policy = s3.BucketPolicy(
        f"{name}-policy",
        bucket=bucket.bucket,
        policy=document([*_tls_only(arn), *statements(arn)]),
        opts=owner.child(depends_on=[last]),
    )
    return PrivateBucket(name=bucket.bucket, arn=arn, ready=policy)


def _removal(days: int | None) -> Sequence[s3.BucketLifecycleConfigurationRuleArgsDict]:
    if days is None:
        return []
    return [
        {
            "id": "retention-over",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "expiration": {"days": days},
            "noncurrent_version_expiration": {"noncurrent_days": 1},
        }
    ]


def _tls_only(arn: pulumi.Output[str]) -> Sequence[Mapping[str, Any]]:
    everything = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, pulumi.Output.concat(arn, "/*")],
    }
    return [
        {"Sid": "TlsOnly", **everything, "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {"Sid": "Tls12OrLater", **everything, "Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}},
    ]
