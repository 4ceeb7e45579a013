"""Azure Private DNS.

https://learn.microsoft.com/azure/dns/private-dns-overview
"""

from typing import Final

from sandbox.cloud.azure.arm import IN_GROUP, in_group, unchangeable
from sandbox.cloud.azure.network import NETWORK, name
from sandbox.cloud.checks import holds
from sandbox.cloud.context import Context
from sandbox.cloud.guards import not_deleted_while_others
from sandbox.cloud.identity import uuid
from sandbox.cloud.resource_type import Check, Name, Reference, ResourceType
from sandbox.cloud.value import one

ZONE: Final = "azure-native:privatedns:PrivateZone"
LINK: Final = "azure-native:privatedns:VirtualNetworkLink"
_LINKS: Final = "https://learn.microsoft.com/azure/dns/private-dns-virtual-network-links"


def _everywhere(kind: str) -> Check:
    return holds(
        "location",
        lambda value: value.lower() == "global",
        f"LocationNotAvailableForResourceType: The provided location '{{value}}' is not available for resource type "
        f"'Microsoft.Network/{kind}'. List of available regions for the resource type is 'global'",
    )


def _one_zone_of_a_name(context: Context) -> str | None:
    """A network has one answer to a name, and registers its machines in one zone."""
    if not context.writing:
        return None
    network = one(context.inputs, "virtualNetwork.id")
    for other in context.objects(LINK):
        if other.id == context.id or one(other.inputs, "virtualNetwork.id") != network:
            continue
        if other.get("privateZoneName") == context["privateZoneName"]:
            return f"BadRequest: {network} is linked already to a zone named {context['privateZoneName']}"
        if other.get("registrationEnabled") and context.inputs.get("registrationEnabled"):
            return f"BadRequest: {network} registers its machines already in {other.get('privateZoneName')}"
    return None


def _policy_fits(context: Context) -> str | None:
    """https://learn.microsoft.com/azure/dns/private-dns-fallback."""
    asked = context.inputs.get("resolutionPolicy") == "NxDomainRedirect"
    if context.writing and asked and not context["privateZoneName"].startswith("privatelink."):
        return f"BadRequest: NxDomainRedirect is only for private link zones, not for {context['privateZoneName']}"
    return None


TYPES: Final = (
    ResourceType(
        token=ZONE,
        source="https://learn.microsoft.com/azure/dns/private-dns-overview",
        sources=("https://learn.microsoft.com/azure/dns/private-dns-privatednszone",),
        id=in_group("Microsoft.Network/privateDnsZones/{privateZoneName}"),
        name=Name(
            property="privateZoneName",
            longest=253,
            pattern=r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63}){1,33}",
            automatic=False,
            unique_in=IN_GROUP,
        ),
        computed={"internalId": uuid("internal")},
        defaults={"numberOfRecordSets": 1, "maxNumberOfRecordSets": 25000, "maxNumberOfVirtualNetworkLinks": 1000},
        checks=(_everywhere("privateDnsZones"),),
        guards=(
            not_deleted_while_others(
                LINK,
                belongs=lambda context, other: other.id.startswith(f"{context.id}/"),
                reason="CannotDeleteResource: {id} has nested resources: {other}",
            ),
        ),
        known_as=("name",),
        blind_spots=(
            "Records are not imitated, and the numbers of records and links stay as at creation.",
            "Names that Azure keeps for itself are not refused.",
        ),
    ),
    ResourceType(
        token=LINK,
        source=_LINKS,
        sources=("https://learn.microsoft.com/azure/dns/private-dns-fallback",),
        id=in_group("Microsoft.Network/privateDnsZones/{privateZoneName}/virtualNetworkLinks/{virtualNetworkLinkName}"),
        name=name("virtualNetworkLinkName", unique_in=IN_GROUP + "/{privateZoneName}"),
        computed={"virtualNetworkLinkState": "Completed"},
        replace_on=("privateZoneName",),
        checks=(_everywhere("privateDnsZones/virtualNetworkLinks"),),
        guards=(
            _one_zone_of_a_name,
            _policy_fits,
            unchangeable(
                "virtualNetwork.id",
                reason="BadRequest: the virtual network of a link cannot be changed from {old} to {new}",
            ),
        ),
        references=(Reference("privateZoneName", ZONE), Reference("virtualNetwork.id", NETWORK)),
        blind_spots=(
            "Deleting the network deletes its links; here the link stays until it is deleted itself.",
            "A link takes some minutes until names are answered.",
            "Links of a network in another subscription are not seen.",
        ),
    ),
)
