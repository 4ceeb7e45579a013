"""Block volumes, boot volumes and file systems: https://docs.oracle.com/en-us/iaas/Content/Block/Concepts/blockvolumeencryption.htm."""

from collections.abc import Iterator

from policies.facts.oci.key import KEY
from policies.facts.reading import text
from policies.facts.resources import World, customer_key
from policies.facts.vocabulary import Fact, FileShare, Volume

INSTANCE = "oci:Core/instance:Instance"
TEMPLATE = "oci:Core/instanceConfiguration:InstanceConfiguration"
LAUNCHED = {INSTANCE: "", TEMPLATE: "instanceDetails.launchDetails."}
"""Type of what makes machines to where it describes one."""
_VOLUMES = ("oci:Core/bootVolume:BootVolume", "oci:Core/volume:Volume")
_SYSTEM = "oci:FileStorage/fileSystem:FileSystem"
KNOWN = frozenset({*_VOLUMES, _SYSTEM})


def facts(world: World) -> Iterator[Fact]:
    for volume in world.of(*_VOLUMES):
        yield Volume(urn=volume.urn, role=volume.role, customer_key=customer_key(world, volume, "kmsKeyId", KEY))
    for token, at in LAUNCHED.items():
        for machine in world.of(token):
            # A machine started from a boot volume takes that volume, which is judged by itself.
            if text(machine, f"{at}sourceDetails.sourceType", default="image") != "bootVolume":
                key = customer_key(world, machine, f"{at}sourceDetails.kmsKeyId", KEY)
                yield Volume(urn=machine.urn, role=machine.role, customer_key=key)
    for system in world.of(_SYSTEM):
        yield FileShare(urn=system.urn, role=system.role, customer_key=customer_key(world, system, "kmsKeyId", KEY))
