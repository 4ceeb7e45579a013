"""Services of Amazon ECS: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_services.html."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sandbox.cloud.aws.application import CLUSTER, ECS_NAME, SERVICE
from sandbox.cloud.aws.container_definitions import containers
from sandbox.cloud.aws.evaluation import assumable, role_may
from sandbox.cloud.aws.filters import DEFAULT_GROUP, GROUP
from sandbox.cloud.aws.identity import ROLE
from sandbox.cloud.aws.listener import forwarded
from sandbox.cloud.aws.network import SUBNET
from sandbox.cloud.aws.placement import of_one_vpc, vpc_at
from sandbox.cloud.aws.service_values import fits_its_launch_type, percentages_fit
from sandbox.cloud.aws.tags import tag_rule
from sandbox.cloud.aws.target_group import LISTENER, TARGETS
from sandbox.cloud.aws.task import TASK, log_group, own_repository
from sandbox.cloud.checks import between, holds, matches, not_together, one_of, required
from sandbox.cloud.context import Context, Object
from sandbox.cloud.identity import arn
from sandbox.cloud.resource_type import Reference, ResourceType
from sandbox.cloud.value import at

_DOCS: Final = "https://docs.aws.amazon.com/AmazonECS/latest"
_SUBNETS: Final = "networkConfiguration.subnets[*]"
_GROUPS: Final = "networkConfiguration.securityGroups[*]"
_PULL: Final = ("ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage")
_NO: Final = "InvalidParameterException"


def _task(context: Context) -> Object | None:
    name = context.inputs.get("taskDefinition")
    return context.find(name, TASK) if name else None


def _runs(context: Context) -> str | None:
    """The task fits the launch type and the network: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html."""
    task = _task(context) if context.writing else None
    if task is None:
        return None
    kind, mode = context.inputs.get("launchType"), task.get("networkMode")
    if kind and kind not in (task.inputs.get("requiresCompatibilities") or ["EC2", "EXTERNAL"]):
        return f"{_NO}: Task definition does not support launch_type {kind}."
    network = context.inputs.get("networkConfiguration")
    if mode == "awsvpc" and not network:
        return f"{_NO}: Network Configuration must be provided when networkMode 'awsvpc' is specified."
    if mode != "awsvpc" and network:
        return f"{_NO}: Network Configuration is not valid for the given networkMode of this task definition."
    if context.inputs.get("enableExecuteCommand") and not task.inputs.get("taskRoleArn"):
        return f"{_NO}: The service couldn't be created because a valid taskRoleArn is not being used."
    return None


def _balanced(context: Context) -> str | None:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb.html."""
    task, vpc = _task(context), vpc_at(_SUBNETS)(context)
    for one in (context.inputs.get("loadBalancers") or []) if context.writing else ():
        name = str(one.get("targetGroupArn") or "")
        group = context.find(name, TARGETS)
        if (
            group is not None
            and task is not None
            and task.get("networkMode") == "awsvpc"
            and group.get("targetType") != "ip"
        ):
            return f"{_NO}: The provided target group {name} has target type {group.get('targetType')}, which is incompatible with the awsvpc network mode specified in the task definition."
        if group is not None and not any(name in forwarded(listener.inputs) for listener in context.objects(LISTENER)):
            return f"{_NO}: The target group with targetGroupArn {name} does not have an associated load balancer."
        if group is not None and vpc and group.get("vpcId") != vpc:
            return f"{_NO}: target group {name} is in {group.get('vpcId')}, the tasks are in {vpc}"
        if reason := _container_missing(task, one):
            return f"{_NO}: {reason}"
    return None


def _container_missing(task: Object | None, balancer: Mapping[str, Any]) -> str | None:
    """Why the load balancer's target is none of the task's."""
    if task is None:
        return None
    name, port = balancer.get("containerName"), balancer.get("containerPort")
    for container in containers(task.inputs["containerDefinitions"]):
        if container.get("name") == name:
            ports = [value for _, value in at(container, "portMappings[*].containerPort")]
            return None if port in ports else f"The container {name} did not have a container port {port} defined."
    return f"The container {name} does not exist in the task definition."


def _starts(context: Context) -> str | None:
    """ECS makes such a service, and its tasks never start: nobody may take their roles, or the one that starts them may not.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    """
    task = _task(context) if context.writing else None
    source = f"arn:{context['partition']}:ecs:{context['region']}:{context.place['account']}:task/*"
    for path in ("executionRoleArn", "taskRoleArn") if task is not None else ():
        name = None if task is None else task.inputs.get(path)
        role = context.find(name, ROLE) if name else None
        if role is not None and not assumable(role, context, "ecs-tasks.amazonaws.com", source):
            return f"ClientException: ECS was unable to assume the role '{name}' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions."
    executes = None if task is None else context.find(task.inputs.get("executionRoleArn") or "", ROLE)
    return None if task is None or executes is None else _may_not_start(context, executes, task)


def _may_not_start(context: Context, role: Object, task: Object) -> str | None:
    """What the execution role lacks; a role with managed policies is believed."""
    if role.inputs.get("managedPolicyArns"):
        return None
    place = f"{context['region']}:{context.place['account']}"
    for container in containers(task.inputs["containerDefinitions"]):
        group, repository = log_group(container), own_repository(context, container)
        stream = f"arn:{context['partition']}:logs:{place}:log-group:{group}:log-stream:{container.get('name')}"
        if group and not role_may(context, role, ("logs:CreateLogStream", stream), ("logs:PutLogEvents", stream)):
            return f"ResourceInitializationError: failed to validate logger args: {role.id} is not authorized to perform: logs:CreateLogStream on resource: {stream}"
        images = f"arn:{context['partition']}:ecr:{place}:repository/{repository}"
        wanted = (("ecr:GetAuthorizationToken", "*"), *((action, images) for action in _PULL))
        if repository and not role_may(context, role, *wanted):
            return f"ResourceInitializationError: unable to pull secrets or registry auth: {role.id} is not authorized to pull from {images}"
    return None


def _other_capacity(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """Another strategy is another service, unless a new deployment is forced and both have one."""
    kept = (
        new.get("forceNewDeployment")
        and old.get("capacityProviderStrategies")
        and new.get("capacityProviderStrategies")
    )
    return () if kept else ("capacityProviderStrategies",)


def _arn(context: Context) -> str:
    cluster = str(context["cluster"]).rpartition("/")[2]
    return arn("ecs", f"service/{cluster}/{{name}}").format_map(context)


TYPES: Final = (
    ResourceType(
        token=SERVICE,
        source=f"{_DOCS}/APIReference/API_CreateService.html",
        sources=(f"{_DOCS}/APIReference/API_AwsVpcConfiguration.html", f"{_DOCS}/developerguide/alb.html"),
        id=_arn,
        name=replace(ECS_NAME, unique_in="{cluster}"),
        computed={"arn": "{id}", "iamRole": "/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"},
        input_defaults={
            "deploymentMaximumPercent": 200,
            "deploymentMinimumHealthyPercent": 100,
            "enableEcsManagedTags": False,
            "enableExecuteCommand": False,
            "schedulingStrategy": "REPLICA",
            "sigintRollback": False,
            "waitForSteadyState": False,
        },
        defaults={
            "availabilityZoneRebalancing": "ENABLED",
            "desiredCount": 0,
            "launchType": "EC2",
            "platformVersion": lambda context: "LATEST" if context.inputs.get("launchType") == "FARGATE" else None,
        },
        replace_on=("cluster", "deploymentController", "iamRole", "launchType", "schedulingStrategy"),
        replace_when=(_other_capacity,),
        references=(
            Reference("cluster", CLUSTER),
            Reference("taskDefinition", TASK),
            Reference(_SUBNETS, SUBNET, blocks_deletion=True),
            Reference(_GROUPS, (GROUP, DEFAULT_GROUP), blocks_deletion=True),
            Reference("loadBalancers[*].targetGroupArn", TARGETS),
        ),
        checks=(
            required(
                "cluster", lambda _: True, "ClusterNotFoundException: Cluster not found. There is no cluster 'default'"
            ),
            required(
                "taskDefinition",
                lambda inputs: (inputs.get("deploymentController") or {}).get("type") != "EXTERNAL",
                "InvalidParameterException: TaskDefinition cannot be empty.",
            ),
            one_of("launchType", ("EC2", "FARGATE", "EXTERNAL")),
            one_of("schedulingStrategy", ("REPLICA", "DAEMON")),
            one_of("propagateTags", ("SERVICE", "TASK_DEFINITION", "NONE")),
            one_of("availabilityZoneRebalancing", ("ENABLED", "DISABLED")),
            one_of("deploymentController.type", ("CODE_DEPLOY", "ECS", "EXTERNAL")),
            one_of("deploymentConfiguration.strategy", ("ROLLING", "BLUE_GREEN", "LINEAR", "CANARY")),
            matches("platformVersion", r"LATEST|1\.[0-4]\.0", "a platform version of Fargate: LATEST, 1.4.0, 1.3.0 …"),
            between("desiredCount", 0, 5000),
            between("healthCheckGracePeriodSeconds", 0, 2147483647),
            between("loadBalancers[*].containerPort", 1, 65535),
            holds("loadBalancers", lambda found: len(found) <= 5, f"{_NO}: at most 5 target groups"),
            holds("networkConfiguration.subnets", lambda ids: 1 <= len(ids) <= 16, f"{_NO}: 1 to 16 subnets"),
            holds(
                "networkConfiguration.securityGroups", lambda ids: len(ids) <= 5, f"{_NO}: at most 5 security groups"
            ),
            not_together("launchType", "capacityProviderStrategies"),
            fits_its_launch_type,
            percentages_fit,
            tag_rule(),
        ),
        guards=(
            _runs,
            of_one_vpc(_SUBNETS, vpc_at(_SUBNETS), f"{_NO}: subnet {{value}} lies in {{other}}, not in {{vpc}}"),
            of_one_vpc(
                _GROUPS,
                vpc_at(_SUBNETS),
                f"{_NO}: security group {{value}} does not appear to belong to the same VPC as the input subnets.",
            ),
            _balanced,
            _starts,
        ),
        unordered=(
            "capacityProviderStrategies",
            "loadBalancers",
            "networkConfiguration.securityGroups",
            "networkConfiguration.subnets",
            "placementConstraints",
        ),
        blind_spots=(
            "Whether tasks start, stay healthy and find addresses is not known; what would keep them from starting at once is refused.",
            "A task definition is named by family or ARN here, not by family:revision.",
            "Roles with managed policies are believed to be able to start tasks.",
            "Deletion drains the tasks first; their network interfaces hold subnets and groups for a while there.",
            "Service discovery, Service Connect, volumes, Lattice and deployment hooks are not looked at.",
        ),
    ),
)
