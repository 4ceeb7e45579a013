"""IAM policies: they lie in the compartment and are written in the tenancy's home region, as every file here needs them."""

from collections.abc import Sequence

import pulumi
from pulumi_oci import identity

from components._component import Component
from components.oci._landing import OciLanding

__all__ = ["policy"]


def policy(
    component: Component,
    name: str,
    landing: OciLanding,
    why: str,
    statements: Sequence[pulumi.Input[str]],
    opts: pulumi.ResourceOptions | None = None,
) -> identity.Policy:
    """A policy of `component`. Whatever needs it depends on it, since it takes effect only after it was written.

    https://docs.oracle.com/en-us/iaas/Content/Identity/policieshow/Policy_Basics.htm
    """
    return identity.Policy(
        name,
        compartment_id=landing.compartment_id,
        description=f"{landing.stack}: {why}",
        statements=list(statements),
        freeform_tags=landing.tags,
        opts=pulumi.ResourceOptions.merge(component.child(provider=landing.home), opts),
    )
