"""Amazon S3 bucket with Object Lock."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_aws import iam

from components import object_storage as contract
from components._component import own
from components.aws._bucket import private_bucket
from components.aws._landing import AwsLanding
from components.aws._policy import document
from components.aws.encryption_key import EncryptionKey
from components.aws.identity import Identity
from components.aws.log_archive import LogArchive
from components.aws.network import Network
from components.object_storage import ObjectStorageArgs

__all__ = ["ObjectStorage"]


class ObjectStorage(contract.ObjectStorage):
    """The bucket's policy refuses every reader and writer but one. Deleting stays possible for an administrator, so that a
    verification stack can be taken down; the lock decides when.
    """

    def __init__(
        self, name: str, args: ObjectStorageArgs, landing: AwsLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:aws:ObjectStorage", name, landing, opts)
        key, writer = own(args.key, EncryptionKey), own(args.writer, Identity)
        network, archive = own(args.network, Network), own(args.archive, LogArchive)
        store = private_bucket(
            self,
            f"{name}-store",
            landing,
            key_arn=key.key_id,
            locked_days=args.retention_days,
            removed_days=None,
            statements=lambda arn: _named_alone(arn, writer, landing),
            # The archive's trail records every object of the account: from the first one of this bucket.
            after=[archive],
        )
        iam.RolePolicy(
            f"{name}-writer",
            role=writer.role_name,
            policy=document(_rights(store.arn, key.key_id, network.vpc_id, landing, writable=args.writable)),
            opts=self.child(),
        )
        self.bucket = store.name
        self.register_outputs({"bucket": self.bucket})


def _named_alone(arn: pulumi.Output[str], writer: Identity, landing: AwsLanding) -> Sequence[Mapping[str, Any]]:
    """The mover has rights of its own where it is named here; nobody else has any that count."""
    named = [writer.role_arn, *([landing.mover_role_arn] if landing.mover_role_arn is not None else [])]
    return [
        {
            "Sid": "OneWriter",
            "Effect": "Deny",
            "Principal": "*",
            "Action": ["s3:GetObject*", "s3:PutObject*"],
            "Resource": pulumi.Output.concat(arn, "/*"),
            "Condition": {"ArnNotEquals": {"aws:PrincipalArn": named[0] if len(named) == 1 else named}},
        }
    ]


def _rights(
    arn: pulumi.Output[str],
    key_arn: pulumi.Output[str],
    vpc_id: pulumi.Output[str],
    landing: AwsLanding,
    *,
    writable: bool,
) -> Sequence[Mapping[str, Any]]:
    """Stolen credentials are of no use outside the network. S3 decrypts as the caller, so who reads needs the key too."""
    inside = {"StringEquals": {"aws:SourceVpc": vpc_id}}
    return [
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": arn, "Condition": inside},
        {
            "Effect": "Allow",
            "Action": ["s3:GetObject", *(["s3:PutObject", "s3:AbortMultipartUpload"] if writable else [])],
            "Resource": pulumi.Output.concat(arn, "/*"),
            "Condition": inside,
        },
        {
            "Effect": "Allow",
            "Action": ["kms:Decrypt", *(["kms:GenerateDataKey"] if writable else [])],
            "Resource": key_arn,
            "Condition": {"StringEquals": {"kms:ViaService": f"s3.{landing.region}.amazonaws.com"}},
        },
    ]
