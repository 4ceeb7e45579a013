"""What the inputs of clusters, tasks, services and repositories alone show, in the sandbox's AWS."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.aws_town import CLUSTER, REPOSITORY, SERVICE, TASK, Town, towns


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Nothing is made in it: one for all."""
    with towns(tmp_path_factory.mktemp("cloud") / "state") as made:
        yield made


LOGS = {"awslogs-group": "town", "awslogs-region": "ap-northeast-1", "awslogs-stream-prefix": "web"}
LOGGED: dict[str, Any] = {"logConfiguration": {"logDriver": "awslogs", "options": LOGS}}
CONTAINER: dict[str, Any] = {"name": "web", "image": "docker.io/town/web:1.0"}
SIZE: dict[str, Any] = {"cpu": "1024", "memory": "2048"}
FARGATE: dict[str, Any] = {"requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", **SIZE}
ROLE: dict[str, Any] = {"executionRoleArn": "arn:aws:iam::111122223333:role/start"}
SERVED: dict[str, Any] = {"cluster": "c", "taskDefinition": "t", "launchType": "FARGATE"}
BALANCED: dict[str, Any] = {"containerName": "web", "containerPort": 80, "targetGroupArn": "arn:t"}
EXECUTE = "configuration.executeCommandConfiguration"
EXCLUSION = {"filter": "latest*", "filterType": "WILDCARD"}
FILTERS = "imageTagMutabilityExclusionFilters"


def task(*containers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"family": "town", "containerDefinitions": json.dumps(containers or [CONTAINER]), **FARGATE, **more}


def on_servers(*containers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"family": "town", "containerDefinitions": json.dumps(containers), **more}


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        (task(family="town hall"), "family"),
        (task(family="x" * 256), "family"),
        (task(memory="1024"), "memory"),
        (task(cpu="1000"), "memory"),
        (task(cpu="1 vCPU", memory="1.5 GB"), "memory"),
        ({**task(), "cpu": None}, "memory"),
        (task(runtimePlatform={"operatingSystemFamily": "MACOS"}), "runtimePlatform.operatingSystemFamily"),
        (task(runtimePlatform={"cpuArchitecture": "RISCV"}), "runtimePlatform.cpuArchitecture"),
        (task(cpu="512", runtimePlatform={"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}), "cpu"),
        (task(networkMode="bridge"), "networkMode"),
        (task(networkMode="overlay"), "networkMode"),
        (task(requiresCompatibilities=["FARGATE", "LAMBDA"]), "requiresCompatibilities[1]"),
        (task(ipcMode="task"), "ipcMode"),
        (on_servers({**CONTAINER, "memory": 128}, ipcMode="shared"), "ipcMode"),
        (on_servers({**CONTAINER, "memory": 128}, pidMode="shared"), "pidMode"),
        (task(pidMode="host"), "pidMode"),
        (task(placementConstraints=[{"type": "memberOf"}]), "placementConstraints"),
        (task(volumes=[{"name": "v", "hostPath": "/v"}]), "volumes[0].hostPath"),
        (task(ephemeralStorage={"sizeInGib": 20}), "ephemeralStorage.sizeInGib"),
        (on_servers({**CONTAINER, "memory": 128}, ephemeralStorage={"sizeInGib": 21}), "ephemeralStorage"),
        (on_servers(CONTAINER), "memory"),
        (task({**CONTAINER, **LOGGED}), "executionRoleArn"),
        (task({**CONTAINER, "image": "1.dkr.ecr.x.amazonaws.com/web"}), "executionRoleArn"),
        (task({**CONTAINER, "secrets": [{"name": "A", "valueFrom": "arn:s"}]}), "executionRoleArn"),
        (task({**CONTAINER, "memory": 2049}), "memory"),
        (task({**CONTAINER, "cpu": 1025}), "cpu"),
    ],
)
def test_tasks_that_are_refused(town: Town, inputs: dict[str, Any], path: str) -> None:
    assert set(town.paths(TASK, **{name: given for name, given in inputs.items() if given is not None})) == {path}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no json", "no JSON list of objects"),
        ("{}", "no JSON list of objects"),
        ("[]", "no JSON list of objects"),
        ("[1]", "no JSON list of objects"),
        ([{"image": "a"}], "is no container name"),
        ([{**CONTAINER, "name": "web app"}], "is no container name"),
        ([{"name": "web"}], "Container.image contains invalid characters"),
        ([{**CONTAINER, "image": "web:latest:1"}], "Container.image contains invalid characters"),
        ([{**CONTAINER, "image": "web@sha256:0"}], "Container.image contains invalid characters"),
        ([CONTAINER, CONTAINER], "two containers are named web"),
        ([{**CONTAINER, "essential": False}], "at least one essential container"),
        ([{**CONTAINER, "essential": "yes"}], "essential is no bool"),
        ([{**CONTAINER, "cpu": "256"}], "cpu is no int"),
        ([{**CONTAINER, "environment": {}}], "environment is no list"),
        ([{**CONTAINER, "environment": [{"name": "A", "value": 1}]}], "both strings"),
        ([{**CONTAINER, "secrets": [{"name": "A"}]}], "both strings"),
        ([{**CONTAINER, "environment": [{"name": "A", "value": "1"}] * 2}], "'A' is given twice"),
        ([{**CONTAINER, "portMappings": [{"containerPort": 0}]}], "invalid port mapping"),
        ([{**CONTAINER, "portMappings": [{"containerPort": 80, "protocol": "sctp"}]}], "invalid port mapping"),
        ([{**CONTAINER, "portMappings": [{"containerPort": 80, "hostPort": 81}]}], "port mappings must match"),
        ([{**CONTAINER, "portMappings": [{"containerPort": 80}] * 2}], "is mapped twice"),
        ([{**CONTAINER, "logConfiguration": {"logDriver": "syslog"}}], "is not supported on Fargate"),
        ([{**CONTAINER, "logConfiguration": {"logDriver": "awslogs"}}], "requires options: awslogs-group"),
        ([{**CONTAINER, "healthCheck": {}, "stopTimeout": 121}], "stopTimeout is at most 120"),
        ([{**CONTAINER, "healthCheck": {"interval": 5}}], "a health check has a command"),
        ([{**CONTAINER, "healthCheck": {"command": ["CMD"], "interval": 4}}], "healthCheck.interval is 5 to 300"),
        ([{**CONTAINER, "mountPoints": [{"sourceVolume": "data"}]}], "Unknown volume 'data'"),
        ([{**CONTAINER, "privileged": True}], "neither privileged containers nor links"),
        ([{**CONTAINER, "dependsOn": [{"containerName": "db", "condition": "START"}]}], "no other container"),
        (
            [{**CONTAINER, "dependsOn": [{"containerName": "b", "condition": "UP"}]}, {"name": "b", "image": "b"}],
            "the condition of a dependency is one of",
        ),
    ],
)
def test_containers_that_are_refused(town: Town, text: Any, words: str) -> None:
    written = text if isinstance(text, str) else json.dumps(text)
    found = town.failures(TASK, family="town", containerDefinitions=written, **FARGATE, **ROLE)
    assert [(path, words in reason) for path, reason in found] == [("containerDefinitions", True)]


@pytest.mark.parametrize(
    "inputs",
    [
        task(),
        task({**CONTAINER, **LOGGED}, **ROLE),
        task(cpu=".25 vCPU", memory="0.5GB"),
        task(cpu="16384", memory="122880", runtimePlatform={"operatingSystemFamily": "LINUX"}),
        task(runtimePlatform={"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE", "cpuArchitecture": "X86_64"}),
        task({**CONTAINER, "mountPoints": [{"sourceVolume": "data"}]}, volumes=[{"name": "data"}]),
        task({**CONTAINER, "portMappings": [{"containerPort": 80, "hostPort": 80}, {"containerPort": 81}]}),
        task(CONTAINER, {"name": "side", "image": f"side@sha256:{'0' * 64}", "essential": False}),
        on_servers({**CONTAINER, "memoryReservation": 128, "logConfiguration": {"logDriver": "syslog"}}),
    ],
)
def test_tasks_that_are_accepted(town: Town, inputs: dict[str, Any]) -> None:
    assert town.failures(TASK, **inputs) == []


@pytest.mark.parametrize(
    ("token", "inputs", "path"),
    [
        (CLUSTER, {"name": "town hall"}, "name"),
        (CLUSTER, {"name": "x" * 256}, "name"),
        (CLUSTER, {"settings": [{"name": "insights", "value": "enabled"}]}, "settings[0].name"),
        (CLUSTER, {"settings": [{"name": "containerInsights", "value": "on"}]}, "settings[0].value"),
        (CLUSTER, {"configuration": {"executeCommandConfiguration": {"logging": "ALL"}}}, f"{EXECUTE}.logging"),
        (
            CLUSTER,
            {"configuration": {"executeCommandConfiguration": {"logging": "OVERRIDE"}}},
            f"{EXECUTE}.logConfiguration",
        ),
        (SERVICE, {"taskDefinition": "t", "launchType": "FARGATE"}, "cluster"),
        (SERVICE, {"cluster": "c", "launchType": "FARGATE"}, "taskDefinition"),
        (SERVICE, {**SERVED, "launchType": "LAMBDA"}, "launchType"),
        (SERVICE, {**SERVED, "capacityProviderStrategies": [{"capacityProvider": "F"}]}, "capacityProviderStrategies"),
        (SERVICE, {**SERVED, "schedulingStrategy": "DAEMON"}, "schedulingStrategy"),
        (SERVICE, {**SERVED, "launchType": "EC2", "schedulingStrategy": "DAEMON", "desiredCount": 1}, "desiredCount"),
        (SERVICE, {**SERVED, "schedulingStrategy": "RANDOM"}, "schedulingStrategy"),
        (
            SERVICE,
            {**SERVED, "loadBalancers": [BALANCED], "healthCheckGracePeriodSeconds": -1},
            "healthCheckGracePeriodSeconds",
        ),
        (SERVICE, {**SERVED, "propagateTags": "ALL"}, "propagateTags"),
        (SERVICE, {**SERVED, "platformVersion": "2.0"}, "platformVersion"),
        (SERVICE, {**SERVED, "launchType": "EC2", "platformVersion": "LATEST"}, "platformVersion"),
        (SERVICE, {**SERVED, "placementConstraints": [{"type": "distinctInstance"}]}, "placementConstraints"),
        (SERVICE, {**SERVED, "orderedPlacementStrategies": [{"type": "random"}]}, "orderedPlacementStrategies"),
        (SERVICE, {**SERVED, "desiredCount": -1}, "desiredCount"),
        (SERVICE, {**SERVED, "healthCheckGracePeriodSeconds": 60}, "healthCheckGracePeriodSeconds"),
        (SERVICE, {**SERVED, "loadBalancers": [{**BALANCED, "elbName": "e"}]}, "loadBalancers[0]"),
        (SERVICE, {**SERVED, "loadBalancers": [{"containerName": "a", "containerPort": 1}]}, "loadBalancers[0]"),
        (SERVICE, {**SERVED, "loadBalancers": [{**BALANCED, "containerPort": 0}]}, "loadBalancers[0].containerPort"),
        (SERVICE, {**SERVED, "loadBalancers": [BALANCED] * 6}, "loadBalancers"),
        (SERVICE, {**SERVED, "networkConfiguration": {"subnets": []}}, "networkConfiguration.subnets"),
        (SERVICE, {**SERVED, "networkConfiguration": {"subnets": ["s"] * 17}}, "networkConfiguration.subnets"),
        (
            SERVICE,
            {**SERVED, "networkConfiguration": {"subnets": ["s"], "securityGroups": ["g"] * 6}},
            "networkConfiguration.securityGroups",
        ),
        (
            SERVICE,
            {**SERVED, "launchType": "EC2", "networkConfiguration": {"subnets": ["s"], "assignPublicIp": True}},
            "networkConfiguration.assignPublicIp",
        ),
        (SERVICE, {**SERVED, "deploymentMaximumPercent": 100}, "deploymentMaximumPercent"),
        (SERVICE, {**SERVED, "deploymentMinimumHealthyPercent": 101}, "deploymentMaximumPercent"),
        (SERVICE, {**SERVED, "deploymentController": {"type": "JENKINS"}}, "deploymentController.type"),
        (SERVICE, {**SERVED, "deploymentConfiguration": {"strategy": "FAST"}}, "deploymentConfiguration.strategy"),
        (
            SERVICE,
            {
                **SERVED,
                "deploymentController": {"type": "CODE_DEPLOY"},
                "deploymentCircuitBreaker": {"enable": True, "rollback": True},
            },
            "deploymentCircuitBreaker",
        ),
        (SERVICE, {**SERVED, "availabilityZoneRebalancing": "ON"}, "availabilityZoneRebalancing"),
        (
            SERVICE,
            {
                **SERVED,
                "availabilityZoneRebalancing": "ENABLED",
                "deploymentMaximumPercent": 100,
                "deploymentMinimumHealthyPercent": 50,
            },
            "availabilityZoneRebalancing",
        ),
        (REPOSITORY, {"name": "Town"}, "name"),
        (REPOSITORY, {"name": "t"}, "name"),
        (REPOSITORY, {"name": "town//web"}, "name"),
        (REPOSITORY, {"name": "town/web___app"}, "name"),
        (REPOSITORY, {"imageTagMutability": "FROZEN"}, "imageTagMutability"),
        (REPOSITORY, {"imageTagMutability": "IMMUTABLE_WITH_EXCLUSION"}, FILTERS),
        (REPOSITORY, {FILTERS: [EXCLUSION]}, FILTERS),
        (
            REPOSITORY,
            {"imageTagMutability": "MUTABLE_WITH_EXCLUSION", FILTERS: [{**EXCLUSION, "filter": "***"}]},
            f"{FILTERS}[0].filter",
        ),
        (
            REPOSITORY,
            {"imageTagMutability": "MUTABLE_WITH_EXCLUSION", FILTERS: [{**EXCLUSION, "filterType": "REGEX"}]},
            f"{FILTERS}[0].filterType",
        ),
        (REPOSITORY, {"imageTagMutability": "MUTABLE_WITH_EXCLUSION", FILTERS: [EXCLUSION] * 6}, FILTERS),
        (
            REPOSITORY,
            {"encryptionConfigurations": [{"encryptionType": "RSA"}]},
            "encryptionConfigurations[0].encryptionType",
        ),
        (REPOSITORY, {"encryptionConfigurations": [{"kmsKey": "k"}]}, "encryptionConfigurations[0].kmsKey"),
        (REPOSITORY, {"encryptionConfigurations": [{"encryptionType": "AES256"}] * 2}, "encryptionConfigurations"),
    ],
)
def test_values_that_are_refused_before_anything_is_made(
    town: Town, token: str, inputs: dict[str, Any], path: str
) -> None:
    assert set(town.paths(token, **inputs)) == {path}


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        (CLUSTER, {"settings": [{"name": "containerInsights", "value": "enhanced"}]}),
        (SERVICE, {**SERVED, "loadBalancers": [BALANCED], "healthCheckGracePeriodSeconds": 60}),
        (SERVICE, {**SERVED, "availabilityZoneRebalancing": "ENABLED", "platformVersion": "1.4.0"}),
        (SERVICE, {**SERVED, "deploymentMaximumPercent": 100, "deploymentMinimumHealthyPercent": 50}),
        (SERVICE, {"cluster": "c", "deploymentController": {"type": "EXTERNAL"}}),
        (REPOSITORY, {"name": "machikumo/town-1/application"}),
        (REPOSITORY, {"name": "town--1/web__app"}),
        (REPOSITORY, {"imageTagMutability": "MUTABLE_WITH_EXCLUSION", FILTERS: [EXCLUSION]}),
        (REPOSITORY, {"encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": "k"}]}),
    ],
)
def test_values_that_are_accepted(town: Town, token: str, inputs: dict[str, Any]) -> None:
    assert town.failures(token, **inputs) == []
