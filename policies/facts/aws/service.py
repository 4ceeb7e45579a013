"""Amazon ECS services and their task definitions: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/Welcome.html."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from policies.facts.answers import every, gather, when
from policies.facts.aws.accounts import own
from policies.facts.aws.feeds import LOG_GROUP, archived
from policies.facts.aws.network import SUBNET
from policies.facts.images import fixed
from policies.facts.reading import first, flag, is_set, number, read
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Fact, Maybe, Service, Unknown

_SERVICE = "aws:ecs/service:Service"
_TASK = "aws:ecs/taskDefinition:TaskDefinition"
KNOWN = frozenset({_SERVICE, _TASK})

_PRIVATE = re.compile(r"(\d{12})\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/.+")


def facts(world: World) -> Iterator[Fact]:
    for service in world.of(_SERVICE):
        task = world.target(service, "taskDefinition", _TASK)
        containers = UNKNOWN if task is None else _containers(task)
        yield Service(
            urn=service.urn,
            role=service.role,
            public=flag(service, "networkConfiguration.assignPublicIp", default=False),
            two_zones=every(_two_tasks(service), _two_zones(world, service)),
            own_identity=UNKNOWN if task is None else is_set(task, "taskRoleArn"),
            image_private=when(
                containers, lambda known: every(*(private_image(world, one.get("image")) for one in known))
            ),
            image_fixed=when(containers, lambda known: every(*(fixed(one.get("image")) for one in known))),
            logs_kept=when(containers, lambda known: every(*(_kept(world, one) for one in known))),
            version="",
            version_supported=True,  # an image brings its own runtime
            zone_kind="zone",
        )


def _containers(task: Resource) -> Maybe[list[Mapping[str, Any]]]:
    written = read(task, "containerDefinitions")
    try:
        parsed = json.loads(written) if isinstance(written, str) else None
    except ValueError:
        return UNKNOWN
    listed = isinstance(parsed, list) and all(isinstance(one, Mapping) for one in parsed)
    return parsed if listed and parsed is not None else UNKNOWN


def private_image(world: World, image: object) -> Maybe[bool]:
    """From a registry of the account that the stack stands in; another account's is somebody else's.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
    """
    found = _PRIVATE.fullmatch(str(image))
    if found is None:
        return False
    return found[1] in own(world) if own(world) else UNKNOWN


def _kept(world: World, container: Mapping[str, Any]) -> Maybe[bool]:
    """Its log driver writes to a log group of the stack that is sent on to an archive."""
    settings = container.get("logConfiguration")
    if not isinstance(settings, Mapping) or settings.get("logDriver") != "awslogs":
        return False
    options = settings.get("options")
    name = options.get("awslogs-group") if isinstance(options, Mapping) else None
    groups = [group for group in world.of(LOG_GROUP) if name in (group.properties.get("name"), group.id)]
    return archived(world, groups[0]) if groups else world.absent(value=False)


def _two_tasks(service: Resource) -> Maybe[bool]:
    return when(number(service, "desiredCount", default=0), lambda count: count > 1)


def _two_zones(world: World, service: Resource) -> Maybe[bool]:
    subnets = world.targets(service, "networkConfiguration.subnets", SUBNET)
    if not subnets:
        return UNKNOWN if is_set(service, "networkConfiguration.subnets") is not False else False
    zones = gather(zone(subnet) for subnet in subnets)
    return when(zones, lambda known: len(known) > 1)


def zone(subnet: Resource) -> Maybe[str]:
    named = first(subnet, "availabilityZoneId", "availabilityZone")
    return named if isinstance(named, str) and not isinstance(named, Unknown) else UNKNOWN
