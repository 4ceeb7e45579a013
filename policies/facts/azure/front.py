"""Front ends beside Container Apps: Application Gateway, Load Balancer, Front Door, API Management.

https://learn.microsoft.com/azure/architecture/guide/technology-choices/load-balancing-overview
"""

from collections.abc import Iterator, Mapping

from policies.facts.answers import every, no, some, when
from policies.facts.azure.network import NETWORK, SUBNET
from policies.facts.azure.sinks import logged
from policies.facts.reading import flag, is_set, read, read_all, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Fact, LoadBalancer, Maybe, Unknown

GATEWAY = "azure-native:network:ApplicationGateway"
BALANCER = "azure-native:network:LoadBalancer"
_FIREWALL = "azure-native:network:WebApplicationFirewallPolicy"
_ADDRESS = "azure-native:network:PublicIPAddress"
_PROFILE = "azure-native:cdn:Profile"
_ENDPOINT = "azure-native:cdn:AFDEndpoint"
_ROUTE = "azure-native:cdn:Route"
_JOIN = "azure-native:cdn:SecurityPolicy"
_EDGE_FIREWALL = "azure-native:frontdoor:Policy"
_CLASSIC = "azure-native:frontdoor:FrontDoor"
_APIS = "azure-native:apimanagement:ApiManagementService"
KNOWN = frozenset({GATEWAY, BALANCER, _FIREWALL, _PROFILE, _ENDPOINT, _ROUTE, _JOIN, _EDGE_FIREWALL, _CLASSIC, _APIS})

# https://learn.microsoft.com/azure/application-gateway/application-gateway-ssl-policy-overview
_POLICIES = {
    "AppGwSslPolicy20150501": (1, 0),
    "AppGwSslPolicy20170401": (1, 1),
    "AppGwSslPolicy20170401S": (1, 2),
    "AppGwSslPolicy20220101": (1, 2),
    "AppGwSslPolicy20220101S": (1, 2),
}
_VERSIONS = {"TLSv1_0": (1, 0), "TLSv1_1": (1, 1), "TLSv1_2": (1, 2), "TLSv1_3": (1, 3)}


def facts(world: World) -> Iterator[Fact]:
    for gateway in world.of(GATEWAY):
        yield _gateway(world, gateway)
    for balancer in world.of(BALANCER):
        public = _published(balancer)
        yield LoadBalancer(
            urn=balancer.urn,
            role=balancer.role,
            public=public,
            tls_minimum=(0, 0),  # it passes connections on as they come
            plain_http=False,
            health_checked=is_set(balancer, "probes"),
            access_logged=True,
            waf=True,
            ddos_protected=_planned(world, balancer),
        )
    for profile in world.of(_PROFILE):
        yield _front_door(world, profile)
    for classic in world.of(_CLASSIC):
        yield _classic(world, classic)
    for service in world.of(_APIS):
        yield _apis(world, service)


def _published(resource: Resource) -> Maybe[bool]:
    fronts = read_all(resource, "frontendIPConfigurations")
    return some(
        *(UNKNOWN if not isinstance(one, Mapping) else is_set(one, "publicIPAddress") for one in fronts),
        *(UNKNOWN if not isinstance(one, Mapping) else is_set(one, "publicIPPrefix") for one in fronts),
    )


def _planned(world: World, resource: Resource) -> Maybe[bool]:
    """Its address has a plan, or its network has. https://learn.microsoft.com/azure/ddos-protection/ddos-protection-sku-comparison."""
    addresses = world.targets(resource, "frontendIPConfigurations", _ADDRESS)
    subnets = (
        subnet
        for path in ("gatewayIPConfigurations", "frontendIPConfigurations")
        for subnet in world.targets(resource, path, SUBNET)
    )
    networks = {
        network.urn: network for one in subnets for network in world.targets(one, "virtualNetworkName", NETWORK)
    }
    return some(
        world.absent(value=False),
        *(when(text(one, "ddosSettings.protectionMode"), lambda mode: mode == "Enabled") for one in addresses),
        *(
            every(flag(one, "enableDdosProtection", default=False), is_set(one, "ddosProtectionPlan.id"))
            for one in networks.values()
        ),
    )


def _gateway(world: World, gateway: Resource) -> LoadBalancer:
    listeners = read_all(gateway, "httpListeners")
    redirected = {str(one) for one in read_all(gateway, "requestRoutingRules.redirectConfiguration.id")}
    plain = some(
        *(
            UNKNOWN
            if not isinstance(one, Mapping)
            else when(text(one, "protocol"), lambda word: word.lower() == "http" and not redirected)
            for one in listeners
        )
    )
    guarded = _guarded(world, gateway)
    return LoadBalancer(
        urn=gateway.urn,
        role=gateway.role,
        public=_published(gateway),
        tls_minimum=_oldest(gateway, plain),
        plain_http=plain,
        health_checked=True,  # by a default probe: https://learn.microsoft.com/azure/application-gateway/application-gateway-probe-overview
        access_logged=every(
            logged(world, gateway, "ApplicationGatewayAccessLog"),
            True if guarded is False else logged(world, gateway, "ApplicationGatewayFirewallLog"),
        ),
        waf=guarded,
        ddos_protected=_planned(world, gateway),
    )


def _oldest(gateway: Resource, plain: Maybe[bool]) -> Maybe[tuple[int, int]]:
    """TLS 1.2 and later where nothing is said (API versions since 2023-02-01)."""
    if isinstance(plain, Unknown):
        return UNKNOWN
    if plain:
        return 0, 0
    least, name = read(gateway, "sslPolicy.minProtocolVersion"), read(gateway, "sslPolicy.policyName")
    if least is None and name is None:
        return 1, 2
    return _VERSIONS.get(str(least), UNKNOWN) if least is not None else _POLICIES.get(str(name), UNKNOWN)


def _guarded(world: World, gateway: Resource) -> Maybe[bool]:
    inside = every(
        flag(gateway, "webApplicationFirewallConfiguration.enabled", default=False),
        when(text(gateway, "webApplicationFirewallConfiguration.firewallMode"), lambda mode: mode == "Prevention"),
    )
    policy = world.target(gateway, "firewallPolicy.id", _FIREWALL)
    given = is_set(gateway, "firewallPolicy.id")  # one from elsewhere is taken at its word
    return some(inside, given if policy is None else _prevents(policy, "state"))


def _prevents(policy: Resource, state: str) -> Maybe[bool]:
    """A policy is born in detection mode: https://learn.microsoft.com/azure/web-application-firewall/ag/policy-overview."""
    return every(
        when(text(policy, "policySettings.mode", default="Detection"), lambda mode: mode == "Prevention"),
        when(text(policy, f"policySettings.{state}", default="Enabled"), lambda word: word == "Enabled"),
    )


def _front_door(world: World, profile: Resource) -> LoadBalancer:
    """Standard and premium; the older kinds of profile have no firewall of their own. Floods are fended off for everybody.

    https://learn.microsoft.com/azure/frontdoor/front-door-ddos
    """
    joins = world.referring(profile, _JOIN, "profileName")
    routes = world.referring(profile, _ROUTE, "profileName")
    firewalls = [one for join in joins for one in world.targets(join, "parameters", _EDGE_FIREWALL)]
    guarded = some(
        world.absent(value=False),
        *(_prevents(one, "enabledState") for one in firewalls),
        *(is_set(join, "parameters.wafPolicy.id") for join in joins if not firewalls),
    )
    return LoadBalancer(
        urn=profile.urn,
        role=profile.role,
        public=True,
        tls_minimum=(1, 2),  # https://learn.microsoft.com/azure/frontdoor/end-to-end-tls
        plain_http=some(*(_serves_plain(route) for route in routes)),
        health_checked=True,
        access_logged=every(
            logged(world, profile, "FrontDoorAccessLog"),
            logged(world, profile, "FrontDoorWebApplicationFirewallLog") if joins else True,
        ),
        waf=guarded,
        ddos_protected=True,
    )


def _serves_plain(route: Resource) -> Maybe[bool]:
    """HTTP is taken and not redirected, which it is by default."""
    redirects = when(text(route, "httpsRedirect", default="Enabled"), lambda word: word == "Enabled")
    protocols = read_all(route, "supportedProtocols") or ["Http", "Https"]
    return every(UNKNOWN if UNKNOWN in protocols else "Http" in protocols, no(redirects))


def _classic(world: World, front: Resource) -> LoadBalancer:
    ends = read_all(front, "frontendEndpoints")
    given = [
        is_set(one, "webApplicationFirewallPolicyLink.id") if isinstance(one, Mapping) else UNKNOWN for one in ends
    ]
    policies = world.targets(front, "frontendEndpoints", _EDGE_FIREWALL)
    return LoadBalancer(
        urn=front.urn,
        role=front.role,
        public=True,
        tls_minimum=(1, 2),
        plain_http=_classic_plain(front),
        health_checked=True,
        access_logged=logged(world, front, "FrontdoorAccessLog"),
        waf=every(*given, *(_prevents(one, "enabledState") for one in policies), bool(given)),
        ddos_protected=True,
    )


def _classic_plain(front: Resource) -> Maybe[bool]:
    rules = read_all(front, "routingRules")
    return some(
        *(
            UNKNOWN
            if not isinstance(rule, Mapping) or UNKNOWN in read_all(rule, "acceptedProtocols")
            else "Http" in read_all(rule, "acceptedProtocols")
            and "RedirectConfiguration" not in str(read(rule, "routeConfiguration.odataType"))
            for rule in rules
        )
    )


def _apis(world: World, service: Resource) -> LoadBalancer:
    """https://learn.microsoft.com/azure/api-management/virtual-network-concepts: TLS 1.2 unless older ones are switched on."""
    internal = when(text(service, "virtualNetworkType", default="None"), lambda kind: kind == "Internal")
    closed = when(text(service, "publicNetworkAccess", default="Enabled"), lambda word: word == "Disabled")
    custom = read(service, "customProperties")
    old = (
        [key for key, value in custom.items() if ".Protocols." in key and str(value).lower() == "true"]
        if isinstance(custom, Mapping)
        else []
    )
    return LoadBalancer(
        urn=service.urn,
        role=service.role,
        public=no(some(internal, closed)),
        tls_minimum=UNKNOWN if custom is UNKNOWN else (1, 0) if old else (1, 2),
        plain_http=False,
        health_checked=True,
        access_logged=logged(world, service, "GatewayLogs"),
        waf=False,
        ddos_protected=False,
    )
