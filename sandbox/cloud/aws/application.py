"""Amazon ECS on AWS Fargate: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate.html."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.aws.entry import LISTENER, TARGETS
from sandbox.cloud.aws.filters import GROUP
from sandbox.cloud.aws.identity import ROLE
from sandbox.cloud.aws.log_archive import LOG_GROUP
from sandbox.cloud.aws.network import SUBNET
from sandbox.cloud.checks import one_of
from sandbox.cloud.context import Context
from sandbox.cloud.guards import not_deleted_while_others
from sandbox.cloud.identity import arn
from sandbox.cloud.resource_type import Name, Reference, ResourceType

CLUSTER: Final = "aws:ecs/cluster:Cluster"
TASK: Final = "aws:ecs/taskDefinition:TaskDefinition"
SERVICE: Final = "aws:ecs/service:Service"
_MEMORY: Final = {
    "256": (512, 1024, 2048),
    "512": tuple(range(1024, 4097, 1024)),
    "1024": tuple(range(2048, 8193, 1024)),
    "2048": tuple(range(4096, 16385, 1024)),
    "4096": tuple(range(8192, 30721, 1024)),
    "8192": tuple(range(16384, 61441, 4096)),
    "16384": tuple(range(32768, 122881, 8192)),
}
"""MiB for each number of CPU units: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html"""


def _containers(inputs: Mapping[str, Any]) -> list[Mapping[str, Any]] | None:
    try:
        parsed = json.loads(inputs["containerDefinitions"])
    except ValueError:
        return None
    return parsed if isinstance(parsed, list) and parsed and all(isinstance(c, Mapping) for c in parsed) else None


def _definition(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    containers = _containers(inputs)
    if containers is None:
        yield "containerDefinitions", "ClientException: container definitions are a JSON list of objects"
        return
    if any(not container.get("name") or not container.get("image") for container in containers):
        yield "containerDefinitions", "ClientException: a container has a name and an image"
    if "FARGATE" not in (inputs.get("requiresCompatibilities") or []):
        return
    if inputs.get("networkMode") != "awsvpc":
        yield "networkMode", "ClientException: Fargate only supports network mode 'awsvpc'"
    if int(inputs.get("memory") or 0) not in _MEMORY.get(str(inputs.get("cpu")), ()):
        yield (
            "memory",
            f"ClientException: no Fargate configuration has {inputs.get('cpu')} CPU units and {inputs.get('memory')} MiB",
        )
    needs = any(
        (c.get("logConfiguration") or {}).get("logDriver") == "awslogs" or ".dkr.ecr." in str(c.get("image"))
        for c in containers
    )
    if needs and not inputs.get("executionRoleArn"):
        yield "executionRoleArn", "ClientException: Fargate requires an execution role to support awslogs or ECR images"


def _log_group_exists(context: Context) -> str | None:
    """Tasks would not start: the role here can't make log groups."""
    if context.operation == "create":
        for container in _containers(context.inputs) or []:
            group = ((container.get("logConfiguration") or {}).get("options") or {}).get("awslogs-group")
            if group and context.find(group, LOG_GROUP) is None:
                return f"ResourceInitializationError: log group {group} does not exist"
    return None


def _balanced(context: Context) -> str | None:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb.html."""
    if not context.writing:
        return None
    for one in context.inputs.get("loadBalancers") or []:
        group = context.find(one["targetGroupArn"], TARGETS)
        if group is not None and group.get("targetType") != "ip":
            return (
                f"InvalidParameterException: target type {group.get('targetType')} is incompatible with awsvpc; use ip"
            )
        used = any(
            action.get("targetGroupArn") == one["targetGroupArn"]
            for listener in context.objects(LISTENER)
            for action in listener.get("defaultActions") or []
        )
        if not used:
            return f"InvalidParameterException: {one['targetGroupArn']} does not have an associated load balancer"
        task = context.find(context["taskDefinition"], TASK)
        names = [container["name"] for container in (_containers(task.inputs) or [])] if task is not None else []
        if task is not None and one.get("containerName") not in names:
            return (
                f"InvalidParameterException: container {one.get('containerName')} does not exist in the task definition"
            )
    return None


TYPES: Final = (
    ResourceType(
        token=CLUSTER,
        source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html",
        id=arn("ecs", "cluster/{name}"),
        name=Name(longest=255, pattern=r"[a-zA-Z0-9_-]+", allowed=r"a-zA-Z0-9_\-", lower=False),
        computed={"arn": "{id}"},
        guards=(
            not_deleted_while_others(
                SERVICE,
                belongs=lambda context, other: other.get("cluster") == context.id,
                reason="ClusterContainsServicesException: {id} runs {other}",
            ),
        ),
        known_as=("arn", "name"),
    ),
    ResourceType(
        token=TASK,
        source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html",
        id=lambda context: arn("ecs", f"task-definition/{{family}}:{_revision(context)}").format_map(context),
        computed={
            "revision": lambda context: _revision(context),
            "arn": "{id}",
            "arnWithoutRevision": arn("ecs", "task-definition/{family}"),
        },
        input_defaults={"skipDestroy": False, "trackLatest": False},
        replace_on=(
            "family",
            "containerDefinitions",
            "cpu",
            "memory",
            "executionRoleArn",
            "taskRoleArn",
            "networkMode",
            "requiresCompatibilities",
            "runtimePlatform",
            "volumes",
        ),
        references=(Reference("executionRoleArn", ROLE), Reference("taskRoleArn", ROLE)),
        checks=(_definition,),
        guards=(_log_group_exists,),
        known_as=("arn", "family"),
    ),
    ResourceType(
        token=SERVICE,
        source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html",
        id=lambda context: _service_arn(context),
        name=Name(longest=255, pattern=r"[a-zA-Z0-9_-]+", allowed=r"a-zA-Z0-9_\-", lower=False, unique_in="{cluster}"),
        computed={
            "arn": "{id}",
            "iamRole": "/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
        },
        input_defaults={
            "deploymentMaximumPercent": 200,
            "deploymentMinimumHealthyPercent": 100,
            "waitForSteadyState": False,
        },
        defaults={"schedulingStrategy": "REPLICA", "platformVersion": "LATEST", "desiredCount": 0},
        replace_on=("cluster", "launchType", "schedulingStrategy"),
        references=(
            Reference("cluster", CLUSTER),
            Reference("taskDefinition", TASK, blocks_deletion=False),
            Reference("networkConfiguration.subnets[*]", SUBNET, blocks_deletion=True),
            Reference("networkConfiguration.securityGroups[*]", GROUP, blocks_deletion=True),
            Reference("loadBalancers[*].targetGroupArn", TARGETS),
        ),
        checks=(
            one_of("launchType", ("EC2", "FARGATE", "EXTERNAL")),
            one_of("propagateTags", ("SERVICE", "TASK_DEFINITION", "NONE")),
        ),
        guards=(_balanced,),
        known_as=("arn",),
    ),
)


def _service_arn(context: Context) -> str:
    cluster = str(context["cluster"]).rpartition("/")[2]
    return arn("ecs", f"service/{cluster}/{{name}}").format_map(context)


def _revision(context: Context) -> int:
    return 1 + int(context.hex(3, "revision"), 16)
