"""Amazon S3 with Object Lock, filled by AWS CloudTrail, VPC flow logs, load-balancer access logs and Amazon Data Firehose."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from components import log_archive as contract
from components._component import own
from components.aws._bucket import private_bucket
from components.aws._landing import AwsLanding
from components.aws.encryption_key import EncryptionKey
from components.aws.log_archive.delivery import delivery_bucket
from components.aws.log_archive.stream import log_stream
from components.aws.log_archive.trail import trail
from components.log_archive import TRAIL_SUPPLIED, LogArchiveArgs

__all__ = ["LogArchive"]


class LogArchive(contract.LogArchive):
    """Siblings deliver to `arn`, `delivery` (load-balancer access logs) and `stream` (log groups)."""

    def __init__(
        self, name: str, args: LogArchiveArgs, landing: AwsLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:aws:LogArchive", name, landing, opts)
        key = own(args.key, EncryptionKey)
        archive = private_bucket(
            self,
            f"{name}-store",
            landing,
            key_arn=key.key_id,
            locked_days=args.retention_days,
            removed_days=args.retention_days,
            statements=lambda arn: _deliveries(arn, landing),
        )
        if args.audit_trail_supplied:
            pulumi.log.info(TRAIL_SUPPLIED, self)
        trail(
            self,
            f"{name}-trail",
            landing,
            archive=archive,
            key_arn=key.key_id,
            management=not args.audit_trail_supplied,
        )
        self.arn = archive.arn
        self.delivery = delivery_bucket(self, f"{name}-delivery", landing, archive=archive, key_arn=key.key_id)
        self.stream = log_stream(self, f"{name}-stream", landing, archive=archive, key_arn=key.key_id)
        self.archive_id = archive.name
        self.register_outputs(
            {"archive_id": self.archive_id, "inherited": ["audit"] if args.audit_trail_supplied else []}
        )


def _deliveries(arn: pulumi.Output[str], landing: AwsLanding) -> Sequence[Mapping[str, Any]]:
    """Written before the first delivery: CloudTrail is refused without, and flow logs would write a policy of their own.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html
    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
    """
    region, account = landing.region, landing.account_id
    trails = {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudtrail:{region}:{account}:trail/*"}}
    flow_logs = {
        "StringEquals": {"aws:SourceAccount": account},
        "ArnLike": {"aws:SourceArn": f"arn:aws:logs:{region}:{account}:*"},
    }
    return [
        _allow("TrailCheck", "cloudtrail.amazonaws.com", ["s3:GetBucketAcl"], arn, trails),
        _allow(
            "TrailWrite", "cloudtrail.amazonaws.com", ["s3:PutObject"], pulumi.Output.concat(arn, "/trail/*"), trails
        ),
        _allow("FlowLogsCheck", "delivery.logs.amazonaws.com", ["s3:GetBucketAcl", "s3:ListBucket"], arn, flow_logs),
        _allow(
            "FlowLogsWrite",
            "delivery.logs.amazonaws.com",
            ["s3:PutObject"],
            pulumi.Output.concat(arn, "/flow/*"),
            flow_logs,
        ),
    ]


def _allow(
    sid: str, service: str, actions: list[str], resource: pulumi.Output[str], condition: Mapping[str, Any]
) -> Mapping[str, Any]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": actions,
        "Resource": resource,
        "Condition": condition,
    }
