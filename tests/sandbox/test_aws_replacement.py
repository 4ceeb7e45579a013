"""What the installed SDK says can't change in place, and what the sandbox's AWS takes so.

The SDK's documentation speaks of replacement for very few properties; the rows hold many more, read from the definitions
of the provider (https://github.com/hashicorp/terraform-provider-aws, ForceNew and RequiresReplace). A row that lacks what
is said, or that replaces what is said to change in place, is wrong.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest

from sandbox.cloud.aws import PACKAGE
from sandbox.cloud.difference import difference
from sandbox.cloud.resource_type import ResourceType
from tests.sandbox.aws_town import (
    ACL,
    ASSOCIATION,
    BALANCER,
    CLUSTER,
    DEFAULT_ACL,
    DEFAULT_GROUP,
    DEFAULT_ROUTES,
    ENDPOINT,
    FLOW_LOG,
    GROUP,
    IN,
    LISTENER,
    OUT,
    REPOSITORY,
    ROUTES,
    SERVICE,
    SUBNET,
    TARGETS,
    TASK,
    VPC,
    Town,
    towns,
)
from tests.sandbox.documentation import documented, replaced

STREAM: Final = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
BUCKET: Final = "aws:s3/bucket:Bucket"
_FORCED: Final = re.compile(
    r"forces? (?:a |resource )?(?:new|recreation)|recreat|no update api"
    r"|(?:cannot|can't) be changed|can only be set on creation",
    re.IGNORECASE,
)
_FREE: Final = re.compile(r"in-place update", re.IGNORECASE)
# Words that say something else.
EXCEPTIONS: Final[Mapping[tuple[str, str], str]] = {
    (SERVICE, "forceNewDeployment"): "it asks for a new deployment, not for a new service",
    (SERVICE, "triggers"): "it is how a change is made",
    (STREAM, "extendedS3Configuration.dynamicPartitioningConfiguration.retryDuration"): "said of `enabled`",
}
# Replaced in one case only: each is held against both cases below.
CONDITIONAL: Final = frozenset(
    {
        (SUBNET, "ipv6CidrBlock"),
        (ENDPOINT, "privateDnsEnabled"),
        (BALANCER, "subnets"),
        (BALANCER, "securityGroups"),
        (BALANCER, "secondaryIpsAutoAssignedPerSubnet"),
    }
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Nothing is made in it: one for all."""
    with towns(tmp_path_factory.mktemp("cloud") / "state") as made:
        yield made


@pytest.mark.parametrize("row", PACKAGE.types.values(), ids=lambda row: row.token)
def test_rows_replace_what_the_sdk_says_and_nothing_it_denies(row: ResourceType) -> None:
    passed_over = {path for token, path in {*EXCEPTIONS, *CONDITIONAL} if token == row.token}
    texts = {path: text for path, text in documented(PACKAGE.sdk, row.token).items() if path not in passed_over}
    spoken = {path for path, text in texts.items() if _FORCED.search(text) or _FREE.search(text)}
    assert {path for path in spoken if _FORCED.search(texts[path])} == {path for path in spoken if replaced(row, path)}


def test_the_words_are_found_where_they_are_known_to_stand() -> None:
    spoken = {
        (token, path)
        for token in PACKAGE.types
        for path, text in documented(PACKAGE.sdk, token).items()
        if _FORCED.search(text)
    }
    assert {(GROUP, "description"), ("aws:secretsmanager/secret:Secret", "type"), *CONDITIONAL} < spoken


def test_every_exception_is_still_one() -> None:
    for token, name in (*EXCEPTIONS, *CONDITIONAL):
        text = documented(PACKAGE.sdk, token)[name]
        assert _FORCED.search(text) or _FREE.search(text)


NETWORK: dict[str, Any] = {"loadBalancerType": "network"}


@pytest.mark.parametrize(
    ("token", "old", "new", "kept"),
    [
        (VPC, {"cidrBlock": "10.0.0.0/16"}, {"cidrBlock": "10.1.0.0/16"}, False),
        (VPC, {"enableDnsHostnames": False}, {"enableDnsHostnames": True}, True),
        (VPC, {"instanceTenancy": "dedicated"}, {"instanceTenancy": "default"}, True),
        (SUBNET, {"availabilityZoneId": "a"}, {"availabilityZoneId": "b"}, False),
        (SUBNET, {"mapPublicIpOnLaunch": True}, {"mapPublicIpOnLaunch": False}, True),
        (ROUTES, {"vpcId": "a"}, {"vpcId": "b"}, False),
        (ROUTES, {"routes": []}, {"routes": [{"cidrBlock": "10.0.0.0/8"}]}, True),
        (ASSOCIATION, {"subnetId": "a"}, {"subnetId": "b"}, False),
        (ASSOCIATION, {"routeTableId": "a"}, {"routeTableId": "b"}, True),
        (DEFAULT_ROUTES, {"defaultRouteTableId": "a"}, {"defaultRouteTableId": "b"}, False),
        (DEFAULT_ACL, {"defaultNetworkAclId": "a"}, {"defaultNetworkAclId": "b"}, False),
        (DEFAULT_GROUP, {"vpcId": "a"}, {"vpcId": "b"}, False),
        (DEFAULT_GROUP, {"ingress": []}, {"ingress": [{"protocol": "tcp"}]}, True),
        (GROUP, {"description": "a"}, {"description": "b"}, False),
        (GROUP, {"namePrefix": "a"}, {"namePrefix": "b"}, False),
        (GROUP, {"tags": {}}, {"tags": {"a": "b"}}, True),
        (IN, {"securityGroupId": "a"}, {"securityGroupId": "b"}, False),
        (IN, {"fromPort": 1}, {"fromPort": 2}, True),
        (ACL, {"vpcId": "a"}, {"vpcId": "b"}, False),
        (ACL, {"subnetIds": ["a"]}, {"subnetIds": ["b"]}, True),
        (ENDPOINT, {"serviceName": "a"}, {"serviceName": "b"}, False),
        (ENDPOINT, {"policy": "{}"}, {"policy": "[]"}, True),
        (ENDPOINT, {"subnetIds": ["a"]}, {"subnetIds": ["a", "b"]}, True),
        (FLOW_LOG, {"logFormat": "a"}, {"logFormat": "b"}, False),
        (FLOW_LOG, {"destinationOptions": {}}, {"destinationOptions": {"fileFormat": "parquet"}}, False),
        (FLOW_LOG, {"tags": {}}, {"tags": {"a": "b"}}, True),
        (BALANCER, {"internal": True}, {"internal": False}, False),
        (BALANCER, {"loadBalancerType": "application"}, {"loadBalancerType": "network"}, False),
        (BALANCER, {"subnets": ["a", "b"]}, {"subnets": ["a", "c"]}, True),
        (BALANCER, {"idleTimeout": 60}, {"idleTimeout": 61}, True),
        (TARGETS, {"port": 80}, {"port": 81}, False),
        (TARGETS, {"ipAddressType": "ipv4"}, {"ipAddressType": "ipv6"}, False),
        (TARGETS, {"deregistrationDelay": 30}, {"deregistrationDelay": 31}, True),
        (LISTENER, {"loadBalancerArn": "a"}, {"loadBalancerArn": "b"}, False),
        (LISTENER, {"port": 80}, {"port": 443}, True),
        (LISTENER, {"sslPolicy": "a"}, {"sslPolicy": "b"}, True),
        (CLUSTER, {"name": "a"}, {"name": "b"}, False),
        (CLUSTER, {"settings": []}, {"settings": [{"name": "a", "value": "b"}]}, True),
        (TASK, {"containerDefinitions": "a"}, {"containerDefinitions": "b"}, False),
        (TASK, {"ephemeralStorage": {"sizeInGib": 21}}, {"ephemeralStorage": {"sizeInGib": 22}}, False),
        (TASK, {"skipDestroy": False}, {"skipDestroy": True}, True),
        (SERVICE, {"launchType": "FARGATE"}, {"launchType": "EC2"}, False),
        (SERVICE, {"deploymentController": {"type": "ECS"}}, {"deploymentController": {"type": "EXTERNAL"}}, False),
        (SERVICE, {"taskDefinition": "a"}, {"taskDefinition": "b"}, True),
        (SERVICE, {"desiredCount": 1}, {"desiredCount": 2}, True),
        (
            REPOSITORY,
            {"encryptionConfigurations": [{"kmsKey": "a"}]},
            {"encryptionConfigurations": [{"kmsKey": "b"}]},
            False,
        ),
        (REPOSITORY, {"imageTagMutability": "MUTABLE"}, {"imageTagMutability": "IMMUTABLE"}, True),
        (VPC, {"region": "ap-northeast-1"}, {"region": "ap-northeast-3"}, False),
        # In one case only:
        (SUBNET, {"ipv6CidrBlock": "a"}, {"ipv6CidrBlock": "b"}, True),
        (
            SUBNET,
            {"ipv6CidrBlock": "a", "assignIpv6AddressOnCreation": True},
            {"ipv6CidrBlock": "b", "assignIpv6AddressOnCreation": True},
            False,
        ),
        (IN, {"cidrIpv4": "10.0.0.0/8"}, {"cidrIpv4": "10.1.0.0/16"}, True),
        (IN, {"cidrIpv4": "10.0.0.0/8"}, {"referencedSecurityGroupId": "sg-1"}, False),
        (OUT, {"prefixListId": "a"}, {"cidrIpv4": "10.0.0.0/8"}, False),
        (
            ENDPOINT,
            {"vpcEndpointType": "Interface", "privateDnsEnabled": False},
            {"vpcEndpointType": "Interface", "privateDnsEnabled": True},
            True,
        ),
        (ENDPOINT, {"privateDnsEnabled": False}, {"privateDnsEnabled": True}, False),
        (BALANCER, {**NETWORK, "subnets": ["a"]}, {**NETWORK, "subnets": ["a", "b"]}, True),
        (BALANCER, {**NETWORK, "subnets": ["a", "b"]}, {**NETWORK, "subnets": ["a"]}, False),
        (BALANCER, {**NETWORK, "securityGroups": ["a"]}, {**NETWORK, "securityGroups": ["b"]}, True),
        (BALANCER, NETWORK, {**NETWORK, "securityGroups": ["a"]}, False),
        (BALANCER, {**NETWORK, "securityGroups": ["a"]}, {**NETWORK, "securityGroups": []}, False),
        (
            BALANCER,
            {**NETWORK, "secondaryIpsAutoAssignedPerSubnet": 1},
            {**NETWORK, "secondaryIpsAutoAssignedPerSubnet": 2},
            True,
        ),
        (BALANCER, {**NETWORK, "secondaryIpsAutoAssignedPerSubnet": 1}, NETWORK, False),
        (
            SERVICE,
            {"capacityProviderStrategies": [{"capacityProvider": "a"}]},
            {"capacityProviderStrategies": [{"capacityProvider": "b"}]},
            False,
        ),
        (
            SERVICE,
            {"forceNewDeployment": True, "capacityProviderStrategies": [{"capacityProvider": "a"}]},
            {"forceNewDeployment": True, "capacityProviderStrategies": [{"capacityProvider": "b"}]},
            True,
        ),
    ],
)
def test_changes_replace_or_not(town: Town, token: str, old: dict[str, Any], new: dict[str, Any], kept: bool) -> None:
    found = town.caller.diff(token, old, new)
    assert bool(list(found.diffs))
    assert bool(list(found.replaces)) is not kept


ENTRIES: Final = [{"ruleNo": 1, "action": "allow", "cidrBlock": "10.0.0.0/8"}, {"ruleNo": 2, "action": "deny"}]


@pytest.mark.parametrize(
    ("token", "name", "values"),
    [
        (ROUTES, "routes", [{"cidrBlock": "10.0.0.0/8"}, {"cidrBlock": "172.16.0.0/12"}]),
        (GROUP, "ingress", [{"protocol": "tcp"}, {"protocol": "udp"}]),
        (DEFAULT_GROUP, "egress", [{"protocol": "tcp"}, {"protocol": "udp"}]),
        (ACL, "ingress", ENTRIES),
        (DEFAULT_ACL, "subnetIds", ["a", "b"]),
        (ENDPOINT, "subnetIds", ["a", "b"]),
        (BALANCER, "securityGroups", ["a", "b"]),
        (CLUSTER, "settings", [{"name": "a"}, {"name": "b"}]),
        (TASK, "requiresCompatibilities", ["EC2", "FARGATE"]),
        (SERVICE, "loadBalancers", [{"containerName": "a"}, {"containerName": "b"}]),
        (REPOSITORY, "imageTagMutabilityExclusionFilters", [{"filter": "a"}, {"filter": "b"}]),
    ],
)
def test_a_set_has_no_order(town: Town, token: str, name: str, values: list[Any]) -> None:
    assert not list(town.caller.diff(token, {name: values}, {name: values[::-1]}).diffs)


def test_an_item_of_a_set_is_the_same_in_whatever_order_its_keys_come() -> None:
    reversed_keys = [dict(reversed(entry.items())) for entry in ENTRIES]
    found = difference(PACKAGE, PACKAGE.types[ACL], {"ingress": ENTRIES}, {"ingress": reversed_keys[::-1]})
    assert found.changes == {}


def test_a_default_that_the_provider_fills_in_since_is_no_difference() -> None:
    """A stack made before the provider filled it in; the cloud had it all the time."""
    subnet = PACKAGE.types["aws:ec2/subnet:Subnet"]
    old = {"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/24"}
    filled = {**old, "ipv6Native": False, "__defaults": ["ipv6Native"]}
    assert difference(PACKAGE, subnet, old, filled).changes == {}
    assert difference(PACKAGE, subnet, old, {**old, "ipv6Native": True}).replaces == {"ipv6Native"}
    assert difference(PACKAGE, subnet, {**old, "ipv6Native": True}, filled).replaces == {"ipv6Native"}
