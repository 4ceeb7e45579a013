"""AWS Secrets Manager secret, with a resource policy that refuses every reader but one."""

import hashlib

import pulumi
from pulumi_aws import iam, secretsmanager

from components import secret as contract
from components._component import own
from components.aws._landing import AwsLanding
from components.aws._policy import document
from components.aws.encryption_key import EncryptionKey
from components.aws.identity import Identity
from components.secret import SecretArgs

__all__ = ["Secret"]


class Secret(contract.Secret):
    """In production a deleted secret can be brought back for 30 days."""

    def __init__(
        self, name: str, args: SecretArgs, landing: AwsLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:aws:Secret", name, landing, opts)
        key, reader = own(args.key, EncryptionKey), own(args.reader, Identity)
        secret = secretsmanager.Secret(
            f"{name}-secret",
            description=f"machikumo {landing.stack}",
            kms_key_id=key.key_id,
            recovery_window_in_days=30 if landing.protected else 0,
            tags=landing.tags,
            opts=self.child(stateful=True, depends_on=[key]),
        )
        policy = secretsmanager.SecretPolicy(
            f"{name}-policy",
            secret_arn=secret.arn,
            block_public_policy=True,
            policy=document(
                [
                    {
                        "Sid": "OneReader",
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": ["secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue"],
                        "Resource": "*",
                        "Condition": {"ArnNotEquals": {"aws:PrincipalArn": reader.role_arn}},
                    }
                ]
            ),
            opts=self.child(),
        )
        secretsmanager.SecretVersion(
            f"{name}-version",
            secret_id=secret.id,
            # Write-only: a value in `secret_string` is read back, which the policy refuses to whoever runs the engine.
            # https://github.com/hashicorp/terraform-provider-aws/pull/44876
            secret_string_wo=args.value,
            secret_string_wo_version=args.value.apply(_version),
            opts=self.child(depends_on=[policy]),
        )
        iam.RolePolicy(
            f"{name}-reader",
            role=reader.role_name,
            policy=document(
                [
                    {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": secret.arn},
                    {
                        "Effect": "Allow",
                        "Action": "kms:Decrypt",
                        "Resource": key.key_id,
                        "Condition": {
                            "StringEquals": {"kms:ViaService": f"secretsmanager.{landing.region}.amazonaws.com"}
                        },
                    },
                ]
            ),
            opts=self.child(),
        )
        self.secret_id = secret.arn
        self.register_outputs({"secret_id": self.secret_id})


def _version(value: str) -> int:
    """A number that changes with the value: write-only values are compared by it. 31 bits of a digest, itself kept secret."""
    return int.from_bytes(hashlib.sha256(value.encode()).digest()[:4], "big") >> 1
