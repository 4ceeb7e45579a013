"""Elastic Load Balancing: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html."""

import re
from collections.abc import Iterator

from policies.facts.answers import every, no, some, when
from policies.facts.aws.waf import firewall_logged, guarded
from policies.facts.reading import flag, read_all, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Fact, LoadBalancer, Maybe, Unknown

BALANCER = "aws:lb/loadBalancer:LoadBalancer"
_LISTENER = "aws:lb/listener:Listener"
_TARGETS = "aws:lb/targetGroup:TargetGroup"
KNOWN = frozenset({BALANCER, _LISTENER, _TARGETS})

_VERSION = re.compile(r"ELBSecurityPolicy-(?:TLS13|TLS|FS)-1-([0-3])-")
_WITHOUT = (0, 0)


def facts(world: World) -> Iterator[Fact]:
    for balancer in world.of(BALANCER):
        listeners = [
            one for one in world.referring(balancer, _LISTENER, "loadBalancerArn") if _redirects(one) is not True
        ]
        yield LoadBalancer(
            urn=balancer.urn,
            role=balancer.role,
            public=no(flag(balancer, "internal", default=False)),
            tls_minimum=_lowest(world, listeners),
            plain_http=some(world.absent(value=False), *(_plain(one) for one in listeners)),
            health_checked=_checked(world, listeners),
            access_logged=every(flag(balancer, "accessLogs.enabled", default=False), firewall_logged(world, balancer)),
            waf=True if _carries(balancer) else guarded(world, balancer),
            # For everybody: https://docs.aws.amazon.com/waf/latest/developerguide/ddos-standard-summary.html
            ddos_protected=True,
        )


def _carries(balancer: Resource) -> bool:
    """A network or gateway load balancer reads no requests."""
    return text(balancer, "loadBalancerType", default="application") in ("network", "gateway")


def _redirects(listener: Resource) -> Maybe[bool]:
    """It sends every request on to HTTPS."""
    if text(listener, "protocol") != "HTTP":
        return False
    actions = read_all(listener, "defaultActions")
    return bool(actions) and all(
        isinstance(one, dict) and one.get("type") == "redirect" and text(one, "redirect.protocol") == "HTTPS"
        for one in actions
    )


def _plain(listener: Resource) -> Maybe[bool]:
    return when(text(listener, "protocol"), lambda protocol: protocol == "HTTP")


def _lowest(world: World, listeners: list[Resource]) -> Maybe[tuple[int, int]]:
    found = [_version(one) for one in listeners]
    if not found:
        return world.absent((1, 3))  # nothing listens
    versions = [version for version in found if not isinstance(version, Unknown)]
    if _WITHOUT in versions:
        return _WITHOUT
    return min(versions) if len(versions) == len(found) else UNKNOWN


def _version(listener: Resource) -> Maybe[tuple[int, int]]:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html."""
    protocol = text(listener, "protocol")
    if isinstance(protocol, Unknown):
        return UNKNOWN
    if protocol not in ("HTTPS", "TLS"):
        return _WITHOUT
    # What the API takes where none is named.
    policy = text(listener, "sslPolicy", default="ELBSecurityPolicy-2016-08")
    if isinstance(policy, Unknown):
        return UNKNOWN
    found = _VERSION.match(policy)
    if found:
        return 1, int(found.group(1))
    return (1, 0) if policy in ("ELBSecurityPolicy-2016-08", "ELBSecurityPolicy-2015-05") else UNKNOWN


def _checked(world: World, listeners: list[Resource]) -> Maybe[bool]:
    """Target groups check health unless told not to; nothing is forwarded without one."""
    groups = {group.urn: group for one in listeners for group in world.targets(one, "defaultActions", _TARGETS)}
    if not groups:
        return world.absent(value=True) if not listeners else UNKNOWN
    return every(*(flag(group, "healthCheck.enabled", default=True) for group in groups.values()))
