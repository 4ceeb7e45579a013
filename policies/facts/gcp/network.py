"""Virtual Private Cloud: https://cloud.google.com/vpc/docs/vpc."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from policies.facts.answers import every, gather, no, some, when
from policies.facts.reading import flag, read, read_all, text
from policies.facts.resources import Resource, World, tier_of
from policies.facts.vocabulary import TIERS, UNKNOWN, Fact, Maybe, Network, PublicAddress, Unknown

NETWORK = "gcp:compute/network:Network"
SUBNET = "gcp:compute/subnetwork:Subnetwork"
LENT = "gcp:compute/globalAddress:GlobalAddress"
FIREWALL = "gcp:compute/firewall:Firewall"
ROUTE = "gcp:compute/route:Route"
_ZONE = "gcp:dns/managedZone:ManagedZone"
_RECORDS = "gcp:dns/recordSet:RecordSet"
_ADDRESS = "gcp:compute/address:Address"
KNOWN = frozenset({NETWORK, SUBNET, LENT, FIREWALL, ROUTE, _ZONE, _RECORDS, _ADDRESS})

# restricted.googleapis.com and private.googleapis.com: https://cloud.google.com/vpc/docs/configure-private-google-access
GOOGLE_APIS = (IPv4Network("199.36.153.4/30"), IPv4Network("199.36.153.8/30"))
_SERVED = {"googleapis.com.": {"storage", "keys", "secrets", "logs"}, "pkg.dev.": {"images"}}


def facts(world: World) -> Iterator[Fact]:
    for network in world.of(NETWORK):
        subnets = world.referring(network, SUBNET, "network")
        parts = (*subnets, *world.referring(network, LENT, "network"))
        yield Network(
            urn=network.urn,
            role=network.role,
            tiers=when(gather(map(tier_of, parts)), lambda tiers: tiers & TIERS)
            if parts
            else world.absent(frozenset()),
            two_zones=True if parts else world.absent(value=False),  # each spans its region
            internet_route=_internet(world, network),
            deny_by_default=some(
                world.absent(value=False), *(_closes(rule, "EGRESS") for rule in _rules(world, network))
            ),
            flow_logs=_flow_logs(world, network, subnets),
            time_from_provider=True,  # https://cloud.google.com/compute/docs/instances/configure-ntp
            private_services=_services(world, network, subnets),
            zone_kind="region",
        )
    for address in world.of(_ADDRESS, LENT):
        public = when(text(address, "addressType", default="EXTERNAL"), lambda kind: kind != "INTERNAL")
        if public is not False:
            yield PublicAddress(urn=address.urn, role=address.role, public=public)


def _rules(world: World, network: Resource) -> tuple[Resource, ...]:
    return world.referring(network, FIREWALL, "network")


def _internet(world: World, network: Resource) -> Maybe[bool]:
    """The default route is there unless it was deleted at creation; another one may lead out through the same gateway."""
    return some(
        no(flag(network, "deleteDefaultRoutesOnCreate", default=False)),
        world.absent(value=False),
        *(_leads_out(route) for route in world.referring(network, ROUTE, "network")),
    )


def _leads_out(route: Resource) -> Maybe[bool]:
    gateway = when(text(route, "nextHopGateway"), lambda hop: hop.endswith("default-internet-gateway"))
    return every(gateway, when(text(route, "destRange"), lambda range_: not to_google(range_)))


def to_google(cidr: str) -> bool:
    """The range belongs to Google's own APIs and is not announced on the internet."""
    try:
        network = IPv4Network(cidr)
    except ValueError:
        return False
    return any(network.subnet_of(apis) for apis in GOOGLE_APIS)


def touches_google(cidr: str) -> bool:
    """Some address of the range is one of Google's own APIs."""
    try:
        network = IPv4Network(cidr)
    except ValueError:
        return False
    return any(network.overlaps(apis) for apis in GOOGLE_APIS)


def _closes(rule: Resource, direction: str) -> Maybe[bool]:
    """It refuses everything in that direction, for everyone in the network. Incoming traffic is also refused without one."""
    peers = "sourceRanges" if direction == "INGRESS" else "destinationRanges"
    own = "destinationRanges" if direction == "INGRESS" else "sourceRanges"
    limits = (own, "targetTags", "targetServiceAccounts")
    return every(
        when(text(rule, "direction", default="INGRESS"), lambda way: way == direction),
        no(flag(rule, "disabled", default=False)),
        "all" in [protocol for protocol in read_all(rule, "denies.protocol") if isinstance(protocol, str)],
        when(gather(read_all(rule, peers)), lambda ranges: not ranges or "0.0.0.0/0" in ranges),
        *(not read_all(rule, name) for name in limits),
    )


def _flow_logs(world: World, network: Resource, subnets: tuple[Resource, ...]) -> Maybe[bool]:
    """Every subnet logs each accepted flow, and what is refused in either direction is logged by the rule that refuses it."""
    inhabited = [subnet for subnet in subnets if text(subnet, "purpose", default="PRIVATE") in ("PRIVATE", UNKNOWN)]
    if not inhabited:
        return world.absent(value=False)
    refused = (
        some(
            world.absent(value=False),
            *(every(_closes(rule, way), read(rule, "logConfig") is not None) for rule in _rules(world, network)),
        )
        for way in ("INGRESS", "EGRESS")
    )
    return every(*(_all_sampled(subnet) for subnet in inhabited), *refused)


def _all_sampled(subnet: Resource) -> Maybe[bool]:
    if read(subnet, "logConfig") is None:
        return False
    sampled = read(subnet, "logConfig.flowSampling")  # one half, where nothing is said
    everything = when(text(subnet, "logConfig.filterExpr", default="true"), lambda expression: expression == "true")
    return every(when(sampled, lambda share: share == 1), everything)


def _services(world: World, network: Resource, subnets: tuple[Resource, ...]) -> Maybe[frozenset[str]]:
    """By names that resolve to Google's own range, a route to it, and Private Google Access in every inhabited subnet."""
    routes = (when(text(route, "destRange"), to_google) for route in world.referring(network, ROUTE, "network"))
    access = (
        flag(subnet, "privateIpGoogleAccess", default=False)
        for subnet in subnets
        if text(subnet, "purpose", default="PRIVATE") == "PRIVATE"
    )
    reached = every(some(world.absent(value=False), *routes), *access)
    if reached is not True:
        return UNKNOWN if isinstance(reached, Unknown) else frozenset()
    found: set[str] = set()
    for zone in world.of(_ZONE):
        if network in world.targets(zone, "privateVisibilityConfig.networks", NETWORK) and _resolves(world, zone):
            found |= _SERVED.get(str(read(zone, "dnsName")), set())
    return frozenset(found)


def _resolves(world: World, zone: Resource) -> bool:
    """It has addresses, and all of them are Google's own."""
    records = [record for record in world.referring(zone, _RECORDS, "managedZone") if text(record, "type") == "A"]
    addresses = [value for record in records for value in read_all(record, "rrdatas")]
    return bool(addresses) and all(isinstance(value, str) and to_google(value) for value in addresses)
