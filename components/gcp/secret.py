"""Secret Manager secret, replicated nowhere but in the workload's own region."""

import pulumi
from pulumi_gcp import secretmanager

from components import secret as contract
from components._component import own
from components.gcp._landing import GcpLanding
from components.gcp.identity import Identity
from components.secret import SecretArgs

__all__ = ["Secret"]


class Secret(contract.Secret):
    """Automatic replication would leave Japan and take no regional key.

    https://cloud.google.com/secret-manager/docs/choosing-replication
    """

    def __init__(
        self, name: str, args: SecretArgs, landing: GcpLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:gcp:Secret", name, landing, opts)
        secret = secretmanager.Secret(
            f"{name}-secret",
            replication={
                "user_managed": {
                    "replicas": [
                        {
                            "location": landing.region,
                            "customer_managed_encryption": {"kms_key_name": args.key.key_id},
                        }
                    ]
                }
            },
            deletion_protection=landing.protected,
            labels=landing.tags,
            opts=self.child(stateful=True, depends_on=[args.key]),
        )
        secretmanager.SecretVersion(f"{name}-value", secret=secret.id, secret_data=args.value, opts=self.child())
        secretmanager.SecretIamMember(
            f"{name}-reader",
            secret_id=secret.id,
            role="roles/secretmanager.secretAccessor",
            member=own(args.reader, Identity).member,
            opts=self.child(),
        )
        self.secret_id = secret.id
        self.register_outputs({"secret_id": self.secret_id})
