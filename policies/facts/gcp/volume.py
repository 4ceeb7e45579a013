"""Persistent disks and Filestore: https://cloud.google.com/compute/docs/disks/customer-managed-encryption."""

from collections.abc import Iterator

from policies.facts.answers import every
from policies.facts.gcp.key import KEY
from policies.facts.reading import is_set, read, text
from policies.facts.resources import Resource, World, customer_key
from policies.facts.vocabulary import UNKNOWN, Fact, FileShare, Maybe, Volume

INSTANCE = "gcp:compute/instance:Instance"
TEMPLATES = (
    "gcp:compute/instanceTemplate:InstanceTemplate",
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
)
_DISKS = ("gcp:compute/disk:Disk", "gcp:compute/regionDisk:RegionDisk")
_FILESTORE = "gcp:filestore/instance:Instance"
KNOWN = frozenset({*_DISKS, _FILESTORE})


def facts(world: World) -> Iterator[Fact]:
    for disk in world.of(*_DISKS):
        key = customer_key(world, disk, "diskEncryptionKey.kmsKeySelfLink", KEY)
        yield Volume(urn=disk.urn, role=disk.role, customer_key=key)
    for machine in world.of(INSTANCE, *TEMPLATES):
        made = list(_made(world, machine))
        if made:
            yield Volume(urn=machine.urn, role=machine.role, customer_key=every(*made))
    for share in world.of(_FILESTORE):
        yield FileShare(urn=share.urn, role=share.role, customer_key=customer_key(world, share, "kmsKeyName", KEY))


def _made(world: World, machine: Resource) -> Iterator[Maybe[bool]]:
    """The disks that are made with the machine. One that it is given is a resource of its own, and judged as that."""
    if machine.type == INSTANCE:
        if is_set(machine, "bootDisk.source") is not True:
            yield customer_key(world, machine, "bootDisk.kmsKeySelfLink", KEY)
        return
    disks = read(machine, "disks")
    if not isinstance(disks, list):
        yield UNKNOWN
        return
    for number in range(len(disks)):
        at = f"disks.{number}"
        scratch = text(machine, f"{at}.type", default="PERSISTENT") == "SCRATCH"
        if is_set(machine, f"{at}.source") is not True and not scratch:
            yield customer_key(world, machine, f"{at}.diskEncryptionKey.kmsKeySelfLink", KEY)
