"""Regional internal Application Load Balancer.

https://cloud.google.com/load-balancing/docs/l7-internal
"""

from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, between, holds, matches, not_together, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.gcp.application import SERVICE
from sandbox.cloud.gcp.naming import CREATED, ROOT, compute_name, label_rule
from sandbox.cloud.gcp.network import NETWORK, SUBNET
from sandbox.cloud.identity import address_in
from sandbox.cloud.resource_type import Compute, Reference, ResourceType
from sandbox.cloud.value import at

_GROUP: Final = "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup"
_BACKEND: Final = "gcp:compute/regionBackendService:RegionBackendService"
_ROUTES: Final = "gcp:compute/regionUrlMap:RegionUrlMap"
_TLS: Final = "gcp:compute/regionSslPolicy:RegionSslPolicy"
_PROXY: Final = "gcp:compute/regionTargetHttpsProxy:RegionTargetHttpsProxy"
_SOURCES: Final = "gcp:compute/regionSecurityPolicy:RegionSecurityPolicy"
_ADDRESS: Final = "gcp:compute/address:Address"
_RULE: Final = "gcp:compute/forwardingRule:ForwardingRule"
_REGIONAL: Final = "{project}/{region}"


def _id(kind: str) -> str:
    return f"projects/{{project}}/regions/{{region}}/{kind}/{{name}}"


def _link(kind: str, **more: Compute) -> Mapping[str, Compute]:
    return {"selfLink": ROOT + _id(kind), **more}


def _default_rule_last(inputs: Mapping[str, Any]) -> Problems:
    rules = inputs.get("rules") or []
    if rules and 2_147_483_647 not in [rule["priority"] for rule in rules]:
        yield "rules", "the default rule, of priority 2147483647, is missing"
    if len({rule["priority"] for rule in rules}) < len(rules):
        yield "rules", "two rules have the same priority"
    for where, ranges in at(inputs, "rules[*].match.config.srcIpRanges"):
        if len(ranges) > 10:
            yield where, "at most 10 ranges in a rule"


def _serverless_takes_no_more(context: Context) -> str | None:
    if context.operation == "delete":
        return None
    for _, group in at(context.inputs, "backends[*].group"):
        found = context.find(group, _GROUP)
        if found is not None and found.get("networkEndpointType") == "SERVERLESS":
            for name in ("healthChecks", "timeoutSec", "portName"):
                if context.inputs.get(name) is not None:
                    return f"Error 400: {name} is not supported with a serverless network endpoint group"
    return None


def _managed_scaler(inputs: Mapping[str, Any]) -> Problems:
    if inputs.get("loadBalancingScheme") == "INTERNAL_MANAGED":
        for where, backend in at(inputs, "backends[*]"):
            if not backend.get("capacityScaler"):
                yield f"{where}.capacityScaler", "a managed load balancer's backend has a capacity above zero"


def _proxies_there(context: Context) -> str | None:
    if context.operation != "create" or context.inputs.get("loadBalancingScheme") != "INTERNAL_MANAGED":
        return None
    wanted = {"purpose": "REGIONAL_MANAGED_PROXY", "region": context["region"], "network": context["network"]}
    if any(all(subnet.get(name) == value for name, value in wanted.items()) for subnet in context.objects(SUBNET)):
        return None
    return f"Error 400: an active proxy-only subnet is required in {context['network']}, {context['region']}"


TYPES: Final = (
    ResourceType(
        token=_GROUP,
        source="https://cloud.google.com/load-balancing/docs/negs/serverless-neg-concepts",
        id=_id("networkEndpointGroups"),
        name=compute_name(_REGIONAL),
        computed=_link("networkEndpointGroups"),
        input_defaults={"networkEndpointType": "SERVERLESS"},
        replace_on=("region", "cloudRun", "networkEndpointType", "network", "subnetwork", "description"),
        references=(Reference("cloudRun.service", SERVICE),),
        known_as=("selfLink",),
    ),
    ResourceType(
        token=_SOURCES,
        source="https://cloud.google.com/armor/docs/security-policy-overview",
        id=_id("securityPolicies"),
        name=compute_name(_REGIONAL),
        computed=_link("securityPolicies", policyId=lambda context: context.digits(19, "policy")),
        replace_on=("region", "type"),
        checks=(
            one_of("type", ("CLOUD_ARMOR", "CLOUD_ARMOR_EDGE", "CLOUD_ARMOR_NETWORK")),
            holds(
                "rules[*].description", lambda text: len(text) <= 64, "a rule's description has at most 64 characters"
            ),
            matches("rules[*].action", r"allow|deny(\((403|404|502)\))?|throttle|rate_based_ban", "no action"),
            _default_rule_last,
        ),
        known_as=("selfLink",),
    ),
    ResourceType(
        token=_BACKEND,
        source="https://cloud.google.com/load-balancing/docs/l7-internal/setting-up-l7-internal-serverless",
        id=_id("backendServices"),
        name=compute_name(_REGIONAL),
        computed=_link(
            "backendServices", creationTimestamp=CREATED, generatedId=lambda context: int(context.digits(15, "backend"))
        ),
        input_defaults={"loadBalancingScheme": "INTERNAL", "connectionDrainingTimeoutSec": 0},
        replace_on=("region", "network"),
        checks=(
            one_of("loadBalancingScheme", ("INTERNAL", "INTERNAL_MANAGED", "EXTERNAL", "EXTERNAL_MANAGED")),
            one_of("protocol", ("HTTP", "HTTPS", "HTTP2", "TCP", "UDP", "SSL", "GRPC", "H2C", "UNSPECIFIED")),
            between("logConfig.sampleRate", 0, 1),
            _managed_scaler,
        ),
        guards=(_serverless_takes_no_more,),
        references=(
            Reference("backends[*].group", _GROUP, blocks_deletion=True),
            Reference("securityPolicy", _SOURCES, blocks_deletion=True),
        ),
        known_as=("selfLink",),
    ),
    ResourceType(
        token=_ROUTES,
        source="https://cloud.google.com/load-balancing/docs/url-map-concepts",
        id=_id("urlMaps"),
        name=compute_name(_REGIONAL),
        computed=_link("urlMaps", creationTimestamp=CREATED, mapId=lambda context: int(context.digits(15, "map"))),
        replace_on=("region",),
        references=(Reference("defaultService", _BACKEND, blocks_deletion=True),),
        known_as=("selfLink",),
    ),
    ResourceType(
        token=_TLS,
        source="https://cloud.google.com/load-balancing/docs/ssl-policies-concepts",
        id=_id("sslPolicies"),
        name=compute_name(_REGIONAL),
        computed=_link("sslPolicies", creationTimestamp=CREATED, fingerprint=lambda context: context.hex(12, "print")),
        input_defaults={"profile": "COMPATIBLE", "minTlsVersion": "TLS_1_0"},
        replace_on=("region",),
        checks=(
            one_of("profile", ("COMPATIBLE", "MODERN", "RESTRICTED", "CUSTOM", "FIPS_202205")),
            one_of("minTlsVersion", ("TLS_1_0", "TLS_1_1", "TLS_1_2", "TLS_1_3")),
        ),
        known_as=("selfLink",),
    ),
    ResourceType(
        token=_PROXY,
        source="https://cloud.google.com/load-balancing/docs/target-proxies",
        id=_id("targetHttpsProxies"),
        name=compute_name(_REGIONAL),
        computed=_link(
            "targetHttpsProxies", creationTimestamp=CREATED, proxyId=lambda context: int(context.digits(15, "proxy"))
        ),
        replace_on=("region",),
        checks=(
            not_together("sslCertificates", "certificateManagerCertificates"),
            matches(
                "certificateManagerCertificates[*]",
                r"(//certificatemanager\.googleapis\.com/)?projects/[^/]+/locations/[^/]+/certificates/[^/]+",
                "no certificate of Certificate Manager",
            ),
        ),
        references=(
            Reference("urlMap", _ROUTES, blocks_deletion=True),
            Reference("sslPolicy", _TLS, blocks_deletion=True),
        ),
        known_as=("selfLink",),
    ),
    ResourceType(
        token=_ADDRESS,
        source="https://cloud.google.com/vpc/docs/reserve-static-internal-ip-addresses",
        id=_id("addresses"),
        name=compute_name(_REGIONAL),
        computed=_link(
            "addresses",
            address=lambda context: context.inputs.get("address")
            or address_in("subnetwork", SUBNET, range_property="ipCidrRange")(context),
            creationTimestamp=CREATED,
            labelFingerprint=lambda context: context.hex(12, "labels"),
        ),
        input_defaults={"addressType": "EXTERNAL"},
        replace_on=("region", "address", "addressType", "purpose", "subnetwork", "network", "description"),
        checks=(
            one_of("purpose", ("GCE_ENDPOINT", "SHARED_LOADBALANCER_VIP", "PRIVATE_SERVICE_CONNECT", "VPC_PEERING")),
            label_rule("labels"),
        ),
        references=(Reference("subnetwork", SUBNET, blocks_deletion=True),),
        known_as=("address", "selfLink"),
    ),
    ResourceType(
        token=_RULE,
        source="https://cloud.google.com/load-balancing/docs/forwarding-rule-concepts",
        id=_id("forwardingRules"),
        name=compute_name(_REGIONAL),
        computed=_link(
            "forwardingRules",
            creationTimestamp=CREATED,
            baseForwardingRule="",
            forwardingRuleId=lambda context: int(context.digits(15, "rule")),
            labelFingerprint=lambda context: context.hex(12, "labels"),
        ),
        input_defaults={"loadBalancingScheme": "EXTERNAL"},
        replace_on=("region", "ipAddress", "ipProtocol", "portRange", "network", "subnetwork", "loadBalancingScheme"),
        checks=(
            one_of("loadBalancingScheme", ("EXTERNAL", "EXTERNAL_MANAGED", "INTERNAL", "INTERNAL_MANAGED")),
            not_together("portRange", "ports", "allPorts"),
            label_rule("labels"),
        ),
        guards=(_proxies_there,),
        references=(
            Reference("target", _PROXY, blocks_deletion=True),
            Reference("network", NETWORK, blocks_deletion=True),
            Reference("subnetwork", SUBNET, blocks_deletion=True),
            Reference("ipAddress", _ADDRESS, blocks_deletion=True),
        ),
    ),
)
