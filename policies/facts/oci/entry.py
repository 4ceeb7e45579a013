"""Load balancers: https://docs.oracle.com/en-us/iaas/Content/Balance/Concepts/balanceoverview.htm."""

from collections.abc import Iterator

from policies.facts.answers import every, no, some, when
from policies.facts.oci.logs import recorded
from policies.facts.oci.waf import firewall_logged, guarded
from policies.facts.reading import flag, is_set, read, read_all, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import NOT_OFFERED, UNKNOWN, Fact, LoadBalancer, Maybe, Unknown

BALANCER = "oci:LoadBalancer/loadBalancer:LoadBalancer"
_LISTENER = "oci:LoadBalancer/listener:Listener"
_SET = "oci:LoadBalancer/backendSet:BackendSet"
_BACKEND = "oci:LoadBalancer/backend:Backend"
KNOWN = frozenset({BALANCER, _LISTENER, _SET, _BACKEND})

_VERSIONS = {"TLSv1": (1, 0), "TLSv1.1": (1, 1), "TLSv1.2": (1, 2), "TLSv1.3": (1, 3)}
_WITHOUT = (0, 0)


def facts(world: World) -> Iterator[Fact]:
    for balancer in world.of(BALANCER):
        listeners = world.referring(balancer, _LISTENER, "loadBalancerId")
        sets = world.referring(balancer, _SET, "loadBalancerId")
        yield LoadBalancer(
            urn=balancer.urn,
            role=balancer.role,
            public=no(flag(balancer, "isPrivate", default=False)),
            tls_minimum=_lowest(world, listeners),
            plain_http=some(world.absent(value=False), *(_plain(one) for one in listeners)),
            # A backend set has a checker always; one of TCP sees only that the port is open.
            health_checked=every(*(_checked(one) for one in sets)) if sets else world.absent(value=False),
            access_logged=every(recorded(world, balancer, "access"), firewall_logged(world, balancer)),
            waf=guarded(world, balancer),
            # By the cloud, for everybody, and by nobody else: https://www.oracle.com/security/cloud-security/ddos-protection/
            ddos_protected=NOT_OFFERED,
        )


def _plain(listener: Resource) -> Maybe[bool]:
    http = when(text(listener, "protocol"), lambda word: word.startswith("HTTP"))
    return every(http, no(is_set(listener, "sslConfiguration")))


def _lowest(world: World, listeners: tuple[Resource, ...]) -> Maybe[tuple[int, int]]:
    found = [_version(one) for one in listeners]
    if not found:
        return world.absent((1, 3))  # nothing listens
    versions = [version for version in found if not isinstance(version, Unknown)]
    if _WITHOUT in versions:
        return _WITHOUT
    return min(versions) if len(versions) == len(found) else UNKNOWN


def _version(listener: Resource) -> Maybe[tuple[int, int]]:
    """https://docs.oracle.com/en-us/iaas/api/#/en/loadbalancer/20170115/datatypes/SSLConfigurationDetails."""
    protected = is_set(listener, "sslConfiguration")
    if isinstance(protected, Unknown):
        return UNKNOWN
    if not protected:
        return _WITHOUT
    if read(listener, "sslConfiguration.protocols") is None:
        return 1, 2
    versions = [
        _VERSIONS.get(name, UNKNOWN) if isinstance(name, str) else UNKNOWN
        for name in read_all(listener, "sslConfiguration.protocols")
    ]
    clear = [version for version in versions if not isinstance(version, Unknown)]
    return min(clear) if clear and len(clear) == len(versions) else UNKNOWN


def _checked(backends: Resource) -> Maybe[bool]:
    return when(text(backends, "healthChecker.protocol"), lambda word: word in ("HTTP", "TCP"))
