"""Task definitions of Amazon ECS: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definitions.html."""

import re
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.aws.container_definitions import containers, definitions_fit, fargate
from sandbox.cloud.aws.identity import ROLE
from sandbox.cloud.aws.images import REPOSITORY
from sandbox.cloud.aws.log_archive import LOG_GROUP
from sandbox.cloud.aws.placement import here
from sandbox.cloud.aws.tags import tag_rule
from sandbox.cloud.checks import Problems, between, matches, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.identity import arn
from sandbox.cloud.resource_type import Reference, ResourceType
from sandbox.cloud.value import at

TASK: Final = "aws:ecs/taskDefinition:TaskDefinition"
_DOCS: Final = "https://docs.aws.amazon.com/AmazonECS/latest"
_MEMORY: Final = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4097, 1024)),
    1024: tuple(range(2048, 8193, 1024)),
    2048: tuple(range(4096, 16385, 1024)),
    4096: tuple(range(8192, 30721, 1024)),
    8192: tuple(range(16384, 61441, 4096)),
    16384: tuple(range(32768, 122881, 8192)),
}
"""MiB for each number of CPU units: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html."""
_LINUX_ONLY: Final = (256, 512, 8192, 16384)
_WINDOWS: Final = tuple(
    f"WINDOWS_SERVER_{year}_{kind}" for year in ("2019", "2022", "2025") for kind in ("CORE", "FULL")
)
_MODES: Final = ("awsvpc", "bridge", "host", "none")
_FIXED: Final = (
    *("containerDefinitions", "cpu", "enableFaultInjection", "ephemeralStorage", "executionRoleArn", "family"),
    *("ipcMode", "memory", "networkMode", "pidMode", "placementConstraints", "proxyConfiguration"),
    *("requiresCompatibilities", "runtimePlatform", "taskRoleArn", "volumes"),
)


def _amount(value: Any, unit: str) -> int | None:
    """`1024`, `1 vCPU`, `2GB`: CPU units or MiB."""
    found = re.fullmatch(rf"(?i)(\d+)|(\d*\.?\d+)\s*{unit}", str(value).strip())
    if found is None:
        return None
    return int(found[1]) if found[1] else round(float(found[2]) * 1024)


def _size_fits(inputs: Mapping[str, Any]) -> Problems:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html."""
    cpu, memory = _amount(inputs.get("cpu"), "vCPU"), _amount(inputs.get("memory"), "GB")
    family = (inputs.get("runtimePlatform") or {}).get("operatingSystemFamily") or "LINUX"
    asked = f"{inputs.get('cpu')} CPU units and {inputs.get('memory')} MiB"
    if fargate(inputs):
        if memory not in _MEMORY.get(cpu or 0, ()):
            yield "memory", f"ClientException: No Fargate configuration exists for given values: {asked}"
        elif cpu in _LINUX_ONLY and family != "LINUX":
            yield "cpu", f"ClientException: No Fargate configuration exists for {family} with {asked}"
    found = containers(inputs["containerDefinitions"])
    for name, whole in (("cpu", cpu), ("memory", memory)):
        parts = [container[name] for container in found if isinstance(container.get(name), int)]
        if whole is not None and sum(parts) > whole:
            yield (
                name,
                f"ClientException: Invalid '{name}' setting for task: the containers ask for {sum(parts)}, the task has {whole}",
            )
    reserved = [container.get("memory") or container.get("memoryReservation") for container in found]
    if memory is None and inputs.get("memory") is None and not all(reserved):
        yield (
            "memory",
            "ClientException: Invalid setting for container. At least one of 'memory' or 'memoryReservation' must be specified.",
        )


def _on_fargate(inputs: Mapping[str, Any]) -> Problems:
    if not fargate(inputs):
        if inputs.get("ephemeralStorage"):
            yield "ephemeralStorage", "ClientException: ephemeral storage is only for Fargate"
        return
    if inputs.get("networkMode") != "awsvpc":
        yield "networkMode", "ClientException: Fargate only supports network mode 'awsvpc'."
    if inputs.get("ipcMode"):
        yield "ipcMode", "ClientException: Fargate does not support 'ipcMode'"
    if inputs.get("pidMode") == "host":
        yield "pidMode", "ClientException: Fargate only supports pidMode 'task'"
    if inputs.get("placementConstraints"):
        yield "placementConstraints", "ClientException: Fargate does not support placement constraints"
    for path, _ in (*at(inputs, "volumes[*].hostPath"), *at(inputs, "volumes[*].dockerVolumeConfiguration")):
        yield path, "ClientException: Fargate takes neither host paths nor Docker volumes"


def _executed(inputs: Mapping[str, Any]) -> Problems:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html."""
    if inputs.get("executionRoleArn"):
        return
    found = containers(inputs["containerDefinitions"])
    if any(container.get("secrets") for container in found):
        yield (
            "executionRoleArn",
            "ClientException: When you are specifying container secrets, you must specify a value for 'executionRoleArn'.",
        )
    elif fargate(inputs) and any(log_group(container) for container in found):
        yield (
            "executionRoleArn",
            "ClientException: Fargate requires task definition to have execution role ARN to support log driver awslogs.",
        )
    elif fargate(inputs) and any(".dkr.ecr." in str(container.get("image")) for container in found):
        yield (
            "executionRoleArn",
            "ClientException: Fargate requires task definition to have execution role ARN to support ECR images.",
        )


def log_group(container: Mapping[str, Any]) -> str | None:
    """The log group that a container writes to."""
    logs = container.get("logConfiguration") or {}
    return str((logs.get("options") or {}).get("awslogs-group")) if logs.get("logDriver") == "awslogs" else None


def own_repository(context: Context, container: Mapping[str, Any]) -> str | None:
    """The repository of this account and region that a container's image comes from."""
    host = f"{context.place['account']}.dkr.ecr.{context['region']}.amazonaws.com/"
    image = str(container.get("image"))
    return re.split(r"[@:]", image.removeprefix(host))[0] if image.startswith(host) else None


def _parts_exist(context: Context) -> str | None:
    """ECS registers such a task, and it never starts: its log group and its image's repository are not there."""
    for container in containers(context["containerDefinitions"]) if context.operation == "create" else ():
        options = (container.get("logConfiguration") or {}).get("options") or {}
        group, repository = log_group(container), own_repository(context, container)
        made = options.get("awslogs-create-group") == "true" or options.get("awslogs-region") != context["region"]
        if group and not made and not any(one.get("name") == group for one in here(context, LOG_GROUP)):
            return f"ResourceInitializationError: failed to validate logger args: The specified log group does not exist: {group}"
        if repository and not any(one.get("name") == repository for one in here(context, REPOSITORY)):
            return f"CannotPullContainerError: The repository with name '{repository}' does not exist in the registry with id '{context.place['account']}'"
    return None


def _revision(context: Context) -> int:
    """One more than the family's last one."""
    family = (one for one in here(context, TASK) if one.get("family") == context["family"])
    return 1 + max((int(one.get("revision")) for one in family), default=0)


TYPES: Final = (
    ResourceType(
        token=TASK,
        source=f"{_DOCS}/APIReference/API_RegisterTaskDefinition.html",
        sources=(
            f"{_DOCS}/developerguide/fargate-tasks-services.html",
            f"{_DOCS}/developerguide/task_definition_parameters.html",
        ),
        id=lambda context: arn("ecs", f"task-definition/{{family}}:{_revision(context)}").format_map(context),
        computed={
            "revision": lambda context: int(context.id.rpartition(":")[2]),
            "arn": "{id}",
            "arnWithoutRevision": arn("ecs", "task-definition/{family}"),
        },
        input_defaults={"skipDestroy": False, "trackLatest": False},
        defaults={"enableFaultInjection": False},
        replace_on=_FIXED,
        references=(Reference("executionRoleArn", ROLE), Reference("taskRoleArn", ROLE)),
        checks=(
            matches("family", r"[a-zA-Z0-9_-]{1,255}", "1 to 255 letters, digits, hyphens and underscores"),
            one_of("requiresCompatibilities[*]", ("EC2", "EXTERNAL", "FARGATE", "MANAGED_INSTANCES")),
            one_of("networkMode", _MODES),
            one_of("ipcMode", ("host", "task", "none")),
            one_of("pidMode", ("host", "task")),
            one_of("runtimePlatform.cpuArchitecture", ("X86_64", "ARM64")),
            one_of("runtimePlatform.operatingSystemFamily", ("LINUX", *_WINDOWS)),
            between("ephemeralStorage.sizeInGib", 21, 200),
            definitions_fit,
            _size_fits,
            _on_fargate,
            _executed,
            tag_rule(),
        ),
        guards=(_parts_exist,),
        known_as=("family",),
        unordered=("placementConstraints", "requiresCompatibilities", "volumes"),
        blind_spots=(
            "Its id is the family there, the ARN here.",
            "The JSON is compared letter by letter; there the order of variables and absent defaults make no difference.",
            "A family's revisions begin anew once none is left.",
            "Whether the image is in its repository, and starts, is not asked; neither are keys of containers that ECS ignores.",
            "The names of Fargate's platforms for Windows in the newest release are unverified.",
        ),
    ),
)
