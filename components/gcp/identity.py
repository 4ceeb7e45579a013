"""IAM service account without keys, attached to the application's own service."""

import pulumi
from pulumi_gcp import serviceaccount

from components import identity as contract
from components.gcp._landing import GcpLanding
from components.identity import IdentityArgs

__all__ = ["Identity"]


class Identity(contract.Identity):
    """Has no role of its own: each capability grants, on its own resource, what it names."""

    def __init__(
        self, name: str, args: IdentityArgs, landing: GcpLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:gcp:Identity", name, landing, opts)
        account = serviceaccount.Account(
            f"{name}-account", display_name=args.title, description=f"machikumo {landing.stack}", opts=self.child()
        )
        self.member = account.member
        self.identity_id = account.email
        self.register_outputs({"identity_id": self.identity_id})
