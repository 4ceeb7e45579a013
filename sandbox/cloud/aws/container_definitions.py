"""The JSON of a task definition's containers, as Amazon ECS reads it.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems
from sandbox.cloud.value import at

Container = Mapping[str, Any]

FARGATE_DRIVERS: Final = ("awslogs", "splunk", "awsfirelens")
"""https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html"""
_KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    **dict.fromkeys(("name", "image", "user", "workingDirectory", "hostname"), (str,)),
    **dict.fromkeys(("cpu", "memory", "memoryReservation", "startTimeout", "stopTimeout"), (int,)),
    **dict.fromkeys(("essential", "privileged", "readonlyRootFilesystem", "interactive"), (bool,)),
    **dict.fromkeys(("portMappings", "environment", "secrets", "mountPoints", "dependsOn", "command"), (list,)),
    **dict.fromkeys(("entryPoint", "environmentFiles", "volumesFrom", "ulimits"), (list,)),
    **dict.fromkeys(("logConfiguration", "healthCheck", "linuxParameters", "dockerLabels"), (dict,)),
}
_IMAGE: Final = re.compile(r"[\w.-]+(:\d+)?(/[\w.-]+)*(:[\w.-]{1,128})?(@sha256:[0-9a-f]{64})?")
_CONDITIONS: Final = ("START", "COMPLETE", "SUCCESS", "HEALTHY")
_HEALTH: Final = {"interval": (5, 300), "timeout": (2, 120), "retries": (1, 10), "startPeriod": (0, 300)}
_AWSLOGS: Final = ("awslogs-group", "awslogs-region", "awslogs-stream-prefix")


def containers(text: str) -> list[Container]:
    """The containers of a text that was accepted; none of any other."""
    try:
        parsed = json.loads(text)
    except ValueError:
        return []
    return parsed if isinstance(parsed, list) and all(isinstance(one, dict) for one in parsed) else []


def fargate(inputs: Mapping[str, Any]) -> bool:
    """Whether the task is for AWS Fargate."""
    return "FARGATE" in (inputs.get("requiresCompatibilities") or [])


def definitions_fit(inputs: Mapping[str, Any]) -> Problems:
    """Everything that is refused in the containers, alone and together."""
    found = containers(inputs["containerDefinitions"])
    if not found:
        yield "containerDefinitions", "ECS Task Definition container_definitions is invalid: no JSON list of objects"
        return
    for reason in _reasons(inputs, found):
        yield "containerDefinitions", f"ClientException: {reason}"


def _reasons(inputs: Mapping[str, Any], found: list[Container]) -> Iterator[str]:
    wrong = [
        f"{name} is no {kinds[0].__name__}" for c in found for name, kinds in _KINDS.items() if _odd(c, name, kinds)
    ]
    if wrong:
        yield from wrong
        return
    names = [str(container.get("name")) for container in found]
    if len(set(names)) < len(names):
        yield f"two containers are named {next(name for name in names if names.count(name) > 1)}"
    if not any(container.get("essential", True) for container in found):
        yield "a task definition must have at least one essential container"
    volumes = {value for _, value in at(inputs, "volumes[*].name")}
    for container in found:
        yield from _named(container)
        yield from _ports(container, inputs.get("networkMode"))
        yield from _variables(container)
        yield from _logs(container, on_fargate=fargate(inputs))
        yield from _alive(container)
        yield from _after(container, names)
        for _, volume in at(container, "mountPoints[*].sourceVolume"):
            if volume not in volumes:
                yield f"Unknown volume '{volume}'"
        if fargate(inputs) and (container.get("privileged") or container.get("links")):
            yield "Fargate takes neither privileged containers nor links"


def _odd(container: Container, name: str, kinds: tuple[type, ...]) -> bool:
    value = container.get(name)
    return value is not None and (not isinstance(value, kinds) or (int in kinds and isinstance(value, bool)))


def _named(container: Container) -> Iterator[str]:
    name, image = container.get("name"), container.get("image")
    if not name or not re.fullmatch(r"[a-zA-Z0-9_-]{1,255}", name):
        yield f"'{name}' is no container name: 1 to 255 letters, digits, hyphens and underscores"
    if not image or not _IMAGE.fullmatch(image):
        yield f"Container.image contains invalid characters: '{image}'"


def _ports(container: Container, mode: str | None) -> Iterator[str]:
    seen: set[tuple[Any, str]] = set()
    for mapping in container.get("portMappings") or []:
        inner, outer = mapping.get("containerPort"), mapping.get("hostPort")
        key = (inner, str(mapping.get("protocol") or "tcp"))
        if not isinstance(inner, int) or not 1 <= inner <= 65535 or key[1] not in ("tcp", "udp"):
            yield f"invalid port mapping: {inner}/{key[1]}"
        if mode == "awsvpc" and outer not in (None, 0, inner):
            yield f"When networkMode=awsvpc, the host ports and container ports in port mappings must match: {inner}, {outer}"
        if key in seen:
            yield f"the container port {inner} is mapped twice"
        seen.add(key)


def _variables(container: Container) -> Iterator[str]:
    for path, value in (("environment", "value"), ("secrets", "valueFrom")):
        pairs = container.get(path) or []
        if any(
            not isinstance(p, dict) or not isinstance(p.get("name"), str) or not isinstance(p.get(value), str)
            for p in pairs
        ):
            yield f"{path} of '{container.get('name')}' is a list of objects with name and {value}, both strings"
    names = [name for path in ("environment[*].name", "secrets[*].name") for _, name in at(container, path)]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"The secret or environment variable '{name}' is given twice in '{container.get('name')}'"


def _logs(container: Container, *, on_fargate: bool) -> Iterator[str]:
    logs = container.get("logConfiguration") or {}
    driver, options = logs.get("logDriver"), logs.get("options") or {}
    if logs and on_fargate and driver not in FARGATE_DRIVERS:
        yield f"the log driver '{driver}' is not supported on Fargate: {', '.join(FARGATE_DRIVERS)}"
    missing = [name for name in _AWSLOGS if not options.get(name)]
    if driver == "awslogs" and on_fargate and missing:
        yield f"Log driver awslogs requires options: {', '.join(missing)}"


def _alive(container: Container) -> Iterator[str]:
    health, stop = container.get("healthCheck") or {}, container.get("stopTimeout") or 0
    if health and not health.get("command"):
        yield "a health check has a command"
    for name, (least, most) in _HEALTH.items():
        if name in health and not least <= health[name] <= most:
            yield f"healthCheck.{name} is {least} to {most}, not {health[name]}"
    if not 0 <= stop <= 120:
        yield f"stopTimeout is at most 120, not {stop}"


def _after(container: Container, names: list[str]) -> Iterator[str]:
    for one in container.get("dependsOn") or []:
        if one.get("containerName") not in names or one.get("containerName") == container.get("name"):
            yield f"'{container.get('name')}' depends on '{one.get('containerName')}', which is no other container of the task"
        if one.get("condition") not in _CONDITIONS:
            yield f"the condition of a dependency is one of {', '.join(_CONDITIONS)}, not '{one.get('condition')}'"
