"""What the sandbox's AWS networks and applications refer to has to be there, and what holds a network alone."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.sandbox.aws_town import (
    ACL,
    ASSOCIATION,
    BALANCER,
    CLUSTER,
    DEFAULT_ACL,
    DEFAULT_GROUP,
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
    Town,
    towns,
)

NOWHERE: Final = {
    "vpc": "vpc-00000000",
    "subnet": "subnet-00000000",
    "group": "sg-00000000",
    "table": "rtb-00000000",
    "list": "pl-00000000",
    "arn": "arn:aws:x:y:z:none",
}
KMS: Final = {"serviceName": f"com.amazonaws.{REGION}.kms", "vpcEndpointType": "Interface"}
S3: Final = {"serviceName": f"com.amazonaws.{REGION}.s3"}
FLOWS: Final = {"trafficType": "ALL", "logDestinationType": "s3", "logDestination": "arn:aws:s3:::store"}
ALL: Final = {"ipProtocol": "-1"}
CONTAINERS: Final = json.dumps([{"name": "web", "image": "a", "memory": 8}])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Place"]:
    """One for all: what is refused leaves nothing behind."""
    with towns(tmp_path_factory.mktemp("cloud") / "state") as town:
        yield Place(town)


class Place:
    """What exists; whatever else a request names does not."""

    def __init__(self, town: Town) -> None:
        self.town, self.vpc = town, town.vpc()
        self.subnets, self.group = town.pair(self.vpc), town.group(self.vpc)
        self.network = town.caller.read(VPC, self.vpc)[2]
        self.cluster = town.make(CLUSTER, "cluster")[0]
        self.task = town.make(TASK, "task", family="town", containerDefinitions=CONTAINERS)[0]
        self.balancer = town.make(BALANCER, "balancer", internal=True, subnets=self.subnets)[0]

    def rule(self, **peer: str) -> dict[str, Any]:
        return {"securityGroupId": self.group, **ALL, **peer}

    def inline(self, way: str) -> dict[str, Any]:
        rule = {"protocol": "-1", "fromPort": 0, "toPort": 0, "securityGroups": [NOWHERE["group"]]}
        return {"vpcId": self.vpc, way: [rule]}

    def endpoint(self, **more: Any) -> dict[str, Any]:
        return {"vpcId": self.vpc, **KMS, **more}

    def balanced(self, **more: Any) -> dict[str, Any]:
        return {"internal": True, "subnets": self.subnets, **more}

    def listener(self, **action: Any) -> dict[str, Any]:
        return {"loadBalancerArn": self.balancer, "port": 80, "defaultActions": [{"type": "forward", **action}]}

    def service(self, **more: Any) -> dict[str, Any]:
        return {"cluster": self.cluster, "taskDefinition": self.task, **more}

    def cluster_key(self, path: str) -> dict[str, Any]:
        block, name = path.split(".")
        return {"configuration": {block: {name: NOWHERE["arn"]}}}


Asked = Callable[[Place], dict[str, Any]]
MISSING: Final[list[tuple[str, str, Asked]]] = [
    (SUBNET, "vpcId", lambda _: {"vpcId": NOWHERE["vpc"], "cidrBlock": "10.0.0.0/24"}),
    (ROUTES, "vpcId", lambda _: {"vpcId": NOWHERE["vpc"]}),
    (ASSOCIATION, "subnetId", lambda _: {"subnetId": NOWHERE["subnet"], "routeTableId": NOWHERE["table"]}),
    (ASSOCIATION, "routeTableId", lambda place: {"subnetId": place.subnets[0], "routeTableId": NOWHERE["table"]}),
    (GROUP, "vpcId", lambda _: {"vpcId": NOWHERE["vpc"]}),
    *(
        (token, f"{way}[0].securityGroups[0]", lambda place, way=way: place.inline(way))
        for token in (GROUP, DEFAULT_GROUP)
        for way in ("ingress", "egress")
    ),
    (DEFAULT_GROUP, "vpcId", lambda _: {"vpcId": NOWHERE["vpc"]}),
    *(
        (way, "securityGroupId", lambda _: {"securityGroupId": NOWHERE["group"], **ALL, "cidrIpv4": "10.0.0.0/8"})
        for way in (IN, OUT)
    ),
    *(
        (way, "referencedSecurityGroupId", lambda place: place.rule(referencedSecurityGroupId=NOWHERE["group"]))
        for way in (IN, OUT)
    ),
    *((way, "prefixListId", lambda place: place.rule(prefixListId=NOWHERE["list"])) for way in (IN, OUT)),
    (ACL, "vpcId", lambda _: {"vpcId": NOWHERE["vpc"]}),
    (ACL, "subnetIds[0]", lambda place: {"vpcId": place.vpc, "subnetIds": [NOWHERE["subnet"]]}),
    (
        DEFAULT_ACL,
        "subnetIds[0]",
        lambda place: {"defaultNetworkAclId": place.network["defaultNetworkAclId"], "subnetIds": [NOWHERE["subnet"]]},
    ),
    (ENDPOINT, "vpcId", lambda place: {**place.endpoint(), "vpcId": NOWHERE["vpc"]}),
    (ENDPOINT, "subnetIds[0]", lambda place: place.endpoint(subnetIds=[NOWHERE["subnet"]])),
    (ENDPOINT, "securityGroupIds[0]", lambda place: place.endpoint(securityGroupIds=[NOWHERE["group"]])),
    (ENDPOINT, "routeTableIds[0]", lambda place: {"vpcId": place.vpc, **S3, "routeTableIds": [NOWHERE["table"]]}),
    (FLOW_LOG, "vpcId", lambda _: {"vpcId": NOWHERE["vpc"], **FLOWS}),
    (FLOW_LOG, "subnetId", lambda _: {"subnetId": NOWHERE["subnet"], **FLOWS}),
    (FLOW_LOG, "iamRoleArn", lambda place: {"vpcId": place.vpc, "trafficType": "ALL", "iamRoleArn": NOWHERE["arn"]}),
    (BALANCER, "subnets[0]", lambda place: place.balanced(subnets=[NOWHERE["subnet"]])),
    (
        BALANCER,
        "subnetMappings[0].subnetId",
        lambda _: {"internal": True, "subnetMappings": [{"subnetId": NOWHERE["subnet"]}]},
    ),
    (BALANCER, "securityGroups[0]", lambda place: place.balanced(securityGroups=[NOWHERE["group"]])),
    *(
        (BALANCER, f"{logs}.bucket", lambda place, logs=logs: place.balanced(**{logs: {"bucket": "none"}}))
        for logs in ("accessLogs", "connectionLogs", "healthCheckLogs")
    ),
    (TARGETS, "vpcId", lambda _: {"vpcId": NOWHERE["vpc"], "port": 80, "protocol": "HTTP"}),
    (
        LISTENER,
        "loadBalancerArn",
        lambda place: {**place.listener(targetGroupArn="t"), "loadBalancerArn": NOWHERE["arn"]},
    ),
    (LISTENER, "defaultActions[0].targetGroupArn", lambda place: place.listener(targetGroupArn=NOWHERE["arn"])),
    (
        LISTENER,
        "defaultActions[0].forward.targetGroups[0].arn",
        lambda place: place.listener(forward={"targetGroups": [{"arn": NOWHERE["arn"]}]}),
    ),
    *(
        (CLUSTER, f"configuration.{path}", lambda place, path=path: place.cluster_key(path))
        for path in (
            "executeCommandConfiguration.kmsKeyId",
            "managedStorageConfiguration.kmsKeyId",
            "managedStorageConfiguration.fargateEphemeralStorageKmsKeyId",
        )
    ),
    *(
        (TASK, path, lambda _, path=path: {"family": "a", "containerDefinitions": CONTAINERS, path: NOWHERE["arn"]})
        for path in ("executionRoleArn", "taskRoleArn")
    ),
    (SERVICE, "cluster", lambda place: place.service(cluster="none")),
    (SERVICE, "taskDefinition", lambda place: place.service(taskDefinition="none")),
    (
        SERVICE,
        "networkConfiguration.subnets[0]",
        lambda place: place.service(networkConfiguration={"subnets": [NOWHERE["subnet"]]}),
    ),
    (
        SERVICE,
        "networkConfiguration.securityGroups[0]",
        lambda place: place.service(
            networkConfiguration={"subnets": place.subnets, "securityGroups": [NOWHERE["group"]]}
        ),
    ),
    (
        SERVICE,
        "loadBalancers[0].targetGroupArn",
        lambda place: place.service(
            loadBalancers=[{"containerName": "web", "containerPort": 80, "targetGroupArn": NOWHERE["arn"]}]
        ),
    ),
    (
        REPOSITORY,
        "encryptionConfigurations[0].kmsKey",
        lambda _: {"encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": NOWHERE["arn"]}]},
    ),
]


@pytest.mark.parametrize(("token", "path", "asked"), MISSING, ids=lambda part: part if isinstance(part, str) else "")
def test_what_is_referred_to_is_there(place: Place, token: str, path: str, asked: Asked) -> None:
    refused = place.town.refused(token, "other", **asked(place))
    assert f"{path}: '" in refused
    assert "' does not exist as aws:" in refused


@pytest.mark.parametrize(
    ("token", "more"),
    [
        (SUBNET, {"cidrBlock": "10.0.0.0/24"}),
        (ROUTES, {}),
        (GROUP, {}),
        (ACL, {}),
        (ENDPOINT, S3),
        (TARGETS, {"port": 80, "protocol": "HTTP"}),
    ],
)
def test_each_of_these_alone_holds_its_network(state: Path, token: str, more: dict[str, Any]) -> None:
    with towns(state) as town:
        vpc = town.vpc()
        made, _ = town.make(token, vpcId=vpc, **more)
        assert (
            town.refusal_of_delete(VPC, vpc)
            == f"DependencyViolation: '{vpc}' is still in use by {token} '{made}' (vpcId)"
        )
        town.caller.delete(token, made)
        town.caller.delete(VPC, vpc)
