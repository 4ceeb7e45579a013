"""Listeners: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.aws.entry import BALANCER, kind_of
from sandbox.cloud.aws.tags import tag_rule
from sandbox.cloud.aws.target_group import LISTENER, TARGETS
from sandbox.cloud.checks import Problems, between, matches, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.resource_type import Reference, ResourceType
from sandbox.cloud.value import at

_DOCS: Final = "https://docs.aws.amazon.com/elasticloadbalancing/latest"
_TLS: Final = ("HTTPS", "TLS")
_WEB: Final = ("HTTP", "HTTPS")
_STREAMS: Final = ("TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC")
_PROTOCOLS: Final = {"application": _WEB, "network": _STREAMS, "gateway": ()}
# Listener protocol → protocols of the target groups that it forwards to.
_FORWARDS: Final = {
    **dict.fromkeys(_WEB, _WEB),
    **{name: (name,) for name in ("UDP", "TCP_UDP", "QUIC", "TCP_QUIC")},
    **dict.fromkeys(("TCP", "TLS"), ("TCP", "TLS", "TCP_UDP")),
}
_MODERN: Final = (
    *("3-2021-06", "2-2021-06", "2-Res-2021-06", "2-Ext1-2021-06", "2-Ext2-2021-06", "1-2021-06", "0-2021-06"),
    *("3-FIPS-2023-04", "2-FIPS-2023-04", "2-Res-FIPS-2023-04", "2-Ext0-FIPS-2023-04", "2-Ext1-FIPS-2023-04"),
    *("2-Ext2-FIPS-2023-04", "1-FIPS-2023-04", "0-FIPS-2023-04"),
    *("3-PQ-2025-09", "2-PQ-2025-09", "2-Res-PQ-2025-09", "2-Ext1-PQ-2025-09", "2-Ext2-PQ-2025-09"),
    *("3-FIPS-PQ-2025-09", "2-FIPS-PQ-2025-09", "2-Res-FIPS-PQ-2025-09", "2-Ext0-FIPS-PQ-2025-09"),
    *("2-Ext1-FIPS-PQ-2025-09", "2-Ext2-FIPS-PQ-2025-09"),
)
_DEFAULT: Final = "ELBSecurityPolicy-2016-08"
_POLICIES: Final = frozenset(
    (
        *(f"ELBSecurityPolicy-TLS13-1-{name}" for name in _MODERN),
        *(f"ELBSecurityPolicy-FS-{name}" for name in ("2018-06", "1-1-2019-08", "1-2-2019-08")),
        *(f"ELBSecurityPolicy-FS-1-2-Res-{year}" for year in ("2019-08", "2020-10")),
        *(f"ELBSecurityPolicy-TLS-1-{name}" for name in ("0-2015-04", "1-2017-01", "2-2017-01", "2-Ext-2018-06")),
        *(_DEFAULT, "ELBSecurityPolicy-2015-05"),
    )
)
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html"""
_CERTIFICATE: Final = (
    r"arn:[^:]+:(acm:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):certificate/[0-9a-f-]{36}"
    r"|iam::(?P<owner>\d{12}):server-certificate/[\w+=,.@/-]+)"
)
_LAST: Final = ("forward", "redirect", "fixed-response")
_ACTIONS: Final = {
    "redirect": "redirect",
    "fixed-response": "fixedResponse",
    "authenticate-cognito": "authenticateCognito",
    "authenticate-oidc": "authenticateOidc",
    "jwt-validation": "jwtValidation",
}
_FORWARDED: Final = ("defaultActions[*].targetGroupArn", "defaultActions[*].forward.targetGroups[*].arn")


def forwarded(inputs: Mapping[str, Any]) -> list[str]:
    """The target groups that a listener sends requests to."""
    return [value for path in _FORWARDED for _, value in at(inputs, path)]


def _secured(inputs: Mapping[str, Any]) -> Problems:
    protocol = inputs.get("protocol")
    if protocol in _TLS and not inputs.get("certificateArn"):
        yield "certificateArn", f"ValidationError: A certificate must be specified for {protocol} listeners"
    if protocol not in _TLS:
        for name in ("certificateArn", "sslPolicy"):
            if inputs.get(name):
                yield name, f"ValidationError: '{name}' is only for HTTPS and TLS listeners"
    if inputs.get("alpnPolicy") and protocol != "TLS":
        yield "alpnPolicy", "only for TLS listeners"
    if inputs.get("tcpIdleTimeoutSeconds") and protocol != "TCP":
        yield "tcpIdleTimeoutSeconds", "only for TCP listeners"
    mutual = inputs.get("mutualAuthentication") or {}
    if mutual and protocol != "HTTPS":
        yield "mutualAuthentication", "only for HTTPS listeners"
    if (mutual.get("mode") == "verify") != bool(mutual.get("trustStoreArn")):
        yield "mutualAuthentication.trustStoreArn", "given with mode 'verify', and only with it"


def _acts(inputs: Mapping[str, Any]) -> Problems:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html."""
    actions = inputs.get("defaultActions") or []
    if not actions:
        yield "defaultActions", "ValidationError: a listener has at least one default action"
    orders = [action.get("order", number) for number, action in enumerate(actions, start=1)]
    if len(set(orders)) < len(orders):
        yield "defaultActions", "ValidationError: two actions have the same order"
    for number, action in enumerate(actions):
        path, kind = f"defaultActions[{number}]", action.get("type")
        last = orders[number] == max(orders)
        if (kind in _LAST) is not last:
            yield (
                f"{path}.type",
                f"InvalidLoadBalancerAction: the last action, and no other, is one of {', '.join(_LAST)}",
            )
        if str(kind).startswith(("authenticate-", "jwt-")) and inputs.get("protocol") != "HTTPS":
            yield f"{path}.type", "InvalidLoadBalancerAction: only for HTTPS listeners"
        if kind in _ACTIONS and not action.get(_ACTIONS[kind]):
            yield path, f"'{_ACTIONS[kind]}' is required when type is '{kind}'"
        yield from _targets(action, path)


def _targets(action: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    one, several = action.get("targetGroupArn"), (action.get("forward") or {}).get("targetGroups")
    if action.get("type") != "forward":
        if one or several:
            yield path, "target groups are only for actions of type 'forward'"
        return
    if not one and not several:
        yield path, "ValidationError: an action of type 'forward' names a target group"
    if one and several and [group.get("arn") for group in several] != [one]:
        yield path, "'targetGroupArn' and 'forward' must name the same target group"
    if len(several or []) > 5:
        yield path, "TooManyTargetGroups: at most 5"


def _certificate_here(context: Context) -> str | None:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html."""
    given, account = context.inputs.get("certificateArn"), context.place["account"]
    found = re.fullmatch(_CERTIFICATE, given) if context.writing and given else None
    if found is None:
        return None
    if found["region"] not in (None, context["region"]) or account not in (found["account"], found["owner"]):
        return (
            f"CertificateNotFound: Certificate ARN '{given}' is not found in {context['region']} of account {account}"
        )
    return None


def _listens(context: Context) -> str | None:
    """What its load balancer lets it listen to, and where."""
    balancer = context.find(context["loadBalancerArn"], BALANCER)
    if not context.writing or balancer is None:
        return None
    kind, protocol, port = kind_of(balancer.inputs), context.inputs.get("protocol"), context.inputs.get("port")
    if kind == "gateway":
        return (
            "ValidationError: a gateway load balancer's listener has neither protocol nor port"
            if protocol or port
            else None
        )
    if port is None:
        return "ValidationError: A port must be specified"
    if (protocol or "HTTP") not in _PROTOCOLS[kind]:
        return f"UnsupportedProtocol: '{protocol or 'HTTP'}' is not for load balancers of type '{kind}': {', '.join(_PROTOCOLS[kind])}"
    for other in context.objects(LISTENER):
        if (other.get("loadBalancerArn"), other.get("port")) == (balancer.id, port) and other.id != context.id:
            return f"DuplicateListener: A listener already exists on this port for this load balancer '{balancer.id}'"
    return None


def _forwards(context: Context) -> str | None:
    """Target groups are of the load balancer's network and protocol, and of no other load balancer."""
    balancer = context.find(context["loadBalancerArn"], BALANCER)
    for arn in forwarded(context.inputs) if context.writing and balancer is not None else ():
        group = context.find(arn, TARGETS)
        if group is None or balancer is None:
            continue
        if group.get("vpcId") not in (None, balancer.get("vpcId")):
            return f"InvalidConfigurationRequest: target group '{arn}' is in {group.get('vpcId')}, the load balancer in {balancer.get('vpcId')}"
        allowed = _FORWARDS.get(context.inputs.get("protocol") or "HTTP", ())
        if group.get("protocol") not in (None, *allowed) and kind_of(balancer.inputs) != "gateway":
            return f"IncompatibleProtocols: The protocol '{group.get('protocol')}' of the target group is not one of {', '.join(allowed)}"
        for other in context.objects(LISTENER):
            if arn in forwarded(other.inputs) and other.get("loadBalancerArn") != balancer.id:
                return f"TargetGroupAssociationLimit: The following target groups cannot be associated with more than one load balancer: {arn}"
    return None


TYPES: Final = (
    ResourceType(
        token=LISTENER,
        source=f"{_DOCS}/APIReference/API_CreateListener.html",
        sources=(f"{_DOCS}/APIReference/API_Action.html", f"{_DOCS}/application/describe-ssl-policies.html"),
        id=lambda context: (
            f"{str(context['loadBalancerArn']).replace(':loadbalancer/', ':listener/')}/{context.hex(16, 'listener')}"
        ),
        computed={"arn": "{id}"},
        defaults={
            "protocol": lambda context: "HTTP" if ":loadbalancer/app/" in context["loadBalancerArn"] else None,
            "sslPolicy": lambda context: _DEFAULT if context.inputs.get("protocol") in _TLS else None,
        },
        replace_on=("loadBalancerArn",),
        references=(
            Reference("loadBalancerArn", BALANCER),
            *(Reference(path, TARGETS, blocks_deletion=True) for path in _FORWARDED),
        ),
        checks=(
            between("port", 1, 65535),
            one_of("protocol", (*_WEB, *_STREAMS)),
            one_of("sslPolicy", _POLICIES),
            one_of("alpnPolicy", ("HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred", "None")),
            one_of("mutualAuthentication.mode", ("off", "passthrough", "verify")),
            between("tcpIdleTimeoutSeconds", 60, 6000),
            matches("certificateArn", _CERTIFICATE, "the ARN of a certificate in ACM or IAM"),
            one_of("defaultActions[*].type", (*_LAST, *_ACTIONS)),
            between("defaultActions[*].order", 1, 50000),
            between("defaultActions[*].forward.targetGroups[*].weight", 0, 999),
            between("defaultActions[*].forward.stickiness.duration", 1, 604800),
            one_of("defaultActions[*].redirect.statusCode", ("HTTP_301", "HTTP_302")),
            matches("defaultActions[*].fixedResponse.statusCode", r"[245]\d\d", "2XX, 4XX or 5XX"),
            _secured,
            _acts,
            tag_rule(),
        ),
        guards=(_certificate_here, _listens, _forwards),
        blind_spots=(
            "Whether the certificate is there and issued is not asked: it is made outside the stack.",
            "Policies newer than the reviewed list are refused.",
            "Rules, further certificates, trust stores and header attributes are not looked at.",
        ),
    ),
)
