"""What the sandbox's AWS refuses of networks, subnets and routes: each refusal beside what is accepted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from sandbox.cloud import value
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
    REGION,
    REPOSITORY,
    ROUTES,
    SERVICE,
    SUBNET,
    TARGETS,
    TASK,
    VPC,
    A,
    C,
    Town,
    towns,
)

ZONES = "aws:index/getAvailabilityZones:getAvailabilityZones"


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with towns(state) as made:
        yield made


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Nothing is made in it: one for all."""
    with towns(tmp_path_factory.mktemp("cloud") / "state") as made:
        yield made


RANGE: dict[str, Any] = {"cidrBlock": "10.0.0.0/16"}
PLACE: dict[str, Any] = {"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/24"}
ROUTE: dict[str, Any] = {"cidrBlock": "10.9.0.0/16", "transitGatewayId": "tgw-1"}
DEFAULT: dict[str, Any] = {"defaultRouteTableId": "rtb-1"}


@pytest.mark.parametrize(
    ("token", "inputs", "path"),
    [
        (VPC, {}, "cidrBlock"),
        (VPC, {"cidrBlock": "10.0.0.0/15"}, "cidrBlock"),
        (VPC, {"cidrBlock": "10.0.0.0/29"}, "cidrBlock"),
        (VPC, {"cidrBlock": "10.0.0.1/16"}, "cidrBlock"),
        (VPC, {"ipv4IpamPoolId": "p", "ipv4NetmaskLength": 29}, "ipv4NetmaskLength"),
        (VPC, {**RANGE, "ipv4IpamPoolId": "p", "ipv4NetmaskLength": 24}, "ipv4NetmaskLength"),
        (SUBNET, {"vpcId": "vpc-1", "ipv4IpamPoolId": "p", "ipv4NetmaskLength": 29}, "ipv4NetmaskLength"),
        (SUBNET, {**PLACE, "ipv4IpamPoolId": "p", "ipv4NetmaskLength": 24}, "ipv4NetmaskLength"),
        (VPC, {"ipv4NetmaskLength": 24}, "cidrBlock"),
        (SUBNET, {**PLACE, "cidrBlock": None, "ipv6Native": True, "ipv4NetmaskLength": 24}, "ipv4IpamPoolId"),
        (VPC, {**RANGE, "instanceTenancy": "host"}, "instanceTenancy"),
        (VPC, {**RANGE, "assignGeneratedIpv6CidrBlock": True, "ipv6IpamPoolId": "p"}, "ipv6IpamPoolId"),
        (VPC, {**RANGE, "ipv6CidrBlock": "2001:db8::/56", "ipv6NetmaskLength": 56}, "ipv6NetmaskLength"),
        (SUBNET, {"vpcId": "vpc-1"}, "cidrBlock"),
        (SUBNET, {**PLACE, "cidrBlock": "10.0.0.0/29"}, "cidrBlock"),
        (SUBNET, {**PLACE, "availabilityZone": "a", "availabilityZoneId": "b"}, "availabilityZoneId"),
        (SUBNET, {**PLACE, "privateDnsHostnameTypeOnLaunch": "name"}, "privateDnsHostnameTypeOnLaunch"),
        (ROUTES, {"vpcId": "vpc-1", "routes": [{"transitGatewayId": "tgw-1"}]}, "routes[0]"),
        (ROUTES, {"vpcId": "vpc-1", "routes": [{**ROUTE, "natGatewayId": "nat-1"}]}, "routes[0]"),
        (ROUTES, {"vpcId": "vpc-1", "routes": [{**ROUTE, "ipv6CidrBlock": "::/0"}]}, "routes[0]"),
        (ROUTES, {"vpcId": "vpc-1", "routes": [{"cidrBlock": "10.0.0.0/8"}]}, "routes[0]"),
        (ROUTES, {"vpcId": "vpc-1", "routes": [ROUTE, {**ROUTE, "transitGatewayId": "tgw-2"}]}, "routes[1]"),
        (ROUTES, {"vpcId": "vpc-1", "routes": [{**ROUTE, "cidrBlock": "10.9.0.1/16"}]}, "routes[0].cidrBlock"),
        (DEFAULT_ROUTES, {**DEFAULT, "routes": [ROUTE, ROUTE]}, "routes[1]"),
        (DEFAULT_ROUTES, {**DEFAULT, "routes": [{**ROUTE, "cidrBlock": "x"}]}, "routes[0].cidrBlock"),
        (ASSOCIATION, {"routeTableId": "rtb-1"}, "subnetId"),
        (ASSOCIATION, {"routeTableId": "rtb-1", "subnetId": "subnet-1", "gatewayId": "igw-1"}, "subnetId"),
        (DEFAULT_GROUP, {}, "vpcId"),
    ],
)
def test_values_that_are_refused_before_anything_is_made(
    empty: Town, token: str, inputs: dict[str, Any], path: str
) -> None:
    assert empty.paths(token, **{name: given for name, given in inputs.items() if given is not None}) == [path]


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        (VPC, RANGE),
        (VPC, {"ipv4IpamPoolId": "p", "ipv4NetmaskLength": 24}),
        (SUBNET, {**PLACE, "availabilityZone": "ap-northeast-1a"}),
        (ROUTES, {"vpcId": "vpc-1", "routes": [ROUTE, {**ROUTE, "cidrBlock": "10.8.0.0/16"}]}),
        (ASSOCIATION, {"routeTableId": "rtb-1", "subnetId": "subnet-1"}),
    ],
)
def test_values_that_are_accepted(empty: Town, token: str, inputs: dict[str, Any]) -> None:
    assert empty.failures(token, **inputs) == []


def test_the_zones_that_are_offered(town: Town) -> None:
    asked = provider_pb2.InvokeRequest(tok=ZONES, args=value.to_struct({"state": "available"}))
    answer = value.from_struct(getattr(town.caller.stub.Invoke(asked), "return"))
    assert answer["zoneIds"] == ["apne1-az4", "apne1-az1", "apne1-az2"]
    assert answer["names"] == ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"]


@pytest.mark.parametrize("zone", [{"availabilityZoneId": "apne1-az9"}, {"availabilityZone": "ap-northeast-1b"}])
def test_a_zone_that_is_not_offered(town: Town, zone: dict[str, str]) -> None:
    refused = town.refused(SUBNET, vpcId=town.vpc(), cidrBlock="10.0.0.0/24", **zone)
    assert "InvalidParameterValue" in refused
    assert f"availability zones of {REGION}" in refused


def test_a_zones_name_and_id_go_together(town: Town) -> None:
    vpc = town.vpc()
    _, first = town.make(SUBNET, "one", vpcId=vpc, cidrBlock="10.0.0.0/24", availabilityZone="ap-northeast-1c")
    assert first["availabilityZoneId"] == C
    _, second = town.make(SUBNET, "two", vpcId=vpc, cidrBlock="10.0.1.0/24", availabilityZoneId=A)
    assert second["availabilityZone"] == "ap-northeast-1a"


def test_a_subnet_lies_inside_its_network_beside_the_others(town: Town) -> None:
    vpc = town.vpc()
    assert "InvalidSubnet.Range: 10.1.0.0/24" in town.refused(SUBNET, vpcId=vpc, cidrBlock="10.1.0.0/24")
    town.subnet(vpc, "10.0.0.0/24")
    assert "InvalidSubnet.Conflict: 10.0.0.128/25" in town.refused(SUBNET, "two", vpcId=vpc, cidrBlock="10.0.0.128/25")
    town.subnet(vpc, "10.0.1.0/24")


def test_a_network_of_another_region_is_no_network_here(town: Town) -> None:
    abroad, _ = town.osaka.create(VPC, RANGE)
    assert "lies in ap-northeast-3, not in ap-northeast-1" in town.refused(SUBNET, **{**PLACE, "vpcId": abroad})
    assert "does not exist as aws:ec2/vpc:Vpc" in town.refused(SUBNET, "two", **PLACE)


def test_what_is_in_a_network_holds_it(town: Town) -> None:
    vpc = town.vpc()
    made = [(SUBNET, town.subnet(vpc)), (ROUTES, town.make(ROUTES, vpcId=vpc)[0])]
    for token, id_ in made:
        assert town.refusal_of_delete(VPC, vpc).startswith("DependencyViolation: ")
        town.caller.delete(token, id_)
    town.caller.delete(VPC, vpc)


def test_tenancy_changes_in_one_direction(town: Town) -> None:
    dedicated = town.make(VPC, "dedicated", **RANGE, instanceTenancy="dedicated")
    town.caller.update(VPC, *dedicated, RANGE)
    refused = town.refusal_of_update(VPC, town.make(VPC, "shared", **RANGE), **RANGE, instanceTenancy="dedicated")
    assert "from dedicated to default only" in refused


def test_a_subnet_has_one_table_of_its_own_network(town: Town) -> None:
    vpc = town.vpc()
    subnet, table = town.subnet(vpc), town.make(ROUTES, "one", vpcId=vpc)[0]
    other = town.make(ROUTES, "other", vpcId=town.vpc("other", "10.1.0.0/16"))[0]
    assert "belong to different networks" in town.refused(ASSOCIATION, subnetId=subnet, routeTableId=other)
    town.make(ASSOCIATION, subnetId=subnet, routeTableId=table)
    second = town.make(ROUTES, "two", vpcId=vpc)[0]
    assert "Resource.AlreadyAssociated" in town.refused(ASSOCIATION, "two", subnetId=subnet, routeTableId=second)
    # Neither the table nor the subnet is held by it: the provider ends the association of the one, AWS that of the other.
    town.caller.delete(ROUTES, table)
    town.caller.delete(SUBNET, subnet)


@pytest.mark.parametrize(
    ("token", "output", "code"),
    [
        (DEFAULT_ROUTES, "defaultRouteTableId", "InvalidRouteTableID.NotFound"),
        (DEFAULT_ACL, "defaultNetworkAclId", "InvalidNetworkAclID.NotFound"),
    ],
)
def test_what_is_adopted_belongs_to_a_network_of_the_region(town: Town, token: str, output: str, code: str) -> None:
    vpc, outputs = town.make(VPC, **RANGE)
    abroad = town.osaka.create(VPC, RANGE)[1][output]
    for wrong in (vpc, abroad):
        assert f"{code}: '{wrong}' does not exist" in town.refused(token, "wrong", **{output: wrong})
    id_, adopted = town.make(token, **{output: outputs[output]})
    assert (id_, adopted["vpcId"]) == (outputs[output], vpc)


def test_the_default_group_is_the_networks_own(town: Town) -> None:
    vpc, outputs = town.make(VPC, **RANGE)
    id_, adopted = town.make(DEFAULT_GROUP, vpcId=vpc, ingress=[], egress=[])
    assert (id_, adopted["name"]) == (outputs["defaultSecurityGroupId"], "default")
    town.caller.delete(VPC, vpc)


ACTION = {"type": "forward", "targetGroupArn": "arn:t"}
TAGGED: dict[str, dict[str, Any]] = {
    VPC: RANGE,
    SUBNET: PLACE,
    ROUTES: {"vpcId": "vpc-1"},
    DEFAULT_ROUTES: DEFAULT,
    ACL: {"vpcId": "vpc-1"},
    DEFAULT_ACL: {"defaultNetworkAclId": "acl-1"},
    GROUP: {"vpcId": "vpc-1"},
    DEFAULT_GROUP: {"vpcId": "vpc-1"},
    **{way: {"securityGroupId": "sg-1", "cidrIpv4": "10.0.0.0/8", "ipProtocol": "-1"} for way in (IN, OUT)},
    ENDPOINT: {"vpcId": "vpc-1", "serviceName": "s"},
    FLOW_LOG: {"vpcId": "vpc-1", "trafficType": "ALL", "iamRoleArn": "arn:r"},
    BALANCER: {"subnets": ["subnet-1", "subnet-2"]},
    TARGETS: {"vpcId": "vpc-1", "port": 80, "protocol": "HTTP"},
    LISTENER: {"loadBalancerArn": "arn:b", "port": 80, "protocol": "HTTP", "defaultActions": [ACTION]},
    CLUSTER: {},
    TASK: {"family": "a", "containerDefinitions": '[{"name": "a", "image": "a", "memory": 8}]'},
    SERVICE: {"cluster": "c", "taskDefinition": "t"},
    REPOSITORY: {},
}


@pytest.mark.parametrize(("token", "inputs"), TAGGED.items())
def test_tags_that_begin_with_aws_are_reserved(empty: Town, token: str, inputs: dict[str, Any]) -> None:
    assert empty.failures(token, **inputs, tags={"town": "011002"}) == []
    assert empty.paths(token, **inputs, tags={"aws:town": "011002"}) == ["tags.aws:town"]
