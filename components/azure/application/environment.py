"""Azure Container Apps environment: no public address, spread over the zones, logs handed to Azure Monitor."""

from pulumi_azure_native import app

from components._component import Component
from components.azure._landing import AzureLanding
from components.azure.network import Network
from components.network import Tier

__all__ = ["PROFILE", "environment"]

PROFILE = "Consumption"


def environment(owner: Component, name: str, network: Network, landing: AzureLanding) -> app.ManagedEnvironment:
    """Network, accessibility and zones are chosen at creation and never change.

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
        tags=landing.tags,
        opts=owner.child(depends_on=[network]),
    )
