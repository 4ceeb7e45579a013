"""Cloud Run service: the containers, as the workload's identity, with their traffic in the application tier."""

from collections.abc import Mapping
from typing import NamedTuple

from pulumi_gcp import artifactregistry, cloudrunv2

from components._component import Component, Size, own
from components.application import PORT, ApplicationArgs
from components.gcp._landing import GcpLanding
from components.gcp.network import Network

__all__ = ["service"]


class _Capacity(NamedTuple):
    cpu: str
    memory: str
    at_most: int


_CAPACITY: Mapping[Size, _Capacity] = {
    Size.SMALL: _Capacity("1", "2Gi", 4),
    Size.MEDIUM: _Capacity("2", "4Gi", 8),
    Size.LARGE: _Capacity("4", "8Gi", 20),
}


def service(
    owner: Component, args: ApplicationArgs, landing: GcpLanding, images: artifactregistry.Repository, image: str
) -> cloudrunv2.Service:
    """Two instances or more. The requests are people's, who have no Google identity to be checked for: whoever reaches the load
    balancer may call, and nobody else can (ingress, no default address).

    https://cloud.google.com/run/docs/securing/managing-access#invoker_check
    """
    network, capacity = own(args.network, Network), _CAPACITY[args.size]
    return cloudrunv2.Service(
        f"{owner.role}-service",
        location=landing.region,
        ingress="INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
        invoker_iam_disabled=True,
        default_uri_disabled=True,
        # It holds no data, and it is stopped by removing it (a cutover stops the application).
        deletion_protection=False,
        labels=landing.tags,
        template={
            "service_account": args.identity.identity_id,
            "encryption_key": args.key.key_id,
            "execution_environment": "EXECUTION_ENVIRONMENT_GEN2",
            "scaling": {"min_instance_count": 2, "max_instance_count": capacity.at_most},
            "timeout": "60s",
            "labels": landing.tags,
            "vpc_access": {
                "egress": "ALL_TRAFFIC",
                "network_interfaces": [
                    {"network": network.network.name, "subnetwork": network.application.name},
                ],
            },
            "containers": [
                {
                    "image": image,
                    "ports": {"container_port": PORT},
                    "resources": {"limits": {"cpu": capacity.cpu, "memory": capacity.memory}, "cpu_idle": False},
                    "startup_probe": {
                        "http_get": {"path": "/health", "port": PORT},
                        "period_seconds": 5,
                        "failure_threshold": 24,
                    },
                    "liveness_probe": {
                        "http_get": {"path": "/health", "port": PORT},
                        "period_seconds": 15,
                        "failure_threshold": 3,
                    },
                    "envs": [
                        {"name": "DATABASE_HOST", "value": args.database.host},
                        {"name": "DATABASE_NAME", "value": args.database.database_name},
                        {"name": "DATABASE_PASSWORD_SECRET", "value": args.secret.secret_id},
                        {"name": "RECORDS_BUCKET", "value": args.storage.bucket},
                    ],
                }
            ],
        },
        # Filters and private access before the first packet; the grants on secret and records before the first call.
        opts=owner.child(
            depends_on=[images, args.key, args.network, args.identity, args.secret, args.database, args.storage]
        ),
    )
