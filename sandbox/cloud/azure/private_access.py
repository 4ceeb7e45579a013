"""Azure Private Link.

https://learn.microsoft.com/azure/private-link/private-endpoint-overview
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.azure.arm import IN_GROUP, in_group, lies_outside, unchangeable
from sandbox.cloud.azure.key_use import VAULT
from sandbox.cloud.azure.network import SUBNET, far_subnet, name, ranges, services, subnet_users
from sandbox.cloud.azure.private_dns import ZONE
from sandbox.cloud.context import Context, Object
from sandbox.cloud.resource_type import Reference, ResourceType
from sandbox.cloud.value import one

ENDPOINT: Final = "azure-native:network:PrivateEndpoint"
_ZONE_GROUP: Final = "azure-native:network:PrivateDnsZoneGroup"
# https://learn.microsoft.com/azure/private-link/private-endpoint-dns
_PARTS: Final = {
    "azure-native:storage:StorageAccount": {
        part: f"privatelink.{part}.core.windows.net" for part in ("blob", "dfs", "file", "queue", "table", "web")
    },
    VAULT: {"vault": "privatelink.vaultcore.azure.net"},
    "azure-native:containerregistry:Registry": {"registry": "privatelink.azurecr.io"},
    "azure-native:app:ManagedEnvironment": {"managedEnvironments": "privatelink.{location}.azurecontainerapps.io"},
    "azure-native:dbforpostgresql:Server": {"postgresqlServer": "privatelink.postgres.database.azure.com"},
}
_CONNECTION: Final = "privateLinkServiceConnections[0]"
_RESERVED: Final = 5  # https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq


def _one_connection(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    given = [*(inputs.get("privateLinkServiceConnections") or ())]
    asked = [*(inputs.get("manualPrivateLinkServiceConnections") or ())]
    if len(given) + len(asked) != 1:
        yield (
            "privateLinkServiceConnections",
            f"PrivateEndpointConnectionCountInvalid: one connection, not {len(given) + len(asked)}",
        )


def _target(context: Context, inputs: Mapping[str, Any]) -> Object | None:
    return context.find(one(inputs, f"{_CONNECTION}.privateLinkServiceId") or "", *_PARTS)


def _part(context: Context, inputs: Mapping[str, Any], target: Object | None) -> Mapping[str, str]:
    """The parts that can be reached of what is named, and the zone of each; none where it is not there."""
    if target is not None:
        return _PARTS[target.token]
    return _PARTS[VAULT] if lies_outside(context, one(inputs, f"{_CONNECTION}.privateLinkServiceId") or "") else {}


def _target_answers(context: Context) -> str | None:
    if context.operation != "create" or not context.inputs.get("privateLinkServiceConnections"):
        return None
    target = _target(context, context.inputs)
    groups = one(context.inputs, f"{_CONNECTION}.groupIds") or []
    parts = _part(context, context.inputs, target)
    if not parts:
        return "PrivateLinkServiceNotFound: the target resource does not exist"
    if len(groups) != 1 or groups[0] not in parts:
        return f"PrivateLinkServiceGroupIdInvalid: {groups} is none of {sorted(parts)}"
    if target is None:
        return None
    # https://learn.microsoft.com/azure/container-apps/private-endpoints-with-dns
    if target.token.endswith(":ManagedEnvironment") and target.get("publicNetworkAccess") != "Disabled":
        return "an environment takes private endpoints only while its public network access is disabled"
    # https://learn.microsoft.com/azure/container-registry/container-registry-private-link
    if target.token.endswith(":Registry") and one(target.inputs, "sku.name") != "Premium":
        return "a registry takes private endpoints only with SKU Premium"
    # https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-networking-private-link
    if target.token.endswith(":Server") and one(target.inputs, "network.delegatedSubnetResourceId"):
        return "a server in a network of one's own takes no private endpoints"
    return None


def _subnet_is_free(context: Context) -> str | None:
    subnet = context.find(one(context.inputs, "subnet.id") or "", SUBNET)
    if context.operation != "create" or subnet is None:
        return None
    if services(subnet.inputs):
        return f"PrivateEndpointCannotBeCreatedInDelegatedSubnet: {subnet.id} is delegated"
    room = sum(max(block.num_addresses - _RESERVED, 0) for block in ranges(subnet.inputs))
    if len(subnet_users(context, subnet.id)) >= room:
        return f"SubnetIsFull: Subnet {subnet.id} does not have enough capacity for 1 IP addresses"
    return far_subnet(context, subnet.id)


def _zone_fits(context: Context) -> str | None:
    if context.operation != "create":
        return None
    if any(o.get("privateEndpointName") == context["privateEndpointName"] for o in context.objects(_ZONE_GROUP)):
        return f"only one DNS zone group is allowed on the private endpoint {context['privateEndpointName']}"
    endpoint = context.find(context["privateEndpointName"], ENDPOINT)
    zone = context.find(one(context.inputs, "privateDnsZoneConfigs[0].privateDnsZoneId") or "", ZONE)
    if endpoint is None or zone is None:
        return None
    target = _target(context, endpoint.inputs)
    parts = _part(context, endpoint.inputs, target)
    group = one(endpoint.inputs, f"{_CONNECTION}.groupIds")[0]
    if group not in parts:
        return None
    needed = parts[group].format(location=target.get("location") if target else "")
    if zone.get("name") != needed:
        return f"the private endpoint's names are looked up in {needed}, the zone is {zone.get('name')}"
    return None


TYPES: Final = (
    ResourceType(
        token=ENDPOINT,
        source="https://learn.microsoft.com/azure/private-link/private-endpoint-overview",
        sources=("https://github.com/pulumi/pulumi-azure-native/issues/3883",),
        id=in_group("Microsoft.Network/privateEndpoints/{privateEndpointName}"),
        name=name("privateEndpointName", 64),
        replace_on=("subnet",),
        checks=(_one_connection,),
        guards=(
            _target_answers,
            _subnet_is_free,
            unchangeable(
                f"{_CONNECTION}.privateLinkServiceId",
                f"{_CONNECTION}.groupIds",
                "customNetworkInterfaceName",
                reason="PrivateEndpointCannotBeUpdated: '{path}' cannot be changed from {old} to {new}",
            ),
        ),
        references=(
            Reference("subnet.id", SUBNET),
            Reference(
                "privateLinkServiceConnections[*].privateLinkServiceId",
                tuple(_PARTS),
                unless=r"(?i).*/Microsoft\.KeyVault/vaults/[^/]+",
            ),
        ),
        known_as=("name",),
        blind_spots=(
            "Connections that wait for the owner's consent are not imitated; all are approved at once.",
            "A key vault outside the stack's groups is taken to be there.",
            "The target may be deleted first; the endpoint is then disconnected, which is not shown.",
            "The network interface and its address are not shown.",
            "The code of the refusal of a changed target is not verified.",
        ),
    ),
    ResourceType(
        token=_ZONE_GROUP,
        source="https://learn.microsoft.com/azure/private-link/private-endpoint-dns-integration",
        sources=(
            "https://learn.microsoft.com/azure/private-link/private-endpoint-dns",
            "https://github.com/pulumi/pulumi-azure-native/issues/2179",
        ),
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
        blind_spots=(
            "Azure takes a zone of any name; one that nobody asks is refused here because nothing would resolve.",
            "The zone's records are not made, and a zone with such records may be deleted.",
        ),
    ),
)
