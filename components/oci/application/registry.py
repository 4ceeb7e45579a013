"""OCI Registry: a private repository whose tags don't move."""

import pulumi
from pulumi_oci import artifacts

from components._component import Component, own
from components.application import ApplicationArgs
from components.oci._landing import OciLanding
from components.oci._policy import policy
from components.oci.identity import Identity

__all__ = ["registry"]


def registry(
    component: Component, args: ApplicationArgs, landing: OciLanding
) -> tuple[artifacts.ContainerRepository, str]:
    """The repository of the image, which is named like the component, and host and path before the image's name.

    It is encrypted with Oracle's keys: the registry takes no customer key.
    https://docs.oracle.com/en-us/iaas/Content/Registry/Concepts/registryoverview.htm
    """
    name = f"{landing.stack}/{component.role}"
    repository = artifacts.ContainerRepository(
        f"{component.role}-images",
        compartment_id=landing.compartment_id,
        display_name=name,
        is_public=False,
        is_immutable=True,
        freeform_tags=landing.tags,
        opts=component.child(stateful=True),
    )
    policy(
        component,
        f"{component.role}-puller",
        landing,
        "the workload's own images",
        [
            pulumi.Output.concat(
                "Allow dynamic-group ",
                own(args.identity, Identity).group,
                f" to read repos in {landing.scope} where all {{target.repo.name = '{name}'}}",
            )
        ],
        pulumi.ResourceOptions(depends_on=[args.identity]),
    )
    return repository, f"ocir.{landing.region}.oci.oraclecloud.com/{landing.namespace}/{landing.stack}"
