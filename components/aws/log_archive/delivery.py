"""Amazon S3 bucket that takes load-balancer access logs, and its replication into the archive.

Application Load Balancers write only to buckets encrypted with Amazon S3's own keys:
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
The copy in the archive is encrypted with the customer key and write-once.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_aws import iam, s3

from components._component import Component
from components.aws._bucket import PrivateBucket, private_bucket
from components.aws._landing import AwsLanding
from components.aws._policy import document, role_arn

__all__ = ["delivery_bucket"]


def delivery_bucket(
    owner: Component, name: str, landing: AwsLanding, *, archive: PrivateBucket, key_arn: pulumi.Output[str]
) -> PrivateBucket:
    """Objects are copied to `archive` within minutes and removed here after 90 days."""
    delivery = private_bucket(
        owner,
        name,
        landing,
        key_arn=None,
        locked_days=None,
        removed_days=90,
        statements=lambda arn: _deliveries(arn, landing),
    )
    role = iam.Role(
        f"{name}-role",
        description="copies load-balancer logs into the archive",
        assume_role_policy=document(
            [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "s3.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                    "Condition": {"StringEquals": {"aws:SourceAccount": landing.account_id}},
                }
            ]
        ),
        tags=landing.tags,
        opts=owner.child(),
    )
    rights = iam.RolePolicy(
        f"{name}-role-policy",
        role=role.name,
        policy=document(_copy(delivery.arn, archive.arn, key_arn, landing)),
        opts=owner.child(),
    )
    s3.BucketReplicationConfig(
        f"{name}-replication",
        bucket=delivery.name,
        role=role_arn(role.name, landing),
        rules=[
            {
                "id": "archive",
                "status": "Enabled",
                "priority": 1,
                "filter": {"prefix": ""},
                "delete_marker_replication": {"status": "Disabled"},
                "source_selection_criteria": {"sse_kms_encrypted_objects": {"status": "Enabled"}},
                "destination": {
                    "bucket": archive.arn,
                    "storage_class": "STANDARD",
                    "encryption_configuration": {"replica_kms_key_id": key_arn},
                },
            }
        ],
        opts=owner.child(depends_on=[delivery.ready, archive.ready, rights]),
    )
    return delivery


def _deliveries(arn: pulumi.Output[str], landing: AwsLanding) -> Sequence[Mapping[str, Any]]:
    """The path holds the owner's account: no load balancer of another one writes below it, so no condition is needed."""
    return [
        {
            "Sid": "LoadBalancerWrite",
            "Effect": "Allow",
            "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
            "Action": ["s3:PutObject"],
            "Resource": pulumi.Output.concat(arn, f"/access/AWSLogs/{landing.account_id}/*"),
        }
    ]


def _copy(
    source: pulumi.Output[str], target: pulumi.Output[str], key_arn: pulumi.Output[str], landing: AwsLanding
) -> Sequence[Mapping[str, Any]]:
    """What the copying role may do.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
    """
    return [
        {"Effect": "Allow", "Action": ["s3:GetReplicationConfiguration", "s3:ListBucket"], "Resource": source},
        {
            "Effect": "Allow",
            "Action": ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"],
            "Resource": pulumi.Output.concat(source, "/*"),
        },
        {
            "Effect": "Allow",
            "Action": ["s3:ReplicateObject", "s3:ReplicateTags"],
            "Resource": pulumi.Output.concat(target, "/*"),
        },
        {
            "Effect": "Allow",
            "Action": ["kms:Encrypt", "kms:GenerateDataKey"],
            "Resource": key_arn,
            "Condition": {"StringEquals": {"kms:ViaService": f"s3.{landing.region}.amazonaws.com"}},
        },
    ]
