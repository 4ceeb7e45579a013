"""What the sandbox's AWS refuses of VPC endpoints and flow logs, and the shape of what it gives back."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.aws_town import (
    ACCOUNT,
    BUCKET,
    ENDPOINT,
    FLOW_LOG,
    GROUP,
    IN,
    KEY,
    REGION,
    ROUTES,
    SUBNET,
    VPC,
    A,
    C,
    Town,
    document,
    towns,
)

ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
S3 = f"com.amazonaws.{REGION}.s3"
KMS = f"com.amazonaws.{REGION}.kms"
GATEWAY: dict[str, Any] = {"vpcId": "vpc-1", "serviceName": S3, "vpcEndpointType": "Gateway"}
INTERFACE: dict[str, Any] = {"vpcId": "vpc-1", "serviceName": KMS, "vpcEndpointType": "Interface"}
FLOWS: dict[str, Any] = {
    "vpcId": "vpc-1",
    "trafficType": "ALL",
    "logDestinationType": "s3",
    "logDestination": "arn:aws:s3:::store/flow/",
}
WATCH: dict[str, Any] = {"vpcId": "vpc-1", "trafficType": "ALL"}
GATE = {"vpcId": None, "transitGatewayId": "tgw-1", "trafficType": None, "maxAggregationInterval": 60}
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/role"
INBOUND = {"privateDnsOnlyForInboundResolverEndpoint": True}


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with towns(state) as made:
        yield made


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Nothing is made in it: one for all."""
    with towns(tmp_path_factory.mktemp("cloud") / "state") as made:
        yield made


@pytest.mark.parametrize(
    ("token", "inputs", "path"),
    [
        (ENDPOINT, {"vpcId": "vpc-1"}, "serviceName"),
        (ENDPOINT, {**GATEWAY, "serviceNetworkArn": "arn:aws:x"}, "serviceName"),
        (ENDPOINT, {**GATEWAY, "vpcEndpointType": "Private"}, "vpcEndpointType"),
        (ENDPOINT, {**GATEWAY, "subnetIds": ["subnet-1"]}, "subnetIds"),
        (ENDPOINT, {**GATEWAY, "securityGroupIds": ["sg-1"]}, "securityGroupIds"),
        (ENDPOINT, {**GATEWAY, "privateDnsEnabled": True}, "privateDnsEnabled"),
        (ENDPOINT, {**INTERFACE, "routeTableIds": ["rtb-1"]}, "routeTableIds"),
        (ENDPOINT, {**INTERFACE, "securityGroupIds": [f"sg-{n}" for n in range(6)]}, "securityGroupIds"),
        (ENDPOINT, {**INTERFACE, "ipAddressType": "ipv5"}, "ipAddressType"),
        (ENDPOINT, {**INTERFACE, "policy": "{}"}, "policy"),
        (ENDPOINT, {**INTERFACE, "policy": document(Action="*", Resource="*")}, "policy"),
        (ENDPOINT, {**INTERFACE, "dnsOptions": INBOUND}, "dnsOptions.privateDnsOnlyForInboundResolverEndpoint"),
        (FLOW_LOG, {"trafficType": "ALL", "iamRoleArn": ROLE_ARN}, "vpcId"),
        (FLOW_LOG, {**FLOWS, "subnetId": "subnet-1"}, "vpcId"),
        (FLOW_LOG, {**FLOWS, "trafficType": "SOME"}, "trafficType"),
        (FLOW_LOG, {**FLOWS, "trafficType": None}, "trafficType"),
        (FLOW_LOG, {**FLOWS, "maxAggregationInterval": 300}, "maxAggregationInterval"),
        (FLOW_LOG, {**FLOWS, "logDestinationType": "syslog"}, "logDestinationType"),
        (FLOW_LOG, {**FLOWS, "logDestination": None}, "logDestination"),
        (FLOW_LOG, {**FLOWS, "logDestination": "store/flow/"}, "logDestination"),
        (FLOW_LOG, {**FLOWS, "destinationOptions": {"fileFormat": "csv"}}, "destinationOptions.fileFormat"),
        (FLOW_LOG, {**FLOWS, "iamRoleArn": ROLE_ARN}, "iamRoleArn"),
        (FLOW_LOG, WATCH, "iamRoleArn"),
        (
            FLOW_LOG,
            {**WATCH, "iamRoleArn": ROLE_ARN, "destinationOptions": {"fileFormat": "parquet"}},
            "destinationOptions",
        ),
        (FLOW_LOG, {**FLOWS, **GATE, "maxAggregationInterval": 600}, "maxAggregationInterval"),
        (FLOW_LOG, {**FLOWS, **GATE, "trafficType": "ALL"}, "trafficType"),
    ],
)
def test_values_that_are_refused_before_anything_is_made(
    empty: Town, token: str, inputs: dict[str, Any], path: str
) -> None:
    assert empty.paths(token, **{name: given for name, given in inputs.items() if given is not None}) == [path]


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        (ENDPOINT, {**GATEWAY, "routeTableIds": ["rtb-1"]}),
        (ENDPOINT, {**INTERFACE, "subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"], "privateDnsEnabled": True}),
        (FLOW_LOG, {**FLOWS, "destinationOptions": {"fileFormat": "parquet"}}),
        (FLOW_LOG, {**WATCH, "iamRoleArn": ROLE_ARN}),
    ],
)
def test_values_that_are_accepted(empty: Town, token: str, inputs: dict[str, Any]) -> None:
    assert empty.failures(token, **inputs) == []


@pytest.mark.parametrize(
    ("service", "kind", "words"),
    [
        ("com.amazonaws.us-east-1.kms", "Interface", "InvalidServiceName"),
        (f"com.amazonaws.{REGION}.kmss", "Interface", "InvalidServiceName"),
        (KMS, "Gateway", "Endpoint type (Gateway) does not match"),
        (f"com.amazonaws.vpce.us-east-1.vpce-svc-0{'1' * 16}", "Interface", "InvalidServiceName"),
    ],
)
def test_services_that_are_not_there(town: Town, service: str, kind: str, words: str) -> None:
    assert words in town.refused(ENDPOINT, vpcId=town.vpc(), serviceName=service, vpcEndpointType=kind)


def test_services_that_are_there(town: Town) -> None:
    vpc = town.vpc()
    for name, kind in (("s3", "Gateway"), ("s3", "Interface"), ("dynamodb", "Gateway"), ("ecr.dkr", "Interface")):
        service = f"com.amazonaws.{REGION}.{name}"
        town.make(ENDPOINT, f"{name}-{kind}", vpcId=vpc, serviceName=service, vpcEndpointType=kind)
    own = f"com.amazonaws.vpce.{REGION}.vpce-svc-0{'1' * 16}"
    town.make(ENDPOINT, "own", vpcId=vpc, serviceName=own, vpcEndpointType="Interface")


def test_what_an_endpoint_names_lies_in_its_network(town: Town) -> None:
    vpc, other = town.vpc("one"), town.vpc("other", "10.1.0.0/16")
    subnet, group = town.subnet(other, "10.1.0.0/24"), town.group(other)
    table, _ = town.make(ROUTES, vpcId=other)
    interface = {**INTERFACE, "vpcId": vpc}
    assert f"InvalidParameter: {subnet} lies in {other}" in town.refused(ENDPOINT, **interface, subnetIds=[subnet])
    assert f"InvalidParameter: {group} lies in {other}" in town.refused(ENDPOINT, **interface, securityGroupIds=[group])
    refused = town.refused(ENDPOINT, **{**GATEWAY, "vpcId": vpc}, routeTableIds=[table])
    assert f"InvalidRouteTableId.NotFound: {table} lies in {other}" in refused


def test_an_interface_endpoint_has_one_subnet_a_zone_and_holds_it(town: Town) -> None:
    vpc = town.vpc()
    one, two, group = town.subnet(vpc), town.subnet(vpc, "10.0.1.0/24", C), town.group(vpc)
    same = town.subnet(vpc, "10.0.2.0/24", A)
    interface = {**INTERFACE, "vpcId": vpc, "securityGroupIds": [group]}
    assert "DuplicateSubnetsInSameZone" in town.refused(ENDPOINT, **interface, subnetIds=[one, same])
    made, outputs = town.make(ENDPOINT, **interface, subnetIds=[one, two])
    assert len(outputs["networkInterfaceIds"]) == 2
    for token, id_ in ((SUBNET, one), (GROUP, group), (VPC, vpc)):
        assert town.refusal_of_delete(token, id_).startswith("DependencyViolation: ")
    town.caller.delete(ENDPOINT, made)
    town.caller.delete(SUBNET, one)
    town.caller.delete(GROUP, group)


def test_a_full_subnet_takes_no_endpoint(town: Town) -> None:
    vpc = town.vpc()
    subnet = town.subnet(vpc, "10.0.0.0/28")
    interface = {**INTERFACE, "vpcId": vpc, "subnetIds": [subnet]}
    for number in range(11):
        made = town.make(ENDPOINT, f"endpoint-{number}", **interface)
    assert "InsufficientFreeAddressesInSubnet" in town.refused(ENDPOINT, **interface)
    town.caller.update(ENDPOINT, *made, {**interface, "tags": {"a": "b"}})


def test_private_names_need_a_network_that_resolves_and_are_there_once(town: Town) -> None:
    vpc, deaf = town.vpc(), town.vpc("deaf", "10.1.0.0/16", enableDnsHostnames=False)
    private = {**INTERFACE, "privateDnsEnabled": True}
    assert "requires both enableDnsSupport" in town.refused(ENDPOINT, **{**private, "vpcId": deaf})
    town.make(ENDPOINT, **{**private, "vpcId": vpc})
    assert "conflicting DNS domain" in town.refused(ENDPOINT, "two", **{**private, "vpcId": vpc})
    town.make(ENDPOINT, "three", **{**INTERFACE, "vpcId": vpc})


def test_names_for_the_outside_only_need_a_gateway_endpoint_beside(town: Town) -> None:
    vpc = town.vpc()
    storage = {**INTERFACE, "vpcId": vpc, "serviceName": S3, "privateDnsEnabled": True, "dnsOptions": INBOUND}
    assert "must have a Gateway endpoint for the service" in town.refused(ENDPOINT, **storage)
    town.make(ENDPOINT, "gateway", **{**GATEWAY, "vpcId": vpc})
    town.make(ENDPOINT, **storage)


def test_a_table_leads_to_a_service_once(town: Town) -> None:
    vpc = town.vpc()
    table, other = (town.make(ROUTES, name, vpcId=vpc)[0] for name in ("one", "other"))
    gateway = {**GATEWAY, "vpcId": vpc}
    town.make(ENDPOINT, **gateway, routeTableIds=[table])
    assert "RouteAlreadyExists: route table" in town.refused(ENDPOINT, "two", **gateway, routeTableIds=[table])
    town.make(ENDPOINT, "three", **gateway, routeTableIds=[other])


def test_the_shapes_that_endpoints_have(town: Town) -> None:
    vpc, network = town.make(VPC, cidrBlock="10.0.0.0/16", enableDnsHostnames=True)
    gateway_id, gateway = town.make(ENDPOINT, "gateway", **{**GATEWAY, "vpcId": vpc})
    assert (gateway["dnsEntries"], gateway["networkInterfaceIds"], gateway["securityGroupIds"]) == ([], [], [])
    assert json.loads(gateway["policy"])["Statement"][0]["Action"] == "*"
    rule = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "prefixListId": gateway["prefixListId"]}
    town.make(IN, securityGroupId=town.group(vpc), **rule)
    named = {"serviceName": f"com.amazonaws.{REGION}.ecr.dkr", "subnetIds": [town.subnet(vpc)]}
    id_, interface = town.make(ENDPOINT, **{**INTERFACE, "vpcId": vpc, **named, "privateDnsEnabled": True})
    names = [entry["dnsName"] for entry in interface["dnsEntries"]]
    assert names[-1] == f"*.dkr.ecr.{REGION}.amazonaws.com"
    assert [name.startswith(f"{id_}-") for name in names] == [True, True, False]
    assert interface["securityGroupIds"] == [network["defaultSecurityGroupId"]]
    assert "prefixListId" not in interface
    town.caller.delete(ENDPOINT, gateway_id)


def test_flow_logs_ask_for_the_store_and_its_key_but_not_for_its_policy(town: Town) -> None:
    flows = {**FLOWS, "vpcId": town.vpc()}
    assert "bucket store does not exist" in town.refused(FLOW_LOG, **flows)
    store, _ = town.make(BUCKET, bucket="store")
    made, outputs = town.make(FLOW_LOG, **flows)
    assert outputs["logFormat"].startswith("${version} ${account-id}")
    assert "FlowLogAlreadyExists" in town.refused(FLOW_LOG, "two", **flows)
    town.caller.delete(FLOW_LOG, made)
    closed = town.make(KEY, "closed")[1]["arn"]
    rule = {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": closed}}
    held = town.make(ENCRYPTION, bucket=store, rules=[rule])
    assert "LogDestinationPermissionIssueException" in town.refused(FLOW_LOG, "three", **flows)
    admits = document(Principal={"Service": "delivery.logs.amazonaws.com"}, Action="kms:GenerateDataKey", Resource="*")
    whole = document(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Action="kms:*", Resource="*")
    statements = [json.loads(text)["Statement"][0] for text in (admits, whole)]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    opened = town.make(KEY, "open", policy=policy)[1]["arn"]
    rule = {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": opened}}
    town.caller.update(ENCRYPTION, *held, {"bucket": store, "rules": [rule]})
    town.make(FLOW_LOG, "four", **flows)


def test_a_flow_logs_role_is_the_services(town: Town) -> None:
    watch = {**WATCH, "vpcId": town.vpc()}
    wrong = town.role("ecs-tasks.amazonaws.com", "wrong")
    assert "Unable to assume given IAM role" in town.refused(FLOW_LOG, **watch, iamRoleArn=wrong)
    town.make(FLOW_LOG, **watch, iamRoleArn=town.role("vpc-flow-logs.amazonaws.com"))
