"""Amazon EC2 instances, and the templates that make them.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html
"""

from collections.abc import Iterator

from policies.facts.answers import every, no, some, when
from policies.facts.aws import clock
from policies.facts.aws.clock import TIME
from policies.facts.aws.network import SUBNET
from policies.facts.aws.volume import CONFIGURATION, INSTANCE, TEMPLATE
from policies.facts.reading import flag, is_set, number, read_all, text
from policies.facts.resources import Resource, World, once
from policies.facts.scripts import admits_passwords, keeps_time, scripts
from policies.facts.vocabulary import NOT_OFFERED, UNKNOWN, Fact, Machine, Maybe

_DEFAULTS = "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults"
_ASSOCIATION = "aws:ssm/association:Association"
_TASK = "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask"
_WINDOW = "aws:ssm/maintenanceWindow:MaintenanceWindow"
KNOWN = clock.KNOWN | frozenset({INSTANCE, TEMPLATE, CONFIGURATION, _DEFAULTS, _ASSOCIATION, _TASK, _WINDOW})

_PATCHES = "AWS-RunPatchBaseline"
_MOST_HOPS = 2


def facts(world: World) -> Iterator[Fact]:
    for machine in world.of(INSTANCE, TEMPLATE, CONFIGURATION):
        texts = scripts(machine, "userData", "userDataBase64") or _else(world, machine, "userData")
        yield Machine(
            urn=machine.urn,
            role=machine.role,
            public=_public(world, machine),
            metadata_guarded=_guarded(world, machine),
            # Secure Boot and NitroTPM come from the image: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/uefi-secure-boot.html
            verified_boot=NOT_OFFERED,
            password_login=admits_passwords(texts),
            brokered_login=every(no(_said(world, machine, "keyName")), _said(world, machine, "iamInstanceProfile")),
            patched=_patched(world),
            time_from_provider=keeps_time(texts, TIME),
        )


def _holder(world: World, machine: Resource, path: str) -> Resource | None:
    """Who says it: the instance, else its launch template; None where that lies elsewhere."""
    if is_set(machine, path) is not False or is_set(machine, "launchTemplate") is False:
        return machine
    return world.target(machine, "launchTemplate", TEMPLATE)


def _said(world: World, machine: Resource, path: str) -> Maybe[bool]:
    holder = _holder(world, machine, path)
    return UNKNOWN if holder is None else is_set(holder, path)


def _else(world: World, machine: Resource, path: str) -> list[Maybe[str]]:
    holder = _holder(world, machine, path)
    return [UNKNOWN] if holder is None else scripts(holder, path)


def _guarded(world: World, machine: Resource) -> Maybe[bool]:
    options = "metadataOptions"
    holder = _holder(world, machine, options)
    if holder is None:
        return UNKNOWN
    if is_set(holder, f"{options}.httpTokens") is False:
        tokens = _by_default(world)
    else:
        tokens = when(text(holder, f"{options}.httpTokens"), lambda word: word == "required")
    near = when(number(holder, f"{options}.httpPutResponseHopLimit", default=1), lambda hops: hops <= _MOST_HOPS)
    off = when(text(holder, f"{options}.httpEndpoint", default="enabled"), lambda word: word == "disabled")
    return some(off, every(tokens, near))


@once
def _by_default(world: World) -> Maybe[bool]:
    """Tokens are optional unless the account's defaults say otherwise."""
    asked = (when(text(one, "httpTokens"), lambda word: word == "required") for one in world.of(_DEFAULTS))
    return some(world.absent(value=False), *asked)


def _public(world: World, machine: Resource) -> Maybe[bool]:
    """Asked for, or given by the subnet; a default subnet, where none is named, gives one.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html
    """
    if machine.type == TEMPLATE:
        asked = (
            flag({"a": one}, "a", default=False) for one in read_all(machine, f"{_CARDS}.associatePublicIpAddress")
        )
        return some(*asked)
    if is_set(machine, _GIVEN) is not False or machine.type == CONFIGURATION:
        return flag(machine, _GIVEN, default=False)
    if any(is_set(machine, path) is not False for path in (_CARDS, "primaryNetworkInterface", "launchTemplate")):
        return False  # an interface that is judged by itself, or a template that is
    if is_set(machine, "subnetId") is False:
        return True
    subnet = world.target(machine, "subnetId", SUBNET)
    return UNKNOWN if subnet is None else flag(subnet, "mapPublicIpOnLaunch", default=False)


_GIVEN, _CARDS = "associatePublicIpAddress", "networkInterfaces"


@once
def _patched(world: World) -> Maybe[bool]:
    """Patch Manager runs on a schedule: https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager.html."""
    associated = (_patches(one, "name") for one in world.of(_ASSOCIATION))
    return some(world.absent(value=False), *associated, *(_in_window(world, task) for task in world.of(_TASK)))


def _in_window(world: World, task: Resource) -> Maybe[bool]:
    window = world.target(task, "windowId", _WINDOW)
    return every(_patches(task, "taskArn"), True if window is None else flag(window, "enabled", default=True))


def _patches(resource: Resource, path: str) -> Maybe[bool]:
    return when(text(resource, path), lambda name: _PATCHES in name)
