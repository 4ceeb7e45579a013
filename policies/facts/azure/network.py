"""Azure Virtual Network: https://learn.microsoft.com/azure/virtual-network/virtual-networks-overview."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from policies.facts.answers import every, gather, no, some, when
from policies.facts.azure.rules import SECURITY_GROUP, denies_everything
from policies.facts.azure.sinks import ACCOUNT, FLOW_LOG, feeds
from policies.facts.reading import flag, read_all, text
from policies.facts.resources import Resource, World, once, tier_of
from policies.facts.vocabulary import TIERS, UNKNOWN, Fact, Maybe, Network, PublicAddress

NETWORK = "azure-native:network:VirtualNetwork"
SUBNET = "azure-native:network:Subnet"
_ROUTES = "azure-native:network:RouteTable"
_ROUTE = "azure-native:network:Route"
_ENDPOINT = "azure-native:network:PrivateEndpoint"
_ADDRESS = "azure-native:network:PublicIPAddress"
_GATEWAY = "azure-native:network:NatGateway"
KNOWN = frozenset({NETWORK, SUBNET, _ROUTES, _ROUTE, _ENDPOINT, _ADDRESS, _GATEWAY})

_VAULT = "azure-native:keyvault:Vault"
_REGISTRY = "azure-native:containerregistry:Registry"
_RUNNING = tuple(
    f"azure-native:{service}"
    for service in (
        "app",
        "batch",
        "compute:VirtualMachine",
        "containerinstance",
        "containerservice",
        "databricks",
        "machinelearningservices",
        "redhatopenshift",
        "servicefabric",
        "web",
    )
)
"""How the types begin of what runs images, or is run and may fetch some."""
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
_BINDING = ("Enabled", "NetworkSecurityGroupEnabled")


@dataclass(frozen=True, kw_only=True, slots=True)
class Subnet:
    """A subnet, a resource of its own or written inside its network."""

    read: Resource
    """What holds its properties and name."""
    owner: Resource
    """What a person has to change: itself, or the network it is written in."""
    key: str
    """Its URN, or its network's with its name."""
    id: str = ""
    """The provider's id, where it is known."""


@once
def _subnets(world: World, urn: str) -> tuple[Subnet, ...]:
    network = world.get(urn)
    if network is None:
        return ()
    found = [
        Subnet(read=one, owner=one, key=one.urn, id=one.id if isinstance(one.id, str) else "")
        for one in world.referring(network, SUBNET, "virtualNetworkName")
    ]
    known = {text(one.read, "subnetName") for one in found} | {one.read.name for one in found}
    for inline in read_all(network, "subnets"):
        name = inline.get("name") if isinstance(inline, Mapping) else None
        # A network's output repeats the subnets that are resources of their own.
        if isinstance(name, str) and name not in known:
            key = f"{network.urn}/{name}"
            part = replace(network, urn=key, name=name, properties=inline, id=UNKNOWN, property_dependencies={})
            found.append(Subnet(read=part, owner=network, key=key, id=f"{network.id}/subnets/{name}"))
    return tuple(found)


def subnets_of(world: World, network: Resource) -> tuple[Subnet, ...]:
    """The network's subnets, however they were written."""
    return _subnets(world, network.urn)


def facts(world: World) -> Iterator[Fact]:
    for network in world.of(NETWORK):
        subnets = tuple(one.read for one in subnets_of(world, network))
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
            # DHCP options hold name servers only: https://learn.microsoft.com/azure/virtual-network/manage-virtual-network
            time_from_provider=True,
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
    return some(*(leads_out(world, subnet) for subnet in subnets))


def leads_out(world: World, subnet: Resource) -> Maybe[bool]:
    """A route of its own, or the system's, leads to the internet."""
    table = world.target(subnet, "routeTable.id", _ROUTES)
    if table is None:
        return world.absent(value=True)
    ended: Maybe[bool] = False
    separate = (one.properties for one in world.referring(table, _ROUTE, "routeTableName"))
    for route in (*read_all(table, "routes"), *separate):
        if not isinstance(route, Mapping) or UNKNOWN in (route.get("addressPrefix"), route.get("nextHopType")):
            return UNKNOWN
        prefix, hop = str(route.get("addressPrefix")), route.get("nextHopType")
        if hop == "Internet" and not prefix.startswith(_OWN_SERVICES):
            return True
        ended = some(ended, prefix == "0.0.0.0/0" and hop != "Internet")
    return no(ended)


def _denies(world: World, subnet: Resource) -> Maybe[bool]:
    group = world.target(subnet, "networkSecurityGroup.id", SECURITY_GROUP)
    denied = world.absent(value=False) if group is None else denies_everything(world, group)
    if not world.referring(subnet, _ENDPOINT, "subnet.id"):
        return denied
    # The group binds private endpoints only when asked:
    # https://learn.microsoft.com/azure/private-link/disable-private-endpoint-network-policy
    bound = when(text(subnet, "privateEndpointNetworkPolicies", default="Disabled"), lambda word: word in _BINDING)
    return every(denied, bound)


def _services(world: World, subnets: tuple[Resource, ...]) -> Maybe[frozenset[str]]:
    found: set[str] = set()
    for subnet in subnets:
        for endpoint in world.referring(subnet, _ENDPOINT, "subnet.id"):
            for target in world.targets(endpoint, "privateLinkServiceConnections", ACCOUNT, _VAULT, _REGISTRY):
                found |= _words(world, target)
    if found and world.absent(value=not world.of(_REGISTRY) and not _runs(world)) is True:
        found |= {"images"}  # there are none, and nobody who would fetch any
    return frozenset(found) if found else world.absent(frozenset())


def _runs(world: World) -> bool:
    return any(one.type.startswith(_RUNNING) for one in world.resources)


def _words(world: World, target: Resource) -> frozenset[str]:
    if target.type == ACCOUNT:
        return frozenset({"logs" if feeds(world, target) else "storage"})
    return frozenset({"keys", "secrets"} if target.type == _VAULT else {"images"})
