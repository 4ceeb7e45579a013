"""Regional load balancers: https://cloud.google.com/load-balancing/docs/l7-internal."""

from collections.abc import Iterator, Mapping

from policies.facts.answers import every, when
from policies.facts.gcp.flow import end_of
from policies.facts.gcp.service import SERVICE, probed
from policies.facts.reading import is_set, items, read_all, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import ANYWHERE, UNKNOWN, Fact, Flow, LoadBalancer, Maybe, Unknown

RULE = "gcp:compute/forwardingRule:ForwardingRule"
_PROXY = "gcp:compute/regionTargetHttpsProxy:RegionTargetHttpsProxy"
_ROUTES = "gcp:compute/regionUrlMap:RegionUrlMap"
_BACKEND = "gcp:compute/regionBackendService:RegionBackendService"
_GROUP = "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup"
_TLS = "gcp:compute/regionSslPolicy:RegionSslPolicy"
_SOURCES = "gcp:compute/regionSecurityPolicy:RegionSecurityPolicy"
KNOWN = frozenset({RULE, _PROXY, _ROUTES, _BACKEND, _GROUP, _TLS, _SOURCES})

_VERSIONS = {"TLS_1_0": (1, 0), "TLS_1_1": (1, 1), "TLS_1_2": (1, 2), "TLS_1_3": (1, 3)}


def facts(world: World) -> Iterator[Fact]:
    for rule in world.of(RULE):
        proxy = world.target(rule, "target", _PROXY)
        backends = _backends(world, proxy)
        yield LoadBalancer(
            urn=rule.urn,
            role=rule.role,
            public=when(
                text(rule, "loadBalancingScheme", default="EXTERNAL"), lambda scheme: not scheme.startswith("INTERNAL")
            ),
            tls_minimum=world.absent((0, 0)) if proxy is None else _oldest(world, proxy),
            plain_http=world.absent(value=True) if proxy is None else False,
            health_checked=UNKNOWN
            if proxy is None
            else every(*(_checked(world, backend) for backend in backends), bool(backends)),
        )
        for backend in backends:
            yield from _admitted(world, rule, backend)


def _backends(world: World, proxy: Resource | None) -> tuple[Resource, ...]:
    routes = None if proxy is None else world.target(proxy, "urlMap", _ROUTES)
    return () if routes is None else world.targets(routes, "defaultService", _BACKEND)


def _oldest(world: World, proxy: Resource) -> Maybe[tuple[int, int]]:
    """Without a policy, TLS 1.0 and later.

    https://cloud.google.com/load-balancing/docs/ssl-policies-concepts
    """
    policy = world.target(proxy, "sslPolicy", _TLS)
    if policy is None:
        return UNKNOWN if is_set(proxy, "sslPolicy") is not False else (1, 0)
    return when(text(policy, "minTlsVersion", default="TLS_1_0"), lambda name: _VERSIONS.get(name, (1, 0)))


def _checked(world: World, backend: Resource) -> Maybe[bool]:
    """By a health check, or by the probes of the Cloud Run service behind it. Nothing behind it: nothing is sent anywhere."""
    if is_set(backend, "healthChecks") is not False:
        return is_set(backend, "healthChecks")
    services = [
        service
        for group in world.targets(backend, "backends", _GROUP)
        for service in world.targets(group, "cloudRun.service", SERVICE)
    ]
    if not services:
        return UNKNOWN if is_set(backend, "backends") is not False else True
    return every(*(probed(service) for service in services))


def _admitted(world: World, rule: Resource, backend: Resource) -> Iterator[Flow]:
    """Firewall rules don't reach a managed load balancer: whom its Cloud Armor policy admits, it serves; without one, everybody."""
    policy = world.target(backend, "securityPolicy", _SOURCES)
    ports = when(text(rule, "portRange"), _ports)
    if policy is None:
        given = is_set(backend, "securityPolicy")
        source: Maybe[str] = ANYWHERE if given is False else UNKNOWN
        yield _flow(rule, source, ports, given=False)
        return
    for one in read_all(policy, "rules"):
        if not isinstance(one, Mapping):
            yield _flow(policy, UNKNOWN, ports, given=UNKNOWN)
        elif one.get("action") == "allow":
            ranges = items(one.get("match", {}).get("config", {}).get("srcIpRanges")) or [ANYWHERE]
            for range_ in ranges:
                named = UNKNOWN if isinstance(range_, Unknown) else end_of(world, range_)
                yield _flow(policy, ANYWHERE if range_ == "*" else named, ports, given=is_set(one, "description"))


def _flow(resource: Resource, source: Maybe[str], ports: Maybe[tuple[int, int]], *, given: Maybe[bool]) -> Flow:
    return Flow(
        urn=resource.urn,
        role=resource.role,
        source=source,
        destination="entry",
        protocol="tcp",
        ports=ports,
        reason_given=given,
    )


def _ports(range_: str) -> tuple[int, int]:
    first, _, last = range_.partition("-")
    return (int(first), int(last or first)) if first else (0, 65535)
