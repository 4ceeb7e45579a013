"""What the inputs of networks and load balancers alone show, in the sandbox's Google Cloud."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.test_gcp import (
    ADDRESS,
    BACKEND,
    CONNECTION,
    FIREWALL,
    GROUP,
    LAST,
    LENT,
    NETWORK,
    PRODUCER,
    PROXY,
    RECORDS,
    REGION,
    ROUTE,
    ROUTES,
    RULE,
    SOURCES,
    SUBNET,
    TLS,
    ZONE,
    Town,
    callers,
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Nothing is made in it: one for all."""
    with callers(tmp_path_factory.mktemp("cloud") / "state") as caller:
        yield Town(caller)


PLAIN: dict[str, Any] = {"network": "n", "ipCidrRange": "10.0.0.0/24"}
PROXY_ONLY: dict[str, Any] = {**PLAIN, "purpose": "REGIONAL_MANAGED_PROXY", "role": "ACTIVE"}
SECOND = {"rangeName": "pods", "ipCidrRange": "10.1.0.0/16"}
OPEN: dict[str, Any] = {"network": "n", "sourceRanges": ["10.0.0.0/8"]}
ALL = [{"protocol": "all"}]
RANGE: dict[str, Any] = {"purpose": "VPC_PEERING", "addressType": "INTERNAL", "network": "n", "prefixLength": 24}
SEEN = {"networks": [{"networkUrl": "n"}]}
INTERNET = {"networkEndpointType": "INTERNET_IP_PORT"}
HOST = {"hosts": ["a"], "pathMatcher": "p"}
EXPRESSION = {"match": {"versionedExpr": "SRC_IPS_V2"}}
RANGES = "rules[0].match.config.srcIpRanges"
RULED = {"loadBalancingScheme": "INTERNAL_MANAGED", "target": "t", "portRange": "443", "subnetwork": "s"}


def source(*ranges: str) -> dict[str, Any]:
    """What a rule matches."""
    return {"match": {"versionedExpr": "SRC_IPS_V1", "config": {"srcIpRanges": list(ranges)}}}


DEFAULT: dict[str, Any] = {"action": "deny(403)", "priority": LAST, **source("*")}


@pytest.mark.parametrize(
    ("token", "inputs", "path"),
    [
        (NETWORK, {"mtu": 1200}, "mtu"),
        (NETWORK, {"routingMode": "LOCAL"}, "routingMode"),
        (NETWORK, {"networkFirewallPolicyEnforcementOrder": "FIRST"}, "networkFirewallPolicyEnforcementOrder"),
        (SUBNET, {"network": "n"}, "ipCidrRange"),
        (SUBNET, {"network": "n", "ipCidrRange": "10.0.0.0/30"}, "ipCidrRange"),
        (SUBNET, {"network": "n", "ipCidrRange": "199.36.153.0/24"}, "ipCidrRange"),
        (SUBNET, {"network": "n", "ipCidrRange": "127.0.0.0/24"}, "ipCidrRange"),
        (SUBNET, {"network": "n", "ipCidrRange": "10.0.0.0/24", "role": "ACTIVE"}, "role"),
        (SUBNET, {"network": "n", "ipCidrRange": "10.0.0.0/24", "region": "tokyo"}, "region"),
        (SUBNET, {"network": "n", "ipCidrRange": "10.0.0.0/24", "purpose": "PUBLIC"}, "purpose"),
        (SUBNET, {"network": "n", "ipCidrRange": "10.0.0.0/24", "stackType": "IPV5"}, "stackType"),
        (SUBNET, {**PROXY_ONLY, "ipCidrRange": "10.0.0.0/27"}, "ipCidrRange"),
        (SUBNET, {**PROXY_ONLY, "logConfig": {"flowSampling": 1}}, "logConfig"),
        (SUBNET, {**PROXY_ONLY, "privateIpGoogleAccess": True}, "privateIpGoogleAccess"),
        (SUBNET, {**PROXY_ONLY, "secondaryIpRanges": [SECOND]}, "secondaryIpRanges"),
        (SUBNET, {**PROXY_ONLY, "role": "SPARE"}, "role"),
        (SUBNET, {**PLAIN, "secondaryIpRanges": [SECOND, SECOND]}, "secondaryIpRanges"),
        (SUBNET, {**PLAIN, "secondaryIpRanges": [{**SECOND, "ipCidrRange": "x"}]}, "secondaryIpRanges[0].ipCidrRange"),
        (SUBNET, {**PLAIN, "logConfig": {"flowSampling": 2}}, "logConfig.flowSampling"),
        (SUBNET, {**PLAIN, "logConfig": {"aggregationInterval": "INTERVAL_1_SEC"}}, "logConfig.aggregationInterval"),
        (SUBNET, {**PLAIN, "logConfig": {"metadata": "ALL"}}, "logConfig.metadata"),
        (ROUTE, {"network": "n", "destRange": "x", "nextHopIp": "10.0.0.1"}, "destRange"),
        (ROUTE, {"network": "n", "destRange": "10.0.0.0/8", "nextHopIp": "10.0.0.1", "priority": -1}, "priority"),
        (FIREWALL, {**OPEN, "allows": [{"protocol": "quic"}]}, "allows[0].protocol"),
        (FIREWALL, {**OPEN, "allows": [{"protocol": "tcp", "ports": ["x"]}]}, "allows[0].ports"),
        (FIREWALL, {**OPEN, "allows": [{"protocol": "tcp", "ports": ["70000"]}]}, "allows[0].ports"),
        (FIREWALL, {**OPEN, "allows": [{"protocol": "tcp", "ports": ["9-1"]}]}, "allows[0].ports"),
        (FIREWALL, {**OPEN, "allows": ALL, "denies": ALL}, "allows"),
        (FIREWALL, {**OPEN, "allows": ALL, "priority": 65536}, "priority"),
        (FIREWALL, {**OPEN, "allows": ALL, "direction": "BOTH"}, "direction"),
        (FIREWALL, {**OPEN, "allows": ALL, "sourceRanges": ["10.0.0.1/8"]}, "sourceRanges[0]"),
        (FIREWALL, {**OPEN, "allows": ALL, "destinationRanges": ["x"]}, "destinationRanges[0]"),
        (FIREWALL, {**OPEN, "allows": ALL, "description": "x" * 2049}, "description"),
        (FIREWALL, {**OPEN, "allows": ALL, "logConfig": {"metadata": "SOME"}}, "logConfig.metadata"),
        (FIREWALL, {**OPEN, "allows": ALL, "sourceTags": ["a"], "sourceServiceAccounts": ["b"]}, "sourceTags"),
        (FIREWALL, {**OPEN, "allows": ALL, "targetTags": ["a"], "sourceServiceAccounts": ["b"]}, "targetTags"),
        (FIREWALL, {**OPEN, "allows": ALL, "sourceTags": ["a"], "targetServiceAccounts": ["b"]}, "sourceTags"),
        (FIREWALL, {**OPEN, "allows": ALL, "targetTags": ["a"], "targetServiceAccounts": ["b"]}, "targetTags"),
        (FIREWALL, {**OPEN, "allows": ALL, "targetServiceAccounts": list("abcdefghijk")}, "targetServiceAccounts"),
        (LENT, {"network": "n"}, "network"),
        (LENT, {**RANGE, "addressType": "EXTERNAL"}, "addressType"),
        (LENT, {**RANGE, "purpose": "PRIVATE_SERVICE_CONNECT"}, "prefixLength"),
        (LENT, {**RANGE, "purpose": "OTHER"}, "purpose"),
        (LENT, {**RANGE, "prefixLength": 7}, "prefixLength"),
        (LENT, {**RANGE, "address": "10.0.8.1"}, "address"),
        (LENT, {**RANGE, "address": "203.0.113.0"}, "address"),
        (LENT, {**RANGE, "address": "x"}, "address"),
        (LENT, {"purpose": "PRIVATE_SERVICE_CONNECT", "addressType": "INTERNAL", "network": "n"}, "address"),
        (LENT, {"purpose": "VPC_PEERING", "addressType": "INTERNAL", "prefixLength": 24}, "network"),
        (CONNECTION, {"network": "n", "service": "other.googleapis.com", "reservedPeeringRanges": ["r"]}, "service"),
        (CONNECTION, {"network": "n", "service": PRODUCER, "reservedPeeringRanges": []}, "reservedPeeringRanges"),
        (
            CONNECTION,
            {"network": "n", "service": PRODUCER, "reservedPeeringRanges": ["r"], "deletionPolicy": "KEEP"},
            "deletionPolicy",
        ),
        (ZONE, {"dnsName": "a.", "visibility": "hidden"}, "visibility"),
        (ZONE, {"dnsName": "a.", "privateVisibilityConfig": SEEN}, "privateVisibilityConfig"),
        (ZONE, {"dnsName": "a.", "forwardingConfig": {"targetNameServers": [{}]}}, "forwardingConfig"),
        (ZONE, {"dnsName": "a.", "description": "x" * 1025}, "description"),
        (
            ZONE,
            {
                "dnsName": "a.",
                "visibility": "private",
                "privateVisibilityConfig": SEEN,
                "dnssecConfig": {"state": "on"},
            },
            "dnssecConfig",
        ),
        (RECORDS, {"managedZone": "z", "name": "a.b.", "type": "CNAME", "rrdatas": ["x"]}, "rrdatas"),
        (RECORDS, {"managedZone": "z", "name": "a.b.", "type": "A", "rrdatas": ["::1"]}, "rrdatas"),
        (RECORDS, {"managedZone": "z", "name": "a.b.", "type": "AAAA", "rrdatas": ["10.0.0.1"]}, "rrdatas"),
        (RECORDS, {"managedZone": "z", "name": "a.b.", "type": "B", "rrdatas": ["x"]}, "type"),
        (RECORDS, {"managedZone": "z", "name": "a.b.", "type": "A"}, "rrdatas"),
        (RECORDS, {"managedZone": "z", "name": "a.b", "type": "A", "rrdatas": ["10.0.0.1"]}, "name"),
        (GROUP, {"region": REGION}, "cloudRun"),
        (GROUP, {"region": REGION, "cloudRun": {}}, "cloudRun"),
        (GROUP, {"region": REGION, "cloudRun": {"service": "a"}, "appEngine": {}}, "cloudRun"),
        (GROUP, {"region": REGION, "networkEndpointType": "OTHER"}, "networkEndpointType"),
        (GROUP, {"region": REGION, **INTERNET, "cloudRun": {"service": "a"}}, "cloudRun"),
        (SOURCES, {"type": "OTHER"}, "type"),
        (SOURCES, {"rules": [{"action": "drop", "priority": LAST}]}, "rules[0].action"),
        (SOURCES, {"rules": [{"action": "allow", "priority": -1}, DEFAULT]}, "rules[0].priority"),
        (SOURCES, {"rules": [DEFAULT, DEFAULT]}, "rules"),
        (SOURCES, {"rules": [{**DEFAULT, **source("10.0.0.0/8")}]}, "rules[0].match"),
        (SOURCES, {"rules": [{"action": "allow", "priority": 1, **source("x")}, DEFAULT]}, RANGES),
        (SOURCES, {"rules": [{"action": "allow", "priority": 1, **source(*["10.0.0.0/8"] * 11)}, DEFAULT]}, RANGES),
        (BACKEND, {"loadBalancingScheme": "OTHER"}, "loadBalancingScheme"),
        (BACKEND, {"protocol": "SPDY"}, "protocol"),
        (BACKEND, {"backends": [{"group": "g", "balancingMode": "BEST"}]}, "backends[0].balancingMode"),
        (BACKEND, {"backends": [{"group": "g", "capacityScaler": 2}]}, "backends[0].capacityScaler"),
        (BACKEND, {"timeoutSec": 0}, "timeoutSec"),
        (BACKEND, {"logConfig": {"sampleRate": 2}}, "logConfig.sampleRate"),
        (BACKEND, {"loadBalancingScheme": "INTERNAL_MANAGED", "network": "n"}, "network"),
        (BACKEND, {"description": "x" * 2049}, "description"),
        (ROUTES, {}, "defaultService"),
        (ROUTES, {"defaultService": "b", "defaultUrlRedirect": {"stripQuery": False}}, "defaultUrlRedirect"),
        (ROUTES, {"defaultService": "b", "hostRules": [HOST]}, "hostRules[0].pathMatcher"),
        (TLS, {"profile": "STRICT"}, "profile"),
        (TLS, {"minTlsVersion": "TLS_1_4"}, "minTlsVersion"),
        (TLS, {"profile": "CUSTOM"}, "customFeatures"),
        (TLS, {"customFeatures": ["TLS_AES_128_GCM_SHA256"]}, "customFeatures"),
        (PROXY, {"urlMap": "m"}, "certificateManagerCertificates"),
        (PROXY, {"urlMap": "m", "certificateManagerCertificates": ["c"]}, "certificateManagerCertificates[0]"),
        (PROXY, {"urlMap": "m", "sslCertificates": ["c"] * 16}, "sslCertificates"),
        (PROXY, {"urlMap": "m", "sslCertificates": ["c"], "httpKeepAliveTimeoutSec": 601}, "httpKeepAliveTimeoutSec"),
        (
            PROXY,
            {"urlMap": "m", "sslCertificates": ["c"], "certificateManagerCertificates": ["c"]},
            "certificateManagerCertificates",
        ),
        (ADDRESS, {"purpose": "GCE_ENDPOINT"}, "purpose"),
        (ADDRESS, {"subnetwork": "s"}, "subnetwork"),
        (ADDRESS, {"addressType": "INTERNAL"}, "subnetwork"),
        (ADDRESS, {"addressType": "INTERNAL", "subnetwork": "s", "networkTier": "PREMIUM"}, "networkTier"),
        (ADDRESS, {"addressType": "INTERNAL", "subnetwork": "s", "purpose": "OTHER"}, "purpose"),
        (ADDRESS, {"addressType": "OTHER"}, "addressType"),
        (RULE, {}, "target"),
        (RULE, {**RULED, "backendService": "b"}, "target"),
        (RULE, {**RULED, "loadBalancingScheme": "OTHER"}, "loadBalancingScheme"),
        (RULE, {**RULED, "portRange": "80-90"}, "portRange"),
        (RULE, {**RULED, "portRange": "0"}, "portRange"),
        (RULE, {**RULED, "ipProtocol": "UDP"}, "ipProtocol"),
        (RULE, {**RULED, "ipProtocol": "HTTP"}, "ipProtocol"),
        (RULE, {**RULED, "ports": ["443"]}, "ports"),
        (RULE, {"loadBalancingScheme": "EXTERNAL", "target": "t", "ipProtocol": "HTTP"}, "ipProtocol"),
        (
            SOURCES,
            {"rules": [DEFAULT, {"action": "allow", "priority": 1, **EXPRESSION}]},
            "rules[1].match.versionedExpr",
        ),
        (ZONE, {"dnsName": "a.", "dnssecConfig": {"state": "maybe"}}, "dnssecConfig.state"),
        (RECORDS, {"managedZone": "z", "name": "a.b.", "type": "A", "rrdatas": ["10.0.0.1"], "ttl": -1}, "ttl"),
        (LENT, {"addressType": "OTHER"}, "addressType"),
        (LENT, {"ipVersion": "IPV5"}, "ipVersion"),
        (ADDRESS, {"networkTier": "GOLD"}, "networkTier"),
        (RULE, {"loadBalancingScheme": "INTERNAL_MANAGED", "target": "t", "subnetwork": "s"}, "portRange"),
        (RULE, {"loadBalancingScheme": "INTERNAL_MANAGED", "target": "t", "portRange": "443"}, "subnetwork"),
        (RULE, {"loadBalancingScheme": "INTERNAL_MANAGED", "backendService": "b"}, "backendService"),
    ],
)
def test_what_inputs_alone_show_is_refused_before_anything_is_made(
    town: Town, token: str, inputs: dict[str, Any], path: str
) -> None:
    assert path in town.paths(token, **inputs)
