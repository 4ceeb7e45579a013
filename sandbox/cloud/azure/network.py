"""Azure Virtual Network: networks and subnets.

https://learn.microsoft.com/azure/virtual-network/virtual-networks-overview
"""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.azure.arm import IN_GROUP, elsewhere, in_group, region
from sandbox.cloud.checks import between, cidr, exactly_one, matches, one_of
from sandbox.cloud.context import Context, Object
from sandbox.cloud.identity import uuid
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at, one

NETWORK: Final = "azure-native:network:VirtualNetwork"
SUBNET: Final = "azure-native:network:Subnet"
SECURITY_GROUP: Final = "azure-native:network:NetworkSecurityGroup"
ROUTE_TABLE: Final = "azure-native:network:RouteTable"
# Where an object says which subnet it lives in.
_TENANTS: Final = {
    "azure-native:network:PrivateEndpoint": "subnet.id",
    "azure-native:dbforpostgresql:Server": "network.delegatedSubnetResourceId",
    "azure-native:app:ManagedEnvironment": "vnetConfiguration.infrastructureSubnetId",
}
# https://learn.microsoft.com/azure/virtual-network/virtual-network-service-endpoints-overview
_ENDPOINTS: Final = tuple(
    f"Microsoft.{name}"
    for name in (
        *("AzureActiveDirectory", "AzureCosmosDB", "CognitiveServices", "ContainerRegistry", "EventHub", "KeyVault"),
        *("ServiceBus", "Sql", "Storage", "Storage.Global", "Web"),
    )
)
_RANGES: Final = ("addressPrefix", "addressPrefixes[*]")
NOT_NEAR: Final = (
    "InvalidResourceReference: Resource {other} referenced by this resource was not found. "
    "Please make sure that the referenced resource exists, and that both resources are in the same region"
)
ORDERED: Final = "Lists of address ranges in another order are a difference; that Azure returns them as given is from working knowledge."


def name(property_: str, longest: int = 80, unique_in: str = IN_GROUP) -> Name:
    """The rule that all network resources share.

    https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftnetwork
    """
    return Name(
        property=property_,
        longest=longest,
        pattern=r"[a-zA-Z0-9]([\w.-]*\w)?",
        allowed="a-zA-Z0-9_.-",
        lower=False,
        unique_in=unique_in,
    )


def ranges(inputs: Mapping[str, Any]) -> list[ipaddress.IPv4Network]:
    """The IPv4 ranges of a subnet."""
    return [ipaddress.IPv4Network(value) for path in _RANGES for _, value in at(inputs, path)]


def network_of(context: Context, subnet: str) -> Object | None:
    """The network that a subnet of this id belongs to."""
    return context.find(subnet.rpartition("/subnets/")[0], NETWORK)


def subnet_users(context: Context, subnet: str) -> list[str]:
    """Ids of what lives in the subnet."""
    return [o.id for token, path in _TENANTS.items() for o in context.objects(token) if one(o.inputs, path) == subnet]


def services(inputs: Mapping[str, Any]) -> list[str]:
    """What a subnet is delegated to."""
    return [value for _, value in at(inputs, "delegations[*].serviceName")]


def delegated_to(context: Context, subnet: str, service: str) -> bool:
    """Whether the subnet is handed to the service."""
    found = context.find(subnet, SUBNET)
    return found is not None and service in services(found.inputs)


def far_subnet(context: Context, subnet: str) -> str | None:
    """A subnet of another region's network is not found."""
    network = network_of(context, subnet)
    return NOT_NEAR.replace("{other}", network.id) if network and elsewhere(context, network) else None


def _own_subnets(context: Context, network: str) -> list[Object]:
    return [o for o in context.objects(SUBNET) if o.id.startswith(f"{network}/subnets/")]


def _distinct(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    seen: list[ipaddress.IPv4Network] = []
    for path, value in at(inputs, "addressSpace.addressPrefixes[*]"):
        block = ipaddress.IPv4Network(value, strict=False)
        if any(block.overlaps(other) for other in seen):
            yield path, f"the network's own ranges must not overlap: {value}"
        seen.append(block)


def _holds_its_subnets(context: Context) -> str | None:
    if context.operation != "update":
        return None
    around = [ipaddress.IPv4Network(value) for _, value in at(context.inputs, "addressSpace.addressPrefixes[*]")]
    for subnet in _own_subnets(context, context.id):
        for block in ranges(subnet.inputs):
            if not any(block.subnet_of(network) for network in around):
                return f"NetcfgSubnetRangeOutsideVnet: Subnet '{subnet.get('name')}' is not valid in virtual network {context.id}"
    return None


def _nobody_inside(context: Context) -> str | None:
    """Empty subnets and links to DNS zones go with the network.

    https://learn.microsoft.com/azure/dns/private-dns-virtual-network-links
    """
    for subnet in _own_subnets(context, context.id) if context.operation == "delete" else ():
        if users := subnet_users(context, subnet.id):
            return f"InUseSubnetCannotBeDeleted: Subnet {subnet.id} is in use by {users[0]}"
    return None


def _lies_in_its_place(context: Context) -> str | None:
    """Inside the network, beside the others."""
    network = context.find(context["virtualNetworkName"], NETWORK) if context.writing else None
    if network is None:
        return None
    around = [ipaddress.IPv4Network(value) for _, value in at(network.outputs, "addressSpace.addressPrefixes[*]")]
    others = [o for o in _own_subnets(context, network.id) if o.id != context.id]
    for block in ranges(context.inputs):
        if not any(block.subnet_of(outer) for outer in around):
            return f"NetcfgSubnetRangeOutsideVnet: {block} lies outside the network's {', '.join(map(str, around))}"
        for other in others:
            if any(block.overlaps(taken) for taken in ranges(other.inputs)):
                return f"NetcfgSubnetRangesOverlap: {block} overlaps {other.id}"
    for path, token in (("networkSecurityGroup.id", SECURITY_GROUP), ("routeTable.id", ROUTE_TABLE)):
        companion = context.find(one(context.inputs, path) or "", token)
        if companion and region(companion.get("location")) != region(network.get("location")):
            return NOT_NEAR.replace("{other}", companion.id)
    return None


def _stays_while_used(context: Context) -> str | None:
    """What a subnet in use keeps.

    https://learn.microsoft.com/azure/virtual-network/virtual-network-manage-subnet
    """
    users = subnet_users(context, context.id) if context.operation in ("update", "delete") else []
    if not users or context.stored is None:
        return None
    if context.operation == "delete":
        return f"InUseSubnetCannotBeDeleted: Subnet {context.id} is in use by {users[0]}"
    if services(context.stored.inputs) != services(context.inputs):
        return f"SubnetDelegationsCannotChangeWhenSubnetUsedByResource: Delegations of subnet {context.id} cannot be changed because it is being used by the resource {users[0]}"
    if gone := set(ranges(context.stored.inputs)) - set(ranges(context.inputs)):
        return f"InUsePrefixCannotBeDeleted: IpPrefix {gone.pop()} on Subnet {context.id} has active allocations and cannot be deleted"
    return None


TYPES: Final = (
    ResourceType(
        token=NETWORK,
        source="https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq",
        sources=("https://learn.microsoft.com/azure/virtual-network/manage-virtual-network",),
        id=in_group("Microsoft.Network/virtualNetworks/{virtualNetworkName}"),
        name=name("virtualNetworkName", 64),
        computed={"resourceGuid": uuid("guid")},
        replace_on=("location",),
        checks=(
            cidr("addressSpace.addressPrefixes[*]", 2, 29),
            _distinct,
            between("flowTimeoutInMinutes", 4, 30),
        ),
        guards=(_holds_its_subnets, _nobody_inside),
        known_as=("name",),
        blind_spots=(
            "Subnets inside the network's own inputs are not seen; only those that are resources of their own.",
            "Deleting a network deletes its empty subnets and its links to DNS zones; here they stay until deleted themselves.",
            "Peerings and IPv6 are not imitated; multicast, loopback and link-local ranges are not refused.",
            ORDERED,
        ),
    ),
    ResourceType(
        token=SUBNET,
        source="https://learn.microsoft.com/azure/virtual-network/virtual-network-manage-subnet",
        sources=("https://learn.microsoft.com/azure/virtual-network/subnet-delegation-overview",),
        id=in_group("Microsoft.Network/virtualNetworks/{virtualNetworkName}/subnets/{subnetName}"),
        name=name("subnetName", unique_in=IN_GROUP + "/{virtualNetworkName}"),
        replace_on=("virtualNetworkName",),
        checks=(
            exactly_one("addressPrefix", "addressPrefixes", "ipamPoolPrefixAllocations"),
            cidr("addressPrefix", 2, 29),
            cidr("addressPrefixes[*]", 2, 29),
            one_of("serviceEndpoints[*].service", _ENDPOINTS),
            matches("delegations[*].serviceName", r"[A-Z]\w*(\.\w+)+(/\w+)+", "not the name of a service"),
        ),
        guards=(_lies_in_its_place, _stays_while_used),
        references=(
            Reference("virtualNetworkName", NETWORK),
            Reference("networkSecurityGroup.id", SECURITY_GROUP, blocks_deletion=True),
            Reference("routeTable.id", ROUTE_TABLE, blocks_deletion=True),
        ),
        blind_spots=(
            "Whether a service of the delegated name exists is not asked.",
            "A service that has left keeps a delegated subnet in use for some time.",
            "A subnet of another group's network of the same name is not told apart from its own.",
            ORDERED,
        ),
    ),
)
