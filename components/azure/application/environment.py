"""Azure Container Apps environment: no public address, spread over the zones, logs handed to Azure Monitor."""

from collections.abc import Sequence

from pulumi_azure_native import app, managedidentity

from components._component import Component
from components.azure._landing import AzureLanding
from components.azure.network import Network
from components.network import Tier

__all__ = ["PROFILE", "environment"]

PROFILE = "Consumption"


def environment(
    owner: Component,
    name: str,
    network: Network,
    landing: AzureLanding,
    readers: Sequence[managedidentity.UserAssignedIdentity],
) -> app.ManagedEnvironment:
    """Network, accessibility and zones are chosen at creation and never change. `readers`: the identity that reads the certificate.

    https://learn.microsoft.com/azure/container-apps/networking
    """
    return app.ManagedEnvironment(
        f"{name}-environment",
        resource_group_name=landing.resource_group,
        location=landing.region,
        vnet_configuration={"internal": True, "infrastructure_subnet_id": network.subnets[Tier.APPLICATION].id},
        # What a private endpoint asks for: https://learn.microsoft.com/azure/container-apps/private-endpoints-with-dns
        public_network_access=app.PublicNetworkAccess.DISABLED,
        zone_redundant=True,
        workload_profiles=[{"name": PROFILE, "workload_profile_type": PROFILE}],
        peer_traffic_configuration={"encryption": {"enabled": True}},
        app_logs_configuration={"destination": "azure-monitor"},
        identity={
            "type": app.ManagedServiceIdentityType.USER_ASSIGNED,
            "user_assigned_identities": [reader.id for reader in readers],
        }
        if readers
        else None,
        tags=landing.tags,
        opts=owner.child(depends_on=[network]),
    )
