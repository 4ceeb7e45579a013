"""Virtual cloud networks: https://docs.oracle.com/en-us/iaas/Content/Network/Concepts/overview.htm."""

from collections.abc import Iterator

from policies.facts.answers import every, gather, no, some, when
from policies.facts.oci.logs import recorded
from policies.facts.reading import flag, is_set, read_all, text
from policies.facts.resources import Resource, World, tier_of
from policies.facts.vocabulary import PRIVATE_SERVICES, TIERS, UNKNOWN, Fact, Maybe, Network, PublicAddress, Unknown

VCN = "oci:Core/vcn:Vcn"
SUBNET = "oci:Core/subnet:Subnet"
SECURITY_LIST = "oci:Core/securityList:SecurityList"
DEFAULT_LIST = "oci:Core/defaultSecurityList:DefaultSecurityList"
_ROUTES = "oci:Core/routeTable:RouteTable"
_DEFAULT_ROUTES = "oci:Core/defaultRouteTable:DefaultRouteTable"
_SERVICES = "oci:Core/serviceGateway:ServiceGateway"
INTERNET_GATEWAY = "oci:Core/internetGateway:InternetGateway"
NAT_GATEWAY = "oci:Core/natGateway:NatGateway"
_OUTWARD = (INTERNET_GATEWAY, NAT_GATEWAY)
TABLES = (_ROUTES, _DEFAULT_ROUTES)
_PUBLIC = "oci:Core/publicIp:PublicIp"
KNOWN = frozenset({VCN, SUBNET, SECURITY_LIST, DEFAULT_LIST, _ROUTES, _DEFAULT_ROUTES, _SERVICES, _PUBLIC, *_OUTWARD})

_LEADS_OUT = ("ocid1.internetgateway.", "ocid1.natgateway.")


def facts(world: World) -> Iterator[Fact]:
    for vcn in world.of(VCN):
        subnets = world.referring(vcn, SUBNET, "vcnId")
        yield Network(
            urn=vcn.urn,
            role=vcn.role,
            tiers=when(gather(map(tier_of, subnets)), lambda tiers: tiers & TIERS)
            if subnets
            else world.absent(frozenset()),
            # A subnet without an availability domain spans the region's, and each of those has fault domains.
            two_zones=True if subnets else world.absent(value=False),
            internet_route=_internet(world, vcn),
            deny_by_default=_denies(world, vcn),
            flow_logs=every(*(_logged(world, vcn, subnet) for subnet in subnets))
            if subnets
            else world.absent(value=False),
            # DHCP options hold name servers and search domains: https://docs.oracle.com/en-us/iaas/Content/Network/Tasks/managingDHCP.htm
            time_from_provider=True,
            private_services=_private_services(world, vcn),
            zone_kind="fault-domain",
        )
    for subnet in world.of(SUBNET):
        public = no(flag(subnet, "prohibitPublicIpOnVnic", default=False))
        if public is not False:
            yield PublicAddress(urn=subnet.urn, role=subnet.role, public=public)
    for address in world.of(_PUBLIC):
        yield PublicAddress(urn=address.urn, role=address.role, public=True)


def _internet(world: World, vcn: Resource) -> Maybe[bool]:
    """A gateway to the internet, of the stack or named by id in a route."""
    gateways = (
        flag(gateway, "enabled", default=True) if gateway.type == _OUTWARD[0] else True
        for token in _OUTWARD
        for gateway in world.referring(vcn, token, "vcnId")
    )
    routed = (
        when(hop, lambda identifier: identifier.startswith(_LEADS_OUT))
        if isinstance(hop, str)
        else _unseen(world, table)
        for table in _tables(world, vcn)
        for hop in read_all(table, "routeRules.networkEntityId")
    )
    return some(world.absent(value=False), *gateways, *routed)


def _unseen(world: World, table: Resource) -> Maybe[bool]:
    """A hop that is not known yet: one of the stack's gateways (judged by themselves), or nobody knows."""
    return False if world.targets(table, "routeRules", _SERVICES) else UNKNOWN


def _tables(world: World, vcn: Resource) -> tuple[Resource, ...]:
    return (*world.referring(vcn, _ROUTES, "vcnId"), *default_tables(world, vcn))


def default_tables(world: World, vcn: Resource) -> tuple[Resource, ...]:
    """The route table the VCN was born with (empty), where it was adopted."""
    return tuple(one for one in world.of(_DEFAULT_ROUTES) if is_default(world, vcn, one, "defaultRouteTableId"))


def is_default(world: World, vcn: Resource, adopted: Resource, output: str) -> bool:
    """Whether it is what the VCN names in that output."""
    name = adopted.properties.get("manageDefaultResourceId")
    named = isinstance(name, str) and name == vcn.properties.get(output)
    return named or vcn in world.targets(adopted, "manageDefaultResourceId", VCN)


def _denies(world: World, vcn: Resource) -> Maybe[bool]:
    """Security groups allow only what they list; the list that every network is born with admits SSH from anywhere."""
    adopted = [one for one in world.of(DEFAULT_LIST) if is_default(world, vcn, one, "defaultSecurityListId")]
    if not adopted:
        return world.absent(value=False)
    return every(
        *(no(is_set(one, rules)) for one in adopted for rules in ("ingressSecurityRules", "egressSecurityRules"))
    )


def _logged(world: World, vcn: Resource, subnet: Resource) -> Maybe[bool]:
    return some(
        *(recorded(world, subnet, category) for category in ("all", "subnet")),
        *(recorded(world, vcn, category) for category in ("all", "vcn")),
    )


def _private_services(world: World, vcn: Resource) -> Maybe[frozenset[str]]:
    """By a service gateway and a route to it."""
    found: frozenset[str] = frozenset()
    for table in _tables(world, vcn):
        if not world.targets(table, "routeRules", _SERVICES):
            continue
        for rule in read_all(table, "routeRules"):
            label = text(rule, "destination") if isinstance(rule, dict) else UNKNOWN
            if isinstance(label, Unknown):
                return UNKNOWN
            if label.startswith("all-"):
                return PRIVATE_SERVICES
            if label.endswith("-objectstorage"):
                found |= {"storage"}
    return found or world.absent(found)
