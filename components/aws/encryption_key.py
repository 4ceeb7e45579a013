"""AWS KMS customer managed key, with the key policy that names every service that may use it."""

from collections.abc import Iterator, Mapping
from typing import Any

import pulumi
from pulumi_aws import kms

from components import encryption_key as contract
from components.aws._landing import AwsLanding
from components.aws._policy import document
from components.encryption_key import EncryptionKeyArgs, KeyUser

__all__ = ["EncryptionKey"]

_VIA = {
    KeyUser.STORAGE: "s3",
    KeyUser.DATABASE: "rds",
    KeyUser.SECRETS: "secretsmanager",
    KeyUser.LOGS: "firehose",
    KeyUser.IMAGES: "ecr",
}
_USE = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
# Administration without use: who may change the policy still can't read what the key encrypts by calling KMS.
_ADMINISTER = [
    "kms:CreateAlias",
    "kms:Describe*",
    "kms:Enable*",
    "kms:List*",
    "kms:Put*",
    "kms:Update*",
    "kms:Revoke*",
    "kms:Disable*",
    "kms:Get*",
    "kms:Delete*",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:CancelKeyDeletion",
]


class EncryptionKey(contract.EncryptionKey):
    """Rotates by itself; a deletion waits 30 days, the longest that KMS allows."""

    def __init__(
        self, name: str, args: EncryptionKeyArgs, landing: AwsLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:aws:EncryptionKey", name, landing, opts)
        key = kms.Key(
            f"{name}-key",
            description=f"machikumo {landing.stack}",
            enable_key_rotation=True,
            rotation_period_in_days=args.rotation_days,
            deletion_window_in_days=30,
            policy=document(list(_statements(args, landing))),
            tags=landing.tags,
            opts=self.child(stateful=True),
        )
        kms.Alias(f"{name}-alias", target_key_id=key.key_id, opts=self.child())
        self.key_id = key.arn
        self.register_outputs({"key_id": self.key_id, "rotation_days": args.rotation_days})


def _statements(args: EncryptionKeyArgs, landing: AwsLanding) -> Iterator[Mapping[str, Any]]:
    account = {"AWS": f"arn:aws:iam::{landing.account_id}:root"}
    yield {"Sid": "Administer", "Effect": "Allow", "Principal": account, "Action": _ADMINISTER, "Resource": "*"}
    for user in sorted(args.users):
        # The account's identities, as far as their own policies allow, and only through this one service.
        via = {"kms:ViaService": f"{_VIA[user]}.{landing.region}.amazonaws.com"}
        allow = {"Effect": "Allow", "Principal": account, "Resource": "*"}
        yield {"Sid": f"Use{user.title()}", **allow, "Action": _USE, "Condition": {"StringEquals": via}}
        if user in {KeyUser.DATABASE, KeyUser.IMAGES, KeyUser.LOGS}:
            # These services go on using the key after the caller has left.
            yield {
                "Sid": f"Grant{user.title()}",
                **allow,
                "Action": ["kms:CreateGrant", "kms:ListGrants", "kms:RetireGrant"],
                "Condition": {"StringEquals": via, "Bool": {"kms:GrantIsForAWSResource": "true"}},
            }
    if KeyUser.LOGS in args.users:
        yield from _log_services(landing)


def _log_services(landing: AwsLanding) -> Iterator[Mapping[str, Any]]:
    """The services that write logs by themselves; each is refused its first write without its statement.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-cmk-policy.html
    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
    """
    region, account = landing.region, landing.account_id
    yield {
        "Sid": "LogGroups",
        "Effect": "Allow",
        "Principal": {"Service": f"logs.{region}.amazonaws.com"},
        "Action": _USE,
        "Resource": "*",
        "Condition": {
            "ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:{region}:{account}:log-group:*"}
        },
    }
    yield {
        "Sid": "FlowLogs",
        "Effect": "Allow",
        "Principal": {"Service": "delivery.logs.amazonaws.com"},
        "Action": _USE,
        "Resource": "*",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": account},
            "ArnLike": {"aws:SourceArn": f"arn:aws:logs:{region}:{account}:*"},
        },
    }
    yield {
        "Sid": "Trail",
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        # Decrypt, because the archive's bucket uses an S3 Bucket Key: without it the trail is refused.
        "Action": ["kms:GenerateDataKey*", "kms:Decrypt", "kms:DescribeKey"],
        "Resource": "*",
        "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudtrail:{region}:{account}:trail/*"}},
    }
