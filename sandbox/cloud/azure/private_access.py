"""Azure Private Link and Private DNS.

https://learn.microsoft.com/azure/private-link/private-endpoint-overview
"""

from typing import Any, Final

from sandbox.cloud.azure.arm import IN_GROUP, in_group
from sandbox.cloud.azure.network import NETWORK, SUBNET, name
from sandbox.cloud.context import Context
from sandbox.cloud.guards import not_deleted_while_others
from sandbox.cloud.identity import uuid
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at

ENDPOINT: Final = "azure-native:network:PrivateEndpoint"
ZONE: Final = "azure-native:privatedns:PrivateZone"
LINK: Final = "azure-native:privatedns:VirtualNetworkLink"
_ZONE_GROUP: Final = "azure-native:network:PrivateDnsZoneGroup"
# https://learn.microsoft.com/azure/private-link/private-endpoint-dns
_PARTS: Final = {
    "azure-native:storage:StorageAccount": {"blob": "privatelink.blob.core.windows.net"},
    "azure-native:keyvault:Vault": {"vault": "privatelink.vaultcore.azure.net"},
    "azure-native:containerregistry:Registry": {"registry": "privatelink.azurecr.io"},
    "azure-native:app:ManagedEnvironment": {"managedEnvironments": "privatelink.{location}.azurecontainerapps.io"},
}
_CONNECTION: Final = "privateLinkServiceConnections[0]"


def _one(tree: Any, path: str) -> Any:
    return next((value for _, value in at(tree, path)), None)


def _target_answers(context: Context) -> str | None:
    if context.operation != "create":
        return None
    target = context.find(_one(context.inputs, f"{_CONNECTION}.privateLinkServiceId"), *_PARTS)
    groups = _one(context.inputs, f"{_CONNECTION}.groupIds") or []
    if target is None:
        return "PrivateLinkServiceNotFound: the target resource does not exist"
    if len(groups) != 1 or groups[0] not in _PARTS[target.token]:
        return f"PrivateLinkServiceGroupIdInvalid: {groups} is none of {sorted(_PARTS[target.token])}"
    # https://learn.microsoft.com/azure/container-apps/private-endpoints-with-dns
    if target.token.endswith(":ManagedEnvironment") and target.get("publicNetworkAccess") != "Disabled":
        return "an environment takes private endpoints only while its public network access is disabled"
    return None


def _subnet_is_free(context: Context) -> str | None:
    subnet = context.find(_one(context.inputs, "subnet.id"), SUBNET)
    if context.operation == "create" and subnet is not None and subnet.inputs.get("delegations"):
        return f"PrivateEndpointCannotBeCreatedInDelegatedSubnet: {subnet.id} is delegated"
    return None


def _zone_fits(context: Context) -> str | None:
    if context.operation != "create":
        return None
    if any(o.get("privateEndpointName") == context["privateEndpointName"] for o in context.objects(_ZONE_GROUP)):
        return f"only one DNS zone group is allowed on the private endpoint {context['privateEndpointName']}"
    endpoint = context.find(context["privateEndpointName"], ENDPOINT)
    zone = context.find(_one(context.inputs, "privateDnsZoneConfigs[0].privateDnsZoneId"), ZONE)
    if endpoint is None or zone is None:
        return None
    target = context.find(_one(endpoint.inputs, f"{_CONNECTION}.privateLinkServiceId"), *_PARTS)
    if target is None:
        return None
    group = _one(endpoint.inputs, f"{_CONNECTION}.groupIds")[0]
    needed = _PARTS[target.token][group].format(location=endpoint.get("location"))
    if zone.get("name") != needed:
        return f"the private endpoint's names are looked up in {needed}, the zone is {zone.get('name')}"
    return None


def _one_zone_of_a_name(context: Context) -> str | None:
    """A network has one answer to a name.

    https://learn.microsoft.com/azure/dns/private-dns-virtual-network-links
    """
    network = _one(context.inputs, "virtualNetwork.id")
    for other in context.objects(LINK):
        same = (
            other.get("privateZoneName") == context["privateZoneName"]
            and _one(other.inputs, "virtualNetwork.id") == network
        )
        if context.operation == "create" and same:
            return f"BadRequest: {network} is linked already to a zone named {context['privateZoneName']}"
    return None


TYPES: Final = (
    ResourceType(
        token=ENDPOINT,
        source="https://learn.microsoft.com/azure/private-link/private-endpoint-overview",
        id=in_group("Microsoft.Network/privateEndpoints/{privateEndpointName}"),
        name=name("privateEndpointName", 64),
        replace_on=("subnet", "privateLinkServiceConnections"),
        guards=(_target_answers, _subnet_is_free),
        references=(Reference("subnet.id", SUBNET),),
        known_as=("name",),
    ),
    ResourceType(
        token=_ZONE_GROUP,
        source="https://learn.microsoft.com/azure/private-link/private-endpoint-dns-integration",
        id=in_group(
            "Microsoft.Network/privateEndpoints/{privateEndpointName}/privateDnsZoneGroups/{privateDnsZoneGroupName}"
        ),
        name=name("privateDnsZoneGroupName", unique_in=IN_GROUP + "/{privateEndpointName}"),
        replace_on=("privateEndpointName",),
        guards=(_zone_fits,),
        references=(
            Reference("privateEndpointName", ENDPOINT),
            Reference("privateDnsZoneConfigs[*].privateDnsZoneId", ZONE),
        ),
    ),
    ResourceType(
        token=ZONE,
        source="https://learn.microsoft.com/azure/dns/private-dns-overview",
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
        guards=(
            not_deleted_while_others(
                LINK,
                belongs=lambda context, other: other.get("privateZoneName") == context["privateZoneName"],
                reason="CannotDeleteResource: {id} has nested resources: {other}",
            ),
        ),
        known_as=("name",),
    ),
    ResourceType(
        token=LINK,
        source="https://learn.microsoft.com/azure/dns/private-dns-virtual-network-links",
        id=in_group("Microsoft.Network/privateDnsZones/{privateZoneName}/virtualNetworkLinks/{virtualNetworkLinkName}"),
        name=name("virtualNetworkLinkName", unique_in=IN_GROUP + "/{privateZoneName}"),
        computed={"virtualNetworkLinkState": "Completed"},
        replace_on=("privateZoneName", "virtualNetwork"),
        guards=(_one_zone_of_a_name,),
        references=(
            Reference("privateZoneName", ZONE),
            Reference("virtualNetwork.id", NETWORK, blocks_deletion=True),
        ),
    ),
)
