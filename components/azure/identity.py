"""Azure user-assigned managed identity: no password, no key, taken only by the container service that names it."""

import pulumi
from pulumi_azure_native import managedidentity

from components import identity as contract
from components.azure._landing import AzureLanding
from components.identity import IdentityArgs

__all__ = ["Identity"]


class Identity(contract.Identity):
    """It starts with no role; each capability grants its own on its own resource."""

    identity: managedidentity.UserAssignedIdentity

    def __init__(
        self, name: str, args: IdentityArgs, landing: AzureLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:azure:Identity", name, landing, opts)
        del args  # Azure has no description for an identity; its tags say what it is for.
        self.identity = managedidentity.UserAssignedIdentity(
            f"{name}-identity",
            resource_group_name=landing.resource_group,
            location=landing.region,
            tags=landing.tags,
            opts=self.child(),
        )
        self.identity_id = self.identity.id
        self.register_outputs({"identity_id": self.identity_id})
