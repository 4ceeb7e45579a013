"""Clusters, task definitions, services, images."""

import json
from typing import Any, Final

from tests.moto.case import Case, Kind, Step
from tests.moto.cases_entry import BACK, FRONT, LISTENER
from tests.moto.documents import document
from tests.moto.kinds_network import ENTRY, NETWORK, A, B
from tests.moto.verdict import Verdict

VALUE, MISSING, TAKEN, IN_USE = Verdict.VALUE, Verdict.MISSING, Verdict.TAKEN, Verdict.IN_USE

CLUSTER: Final = Kind("aws:ecs/cluster:Cluster", {"name": "cluster"})
RUN: Final = CLUSTER.step("cluster")
ROLE: Final = Step(
    "aws:iam/role:Role",
    "role",
    {"name": "run", "assumeRolePolicy": document(Principal={"Service": "ecs-tasks.amazonaws.com"})},
)


def containers(**changes: Any) -> str:
    sound = {
        "name": "app",
        "image": "public.ecr.aws/town/app@sha256:" + "0" * 64,
        "essential": True,
        "portMappings": [{"containerPort": 8080}],
    }
    whole = {**sound, **changes}
    return json.dumps([{key: value for key, value in whole.items() if value is not None}])


TASK: Final = Kind(
    "aws:ecs/taskDefinition:TaskDefinition",
    {
        "family": "app",
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "1024",
        "memory": "2048",
        "executionRoleArn": "{role.arn}",
        "containerDefinitions": containers(),
    },
    (ROLE,),
)
APP: Final = TASK.step("app")
SERVICE: Final = Kind(
    "aws:ecs/service:Service",
    {
        "name": "app",
        "cluster": "{cluster.arn}",
        "taskDefinition": "{app.arn}",
        "launchType": "FARGATE",
        "desiredCount": 2,
        "networkConfiguration": {"subnets": ["{a.id}"], "securityGroups": ["{entry.id}"]},
    },
    (NETWORK, A, ENTRY, RUN, ROLE, APP),
)
BALANCED: Final = [{"targetGroupArn": "{back.arn}", "containerName": "app", "containerPort": 8080}]
REPOSITORY: Final = Kind("aws:ecr/repository:Repository", {"name": "town/app"})
KEY: Final = Step("aws:kms/key:Key", "key")

CASES: Final[tuple[Case, ...]] = (
    CLUSTER.create("a cluster"),
    CLUSTER.create("a name with a space", VALUE, name="the cluster"),
    CLUSTER.second("the name of another"),
    CLUSTER.delete("an empty one"),
    CLUSTER.delete(
        "one with a service", IN_USE, after=(NETWORK, A, ENTRY, ROLE, APP, SERVICE.step("s", cluster="{it.arn}"))
    ),
    TASK.create("for Fargate"),
    TASK.create("memory that does not go with the CPU", VALUE, memory="1024"),
    TASK.create("a bridge", VALUE, networkMode="bridge"),
    TASK.create("an unknown compatibility", VALUE, requiresCompatibilities=["SERVERLESS"]),
    TASK.create("no container", VALUE, containerDefinitions="[]"),
    TASK.create("a container without an image", VALUE, containerDefinitions=containers(image=None)),
    TASK.create("no essential container", VALUE, containerDefinitions=containers(essential=False)),
    TASK.create(
        "another port on the host",
        VALUE,
        containerDefinitions=containers(portMappings=[{"containerPort": 8080, "hostPort": 80}]),
    ),
    TASK.create(
        "logs without a role that writes them",
        VALUE,
        executionRoleArn=None,
        containerDefinitions=containers(
            logConfiguration={
                "logDriver": "awslogs",
                "options": {"awslogs-region": "ap-northeast-1", "awslogs-stream-prefix": "app"},
            }
        ),
    ),
    TASK.create("a family with a space", VALUE, family="the app"),
    TASK.delete("taken out of use"),
    SERVICE.create("of two tasks"),
    SERVICE.create("no cluster", MISSING, cluster="arn:aws:ecs:ap-northeast-1:123456789012:cluster/none"),
    SERVICE.create(
        "no task definition", MISSING, taskDefinition="arn:aws:ecs:ap-northeast-1:123456789012:task-definition/none:1"
    ),
    SERVICE.create("no subnet of that id", MISSING, networkConfiguration={"subnets": ["subnet-0123456789abcdef0"]}),
    SERVICE.create("no network at all", VALUE, networkConfiguration=None),
    SERVICE.create("an unknown launch type", VALUE, launchType="SERVERLESS"),
    SERVICE.create("a name with a space", VALUE, name="the app"),
    SERVICE.create("behind a listener", before=(B, FRONT, BACK, LISTENER.step("l")), loadBalancers=BALANCED),
    SERVICE.create("behind a target group of no listener", VALUE, before=(BACK,), loadBalancers=BALANCED),
    SERVICE.create(
        "a container that the task lacks",
        MISSING,
        before=(B, FRONT, BACK, LISTENER.step("l")),
        loadBalancers=[{**BALANCED[0], "containerName": "other"}],
    ),
    SERVICE.second("the name of another", TAKEN),
    SERVICE.delete("a service"),
    REPOSITORY.create("a repository"),
    REPOSITORY.create(
        "encrypted with a key",
        before=(KEY,),
        encryptionConfigurations=[{"encryptionType": "KMS", "kmsKey": "{key.arn}"}],
    ),
    REPOSITORY.create(
        "a key that is not there",
        MISSING,
        encryptionConfigurations=[
            {
                "encryptionType": "KMS",
                "kmsKey": "arn:aws:kms:ap-northeast-1:123456789012:key/00000000-0000-4000-8000-000000000000",
            }
        ],
    ),
    REPOSITORY.create("a name with two hyphens", name="town--app"),
    REPOSITORY.create("a name with two underscores", name="town__app"),
    REPOSITORY.create("a name in capitals", VALUE, name="Town"),
    REPOSITORY.create("a name of one character", VALUE, name="t"),
    REPOSITORY.create("a name with two slashes", VALUE, name="town//app"),
    REPOSITORY.create("an unknown mutability", VALUE, imageTagMutability="SOMETIMES"),
    REPOSITORY.create("an unknown encryption", VALUE, encryptionConfigurations=[{"encryptionType": "ROT13"}]),
    REPOSITORY.second("the name of another", TAKEN),
    REPOSITORY.delete("an empty one"),
)
