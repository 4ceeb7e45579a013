"""Azure Virtual Network: https://learn.microsoft.com/azure/virtual-network/virtual-networks-overview."""

from collections.abc import Iterator, Mapping

from policies.facts.answers import every, gather, no, some, when
from policies.facts.azure.rules import SECURITY_GROUP, denies_everything
from policies.facts.azure.sinks import ACCOUNT, FLOW_LOG, feeds
from policies.facts.reading import flag, read_all
from policies.facts.resources import Resource, World, tier_of
from policies.facts.vocabulary import TIERS, UNKNOWN, Fact, Maybe, Network, PublicAddress

NETWORK = "azure-native:network:VirtualNetwork"
SUBNET = "azure-native:network:Subnet"
_ROUTES = "azure-native:network:RouteTable"
_ENDPOINT = "azure-native:network:PrivateEndpoint"
_ADDRESS = "azure-native:network:PublicIPAddress"
_GATEWAY = "azure-native:network:NatGateway"
KNOWN = frozenset({NETWORK, SUBNET, _ROUTES, _ENDPOINT, _ADDRESS, _GATEWAY})

_VAULT = "azure-native:keyvault:Vault"
_REGISTRY = "azure-native:containerregistry:Registry"
# Addresses of the cloud's own services, reached over its backbone although the next hop is named Internet:
# https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview
_OWN_SERVICES = (
    "AzureActiveDirectory",
    "AzureFrontDoor.FirstParty",
    "AzureKeyVault",
    "AzureMonitor",
    "MicrosoftContainerRegistry",
    "Storage",
)


def facts(world: World) -> Iterator[Fact]:
    for network in world.of(NETWORK):
        subnets = world.referring(network, SUBNET, "virtualNetworkName")
        yield Network(
            urn=network.urn,
            role=network.role,
            tiers=when(gather(map(tier_of, subnets)), lambda tiers: tiers & TIERS)
            if subnets
            else world.absent(frozenset()),
            two_zones=True,
            internet_route=_internet(world, subnets),
            deny_by_default=every(*(_denies(world, subnet) for subnet in subnets))
            if subnets
            else world.absent(value=False),
            flow_logs=some(
                world.absent(value=False),
                *(flag(log, "enabled", default=True) for log in world.referring(network, FLOW_LOG, "targetResourceId")),
            ),
            private_services=_services(world, subnets),
            zone_kind="region",
        )
    for address in world.of(_ADDRESS):
        yield PublicAddress(urn=address.urn, role=address.role, public=True)


def _internet(world: World, subnets: tuple[Resource, ...]) -> Maybe[bool]:
    """Every subnet has a system route to the internet until a route of its own ends it."""
    if world.of(_GATEWAY):
        return True
    if not subnets:
        return world.absent(value=True)
    return some(*(_leads_out(world, subnet) for subnet in subnets))


def _leads_out(world: World, subnet: Resource) -> Maybe[bool]:
    table = world.target(subnet, "routeTable.id", _ROUTES)
    if table is None:
        return world.absent(value=True)
    ended: Maybe[bool] = False
    for route in read_all(table, "routes"):
        if not isinstance(route, Mapping) or UNKNOWN in route.values():
            return UNKNOWN
        prefix, hop = str(route.get("addressPrefix")), route.get("nextHopType")
        if hop == "Internet" and not prefix.startswith(_OWN_SERVICES):
            return True
        ended = some(ended, prefix == "0.0.0.0/0" and hop != "Internet")
    return no(ended)


def _denies(world: World, subnet: Resource) -> Maybe[bool]:
    group = world.target(subnet, "networkSecurityGroup.id", SECURITY_GROUP)
    return world.absent(value=False) if group is None else denies_everything(group)


def _services(world: World, subnets: tuple[Resource, ...]) -> Maybe[frozenset[str]]:
    found: set[str] = set()
    for subnet in subnets:
        for endpoint in world.referring(subnet, _ENDPOINT, "subnet.id"):
            for target in world.targets(endpoint, "privateLinkServiceConnections", ACCOUNT, _VAULT, _REGISTRY):
                found |= _words(world, target)
    return frozenset(found) if found else world.absent(frozenset())


def _words(world: World, target: Resource) -> frozenset[str]:
    if target.type == ACCOUNT:
        return frozenset({"logs" if feeds(world, target) else "storage"})
    return frozenset({"keys", "secrets"} if target.type == _VAULT else {"images"})
