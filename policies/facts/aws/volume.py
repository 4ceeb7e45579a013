"""Amazon EBS, EFS and FSx: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html."""

from collections.abc import Iterator

from policies.facts.answers import every, some
from policies.facts.aws.key import customers
from policies.facts.reading import flag, is_set, read
from policies.facts.resources import Resource, World, once
from policies.facts.vocabulary import UNKNOWN, Fact, FileShare, Maybe, Volume

INSTANCE = "aws:ec2/instance:Instance"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
CONFIGURATION = "aws:ec2/launchConfiguration:LaunchConfiguration"
_VOLUME = "aws:ebs/volume:Volume"
_DEFAULT = "aws:ebs/encryptionByDefault:EncryptionByDefault"
_DEFAULT_KEY = "aws:ebs/defaultKmsKey:DefaultKmsKey"
_EFS = "aws:efs/fileSystem:FileSystem"
_FSX = (
    "aws:fsx/lustreFileSystem:LustreFileSystem",
    "aws:fsx/ontapFileSystem:OntapFileSystem",
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem",
    "aws:fsx/windowsFileSystem:WindowsFileSystem",
)
KNOWN = frozenset({_VOLUME, _DEFAULT, _DEFAULT_KEY, _EFS, *_FSX})


def facts(world: World) -> Iterator[Fact]:
    for volume in world.of(_VOLUME):
        yield Volume(urn=volume.urn, role=volume.role, customer_key=_key(world, volume))
    for machine in world.of(INSTANCE, TEMPLATE, CONFIGURATION):
        disks = list(_disks(world, machine))
        if disks:
            yield Volume(urn=machine.urn, role=machine.role, customer_key=every(*disks))
    for system in world.of(_EFS):
        key = every(flag(system, "encrypted", default=False), customers(world, system, "kmsKeyId"))
        yield FileShare(urn=system.urn, role=system.role, customer_key=key)
    for system in world.of(*_FSX):
        yield FileShare(urn=system.urn, role=system.role, customer_key=customers(world, system, "kmsKeyId"))


def _key(world: World, resource: Resource, at: str = "") -> Maybe[bool]:
    """Encrypted by itself or by the account's default, with a key named there or as the account's.

    https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html
    """
    return every(
        some(flag(resource, f"{at}encrypted", default=False), _by_default(world)),
        some(customers(world, resource, f"{at}kmsKeyId"), _default_key(world)),
    )


def by_default(world: World) -> Maybe[bool]:
    """What a disk of which nothing is said comes to: the account's defaults."""
    return every(_by_default(world), _default_key(world))


@once
def _by_default(world: World) -> Maybe[bool]:
    return some(world.absent(value=False), *(flag(one, "enabled", default=True) for one in world.of(_DEFAULT)))


@once
def _default_key(world: World) -> Maybe[bool]:
    return some(world.absent(value=False), *(customers(world, one, "keyArn") for one in world.of(_DEFAULT_KEY)))


def _disks(world: World, machine: Resource) -> Iterator[Maybe[bool]]:
    """Its root disk (of which nothing is said where the image's own will do) and those listed beside."""
    template = machine.type == TEMPLATE
    listed, inner = ("blockDeviceMappings", "ebs.") if template else ("ebsBlockDevices", "")
    if not template and is_set(machine, "rootBlockDevice") is not False:
        yield _key(world, machine, "rootBlockDevice.")
    elif is_set(machine, "launchTemplate") is not False:
        # Its disks are the template's; what another stack's template says, nobody knows.
        if not world.targets(machine, "launchTemplate", TEMPLATE):
            yield UNKNOWN
    elif is_set(machine, listed) is False or not template:
        yield by_default(world)
    disks = read(machine, listed)
    if disks is UNKNOWN:
        yield UNKNOWN
    for number, disk in enumerate(disks if isinstance(disks, list) else []):
        if is_set({"disk": disk}, f"disk.{inner}".rstrip(".")) is not False:
            yield _key(world, machine, f"{listed}.{number}.{inner}")
