"""What the inputs of load balancers, target groups and listeners alone show, in the sandbox's AWS."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.aws_town import BALANCER, CERTIFICATE, LISTENER, TARGETS, Town, towns


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Nothing is made in it: one for all."""
    with towns(tmp_path_factory.mktemp("cloud") / "state") as made:
        yield made


INSIDE: dict[str, Any] = {"internal": True, "subnets": ["subnet-1", "subnet-2"]}
NETWORK: dict[str, Any] = {**INSIDE, "loadBalancerType": "network"}
GROUP: dict[str, Any] = {"vpcId": "vpc-1", "port": 80, "protocol": "HTTP", "targetType": "ip"}
HEALTH: dict[str, Any] = {"path": "/health", "matcher": "200", "interval": 15, "timeout": 5}
FORWARD: dict[str, Any] = {"type": "forward", "targetGroupArn": "arn:t"}
SECURE: dict[str, Any] = {
    "loadBalancerArn": "arn:lb",
    "port": 443,
    "protocol": "HTTPS",
    "certificateArn": CERTIFICATE,
    "defaultActions": [FORWARD],
}
PLAIN: dict[str, Any] = {"loadBalancerArn": "arn:lb", "port": 80, "protocol": "HTTP", "defaultActions": [FORWARD]}
OIDC = {"authorizationEndpoint": "a", "clientId": "b", "clientSecret": "c", "issuer": "d", "tokenEndpoint": "e"}
SIGN_IN: dict[str, Any] = {
    "type": "authenticate-oidc",
    "order": 1,
    "authenticateOidc": {**OIDC, "userInfoEndpoint": "f"},
}
FIXED: dict[str, Any] = {"type": "fixed-response", "fixedResponse": {"contentType": "text/plain", "statusCode": "503"}}
REDIRECT: dict[str, Any] = {"type": "redirect", "redirect": {"statusCode": "HTTP_301"}}


def health(**more: Any) -> dict[str, Any]:
    return {**GROUP, "healthCheck": {**HEALTH, **more}}


def acts(*actions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**SECURE, "defaultActions": list(actions), **more}


def several(*groups: dict[str, Any]) -> dict[str, Any]:
    return {"type": "forward", "forward": {"targetGroups": list(groups)}}


@pytest.mark.parametrize(
    ("token", "inputs", "path"),
    [
        (BALANCER, {"internal": True}, "subnets"),
        (BALANCER, {**INSIDE, "subnetMappings": [{"subnetId": "subnet-1"}]}, "subnets"),
        (BALANCER, {**INSIDE, "name": "internal-town"}, "name"),
        (BALANCER, {**INSIDE, "name": "x" * 33}, "name"),
        (BALANCER, {**INSIDE, "name": "town-"}, "name"),
        (BALANCER, {**INSIDE, "name": "a", "namePrefix": "b"}, "namePrefix"),
        (BALANCER, {**INSIDE, "namePrefix": "sevenxx"}, "namePrefix"),
        (BALANCER, {**INSIDE, "loadBalancerType": "classic"}, "loadBalancerType"),
        (BALANCER, {**INSIDE, "ipAddressType": "ipv6"}, "ipAddressType"),
        (BALANCER, {**INSIDE, "ipAddressType": "dualstack-without-public-ipv4"}, "ipAddressType"),
        (BALANCER, {**INSIDE, "desyncMitigationMode": "lax"}, "desyncMitigationMode"),
        (BALANCER, {**INSIDE, "xffHeaderProcessingMode": "drop"}, "xffHeaderProcessingMode"),
        (BALANCER, {**NETWORK, "dnsRecordClientRoutingPolicy": "any"}, "dnsRecordClientRoutingPolicy"),
        (BALANCER, {**INSIDE, "idleTimeout": 4001}, "idleTimeout"),
        (BALANCER, {**INSIDE, "clientKeepAlive": 59}, "clientKeepAlive"),
        (BALANCER, {**NETWORK, "secondaryIpsAutoAssignedPerSubnet": 8}, "secondaryIpsAutoAssignedPerSubnet"),
        (BALANCER, {**INSIDE, "secondaryIpsAutoAssignedPerSubnet": 1}, "secondaryIpsAutoAssignedPerSubnet"),
        (BALANCER, {**NETWORK, "connectionLogs": {"bucket": "b"}}, "connectionLogs"),
        (BALANCER, {**INSIDE, "securityGroups": [f"sg-{n}" for n in range(6)]}, "securityGroups"),
        (BALANCER, {**INSIDE, "loadBalancerType": "gateway", "securityGroups": ["sg-1"]}, "securityGroups"),
        (BALANCER, {**INSIDE, "accessLogs": {"bucket": "b", "prefix": "AWSLogs/x"}}, "accessLogs.prefix"),
        (BALANCER, {**INSIDE, "accessLogs": {"bucket": "b", "prefix": "/x"}}, "accessLogs.prefix"),
        (BALANCER, {**INSIDE, "connectionLogs": {"bucket": "b", "prefix": "AWSLogs"}}, "connectionLogs.prefix"),
        (BALANCER, {**INSIDE, "healthCheckLogs": {"bucket": "b", "prefix": "x/"}}, "healthCheckLogs.prefix"),
        (TARGETS, {**GROUP, "name": "-town"}, "name"),
        (TARGETS, {**GROUP, "name": "a", "namePrefix": "b"}, "namePrefix"),
        (TARGETS, {**GROUP, "namePrefix": "sevenxx"}, "namePrefix"),
        (TARGETS, {**GROUP, "targetType": "container"}, "targetType"),
        (TARGETS, {**GROUP, "protocol": "SMTP"}, "protocol"),
        (TARGETS, {**GROUP, "port": 0}, "port"),
        (TARGETS, {"vpcId": "vpc-1", "protocol": "HTTP", "targetType": "ip"}, "port"),
        (TARGETS, {"port": 80, "protocol": "HTTP", "targetType": "ip"}, "vpcId"),
        (TARGETS, {"vpcId": "vpc-1", "targetType": "lambda"}, "vpcId"),
        (TARGETS, {**GROUP, "targetType": "alb"}, "protocol"),
        (TARGETS, {**GROUP, "protocolVersion": "HTTP3"}, "protocolVersion"),
        (TARGETS, {**GROUP, "protocol": "TCP", "protocolVersion": "HTTP2"}, "protocolVersion"),
        (TARGETS, {**GROUP, "targetType": "instance", "ipAddressType": "ipv6"}, "ipAddressType"),
        (TARGETS, {**GROUP, "ipAddressType": "dualstack"}, "ipAddressType"),
        (TARGETS, {**GROUP, "loadBalancingAlgorithmType": "random"}, "loadBalancingAlgorithmType"),
        (TARGETS, {**GROUP, "loadBalancingCrossZoneEnabled": "yes"}, "loadBalancingCrossZoneEnabled"),
        (TARGETS, {**GROUP, "loadBalancingAnomalyMitigation": "on"}, "loadBalancingAnomalyMitigation"),
        (TARGETS, {**GROUP, "loadBalancingAnomalyMitigation": "yes"}, "loadBalancingAnomalyMitigation"),
        (TARGETS, {**GROUP, "deregistrationDelay": 3601}, "deregistrationDelay"),
        (TARGETS, {**GROUP, "slowStart": 29}, "slowStart"),
        (
            TARGETS,
            {**GROUP, "slowStart": 30, "loadBalancingAlgorithmType": "least_outstanding_requests"},
            "slowStart",
        ),
        (TARGETS, {**GROUP, "stickiness": {"type": "source_ip"}}, "stickiness.type"),
        (TARGETS, {**GROUP, "stickiness": {"type": "app_cookie"}}, "stickiness.cookieName"),
        (
            TARGETS,
            {**GROUP, "stickiness": {"type": "app_cookie", "cookieName": "AWSALBX"}},
            "stickiness.cookieName",
        ),
        (
            TARGETS,
            {**GROUP, "stickiness": {"type": "lb_cookie", "cookieDuration": 604801}},
            "stickiness.cookieDuration",
        ),
        (TARGETS, health(interval=4, timeout=2), "healthCheck.interval"),
        (TARGETS, health(timeout=1), "healthCheck.timeout"),
        (TARGETS, health(timeout=15), "healthCheck.timeout"),
        (TARGETS, health(healthyThreshold=1), "healthCheck.healthyThreshold"),
        (TARGETS, health(unhealthyThreshold=11), "healthCheck.unhealthyThreshold"),
        (TARGETS, health(path="health"), "healthCheck.path"),
        (TARGETS, health(port="65536"), "healthCheck.port"),
        (TARGETS, health(protocol="UDP"), "healthCheck.protocol"),
        (TARGETS, {**GROUP, "healthCheck": {"protocol": "TCP"}}, "healthCheck.protocol"),
        (TARGETS, {**GROUP, "protocol": "TCP", "healthCheck": {"protocol": "TCP", "path": "/"}}, "healthCheck.path"),
        (TARGETS, health(matcher="500"), "healthCheck.matcher"),
        (TARGETS, health(matcher="299-200"), "healthCheck.matcher"),
        (TARGETS, health(matcher="200,ok"), "healthCheck.matcher"),
        (TARGETS, {**health(matcher="200"), "protocolVersion": "GRPC"}, "healthCheck.matcher"),
        (LISTENER, {**SECURE, "port": 65536}, "port"),
        (LISTENER, {**PLAIN, "protocol": "GENEVE"}, "protocol"),
        (LISTENER, {**PLAIN, "protocol": "HTTPS"}, "certificateArn"),
        (LISTENER, {**PLAIN, "certificateArn": CERTIFICATE}, "certificateArn"),
        (LISTENER, {**SECURE, "certificateArn": "arn:aws:acm:x:y:certificate/z"}, "certificateArn"),
        (LISTENER, {**PLAIN, "sslPolicy": "ELBSecurityPolicy-2016-08"}, "sslPolicy"),
        (LISTENER, {**SECURE, "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021"}, "sslPolicy"),
        (LISTENER, {**SECURE, "alpnPolicy": "HTTP2Only"}, "alpnPolicy"),
        (LISTENER, {**SECURE, "protocol": "TLS", "alpnPolicy": "HTTP3Only"}, "alpnPolicy"),
        (LISTENER, {**PLAIN, "tcpIdleTimeoutSeconds": 60}, "tcpIdleTimeoutSeconds"),
        (LISTENER, {**PLAIN, "protocol": "TCP", "tcpIdleTimeoutSeconds": 59}, "tcpIdleTimeoutSeconds"),
        (LISTENER, {**PLAIN, "mutualAuthentication": {"mode": "off"}}, "mutualAuthentication"),
        (LISTENER, {**SECURE, "mutualAuthentication": {"mode": "strict"}}, "mutualAuthentication.mode"),
        (LISTENER, {**SECURE, "mutualAuthentication": {"mode": "verify"}}, "mutualAuthentication.trustStoreArn"),
        (LISTENER, acts(), "defaultActions"),
        (LISTENER, acts({"type": "mirror"}), "defaultActions[0].type"),
        (LISTENER, acts({"type": "forward"}), "defaultActions[0]"),
        (LISTENER, acts({"type": "redirect"}), "defaultActions[0]"),
        (LISTENER, acts({**FIXED, "targetGroupArn": "arn:t"}), "defaultActions[0]"),
        (LISTENER, acts(FIXED, FORWARD), "defaultActions[0].type"),
        (LISTENER, acts(SIGN_IN), "defaultActions[0].type"),
        (LISTENER, acts(SIGN_IN, SIGN_IN, {**FORWARD, "order": 2}), "defaultActions"),
        (LISTENER, {**PLAIN, "defaultActions": [SIGN_IN, {**FORWARD, "order": 2}]}, "defaultActions[0].type"),
        (LISTENER, acts({**FORWARD, "order": 50001}), "defaultActions[0].order"),
        (LISTENER, acts({**FORWARD, **several({"arn": "arn:u"}), "type": "forward"}), "defaultActions[0]"),
        (LISTENER, acts(several(*({"arn": f"arn:{n}"} for n in range(6)))), "defaultActions[0]"),
        (
            LISTENER,
            acts(several({"arn": "arn:t", "weight": 1000})),
            "defaultActions[0].forward.targetGroups[0].weight",
        ),
        (
            LISTENER,
            acts({"type": "forward", "forward": {"targetGroups": [{"arn": "arn:t"}], "stickiness": {"duration": 0}}}),
            "defaultActions[0].forward.stickiness.duration",
        ),
        (
            LISTENER,
            acts({"type": "redirect", "redirect": {"statusCode": "301"}}),
            "defaultActions[0].redirect.statusCode",
        ),
        (
            LISTENER,
            acts({**FIXED, "fixedResponse": {"contentType": "text/plain", "statusCode": "302"}}),
            "defaultActions[0].fixedResponse.statusCode",
        ),
    ],
)
def test_values_that_are_refused_before_anything_is_made(
    town: Town, token: str, inputs: dict[str, Any], path: str
) -> None:
    assert set(town.paths(token, **inputs)) == {path}


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        (BALANCER, {**INSIDE, "accessLogs": {"bucket": "b", "prefix": "access"}, "idleTimeout": 4000}),
        (BALANCER, {**NETWORK, "secondaryIpsAutoAssignedPerSubnet": 7}),
        (TARGETS, health(matcher="200-299,301", port="8080", protocol="https")),
        (TARGETS, {**health(matcher="0-99", path="/a.B/c"), "protocolVersion": "GRPC"}),
        (
            TARGETS,
            {**GROUP, "protocol": "TCP", "healthCheck": {"protocol": "TCP"}, "stickiness": {"type": "source_ip"}},
        ),
        (TARGETS, {"targetType": "lambda"}),
        (TARGETS, {**GROUP, "slowStart": 30, "stickiness": {"type": "lb_cookie"}}),
        (
            TARGETS,
            {
                **GROUP,
                "loadBalancingAlgorithmType": "weighted_random",
                "loadBalancingAnomalyMitigation": "on",
            },
        ),
        (LISTENER, {**SECURE, "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"}),
        (LISTENER, acts(SIGN_IN, {**FORWARD, "order": 2})),
        (LISTENER, acts(several({"arn": "arn:t", "weight": 999}, {"arn": "arn:u"}))),
        (LISTENER, {**PLAIN, "defaultActions": [REDIRECT]}),
        (LISTENER, acts(FIXED)),
        (LISTENER, {**SECURE, "mutualAuthentication": {"mode": "verify", "trustStoreArn": "arn:s"}}),
    ],
)
def test_values_that_are_accepted(town: Town, token: str, inputs: dict[str, Any]) -> None:
    assert town.failures(token, **inputs) == []
