"""Container instances: one in each of two fault domains."""

from collections.abc import Mapping
from types import MappingProxyType

import pulumi
from pulumi_oci import artifacts, containerengine, logging

from components._component import Component, Size, own
from components.application import PORT, ApplicationArgs
from components.network import Tier
from components.oci._landing import OciLanding
from components.oci._policy import policy
from components.oci.identity import Identity
from components.oci.log_archive import LogArchive
from components.oci.network import Network

__all__ = ["service"]

_FAULT_DOMAINS = ("FAULT-DOMAIN-1", "FAULT-DOMAIN-2")
_OCPUS: Mapping[Size, int] = MappingProxyType({Size.SMALL: 1, Size.MEDIUM: 2, Size.LARGE: 4})
_GIB_PER_OCPU = 4


def service(
    component: Component,
    args: ApplicationArgs,
    landing: OciLanding,
    images: artifacts.ContainerRepository,
    image: str,
) -> list[containerengine.ContainerInstance]:
    """The running containers. Each has its own resource principal, which is in the identity's dynamic group.

    What a container prints stays with the instance; the application writes its log to `APPLICATION_LOG` with Logging's API.
    https://docs.oracle.com/en-us/iaas/Content/container-instances/viewing-container-logs.htm
    """
    network, name = own(args.network, Network), component.role
    log = logging.Log(
        f"{name}-log",
        display_name=f"{landing.stack}-{name}",
        log_group_id=own(args.archive, LogArchive).log_group_id,
        log_type="CUSTOM",
        is_enabled=True,
        retention_duration=180,
        freeform_tags=landing.tags,
        opts=component.child(depends_on=[args.archive]),
    )
    writer = policy(
        component,
        f"{name}-logger",
        landing,
        "the workload's own log",
        [
            pulumi.Output.concat(
                "Allow dynamic-group ",
                own(args.identity, Identity).group,
                f" to {{LOG_CONTENT_PUSH}} in {landing.scope} where all {{target.log.id = '",
                log.id,
                "'}",
            )
        ],
        pulumi.ResourceOptions(depends_on=[args.identity]),
    )
    needed = [args.identity, args.secret, args.storage, args.database, network, images, writer]
    return [
        containerengine.ContainerInstance(
            f"{name}-{number}",
            compartment_id=landing.compartment_id,
            display_name=f"{landing.stack}-{name}-{number}",
            availability_domain=landing.availability_domain,
            fault_domain=fault_domain,
            shape="CI.Standard.E4.Flex",
            shape_config={"ocpus": _OCPUS[args.size], "memory_in_gbs": _OCPUS[args.size] * _GIB_PER_OCPU},
            container_restart_policy="ALWAYS",
            containers=[
                {
                    "display_name": name,
                    "image_url": image,
                    "is_resource_principal_disabled": False,
                    "environment_variables": {
                        "APPLICATION_LOG": log.id,
                        "DATABASE_HOST": args.database.host,
                        "DATABASE_NAME": args.database.database_name,
                        "DATABASE_PASSWORD_SECRET": args.secret.secret_id,
                        "RECORDS_BUCKET": args.storage.bucket,
                    },
                    "health_checks": [
                        {"health_check_type": "HTTP", "name": "health", "path": "/health", "port": PORT},
                    ],
                }
            ],
            # No tags on container and interface: they can't change, so that another accounting line would be a new instance.
            vnics=[
                {
                    "subnet_id": network.subnets[Tier.APPLICATION].id,
                    "nsg_ids": [network.groups[Tier.APPLICATION].id],
                    "is_public_ip_assigned": False,
                }
            ],
            freeform_tags=landing.tags,
            opts=component.child(depends_on=needed),
        )
        for number, fault_domain in enumerate(_FAULT_DOMAINS, start=1)
    ]
