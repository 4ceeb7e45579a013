"""Target groups: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html."""

import re
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.aws.entry import BALANCER_NAME
from sandbox.cloud.aws.filters import full_name
from sandbox.cloud.aws.network import IN_VPC
from sandbox.cloud.aws.tags import tag_rule
from sandbox.cloud.checks import Problems, between, holds, matches, not_together, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.identity import arn
from sandbox.cloud.resource_type import Name, ResourceType

TARGETS: Final = "aws:lb/targetGroup:TargetGroup"
LISTENER: Final = "aws:lb/listener:Listener"
_DOCS: Final = "https://docs.aws.amazon.com/elasticloadbalancing/latest"
_WEB: Final = ("HTTP", "HTTPS")
_PROTOCOLS: Final = (*_WEB, "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE", "QUIC", "TCP_QUIC")
_STICKY: Final = {
    "HTTP": ("lb_cookie", "app_cookie"),
    "HTTPS": ("lb_cookie", "app_cookie"),
    "GENEVE": ("source_ip_dest_ip", "source_ip_dest_ip_proto"),
}
_ADDRESSED: Final = ("port", "protocol", "vpcId")


def _fits_its_type(inputs: Mapping[str, Any]) -> Problems:
    kind, protocol = inputs.get("targetType", "instance"), inputs.get("protocol")
    if kind == "lambda":
        yield from ((name, "does not apply when targetType is 'lambda'") for name in _ADDRESSED if inputs.get(name))
        return
    for name in _ADDRESSED:
        if inputs.get(name) is None:
            yield name, f"ValidationError: '{name}' is required when targetType is '{kind}'"
    if kind == "alb" and protocol not in ("TCP", None):
        yield "protocol", "ValidationError: targets of type 'alb' take protocol TCP only"
    if inputs.get("protocolVersion") and protocol not in _WEB:
        yield "protocolVersion", "only for protocol HTTP and HTTPS"
    if inputs.get("ipAddressType") == "ipv6" and kind != "ip":
        yield "ipAddressType", "ipv6 is for targetType 'ip' only"


def _balanced(inputs: Mapping[str, Any]) -> Problems:
    algorithm, sticky = inputs.get("loadBalancingAlgorithmType"), inputs.get("stickiness") or {}
    if inputs.get("slowStart") and algorithm in ("least_outstanding_requests", "weighted_random"):
        yield "slowStart", f"InvalidConfigurationRequest: not with the algorithm '{algorithm}'"
    if inputs.get("loadBalancingAnomalyMitigation") == "on" and algorithm != "weighted_random":
        yield "loadBalancingAnomalyMitigation", "only with the algorithm 'weighted_random'"
    allowed = _STICKY.get(str(inputs.get("protocol")), ("source_ip",))
    if sticky and sticky.get("type") not in allowed:
        yield "stickiness.type", f"InvalidConfigurationRequest: stickiness of this protocol is {' or '.join(allowed)}"
    if sticky.get("type") == "app_cookie" and not sticky.get("cookieName"):
        yield "stickiness.cookieName", "needed for an application's cookie"
    if str(sticky.get("cookieName") or "").startswith("AWSALB"):
        yield "stickiness.cookieName", "names that begin with AWSALB are reserved"


def _healthy(inputs: Mapping[str, Any]) -> Problems:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html."""
    health = inputs.get("healthCheck") or {}
    interval, timeout = health.get("interval", 30), health.get("timeout")
    if timeout is not None and timeout >= interval:
        yield "healthCheck.timeout", "ValidationError: Health check interval must be greater than the timeout."
    protocol, over = inputs.get("protocol"), str(health.get("protocol", "HTTP")).upper()
    if protocol in _WEB and over == "TCP":
        yield "healthCheck.protocol", f"TCP is not supported for health checks if the protocol is {protocol}"
    if over == "TCP":
        yield from (
            (f"healthCheck.{n}", "not for health checks over TCP") for n in ("path", "matcher") if health.get(n)
        )
        return
    grpc = inputs.get("protocolVersion") == "GRPC"
    low, high = (0, 99) if grpc else (200, 499 if protocol in _WEB else 599)
    for part in str(health.get("matcher") or low).split(","):
        ends = [int(end) for end in part.split("-") if re.fullmatch(r"\d{1,3}", end)]
        if len(ends) != len(part.split("-")) or len(ends) > 2 or not low <= ends[0] <= ends[-1] <= high:
            yield (
                "healthCheck.matcher",
                f"ValidationError: health check matcher '{part}' must be within {low} and {high}",
            )


def _arn(context: Context) -> str:
    return arn("elasticloadbalancing", f"targetgroup/{full_name(context)}/{context.hex(16, 'arn')}").format_map(context)


TYPES: Final = (
    ResourceType(
        token=TARGETS,
        source=f"{_DOCS}/APIReference/API_CreateTargetGroup.html",
        sources=(f"{_DOCS}/application/load-balancer-target-groups.html", f"{_DOCS}/APIReference/API_Matcher.html"),
        id=_arn,
        name=Name(longest=32, pattern=BALANCER_NAME, allowed=r"a-zA-Z0-9\-", lower=False, excludes=("namePrefix",)),
        computed={
            "arn": "{id}",
            "arnSuffix": lambda context: "targetgroup/" + str(context["arn"]).partition(":targetgroup/")[2],
            "loadBalancerArns": lambda _context: [],
        },
        input_defaults={
            "deregistrationDelay": 300,
            "lambdaMultiValueHeadersEnabled": False,
            "proxyProtocolV2": False,
            "slowStart": 0,
            "targetType": "instance",
        },
        defaults={
            "ipAddressType": "ipv4",
            "loadBalancingAlgorithmType": "round_robin",
            "name": full_name,
            "protocolVersion": lambda context: "HTTP1" if context.inputs.get("protocol") in _WEB else None,
        },
        replace_on=(
            "ipAddressType",
            "namePrefix",
            "port",
            "protocol",
            "protocolVersion",
            "targetControlPort",
            "targetType",
            "vpcId",
        ),
        references=(IN_VPC,),
        checks=(
            not_together("name", "namePrefix"),
            matches("namePrefix", r"[a-zA-Z0-9][a-zA-Z0-9-]{0,5}", "1 to 6 letters, digits and hyphens"),
            one_of("targetType", ("instance", "ip", "lambda", "alb")),
            one_of("protocol", _PROTOCOLS),
            one_of("protocolVersion", ("HTTP1", "HTTP2", "GRPC")),
            one_of("ipAddressType", ("ipv4", "ipv6")),
            one_of("loadBalancingAlgorithmType", ("round_robin", "least_outstanding_requests", "weighted_random")),
            one_of("loadBalancingAnomalyMitigation", ("on", "off")),
            one_of("loadBalancingCrossZoneEnabled", ("true", "false", "use_load_balancer_configuration")),
            between("port", 1, 65535),
            between("deregistrationDelay", 0, 3600),
            holds(
                "slowStart", lambda seconds: seconds == 0 or 30 <= seconds <= 900, "{value} is neither 0 nor 30 to 900"
            ),
            between("stickiness.cookieDuration", 0, 604800),
            between("healthCheck.interval", 5, 300),
            between("healthCheck.timeout", 2, 120),
            between("healthCheck.healthyThreshold", 2, 10),
            between("healthCheck.unhealthyThreshold", 2, 10),
            matches("healthCheck.path", r"/.{0,1023}", "a path begins with / and has at most 1,024 characters"),
            matches("healthCheck.protocol", r"(?i:HTTP|HTTPS|TCP)", "HTTP, HTTPS or TCP"),
            holds(
                "healthCheck.port",
                lambda port: port == "traffic-port" or (port.isdigit() and 1 <= int(port) <= 65535),
                "'{value}' is neither 'traffic-port' nor a port",
            ),
            _fits_its_type,
            _balanced,
            _healthy,
            tag_rule(),
        ),
        in_use="ResourceInUse",
        blind_spots=(
            "Which load balancers use it is not shown (`loadBalancerArns`); its health check shows only what was given.",
            "Whether a target group holds its VPC is unverified; here it does.",
            "Targets are not registered here; those of Lambda and of load balancers are not looked at.",
        ),
    ),
)
