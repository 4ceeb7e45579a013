"""OCI dynamic group: the container instances of the compartment, as one principal without password or key."""

import pulumi
from pulumi_oci import identity

from components import identity as contract
from components.identity import IdentityArgs
from components.oci._landing import OciLanding

__all__ = ["Identity"]


class Identity(contract.Identity):
    """A container instance signs its requests with its own short-lived resource principal.

    A group matches by compartment: a landing unit holds one system, so no other container instance is in it.
    https://docs.oracle.com/en-us/iaas/Content/container-instances/container-instance-policies.htm
    """

    group: pulumi.Output[str]
    """The group's name, known at preview, as policy statements name it."""

    def __init__(
        self, name: str, args: IdentityArgs, landing: OciLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:oci:Identity", name, landing, opts)
        group = identity.DynamicGroup(
            f"{name}-group",
            compartment_id=landing.tenancy_id,
            description=args.title,
            matching_rule="ALL {resource.type = 'computecontainerinstance', "
            f"resource.compartment.id = '{landing.compartment_id}'}}",
            freeform_tags=landing.tags,
            opts=self.child(provider=landing.home),
        )
        self.identity_id = group.id
        self.group = group.name
        self.register_outputs({"identity_id": self.identity_id})
