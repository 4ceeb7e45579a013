"""Azure Container App: two replicas or more, running as the workload's identity, asked for their health before they serve."""

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_azure_native import app, containerregistry

from components._component import Component, Size, own
from components.application import PORT, ApplicationArgs
from components.azure._landing import AzureLanding
from components.azure.application.environment import PROFILE
from components.azure.identity import Identity

__all__ = ["service"]

# Processors, memory, most replicas. The profile takes only certain pairs: https://learn.microsoft.com/azure/container-apps/containers
_SIZES: Mapping[Size, tuple[float, str, int]] = {
    Size.SMALL: (1, "2Gi", 4),
    Size.MEDIUM: (2, "4Gi", 6),
    Size.LARGE: (4, "8Gi", 10),
}


def service(
    owner: Component,
    name: str,
    args: ApplicationArgs,
    image: str,
    images: containerregistry.Registry,
    surroundings: app.ManagedEnvironment,
    landing: AzureLanding,
    *,
    certificates: Sequence[app.Certificate],
    after: Sequence[pulumi.Resource],
) -> app.ContainerApp:
    """The running application. `external` ingress means the network of an internal environment, no further: there nobody
    asks who owns a custom domain. `after`: the rights that it needs from its first second.

    https://learn.microsoft.com/azure/container-apps/custom-domains-certificates
    """
    identity = own(args.identity, Identity).identity
    processors, memory, most = _SIZES[args.size]
    return app.ContainerApp(
        f"{name}-service",
        container_app_name=name,
        resource_group_name=landing.resource_group,
        location=landing.region,
        managed_environment_id=surroundings.id,
        workload_profile_name=PROFILE,
        identity={"type": app.ManagedServiceIdentityType.USER_ASSIGNED, "user_assigned_identities": [identity.id]},
        configuration={
            "active_revisions_mode": app.ActiveRevisionsMode.SINGLE,
            "ingress": {
                "external": True,
                "allow_insecure": False,
                "target_port": PORT,
                "transport": app.IngressTransportMethod.HTTP,
                "traffic": [{"latest_revision": True, "weight": 100}],
                "custom_domains": [
                    {"name": host, "certificate_id": certificate.id, "binding_type": app.BindingType.SNI_ENABLED}
                    for certificate in certificates
                    for host in landing.host_names
                ]
                or None,
            },
            "registries": [{"server": images.login_server, "identity": identity.id}],
        },
        template={
            "containers": [
                {
                    "name": name,
                    "image": pulumi.Output.concat(images.login_server, "/", image),
                    "resources": {"cpu": processors, "memory": memory},
                    "env": [
                        {"name": "AZURE_CLIENT_ID", "value": identity.client_id},
                        {"name": "DATABASE_HOST", "value": args.database.host},
                        {"name": "DATABASE_NAME", "value": args.database.database_name},
                        {"name": "DATABASE_PASSWORD_SECRET", "value": args.secret.secret_id},
                        {"name": "RECORDS_BUCKET", "value": args.storage.bucket},
                    ],
                    "probes": [
                        {"type": type_, "http_get": {"path": "/health", "port": PORT}, "period_seconds": 10}
                        for type_ in app.Type
                    ],
                }
            ],
            "scale": {"min_replicas": 2, "max_replicas": most},
        },
        tags=landing.tags,
        opts=owner.child(depends_on=after),
    )
