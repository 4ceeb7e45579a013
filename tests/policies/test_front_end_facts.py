"""Front ends on every cloud, our components' and others': what each says, and what breaks the rules about them."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from policies.facts import extract
from policies.facts.vocabulary import NOT_OFFERED, UNKNOWN, LoadBalancer
from policies.judge import Answer
from tests.policies.by_subject import Stack, answers, changed, world

WAF, FLOODS, LOGGED = "net-waf-on-public-apps", "net-ddos-protection", "log-frontend-access"
MINE = frozenset({WAF, FLOODS, LOGGED})
Change = Mapping[str, Any]

# Amazon Web Services

WEB_ACL = (
    "aws:wafv2/webAcl:WebAcl",
    {"arn": "acl", "rules": [{"name": "managed", "overrideAction": {"none": {}}, "statement": {}}]},
)
COUNTS = {"rules": [{"name": "managed", "overrideAction": {"count": {}}, "statement": {}}]}
ACL_LOG = (
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
    {"resourceArn": "acl", "logDestinationConfigs": ["x"]},
)


def joined(resource: str) -> tuple[str, dict[str, Any]]:
    return "aws:wafv2/webAclAssociation:WebAclAssociation", {"resourceArn": resource, "webAclArn": "acl"}


AWS: Stack = {
    "balancer": (
        "aws:lb/loadBalancer:LoadBalancer",
        {"arn": "balancer", "internal": False, "accessLogs": {"enabled": True, "bucket": "b"}},
    ),
    "acl": WEB_ACL,
    "join": joined("balancer"),
    "acl-log": ACL_LOG,
    "cdn": (
        "aws:cloudfront/distribution:Distribution",
        {
            "webAclId": "acl",
            "loggingConfig": {"bucket": "b"},
            "defaultCacheBehavior": {"viewerProtocolPolicy": "https-only"},
            "viewerCertificate": {"minimumProtocolVersion": "TLSv1.2_2021"},
        },
    ),
    "rest": ("aws:apigateway/restApi:RestApi", {"securityPolicy": "TLS_1_2"}),
    "stage": (
        "aws:apigateway/stage:Stage",
        {"restApi": "rest", "arn": "stage", "accessLogSettings": {"destinationArn": "x"}},
    ),
    "stage-join": joined("stage"),
    "classic": (
        "aws:elb/loadBalancer:LoadBalancer",
        {"listeners": [{"lbProtocol": "tcp"}], "accessLogs": {"bucket": "b"}},
    ),
    "inner": ("aws:lb/loadBalancer:LoadBalancer", {"internal": True, "accessLogs": {"enabled": True, "bucket": "b"}}),
}
AWS_BROKEN: list[tuple[str, Change, set[str]]] = [
    ("no firewall", {"join": None}, {WAF}),
    ("a firewall that counts", {"acl": COUNTS}, {WAF}),
    ("a firewall without rules", {"acl": {"rules": []}}, {WAF}),
    ("a firewall's log", {"acl-log": None}, {LOGGED}),
    ("a balancer's log", {"balancer": {"accessLogs": {"enabled": False}}}, {LOGGED}),
    ("logs are off by default", {"inner": {"accessLogs": None}}, {LOGGED}),
    ("a CDN's firewall", {"cdn": {"webAclId": None}}, {WAF}),
    ("a CDN's log", {"cdn": {"loggingConfig": None}}, {LOGGED}),
    ("an API's stage", {"stage": {"accessLogSettings": None}}, {LOGGED}),
    ("an API's firewall", {"stage-join": None}, {WAF}),
    ("an HTTP API takes none", {"http": ("aws:apigatewayv2/api:Api", {"protocolType": "HTTP"})}, {WAF, LOGGED}),
    ("a classic balancer of HTTP takes none", {"classic": {"listeners": [{"lbProtocol": "HTTP"}]}}, {WAF}),
    ("a classic balancer's log", {"classic": {"accessLogs": {"bucket": "b", "enabled": False}}}, {LOGGED}),
]
AWS_OPEN: list[tuple[str, Change, set[str]]] = [
    ("a balancer's log", {"balancer": {"accessLogs": UNKNOWN}}, {LOGGED}),
    ("a firewall's rules", {"acl": {"rules": UNKNOWN}}, {WAF}),
    ("a CDN's firewall", {"cdn": {"webAclId": UNKNOWN}}, {WAF}),
]

# Google Cloud

GCP: Stack = {
    "front": (
        "gcp:compute/globalForwardingRule:GlobalForwardingRule",
        {"target": "proxy", "portRange": "443", "loadBalancingScheme": "EXTERNAL_MANAGED"},
    ),
    "proxy": ("gcp:compute/targetHttpsProxy:TargetHttpsProxy", {"urlMap": "routes", "sslPolicy": "tls"}),
    "tls": ("gcp:compute/sSLPolicy:SSLPolicy", {"minTlsVersion": "TLS_1_2"}),
    "routes": ("gcp:compute/uRLMap:URLMap", {"defaultService": "backend"}),
    "backend": (
        "gcp:compute/backendService:BackendService",
        {"securityPolicy": "armor", "logConfig": {"enable": True}, "healthChecks": "h"},
    ),
    "armor": (
        "gcp:compute/securityPolicy:SecurityPolicy",
        {
            "adaptiveProtectionConfig": {"layer7DdosDefenseConfig": {"enable": True}},
            "rules": [
                {
                    "action": "deny(403)",
                    "match": {"expr": {"expression": "evaluatePreconfiguredWaf('sqli-v33-stable')"}},
                },
                {"action": "allow", "description": "why", "match": {"config": {"srcIpRanges": ["203.0.113.0/24"]}}},
            ],
        },
    ),
    "plain": (
        "gcp:compute/globalForwardingRule:GlobalForwardingRule",
        {"target": "to-https", "portRange": "80", "loadBalancingScheme": "EXTERNAL_MANAGED"},
    ),
    "to-https": ("gcp:compute/targetHttpProxy:TargetHttpProxy", {"urlMap": "redirects"}),
    "redirects": ("gcp:compute/uRLMap:URLMap", {"defaultUrlRedirect": {"httpsRedirect": True}}),
}
FINDS = {"expr": {"expression": "evaluatePreconfiguredExpr('xss-stable')"}}
GCP_BROKEN: list[tuple[str, Change, set[str]]] = [
    ("no policy", {"backend": {"securityPolicy": None}}, {WAF, FLOODS}),
    (
        "a policy of sources only",
        {"armor": {"rules": [{"action": "deny(403)", "match": {"config": {"srcIpRanges": ["*"]}}}]}},
        {WAF},
    ),
    ("a preview", {"armor": {"rules": [{"action": "deny(403)", "preview": True, "match": FINDS}]}}, {WAF}),
    ("no adaptive protection", {"armor": {"adaptiveProtectionConfig": None}}, {FLOODS}),
    ("logs are off by default", {"backend": {"logConfig": None}}, {LOGGED}),
    ("no sample is no log", {"backend": {"logConfig": {"enable": True, "sampleRate": 0}}}, {LOGGED}),
    (
        "a path's backend",
        {
            "routes": {"pathMatchers": [{"defaultService": "other"}]},
            "other": ("gcp:compute/backendService:BackendService", {}),
        },
        MINE,
    ),
    ("an API gateway", {"gateway": ("gcp:apigateway/gateway:Gateway", {})}, {WAF, FLOODS}),
    (
        "plain HTTP without redirect",
        {
            "redirects": {"defaultUrlRedirect": None, "defaultService": "bare"},
            "bare": ("gcp:compute/backendService:BackendService", {}),
        },
        MINE,
    ),
]
GCP_OPEN: list[tuple[str, Change, set[str]]] = [
    ("a policy's rules", {"armor": {"rules": UNKNOWN}}, {WAF}),
    ("a log", {"backend": {"logConfig": UNKNOWN}}, {LOGGED}),
    ("adaptive protection", {"armor": {"adaptiveProtectionConfig": UNKNOWN}}, {FLOODS}),
]

# Oracle Cloud Infrastructure


def recorded(service: str, resource: str, category: str) -> tuple[str, dict[str, Any]]:
    return "oci:Logging/log:Log", {
        "logType": "SERVICE",
        "configuration": {"source": {"service": service, "resource": resource, "category": category}},
    }


OCI: Stack = {
    "balancer": ("oci:LoadBalancer/loadBalancer:LoadBalancer", {"isPrivate": False}),
    "firewall": ("oci:Waf/appFirewall:AppFirewall", {"loadBalancerId": "balancer", "webAppFirewallPolicyId": "policy"}),
    "policy": (
        "oci:Waf/appFirewallPolicy:AppFirewallPolicy",
        {
            "actions": [{"name": "refuse", "type": "RETURN_HTTP_RESPONSE"}, {"name": "look", "type": "CHECK"}],
            "requestProtection": {"rules": [{"actionName": "refuse"}]},
        },
    ),
    "access": recorded("loadbalancer", "balancer", "access"),
    "firewall-log": recorded("waf", "firewall", "all"),
    "passes": ("oci:NetworkLoadBalancer/networkLoadBalancer:NetworkLoadBalancer", {"isPrivate": True}),
    "gateway": ("oci:ApiGateway/gateway:Gateway", {"endpointType": "PRIVATE"}),
    "api": ("oci:ApiGateway/deployment:Deployment", {"gatewayId": "gateway"}),
    "api-log": recorded("apigateway", "api", "access"),
}
OCI_BROKEN: list[tuple[str, Change, set[str]]] = [
    ("no firewall", {"firewall": None, "firewall-log": None}, {WAF}),
    ("a firewall that looks on", {"policy": {"requestProtection": {"rules": [{"actionName": "look"}]}}}, {WAF}),
    ("a firewall without rules", {"policy": {"requestProtection": None}}, {WAF}),
    ("no access log", {"access": None}, {LOGGED}),
    ("no firewall's log", {"firewall-log": None}, {LOGGED}),
    ("a public API gateway", {"gateway": {"endpointType": "PUBLIC"}}, {WAF}),
    ("an API without log", {"api-log": None}, {LOGGED}),
]
OCI_OPEN: list[tuple[str, Change, set[str]]] = [
    ("a log switched on or off", {"access": {"isEnabled": UNKNOWN}}, {LOGGED}),
    ("a firewall's rules", {"policy": {"requestProtection": UNKNOWN}}, {WAF}),
]

# Azure


def setting(resource: str, *categories: str) -> tuple[str, dict[str, Any]]:
    logs = [{"category": category, "enabled": True} for category in categories]
    return "azure-native:monitor:DiagnosticSetting", {"resourceUri": resource, "logs": logs, "storageAccountId": "a"}


BLOCKS = {"mode": "Prevention", "state": "Enabled", "enabledState": "Enabled"}
AZURE: Stack = {
    "gateway": (
        "azure-native:network:ApplicationGateway",
        {
            "frontendIPConfigurations": [{"publicIPAddress": {"id": "address"}}],
            "httpListeners": [{"protocol": "Https"}],
            "firewallPolicy": {"id": "firewall"},
        },
    ),
    "address": ("azure-native:network:PublicIPAddress", {"ddosSettings": {"protectionMode": "Enabled"}}),
    "firewall": ("azure-native:network:WebApplicationFirewallPolicy", {"policySettings": BLOCKS}),
    "gateway-log": setting("gateway", "ApplicationGatewayAccessLog", "ApplicationGatewayFirewallLog"),
    "door": ("azure-native:cdn:Profile", {"sku": {"name": "Premium_AzureFrontDoor"}}),
    "door-route": ("azure-native:cdn:Route", {"profileName": "door"}),
    "door-join": (
        "azure-native:cdn:SecurityPolicy",
        {"profileName": "door", "parameters": {"wafPolicy": {"id": "edge"}}},
    ),
    "edge": ("azure-native:frontdoor:Policy", {"policySettings": BLOCKS}),
    "door-log": setting("door", "FrontDoorAccessLog", "FrontDoorWebApplicationFirewallLog"),
    "passes": (
        "azure-native:network:LoadBalancer",
        {"frontendIPConfigurations": [{"subnet": {"id": "s"}}], "probes": [{}]},
    ),
    "apis": ("azure-native:apimanagement:ApiManagementService", {"virtualNetworkType": "Internal"}),
    "apis-log": setting("apis", "GatewayLogs"),
    "environment": ("azure-native:app:ManagedEnvironment", {"vnetConfiguration": {"internal": True}}),
    "environment-log": setting("environment", "ContainerAppHTTPLogs"),
}
CLASSIC_DOOR = ("azure-native:frontdoor:FrontDoor", {"frontendEndpoints": [{"name": "e"}]})
AZURE_BROKEN: list[tuple[str, Change, set[str]]] = [
    ("no firewall", {"gateway": {"firewallPolicy": None}}, {WAF}),
    ("a firewall that detects", {"firewall": {"policySettings": {"mode": "Detection"}}}, {WAF}),
    ("a firewall detects by default", {"firewall": {"policySettings": None}}, {WAF}),
    ("a firewall switched off", {"firewall": {"policySettings": {**BLOCKS, "state": "Disabled"}}}, {WAF}),
    ("no plan", {"address": {"ddosSettings": None}}, {FLOODS}),
    ("no log", {"gateway-log": None}, {LOGGED}),
    ("no firewall's log", {"gateway-log": setting("gateway", "ApplicationGatewayAccessLog")}, {LOGGED}),
    ("a front door without firewall", {"door-join": None}, {WAF}),
    ("a front door's firewall that detects", {"edge": {"policySettings": {"mode": "Detection"}}}, {WAF}),
    ("a front door without log", {"door-log": None}, {LOGGED}),
    ("a public balancer", {"passes": {"frontendIPConfigurations": [{"publicIPAddress": {"id": "x"}}]}}, {FLOODS}),
    ("a public API management", {"apis": {"virtualNetworkType": "External"}}, {WAF, FLOODS}),
    ("an API management without log", {"apis-log": None}, {LOGGED}),
    ("an environment without log", {"environment-log": None}, {LOGGED}),
    ("a public environment", {"environment": {"vnetConfiguration": None}}, {WAF, FLOODS}),
    ("a classic front door", {"classic": CLASSIC_DOOR}, {WAF, LOGGED}),
]
AZURE_OPEN: list[tuple[str, Change, set[str]]] = [
    ("a firewall's mode", {"firewall": {"policySettings": {"mode": UNKNOWN}}}, {WAF}),
    ("a log's categories", {"door-log": {"logs": UNKNOWN}}, {LOGGED}),
    ("an address", {"passes": {"frontendIPConfigurations": UNKNOWN}}, {FLOODS}),
]

# Every cloud

CLOUDS = {
    "aws": (AWS, AWS_BROKEN, AWS_OPEN),
    "gcp": (GCP, GCP_BROKEN, GCP_OPEN),
    "oci": (OCI, OCI_BROKEN, OCI_OPEN),
    "azure": (AZURE, AZURE_BROKEN, AZURE_OPEN),
}


def fronts(stack: Stack) -> dict[str, LoadBalancer]:
    return {fact.name: fact for fact in extract(world(stack)) if isinstance(fact, LoadBalancer)}


@pytest.mark.parametrize("cloud", CLOUDS)
def test_guarded_and_recorded_front_ends_break_no_rule_and_leave_none_open(cloud: str) -> None:
    stack = CLOUDS[cloud][0]
    assert answers(stack, Answer.VIOLATED, MINE) == set()
    assert answers(stack, Answer.UNKNOWN, MINE) == set()
    assert answers(stack, Answer.HOLDS, MINE) == MINE
    assert answers(stack, Answer.NOT_OFFERED, MINE) == ({FLOODS} if cloud == "oci" else set())


@pytest.mark.parametrize(
    ("cloud", "change", "slugs"),
    [
        pytest.param(c, change, slugs, id=f"{c}: {name}")
        for c, (_, rows, _) in CLOUDS.items()
        for name, change, slugs in rows
    ],
)
def test_one_change_breaks_exactly_these_rules(cloud: str, change: Change, slugs: set[str]) -> None:
    assert answers(changed(CLOUDS[cloud][0], change), Answer.VIOLATED, MINE) == slugs


@pytest.mark.parametrize(
    ("cloud", "change", "slugs"),
    [
        pytest.param(c, change, slugs, id=f"{c}: {name}")
        for c, (_, _, rows) in CLOUDS.items()
        for name, change, slugs in rows
    ],
)
def test_what_is_not_known_leaves_exactly_these_open_and_breaks_none(
    cloud: str, change: Change, slugs: set[str]
) -> None:
    stack = changed(CLOUDS[cloud][0], change)
    assert answers(stack, Answer.VIOLATED, MINE) == set()
    assert answers(stack, Answer.UNKNOWN, MINE) == slugs


ODD = [
    UNKNOWN,
    None,
    True,
    -1,
    10**400,
    "",
    "x",
    [],
    {},
    [UNKNOWN],
    [[]],
    [{}],
    {"id": []},
    [{"id": {}}],
    [None],
    json.dumps({}),
]


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_no_odd_value_stops_the_reading(cloud: str, odd: Any) -> None:
    sound, failing, _ = CLOUDS[cloud]
    stack = {
        **sound,
        **{name: one for _, change, _ in failing for name, one in change.items() if isinstance(one, tuple)},
    }
    for name, (token, properties) in stack.items():
        for key in properties:
            extract(world({**stack, name: (token, {**properties, key: odd})}))


@pytest.mark.parametrize(
    ("cloud", "name", "expected"),
    [
        ("aws", "cdn", (True, (1, 2), False)),
        ("aws", "rest", (True, (1, 2), False)),
        ("aws", "classic", (True, (0, 0), False)),
        ("gcp", "front", (True, (1, 2), False)),
        ("oci", "passes", (False, (0, 0), False)),
        ("oci", "gateway", (False, (1, 2), False)),
        ("azure", "gateway", (True, (1, 2), False)),
        ("azure", "door", (True, (1, 2), False)),
        ("azure", "apis", (False, (1, 2), False)),
    ],
)
def test_a_front_end_says_whether_it_is_public_and_what_it_speaks(
    cloud: str, name: str, expected: tuple[Any, ...]
) -> None:
    front = fronts(CLOUDS[cloud][0])[name]
    assert (front.public, front.tls_minimum, front.plain_http) == expected


@pytest.mark.parametrize(
    ("cloud", "change", "name", "expected"),
    [
        ("aws", {"cdn": {"viewerCertificate": {"cloudfrontDefaultCertificate": True}}}, "cdn", ((1, 0), False)),
        ("aws", {"cdn": {"viewerCertificate": {"minimumProtocolVersion": "TLSv9_2030"}}}, "cdn", (UNKNOWN, False)),
        ("aws", {"cdn": {"defaultCacheBehavior": {"viewerProtocolPolicy": "allow-all"}}}, "cdn", ((1, 2), True)),
        ("aws", {"classic": {"listeners": [{"lbProtocol": "https"}]}}, "classic", ((1, 0), False)),
        ("aws", {"rest": {"securityPolicy": None}}, "rest", ((1, 0), False)),
        ("azure", {"gateway": {"sslPolicy": {"policyName": "AppGwSslPolicy20150501"}}}, "gateway", ((1, 0), False)),
        ("azure", {"gateway": {"sslPolicy": {"minProtocolVersion": "TLSv1_3"}}}, "gateway", ((1, 3), False)),
        ("azure", {"gateway": {"httpListeners": [{"protocol": "Http"}]}}, "gateway", ((0, 0), True)),
        ("azure", {"door-route": {"httpsRedirect": "Disabled"}}, "door", ((1, 2), True)),
        ("gcp", {"proxy": {"sslPolicy": None}}, "front", ((1, 0), False)),
    ],
)
def test_defaults_and_older_versions_are_told(cloud: str, change: Change, name: str, expected: tuple[Any, ...]) -> None:
    front = fronts(changed(CLOUDS[cloud][0], change))[name]
    assert (front.tls_minimum, front.plain_http) == expected


def test_a_redirect_to_https_is_no_front_end_of_its_own() -> None:
    assert fronts(GCP).keys() == {"front"}
    assert fronts(OCI)["passes"].ddos_protected is NOT_OFFERED
