"""Azure Virtual Network.

https://learn.microsoft.com/azure/virtual-network/virtual-networks-overview
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.azure.arm import IN_GROUP, in_group
from sandbox.cloud.checks import between, cidr
from sandbox.cloud.context import Context
from sandbox.cloud.guards import inside, no_overlap
from sandbox.cloud.identity import uuid
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at

NETWORK: Final = "azure-native:network:VirtualNetwork"
SUBNET: Final = "azure-native:network:Subnet"
SECURITY_GROUP: Final = "azure-native:network:NetworkSecurityGroup"
ROUTE_TABLE: Final = "azure-native:network:RouteTable"
_TAG: Final = re.compile(r"[A-Z][A-Za-z0-9]*(\.[A-Za-z0-9]+)*")
_RANGE: Final = re.compile(r"\d{1,3}(\.\d{1,3}){3}(/\d{1,2})?")


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


def _one(tree: Any, path: str) -> Any:
    return next((value for _, value in at(tree, path)), None)


def _rules_fit(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a set of security rules must fulfil.

    https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview#security-rules
    """
    seen: set[tuple[str, int]] = set()
    names: set[str] = set()
    for number, rule in enumerate(inputs.get("securityRules") or []):
        path = f"securityRules[{number}]"
        priority, direction = rule.get("priority"), rule.get("direction")
        if (direction, priority) in seen:
            yield f"{path}.priority", f"SecurityRuleConflict: two {direction} rules have priority {priority}"
        if rule.get("name") in names:
            yield f"{path}.name", f"two rules are named '{rule.get('name')}'"
        seen.add((direction, priority))
        names.add(rule.get("name"))
        for side in ("source", "destination"):
            for kind in ("AddressPrefix", "PortRange"):
                plural = f"{side}{kind}es" if kind == "AddressPrefix" else f"{side}{kind}s"
                given = [key for key in (f"{side}{kind}", plural) if rule.get(key)]
                if len(given) != 1:
                    yield path, f"SecurityRuleParameterMissing: exactly one of {side}{kind} and {plural} is needed"
            prefix = rule.get(f"{side}AddressPrefix")
            if prefix and prefix != "*" and not _RANGE.fullmatch(prefix) and not _TAG.fullmatch(prefix):
                yield f"{path}.{side}AddressPrefix", f"SecurityRuleInvalidAddressPrefix: '{prefix}'"


def _routes_fit(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for number, route in enumerate(inputs.get("routes") or []):
        path, prefix, hop = f"routes[{number}]", route.get("addressPrefix"), route.get("nextHopType")
        if not (prefix and (_RANGE.fullmatch(prefix) or _TAG.fullmatch(prefix))):
            yield f"{path}.addressPrefix", f"InvalidAddressPrefix: '{prefix}' is neither a range nor a service tag"
        if (hop == "VirtualAppliance") != bool(route.get("nextHopIpAddress")):
            yield f"{path}.nextHopIpAddress", "an address is given with VirtualAppliance, and only with it"


def _delegation_stays(context: Context) -> str | None:
    """Delegations of a subnet in use can't change.

    https://learn.microsoft.com/azure/virtual-network/subnet-delegation-overview
    """
    if context.operation != "update" or context.stored is None:
        return None
    old, new = (
        [d.get("serviceName") for d in tree.get("delegations") or []]
        for tree in (context.stored.inputs, context.inputs)
    )
    if old != new and subnet_users(context, context.id):
        return f"SubnetMissingRequiredDelegation: {context.id} is in use, its delegation cannot change"
    return None


def subnet_users(context: Context, subnet: str) -> list[str]:
    """Ids of what lives in the subnet."""
    places = {
        "azure-native:network:PrivateEndpoint": "subnet.id",
        "azure-native:dbforpostgresql:Server": "network.delegatedSubnetResourceId",
        "azure-native:app:ManagedEnvironment": "vnetConfiguration.infrastructureSubnetId",
    }
    return [o.id for token, path in places.items() for o in context.objects(token) if _one(o.inputs, path) == subnet]


def _empty_first(context: Context) -> str | None:
    if context.operation == "delete" and (users := subnet_users(context, context.id)):
        return f"InUseSubnetCannotBeDeleted: Subnet {context.id} is in use by {users[0]}"
    return None


def delegated_to(context: Context, subnet: str, service: str) -> bool:
    """Whether the subnet is handed to the service."""
    found = context.find(subnet, SUBNET)
    return found is not None and service in [d.get("serviceName") for d in found.inputs.get("delegations") or []]


TYPES: Final = (
    ResourceType(
        token=NETWORK,
        source="https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq",
        id=in_group("Microsoft.Network/virtualNetworks/{virtualNetworkName}"),
        name=name("virtualNetworkName", 64),
        computed={"resourceGuid": uuid("guid")},
        checks=(cidr("addressSpace.addressPrefixes[*]", 2, 29),),
        known_as=("name",),
    ),
    ResourceType(
        token=SUBNET,
        source="https://learn.microsoft.com/azure/virtual-network/virtual-network-manage-subnet",
        id=in_group("Microsoft.Network/virtualNetworks/{virtualNetworkName}/subnets/{subnetName}"),
        name=name("subnetName", unique_in=IN_GROUP + "/{virtualNetworkName}"),
        replace_on=("virtualNetworkName",),
        checks=(cidr("addressPrefix", 2, 29),),
        guards=(
            inside(
                "addressPrefix",
                "virtualNetworkName",
                NETWORK,
                parent_path="addressSpace.addressPrefixes[*]",
                reason="NetcfgSubnetRangeOutsideVnet: {value} lies outside the network's {other}",
            ),
            no_overlap(
                "addressPrefix", "virtualNetworkName", reason="NetcfgSubnetRangesOverlap: {value} overlaps {other}"
            ),
            _delegation_stays,
            _empty_first,
        ),
        references=(
            Reference("virtualNetworkName", NETWORK, blocks_deletion=True),
            Reference("networkSecurityGroup.id", SECURITY_GROUP, blocks_deletion=True),
            Reference("routeTable.id", ROUTE_TABLE, blocks_deletion=True),
        ),
    ),
    ResourceType(
        token=SECURITY_GROUP,
        source="https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview",
        id=in_group("Microsoft.Network/networkSecurityGroups/{networkSecurityGroupName}"),
        name=name("networkSecurityGroupName"),
        computed={"resourceGuid": uuid("guid")},
        checks=(between("securityRules[*].priority", 100, 4096), _rules_fit),
        known_as=("name",),
    ),
    ResourceType(
        token=ROUTE_TABLE,
        source="https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview",
        id=in_group("Microsoft.Network/routeTables/{routeTableName}"),
        name=name("routeTableName"),
        computed={"resourceGuid": uuid("guid")},
        checks=(_routes_fit,),
        known_as=("name",),
    ),
)
