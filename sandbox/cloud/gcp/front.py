"""The front of a regional load balancer: forwarding rule, target proxy, TLS policy.

https://cloud.google.com/load-balancing/docs/l7-internal
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, between, matches, not_together, one_of
from sandbox.cloud.context import Context, Object
from sandbox.cloud.gcp.addresses import NETWORK, PROXIES, SUBNET, drawn_address
from sandbox.cloud.gcp.backend import BACKEND, REGIONAL, ROUTES, SCHEMES, link, regional_id
from sandbox.cloud.gcp.naming import CREATED, compute_name, label_rule, region_rule
from sandbox.cloud.gcp.network import RULE
from sandbox.cloud.gcp.reserved_address import ADDRESS
from sandbox.cloud.gcp.tree import given, identity, own
from sandbox.cloud.resource_type import Reference, ResourceType
from sandbox.cloud.value import at

_TLS: Final = "gcp:compute/regionSslPolicy:RegionSslPolicy"
_PROXY: Final = "gcp:compute/regionTargetHttpsProxy:RegionTargetHttpsProxy"
_CERTIFICATE: Final = (
    r"(//certificatemanager\.googleapis\.com/)?projects/[^/]+/locations/(?P<where>[^/]+)/certificates/[^/]+"
)


def _tls_fits(inputs: Mapping[str, Any]) -> Problems:
    if (inputs.get("profile") == "CUSTOM") != bool(inputs.get("customFeatures")):
        yield "customFeatures", "cipher suites are listed for profile CUSTOM, and needed there"


def _certified(inputs: Mapping[str, Any]) -> Problems:
    kinds = ("sslCertificates", "certificateManagerCertificates")
    if not any(inputs.get(name) for name in kinds):
        yield kinds[1], "a proxy for HTTPS needs a certificate"
    for name in kinds:
        if len(inputs.get(name) or []) > 15:
            yield name, "at most 15 certificates"


def _certificates_beside(context: Context) -> str | None:
    for _, name in at(context.inputs, "certificateManagerCertificates[*]") if context.writing else ():
        found = re.fullmatch(_CERTIFICATE, name)
        if found is not None and found["where"] != context["region"]:
            return f"Error 400: the certificate {name} is not in the proxy's region, {context['region']}"
    return None


def _rule_fits(inputs: Mapping[str, Any]) -> Problems:
    if len(given(inputs, "target", "backendService")) != 1:
        yield "target", "exactly one of target and backendService"
    scheme = inputs.get("loadBalancingScheme", "EXTERNAL")
    if scheme.endswith("_MANAGED") and "backendService" in inputs:
        yield "backendService", f"a rule of scheme {scheme} points to a target"
    if scheme == "INTERNAL_MANAGED":
        if "portRange" not in inputs:
            yield "portRange", "an internal Application Load Balancer listens on one port: portRange"
        if "subnetwork" not in inputs:
            yield "subnetwork", "the rule's address is in a subnet"
    ports = re.fullmatch(r"(\d+)(?:-(\d+))?", str(inputs.get("portRange", "1")))
    if ports is None or not 1 <= int(ports[1]) <= int(ports[2] or ports[1]) <= 65_535:
        yield "portRange", f"'{inputs.get('portRange')}' is no range of ports"
    elif scheme.endswith("_MANAGED") and ports[2] not in (None, ports[1]):
        yield "portRange", "one port"
    if inputs.get("ipProtocol", "TCP") != "TCP" and scheme.endswith("_MANAGED"):
        yield "ipProtocol", "a proxy load balancer speaks TCP"


def _in_place(context: Context) -> str | None:
    """Subnet, address and proxies of the rule are in its network and region."""
    subnet, network = own(context, "subnetwork", SUBNET), context.inputs.get("network")
    if not context.writing or subnet is None:
        return None
    home = identity(context, subnet.get("network"), NETWORK)
    if network is not None and identity(context, network, NETWORK) != home:
        return f"Error 400: the subnetwork {subnet.id} is not in the network {network}"
    if subnet.get("purpose") in PROXIES:
        return f"Error 400: {subnet.id} is for the proxies of load balancers only"
    address = own(context, "ipAddress", ADDRESS)
    place = None if address is None else address.get("subnetwork")
    if address is not None and place is not None and identity(context, place, SUBNET) != subnet.id:
        return f"Error 400: the address {address.id} is not in the subnetwork {subnet.id}"
    return _proxies_there(context, home)


def _proxies_there(context: Context, home: str) -> str | None:
    if context.operation != "create" or context.inputs.get("loadBalancingScheme") != "INTERNAL_MANAGED":
        return None
    wanted = {"purpose": "REGIONAL_MANAGED_PROXY", "role": "ACTIVE", "region": context["region"]}
    for subnet in context.objects(SUBNET):
        same = identity(context, subnet.get("network"), NETWORK) == home
        if same and all(subnet.get(name) == value for name, value in wanted.items()):
            return None
    return f"Error 400: an active proxy-only subnet is required in {home}, {context['region']}"


def _listens_alone(context: Context) -> str | None:
    address, port = context.inputs.get("ipAddress"), context.inputs.get("portRange")
    if not context.writing or address is None:
        return None
    place = identity(context, address, ADDRESS)
    for other in context.objects(RULE):
        same = identity(context, other.get("ipAddress"), ADDRESS) == place and other.get("portRange") == port
        if same and other.id != context.id:
            return f"Error 400: {address} and port {port} are already being used by {other.id}"
    return None


def _one_scheme(context: Context) -> str | None:
    """The rule and the backend services behind its target are of one scheme."""
    if not context.writing:
        return None
    proxy = own(context, "target", _PROXY)
    routes = None if proxy is None else context.find(proxy.get("urlMap"), ROUTES)
    backend: Object | None = None if routes is None else context.find(routes.get("defaultService") or "", BACKEND)
    scheme = context.inputs.get("loadBalancingScheme")
    if backend is not None and backend.get("loadBalancingScheme") != scheme:
        return f"Error 400: {backend.id} is of scheme {backend.get('loadBalancingScheme')}, the rule of {scheme}"
    return None


def _listening(context: Context) -> str:
    address = own(context, "ipAddress", ADDRESS)
    if address is not None:
        return str(address.get("address"))
    return str(context.inputs.get("ipAddress") or drawn_address(context))


TYPES: Final = (
    ResourceType(
        token=_TLS,
        source="https://cloud.google.com/load-balancing/docs/ssl-policies-concepts",
        id=regional_id("sslPolicies"),
        name=compute_name(REGIONAL),
        computed=link("sslPolicies", creationTimestamp=CREATED, fingerprint=lambda context: context.hex(12, "print")),
        input_defaults={"profile": "COMPATIBLE", "minTlsVersion": "TLS_1_0"},
        replace_on=("region", "description"),
        checks=(
            region_rule("region"),
            one_of("profile", ("COMPATIBLE", "MODERN", "RESTRICTED", "CUSTOM", "FIPS_202205")),
            one_of("minTlsVersion", ("TLS_1_0", "TLS_1_1", "TLS_1_2", "TLS_1_3")),
            _tls_fits,
        ),
        known_as=("selfLink",),
        unordered=("customFeatures",),
        blind_spots=(
            "enabledFeatures is not there.",
            "Which profiles go with TLS 1.3 as the least is not checked, nor the names of cipher suites.",
        ),
    ),
    ResourceType(
        token=_PROXY,
        source="https://cloud.google.com/load-balancing/docs/target-proxies",
        id=regional_id("targetHttpsProxies"),
        name=compute_name(REGIONAL),
        computed=link(
            "targetHttpsProxies", creationTimestamp=CREATED, proxyId=lambda context: int(context.digits(15, "proxy"))
        ),
        replace_on=("region", "description", "httpKeepAliveTimeoutSec"),
        checks=(
            region_rule("region"),
            not_together("sslCertificates", "certificateManagerCertificates"),
            matches("certificateManagerCertificates[*]", _CERTIFICATE, "no certificate of Certificate Manager"),
            between("httpKeepAliveTimeoutSec", 5, 600),
            _certified,
        ),
        guards=(_certificates_beside,),
        references=(
            Reference("urlMap", ROUTES, blocks_deletion=True),
            Reference("sslPolicy", _TLS, blocks_deletion=True),
        ),
        known_as=("selfLink",),
        sources=("https://cloud.google.com/load-balancing/docs/ssl-certificates",),
        blind_spots=(
            "Certificates are not looked up, only their region; TLS policies for clients neither.",
            "A certificate that is not yet valid is refused there.",
        ),
    ),
    ResourceType(
        token=RULE,
        source="https://cloud.google.com/load-balancing/docs/forwarding-rule-concepts",
        id=regional_id("forwardingRules"),
        name=compute_name(REGIONAL),
        computed=link(
            "forwardingRules",
            ipAddress=_listening,
            creationTimestamp=CREATED,
            baseForwardingRule="",
            forwardingRuleId=lambda context: int(context.digits(15, "rule")),
            labelFingerprint=lambda context: context.hex(12, "labels"),
        ),
        input_defaults={"loadBalancingScheme": "EXTERNAL"},
        defaults={"ipProtocol": "TCP"},
        replace_on=(
            "allPorts",
            "backendService",
            "description",
            "ipAddress",
            "ipCollection",
            "ipProtocol",
            "ipVersion",
            "isMirroringCollector",
            "loadBalancingScheme",
            "network",
            "networkTier",
            "noAutomateDnsZone",
            "portRange",
            "ports",
            "region",
            "serviceDirectoryRegistrations",
            "serviceLabel",
            "subnetwork",
        ),
        checks=(
            region_rule("region"),
            one_of("loadBalancingScheme", (*SCHEMES, "")),
            one_of("ipProtocol", ("TCP", "UDP", "ESP", "AH", "SCTP", "ICMP", "L3_DEFAULT")),
            not_together("portRange", "ports", "allPorts"),
            _rule_fits,
            label_rule("labels"),
        ),
        guards=(_in_place, _listens_alone, _one_scheme),
        references=(
            Reference("target", _PROXY, blocks_deletion=True),
            Reference("backendService", BACKEND, blocks_deletion=True),
            Reference("network", NETWORK, blocks_deletion=True),
            Reference("subnetwork", SUBNET, blocks_deletion=True),
            Reference("ipAddress", ADDRESS, blocks_deletion=True),
        ),
        unordered=("ports",),
        known_as=("selfLink",),
        sources=("https://cloud.google.com/load-balancing/docs/proxy-only-subnets",),
        blind_spots=(
            "Targets other than an HTTPS proxy (and bundles of Private Service Connect) have no row and are refused.",
            "An address that was not reserved is refused; there a free one may be named.",
            "sourceIpRanges changes in place here; the API refuses it for some schemes.",
            "Two rules with overlapping ranges of ports on one address are refused only when the ranges are equal.",
        ),
    ),
)
