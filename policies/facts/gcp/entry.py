"""Regional and global load balancers, and API Gateway: https://cloud.google.com/load-balancing/docs/l7-internal."""

from collections.abc import Iterator, Mapping

from policies.facts.answers import every, when
from policies.facts.gcp.armor import ARMOR, adaptive, guarded
from policies.facts.gcp.flow import end_of
from policies.facts.gcp.service import SERVICE, probed
from policies.facts.reading import flag, is_set, items, read, read_all, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import ANYWHERE, UNKNOWN, Fact, Flow, LoadBalancer, Maybe, Unknown

RULE = "gcp:compute/forwardingRule:ForwardingRule"
GLOBAL_RULE = "gcp:compute/globalForwardingRule:GlobalForwardingRule"
_PROXIES = (
    "gcp:compute/regionTargetHttpsProxy:RegionTargetHttpsProxy",
    "gcp:compute/targetHttpsProxy:TargetHttpsProxy",
)
_PLAIN = ("gcp:compute/regionTargetHttpProxy:RegionTargetHttpProxy", "gcp:compute/targetHttpProxy:TargetHttpProxy")
_ROUTES = ("gcp:compute/regionUrlMap:RegionUrlMap", "gcp:compute/uRLMap:URLMap")
_BACKENDS = ("gcp:compute/regionBackendService:RegionBackendService", "gcp:compute/backendService:BackendService")
_GROUP = "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup"
_TLS = ("gcp:compute/regionSslPolicy:RegionSslPolicy", "gcp:compute/sSLPolicy:SSLPolicy")
_GATEWAY = "gcp:apigateway/gateway:Gateway"
KNOWN = frozenset({RULE, GLOBAL_RULE, *_PROXIES, *_PLAIN, *_ROUTES, *_BACKENDS, _GROUP, *_TLS, _GATEWAY})

_VERSIONS = {"TLS_1_0": (1, 0), "TLS_1_1": (1, 1), "TLS_1_2": (1, 2), "TLS_1_3": (1, 3)}


def facts(world: World) -> Iterator[Fact]:
    for rule in world.of(RULE, GLOBAL_RULE):
        proxy = world.target(rule, "target", *_PROXIES, *_PLAIN)
        backends = _backends(world, proxy)
        if proxy is None or proxy.type in _PROXIES or not _redirects(world, proxy):
            yield _front(world, rule, proxy, backends)
        for backend in backends:
            yield from _admitted(world, rule, backend)
    for gateway in world.of(_GATEWAY):
        # https://cloud.google.com/api-gateway/docs/architecture-overview: public, logged by itself; no firewall can be put before it.
        yield LoadBalancer(
            urn=gateway.urn,
            role=gateway.role,
            public=True,
            plain_http=False,
            health_checked=True,
            access_logged=True,
            waf=False,
            ddos_protected=False,
        )


def _front(world: World, rule: Resource, proxy: Resource | None, backends: tuple[Resource, ...]) -> LoadBalancer:
    secure = proxy is not None and proxy.type in _PROXIES
    clear = proxy is not None and not secure
    return LoadBalancer(
        urn=rule.urn,
        role=rule.role,
        public=when(
            text(rule, "loadBalancingScheme", default="EXTERNAL"), lambda scheme: not scheme.startswith("INTERNAL")
        ),
        tls_minimum=_oldest(world, proxy) if proxy is not None and secure else world.absent((0, 0)),
        plain_http=True if clear else False if secure else world.absent(value=True),
        health_checked=UNKNOWN
        if proxy is None
        else every(*(_checked(world, backend) for backend in backends), bool(backends)),
        access_logged=True if proxy is None else every(*(_logged(backend) for backend in backends)),
        waf=True if proxy is None else every(*(guarded(world, backend) for backend in backends)),
        ddos_protected=every(*(adaptive(world, backend) for backend in backends)) if backends else False,
    )


def _redirects(world: World, proxy: Resource) -> bool:
    """It sends every request on to HTTPS."""
    routes = world.target(proxy, "urlMap", *_ROUTES)
    return (
        routes is not None
        and flag(routes, "defaultUrlRedirect.httpsRedirect", default=False) is True
        and not read_all(routes, "pathMatchers")
    )


def _backends(world: World, proxy: Resource | None) -> tuple[Resource, ...]:
    if proxy is None:
        return ()
    routes = world.target(proxy, "urlMap", *_ROUTES)
    if routes is None:
        return ()
    found = {
        one.urn: one for path in ("defaultService", "pathMatchers") for one in world.targets(routes, path, *_BACKENDS)
    }
    return tuple(found.values())


def _oldest(world: World, proxy: Resource) -> Maybe[tuple[int, int]]:
    """Without a policy, TLS 1.0 and later.

    https://cloud.google.com/load-balancing/docs/ssl-policies-concepts
    """
    policy = world.target(proxy, "sslPolicy", *_TLS)
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


def _logged(backend: Resource) -> Maybe[bool]:
    """Off where nothing is said: https://cloud.google.com/load-balancing/docs/https/https-logging-monitoring."""
    return every(
        flag(backend, "logConfig.enable", default=False),
        UNKNOWN if read(backend, "logConfig.sampleRate") is UNKNOWN else read(backend, "logConfig.sampleRate") != 0,
    )


def _admitted(world: World, rule: Resource, backend: Resource) -> Iterator[Flow]:
    """Firewall rules don't reach a managed load balancer: whom its Cloud Armor policy admits, it serves; without one, everybody."""
    policy = world.target(backend, "securityPolicy", *ARMOR)
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


def _ports(written: str) -> Maybe[tuple[int, int]]:
    first, _, last = written.partition("-")
    if not written:
        return 0, 65535
    digits = [
        part for part in (first, last or first) if part.isascii() and part.isdigit() and len(part) < len("100000")
    ]
    return (int(digits[0]), int(digits[1])) if len(digits) > 1 else UNKNOWN
