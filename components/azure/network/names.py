"""Azure Private DNS: the zones in which private endpoints register, visible to this network only."""

from enum import StrEnum

from pulumi_azure_native import network as arm
from pulumi_azure_native import privatedns

from components._component import Component
from components.azure._landing import AzureLanding

__all__ = ["Zone", "private_zone"]


class Zone(StrEnum):
    """The zone that a service's private endpoint needs.

    https://learn.microsoft.com/azure/private-link/private-endpoint-dns
    """

    BLOBS = "privatelink.blob.core.windows.net"
    VAULTS = "privatelink.vaultcore.azure.net"
    IMAGES = "privatelink.azurecr.io"
    ENVIRONMENTS = "privatelink.{region}.azurecontainerapps.io"


def private_zone(
    owner: Component, name: str, zone: str, network: arm.VirtualNetwork, landing: AzureLanding
) -> tuple[privatedns.PrivateZone, privatedns.VirtualNetworkLink]:
    """The zone and its link to `network`; what resolves a name in it depends on both."""
    made = privatedns.PrivateZone(
        name,
        resource_group_name=landing.resource_group,
        location="Global",
        private_zone_name=zone.format(region=landing.region),
        tags=landing.tags,
        opts=owner.child(),
    )
    link = privatedns.VirtualNetworkLink(
        f"{name}-link",
        resource_group_name=landing.resource_group,
        location="Global",
        private_zone_name=made.name,
        virtual_network={"id": network.id},
        registration_enabled=False,
        tags=landing.tags,
        opts=owner.child(),
    )
    return made, link
