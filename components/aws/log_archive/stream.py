"""Amazon Data Firehose: carries what CloudWatch Logs receives into the archive."""

from dataclasses import dataclass

import pulumi
from pulumi_aws import iam, kinesis

from components._component import Component
from components.aws._bucket import PrivateBucket
from components.aws._landing import AwsLanding
from components.aws._policy import document, role_arn, service_trust

__all__ = ["LogStream", "log_stream"]


@dataclass(frozen=True, kw_only=True)
class LogStream:
    """Where log groups send to, and the role that CloudWatch Logs takes to do so, once `ready` is there."""

    arn: pulumi.Output[str]
    sender_role_arn: pulumi.Output[str]
    ready: iam.RolePolicy


def log_stream(
    owner: Component, name: str, landing: AwsLanding, *, archive: PrivateBucket, key_arn: pulumi.Output[str]
) -> LogStream:
    """Written to `archive` at least every five minutes. Records arrive gzipped, so they are not compressed again."""
    account, region = landing.account_id, landing.region
    role = iam.Role(
        f"{name}-role",
        description="writes log groups into the archive",
        assume_role_policy=service_trust(
            "firehose.amazonaws.com", f"arn:aws:firehose:{region}:{account}:deliverystream/*", landing
        ),
        tags=landing.tags,
        opts=owner.child(),
    )
    rights = iam.RolePolicy(
        f"{name}-role-policy",
        role=role.name,
        policy=document(
            [
                {
                    "Effect": "Allow",
                    "Action": ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
                    "Resource": archive.arn,
                },
                {
                    "Effect": "Allow",
                    "Action": ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"],
                    "Resource": pulumi.Output.concat(archive.arn, "/service/*"),
                },
                {
                    "Effect": "Allow",
                    "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
                    "Resource": key_arn,
                    "Condition": {"StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com"}},
                },
            ]
        ),
        opts=owner.child(),
    )
    stream = kinesis.FirehoseDeliveryStream(
        name,
        destination="extended_s3",
        server_side_encryption={"enabled": True, "key_type": "CUSTOMER_MANAGED_CMK", "key_arn": key_arn},
        extended_s3_configuration={
            "role_arn": role_arn(role.name, landing),
            "bucket_arn": archive.arn,
            "prefix": "service/",
            "error_output_prefix": "service/errors/",
            "buffering_size": 5,
            "buffering_interval": 300,
            "compression_format": "UNCOMPRESSED",
            "kms_key_arn": key_arn,
        },
        tags=landing.tags,
        opts=owner.child(depends_on=[archive.ready, rights]),
    )
    arn = stream.name.apply(lambda physical: f"arn:aws:firehose:{region}:{account}:deliverystream/{physical}")
    sender = iam.Role(
        f"{name}-sender-role",
        description="sends log groups to the stream",
        assume_role_policy=service_trust("logs.amazonaws.com", f"arn:aws:logs:{region}:{account}:*", landing),
        tags=landing.tags,
        opts=owner.child(),
    )
    ready = iam.RolePolicy(
        f"{name}-sender-role-policy",
        role=sender.name,
        policy=document(
            [{"Effect": "Allow", "Action": ["firehose:PutRecord", "firehose:PutRecordBatch"], "Resource": arn}]
        ),
        opts=owner.child(depends_on=[stream]),
    )
    return LogStream(arn=arn, sender_role_arn=role_arn(sender.name, landing), ready=ready)
