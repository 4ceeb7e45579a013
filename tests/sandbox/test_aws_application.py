"""What the sandbox's AWS refuses of clusters, tasks, services and images because of what is there."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud import drift
from tests.sandbox.aws_town import (
    ACCOUNT,
    BALANCER,
    CLUSTER,
    GROUP,
    KEY,
    LISTENER,
    LOG_GROUP,
    REGION,
    REPOSITORY,
    ROLE,
    SERVICE,
    SUBNET,
    TARGETS,
    TASK,
    Town,
    document,
    towns,
    trust,
)

ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/town/application@sha256:{'0' * 64}"
LOGS = {"awslogs-group": "town", "awslogs-region": REGION, "awslogs-stream-prefix": "web"}
CONTAINER: dict[str, Any] = {
    "name": "web",
    "image": IMAGE,
    "portMappings": [{"containerPort": 8080, "protocol": "tcp"}],
    "logConfiguration": {"logDriver": "awslogs", "options": LOGS},
}
TASKS = "ecs-tasks.amazonaws.com"


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with towns(state) as made:
        yield made


def starting(town: Town, *actions: str) -> str:
    """An execution role with these rights."""
    arn = town.role(TASKS, "start")
    name = arn.rpartition("/")[2]
    town.make(ROLE_POLICY, "start", role=name, policy=document(Action=list(actions), Resource="*"))
    return arn


def task(role: str, *containers: dict[str, Any], **more: Any) -> dict[str, Any]:
    sized = {"requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "1024", "memory": "2048"}
    text = json.dumps(list(containers or (CONTAINER,)))
    return {"family": "town", "executionRoleArn": role, "containerDefinitions": text, **sized, **more}


class Application:
    """Everything a service needs, behind a listener."""

    def __init__(self, town: Town, *actions: str) -> None:
        self.town, self.vpc = town, town.vpc()
        self.subnets, self.group = town.pair(self.vpc), town.group(self.vpc)
        town.make(REPOSITORY, name="town/application")
        town.make(LOG_GROUP, name="town")
        self.cluster, _ = town.make(CLUSTER)
        self.role = starting(town, *(actions or ("ecr:*", "logs:*")))
        self.task, _ = town.make(TASK, **task(self.role))
        self.balancer, _ = town.make(BALANCER, internal=True, subnets=self.subnets)
        self.targets, _ = town.make(TARGETS, vpcId=self.vpc, port=8080, protocol="HTTP", targetType="ip")

    def listen(self) -> str:
        action = {"type": "forward", "targetGroupArn": self.targets}
        where = {"loadBalancerArn": self.balancer, "port": 80, "protocol": "HTTP"}
        return self.town.make(LISTENER, **where, defaultActions=[action])[0]

    def service(self, **more: Any) -> dict[str, Any]:
        balancer = {"targetGroupArn": self.targets, "containerName": "web", "containerPort": 8080}
        network = {"subnets": self.subnets, "securityGroups": [self.group]}
        whole = {"cluster": self.cluster, "taskDefinition": self.task, "launchType": "FARGATE", "desiredCount": 2}
        return {**whole, "networkConfiguration": network, "loadBalancers": [balancer], **more}

    def balanced(self, **more: Any) -> list[dict[str, Any]]:
        return [{**self.service()["loadBalancers"][0], **more}]


@pytest.fixture
def application(town: Town) -> Application:
    made = Application(town)
    made.listen()
    return made


def test_a_service_stands_behind_a_listener_and_holds_what_it_stands_in(town: Town) -> None:
    application = Application(town)
    assert "does not have an associated load balancer" in town.refused(SERVICE, **application.service())
    application.listen()
    made, outputs = town.make(SERVICE, **application.service())
    assert made == f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/{outputs['cluster'].rpartition('/')[2]}/{outputs['name']}"
    assert "ClusterContainsServicesException" in town.refusal_of_delete(CLUSTER, application.cluster)
    for token, id_ in ((SUBNET, application.subnets[0]), (GROUP, application.group)):
        assert town.refusal_of_delete(token, id_).startswith("DependencyViolation: ")
    town.caller.delete(TASK, application.task)
    town.caller.delete(SERVICE, made)
    town.caller.delete(CLUSTER, application.cluster)


def test_targets_are_addresses_of_the_tasks_network(application: Application) -> None:
    town = application.town
    instances, _ = town.make(TARGETS, "instances", vpcId=application.vpc, port=8080, protocol="HTTP")
    refused = town.refused(SERVICE, **application.service(loadBalancers=application.balanced(targetGroupArn=instances)))
    assert "has target type instance, which is incompatible with the awsvpc network mode" in refused
    other = town.vpc("other", "10.1.0.0/16")
    network = {"subnets": [town.subnet(other, "10.1.0.0/24")]}
    refused = town.refused(SERVICE, **application.service(networkConfiguration=network))
    assert f"is in {application.vpc}, the tasks are in {other}" in refused


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ({"containerName": "app"}, "The container app does not exist in the task definition."),
        ({"containerPort": 80}, "The container web did not have a container port 80 defined."),
    ],
)
def test_a_target_is_a_port_of_a_container(application: Application, target: dict[str, Any], words: str) -> None:
    service = application.service(loadBalancers=application.balanced(**target))
    assert words in application.town.refused(SERVICE, **service)
    application.town.make(SERVICE, **application.service())


def test_a_service_is_in_one_network_with_its_groups(application: Application) -> None:
    town = application.town
    other = town.vpc("other", "10.1.0.0/16")
    far, group = town.subnet(other, "10.1.0.0/24"), town.group(other, "far")
    mixed = {"subnets": [application.subnets[0], far]}
    assert f"subnet {far} lies in {other}" in town.refused(SERVICE, **application.service(networkConfiguration=mixed))
    grouped = {"subnets": application.subnets, "securityGroups": [group]}
    refused = town.refused(SERVICE, **application.service(networkConfiguration=grouped))
    assert "does not appear to belong to the same VPC" in refused


def test_a_service_fits_its_task(application: Application) -> None:
    town, alone = application.town, application.service()
    del alone["networkConfiguration"], alone["loadBalancers"]
    assert "Network Configuration must be provided" in town.refused(SERVICE, **alone)
    assert "does not support launch_type EC2" in town.refused(SERVICE, **application.service(launchType="EC2"))
    without = town.refused(SERVICE, **application.service(enableExecuteCommand=True))
    assert "a valid taskRoleArn is not being used" in without
    plain = {"family": "plain", "containerDefinitions": json.dumps([{"name": "web", "image": "a", "memory": 128}])}
    bridged, _ = town.make(TASK, "plain", **plain)
    network = {"subnets": application.subnets}
    on_bridge = {"cluster": application.cluster, "taskDefinition": bridged, "networkConfiguration": network}
    assert "Network Configuration is not valid" in town.refused(SERVICE, **on_bridge)
    executes = task(application.role, taskRoleArn=town.role(TASKS, "run"))
    town.make(SERVICE, **application.service(taskDefinition=town.make(TASK, **executes)[0], enableExecuteCommand=True))


@pytest.mark.parametrize("path", ["executionRoleArn", "taskRoleArn"])
def test_tasks_take_roles_that_trust_them(application: Application, path: str) -> None:
    town = application.town
    definition = task(application.role, **{path: town.role("ec2.amazonaws.com", "wrong")})
    wrong, _ = town.make(TASK, "wrong", **definition)
    refused = town.refused(SERVICE, **application.service(taskDefinition=wrong))
    assert "ECS was unable to assume the role" in refused
    town.make(SERVICE, **application.service())


@pytest.mark.parametrize(
    ("actions", "words"),
    [
        (("ecr:*",), "logs:CreateLogStream"),
        (("logs:*", "ecr:BatchGetImage"), "unable to pull secrets or registry auth"),
    ],
    ids=["logs", "images"],
)
def test_tasks_start_with_rights_to_logs_and_images(town: Town, actions: tuple[str, ...], words: str) -> None:
    application = Application(town, *actions)
    application.listen()
    assert words in town.refused(SERVICE, **application.service())
    managed = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    believed = town.make(ROLE, "managed", assumeRolePolicy=trust(TASKS), managedPolicyArns=[managed])[1]["arn"]
    town.make(SERVICE, **application.service(taskDefinition=town.make(TASK, **task(believed))[0]))


def test_a_task_names_a_log_group_and_a_repository_that_are_there(town: Town) -> None:
    definition = task(town.role(TASKS))
    assert "The specified log group does not exist: town" in town.refused(TASK, **definition)
    town.osaka.create(LOG_GROUP, {"name": "town"})
    assert "The specified log group does not exist: town" in town.refused(TASK, **definition)
    town.make(LOG_GROUP, name="town")
    assert "The repository with name 'town/application' does not exist" in town.refused(TASK, **definition)
    town.make(REPOSITORY, name="town/application")
    town.make(TASK, **definition)


def test_a_family_counts_its_revisions(town: Town) -> None:
    container = {"name": "web", "image": "docker.io/web:1"}
    numbers = [town.make(TASK, name, **task(town.role(TASKS, name), container)) for name in ("one", "two")]
    assert [outputs["revision"] for _, outputs in numbers] == [1, 2]
    assert numbers[1][0] == f"{numbers[1][1]['arnWithoutRevision']}:2"
    other = {**task(town.role(TASKS, "three"), container), "family": "other"}
    assert town.make(TASK, "three", **other)[1]["revision"] == 1
    held = town.caller.read(TASK, numbers[1][0])[2]
    changed = town.caller.update(
        TASK, numbers[1][0], held, {**town.caller.read(TASK, numbers[1][0])[1], "tags": {"a": "b"}}
    )
    assert changed["revision"] == 2


def test_names_are_there_once(application: Application) -> None:
    town = application.town
    town.make(SERVICE, "one", **application.service(name="town"))
    assert "/town' already exists" in town.refused(SERVICE, "two", **application.service(name="town"))
    other, _ = town.make(CLUSTER, "other", name="other")
    assert "cluster/other' already exists" in town.refused(CLUSTER, "again", name="other")
    assert "'town/application' already exists" in town.refused(REPOSITORY, "again", name="town/application")
    town.make(SERVICE, "three", **application.service(name="town", cluster=other))
    town.osaka.create(REPOSITORY, {"name": "town/application"})


def test_a_cluster_named_otherwise_is_held_all_the_same(application: Application) -> None:
    named, outputs = application.town.make(CLUSTER, "named", name="town")
    assert outputs["settings"] == [{"name": "containerInsights", "value": "disabled"}]
    application.town.make(SERVICE, **application.service(cluster="town"))
    assert "ClusterContainsServicesException" in application.town.refusal_of_delete(CLUSTER, named)


def test_a_repository_with_images_goes_only_with_consent(town: Town, state: Path) -> None:
    for name, consent in (("kept", False), ("given", True)):
        town.make(REPOSITORY, name, name=name, forceDelete=consent)
        drift.put(state, town.caller.urn(REPOSITORY, name), "hidden.objects", 2)
    assert "RepositoryNotEmptyException" in town.refusal_of_delete(REPOSITORY, "kept")
    town.caller.delete(REPOSITORY, "given")


def test_a_repositorys_key_is_there_and_usable(town: Town) -> None:
    def encrypted(key: str) -> dict[str, Any]:
        return {"encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": key}]}

    assert "does not exist as aws:kms/key:Key" in town.refused(REPOSITORY, **encrypted("arn:aws:kms:x:y:key/z"))
    off = town.make(KEY, "off", isEnabled=False)[1]["arn"]
    assert "KmsException" in town.refused(REPOSITORY, **encrypted(off))
    town.make(REPOSITORY, **encrypted(town.make(KEY, "on")[1]["arn"]))
    _, plain = town.make(REPOSITORY, "plain")
    assert plain["encryptionConfigurations"] == [{"encryptionType": "AES256"}]
    assert plain["repositoryUrl"] == f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{plain['name']}"
