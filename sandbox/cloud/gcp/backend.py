"""What a regional load balancer sends requests to: targets, backend services, routes, and who may ask (Cloud Armor).

https://cloud.google.com/load-balancing/docs/backend-service
"""

import ipaddress
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, between, matches, one_of
from sandbox.cloud.context import Context, Object
from sandbox.cloud.gcp.addresses import NETWORK, SUBNET
from sandbox.cloud.gcp.application import SERVICE
from sandbox.cloud.gcp.naming import CREATED, ROOT, compute_name, description_rule, region_rule
from sandbox.cloud.gcp.tree import given, repeated
from sandbox.cloud.resource_type import Compute, Reference, ResourceType
from sandbox.cloud.value import at

GROUP: Final = "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup"
BACKEND: Final = "gcp:compute/regionBackendService:RegionBackendService"
ROUTES: Final = "gcp:compute/regionUrlMap:RegionUrlMap"
_SOURCES: Final = "gcp:compute/regionSecurityPolicy:RegionSecurityPolicy"
REGIONAL: Final = "{project}/{region}"
SCHEMES: Final = ("INTERNAL", "INTERNAL_MANAGED", "EXTERNAL", "EXTERNAL_MANAGED")
_LAST: Final = 2_147_483_647
_SERVERLESS: Final = ("appEngine", "cloudFunction", "cloudRun", "serverlessDeployment")
_KINDS: Final = ("SERVERLESS", "PRIVATE_SERVICE_CONNECT", "INTERNET_IP_PORT", "INTERNET_FQDN_PORT", "GCE_VM_IP_PORTMAP")
_PROTOCOLS: Final = ("HTTP", "HTTPS", "HTTP2", "TCP", "UDP", "SSL", "GRPC", "H2C", "UNSPECIFIED")
_ROUTED: Final = ("defaultService", "defaultUrlRedirect", "defaultRouteAction")


def regional_id(kind: str) -> str:
    """The id of a regional object of Compute Engine."""
    return f"projects/{{project}}/regions/{{region}}/{kind}/{{name}}"


def link(kind: str, **more: Compute) -> Mapping[str, Compute]:
    """Its self link, and what else is computed."""
    return {"selfLink": ROOT + regional_id(kind), **more}


def _group_fits(inputs: Mapping[str, Any]) -> Problems:
    named = given(inputs, *_SERVERLESS)
    serverless = inputs.get("networkEndpointType", "SERVERLESS") == "SERVERLESS"
    if serverless and len(named) != 1:
        yield "cloudRun", f"exactly one of {', '.join(_SERVERLESS)} is required, {len(named)} given"
    if not serverless and named:
        yield named[0], "only a SERVERLESS group names a service"
    run = inputs.get("cloudRun")
    if run is not None and "service" not in run and "urlMask" not in run:
        yield "cloudRun", "a service or a mask of URLs"


def _service_beside(context: Context) -> str | None:
    for _, name in at(context.inputs, "cloudRun.service") if context.writing else ():
        beside = [
            o for o in context.objects(SERVICE) if o.get("name") == name and o.get("location") == context["region"]
        ]
        if not beside:
            return f"Error 400: there is no Cloud Run service {name} in {context['region']}"
    return None


def _rules_fit(inputs: Mapping[str, Any]) -> Problems:
    rules = inputs.get("rules") or []
    priorities = [rule["priority"] for rule in rules]
    if rules and _LAST not in priorities:
        yield "rules", "the default rule, of priority 2147483647, is missing"
    for priority in repeated(priorities):
        yield "rules", f"two rules have the same priority, {priority}"
    for index, rule in enumerate(rules):
        ranges = [block for _, block in at(rule, "match.config.srcIpRanges[*]")]
        if len(ranges) > 10:
            yield f"rules[{index}].match.config.srcIpRanges", "at most 10 ranges in a rule"
        if rule["priority"] == _LAST and "match" in rule and ranges != ["*"]:
            yield f"rules[{index}].match", "the default rule matches everybody: *"
        for block in ranges:
            if block != "*" and not _is_range(block):
                yield f"rules[{index}].match.config.srcIpRanges", f"'{block}' is no range of addresses"


def _is_range(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True


def _groups(context: Context, tree: Any) -> list[Object]:
    found = [context.find(group, GROUP) for _, group in at(tree, "backends[*].group")]
    return [group for group in found if group is not None]


def _serverless_alone(context: Context) -> str | None:
    if not context.writing:
        return None
    groups = _groups(context, context.inputs)
    serverless = [group for group in groups if group.get("networkEndpointType") == "SERVERLESS"]
    if serverless:
        for name in ("healthChecks", "timeoutSec", "portName"):
            if context.inputs.get(name) is not None:
                return f"Error 400: {name} is not supported with a serverless network endpoint group"
    if len(serverless) > 1:
        return "Error 400: a regional backend service takes one serverless network endpoint group"
    internet = [group for group in groups if str(group.get("networkEndpointType")).startswith("INTERNET")]
    if groups and not serverless and not internet and not context.inputs.get("healthChecks"):
        return "Error 400: healthChecks is required, but for serverless and internet groups"
    return None


def _policy_fits(context: Context) -> str | None:
    policy = context.find(context["securityPolicy"], _SOURCES) if context.inputs.get("securityPolicy") else None
    if not context.writing or policy is None or policy.get("type", "CLOUD_ARMOR") == "CLOUD_ARMOR":
        return None
    return f"Error 400: a policy of type {policy.get('type')} is not for a backend service"


def _backend_fits(inputs: Mapping[str, Any]) -> Problems:
    if str(inputs.get("loadBalancingScheme")).endswith("_MANAGED"):
        for where, backend in at(inputs, "backends[*]"):
            if not backend.get("capacityScaler"):
                yield f"{where}.capacityScaler", "a managed load balancer's backend has a capacity above zero"
    if inputs.get("network") is not None and inputs.get("loadBalancingScheme", "INTERNAL") not in (
        "INTERNAL",
        "EXTERNAL",
    ):
        yield "network", "only a passthrough load balancer's backend service names a network"


def _routes_fit(inputs: Mapping[str, Any]) -> Problems:
    if not given(inputs, *_ROUTED):
        yield "defaultService", f"one of {', '.join(_ROUTED)} is required"
    if inputs.get("defaultService") is not None and inputs.get("defaultUrlRedirect") is not None:
        yield "defaultUrlRedirect", "'defaultUrlRedirect' conflicts with 'defaultService'"
    matchers = [name for _, name in at(inputs, "pathMatchers[*].name")]
    for where, name in at(inputs, "hostRules[*].pathMatcher"):
        if name not in matchers:
            yield where, f"no path matcher '{name}'"


TYPES: Final = (
    ResourceType(
        token=GROUP,
        source="https://cloud.google.com/load-balancing/docs/negs/serverless-neg-concepts",
        id=regional_id("networkEndpointGroups"),
        name=compute_name(REGIONAL),
        computed=link("networkEndpointGroups"),
        input_defaults={"networkEndpointType": "SERVERLESS"},
        replace_on=(
            *_SERVERLESS,
            "description",
            "network",
            "networkEndpointType",
            "pscData",
            "pscTargetService",
            "region",
            "subnetwork",
        ),
        checks=(region_rule("region"), one_of("networkEndpointType", _KINDS), _group_fits),
        guards=(_service_beside,),
        references=(
            Reference("cloudRun.service", SERVICE, anywhere=True),
            Reference("network", NETWORK, blocks_deletion=True),
            Reference("subnetwork", SUBNET, blocks_deletion=True),
        ),
        known_as=("selfLink",),
        blind_spots=(
            "App Engine, functions and producers of Private Service Connect are not looked up.",
            "Whether the API itself looks for the service is not verified; without it requests fail.",
        ),
    ),
    ResourceType(
        token=_SOURCES,
        source="https://cloud.google.com/armor/docs/security-policy-overview",
        id=regional_id("securityPolicies"),
        name=compute_name(REGIONAL),
        computed=link("securityPolicies", policyId=lambda context: context.digits(19, "policy")),
        replace_on=("region", "type"),
        checks=(
            region_rule("region"),
            one_of("type", ("CLOUD_ARMOR", "CLOUD_ARMOR_EDGE", "CLOUD_ARMOR_NETWORK")),
            description_rule("rules[*].description", 64),
            matches("rules[*].action", r"allow|deny(\((403|404|502)\))?|throttle|rate_based_ban", "no action"),
            between("rules[*].priority", 0, _LAST),
            one_of("rules[*].match.versionedExpr", ("SRC_IPS_V1",)),
            _rules_fit,
        ),
        known_as=("selfLink",),
        sources=("https://cloud.google.com/compute/docs/reference/rest/v1/regionSecurityPolicies",),
        blind_spots=(
            "Expressions and preconfigured rules are not read.",
            "A policy without rules gets a default rule that allows there; it has none here.",
        ),
    ),
    ResourceType(
        token=BACKEND,
        source="https://cloud.google.com/load-balancing/docs/l7-internal/setting-up-l7-internal-serverless",
        id=regional_id("backendServices"),
        name=compute_name(REGIONAL),
        computed=link(
            "backendServices", creationTimestamp=CREATED, generatedId=lambda context: int(context.digits(15, "backend"))
        ),
        input_defaults={"loadBalancingScheme": "INTERNAL", "connectionDrainingTimeoutSec": 0},
        replace_on=("region", "network", "params"),
        checks=(
            region_rule("region"),
            one_of("loadBalancingScheme", SCHEMES),
            one_of("protocol", _PROTOCOLS),
            one_of("backends[*].balancingMode", ("UTILIZATION", "RATE", "CONNECTION", "CUSTOM_METRICS")),
            between("backends[*].capacityScaler", 0, 1),
            between("timeoutSec", 1, _LAST),
            between("logConfig.sampleRate", 0, 1),
            description_rule("description"),
            _backend_fits,
        ),
        guards=(_serverless_alone, _policy_fits),
        references=(
            Reference("backends[*].group", GROUP, blocks_deletion=True),
            Reference("securityPolicy", _SOURCES, blocks_deletion=True),
            Reference("network", NETWORK, blocks_deletion=True),
        ),
        known_as=("selfLink",),
        unordered=("backends",),
        sources=("https://cloud.google.com/load-balancing/docs/negs/serverless-neg-concepts",),
        blind_spots=(
            "Instance groups as backends are refused, as they have no row; health checks are not looked up.",
            "Session affinity, locality and outlier settings are not held against the scheme.",
            "Whether a backend service may be without any backend is let pass.",
        ),
    ),
    ResourceType(
        token=ROUTES,
        source="https://cloud.google.com/load-balancing/docs/url-map-concepts",
        id=regional_id("urlMaps"),
        name=compute_name(REGIONAL),
        computed=link("urlMaps", creationTimestamp=CREATED, mapId=lambda context: int(context.digits(15, "map"))),
        replace_on=("region",),
        checks=(region_rule("region"), _routes_fit),
        references=(
            Reference("defaultService", BACKEND, blocks_deletion=True),
            Reference("pathMatchers[*].defaultService", BACKEND, blocks_deletion=True),
            Reference("pathMatchers[*].pathRules[*].service", BACKEND, blocks_deletion=True),
        ),
        known_as=("selfLink",),
        unordered=("hostRules",),
        blind_spots=("Route actions, redirects and a map's own tests are not looked into.",),
    ),
)
