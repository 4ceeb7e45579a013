"""Compute Engine instances and templates: https://cloud.google.com/compute/shielded-vm/docs/shielded-vm."""

from collections.abc import Iterator

from policies.facts.answers import every, some
from policies.facts.gcp.volume import INSTANCE, TEMPLATES
from policies.facts.reading import flag, is_set, read, read_all, text
from policies.facts.resources import Resource, World, once
from policies.facts.scripts import admits_passwords, keeps_time, scripts
from policies.facts.vocabulary import UNKNOWN, Fact, Machine, Maybe

_PROJECT = "gcp:compute/projectMetadata:ProjectMetadata"
_ITEM = "gcp:compute/projectMetadataItem:ProjectMetadataItem"
_PATCHES = "gcp:osconfig/patchDeployment:PatchDeployment"
KNOWN = frozenset({INSTANCE, *TEMPLATES, _PROJECT, _ITEM, _PATCHES})

_TIME = frozenset({"metadata.google.internal", "metadata", "169.254.169.254"})
"""https://cloud.google.com/compute/docs/instances/configure-ntp"""
_SCRIPTS = ("startup-script", "user-data", "windows-startup-script-ps1", "windows-startup-script-cmd")


def facts(world: World) -> Iterator[Fact]:
    for machine in world.of(INSTANCE, *TEMPLATES):
        texts = scripts(machine, "metadataStartupScript", *(("metadata", name) for name in _SCRIPTS))
        shield = "shieldedInstanceConfig"
        yield Machine(
            urn=machine.urn,
            role=machine.role,
            public=_public(machine),
            # A header is needed, unless the endpoints from before are kept alive:
            # https://cloud.google.com/compute/docs/metadata/overview
            metadata_guarded=flag(machine, ("metadata", "disable-legacy-endpoints"), default=True),
            verified_boot=every(
                flag(machine, f"{shield}.enableSecureBoot", default=False),
                flag(machine, f"{shield}.enableVtpm", default=True),
                flag(machine, f"{shield}.enableIntegrityMonitoring", default=True),
            ),
            password_login=admits_passwords(texts),
            # By OS Login, and by no key in the project's metadata: https://cloud.google.com/compute/docs/oslogin
            brokered_login=every(_on(world, machine, "enable-oslogin"), _on(world, machine, "block-project-ssh-keys")),
            patched=_patched(world),
            time_from_provider=keeps_time(texts, _TIME),
        )


def _public(machine: Resource) -> Maybe[bool]:
    """An access configuration, even an empty one, is a public address."""
    found: list[Maybe[bool]] = []
    for card in read_all(machine, "networkInterfaces"):
        found += [is_set({"c": card}, f"c.{name}") for name in ("accessConfigs", "ipv6AccessConfigs")]
    return some(*found)


def _on(world: World, machine: Resource, key: str) -> Maybe[bool]:
    """The machine's own metadata, else the project's."""
    own = read(machine, "metadata")
    if own is UNKNOWN or (isinstance(own, dict) and key in own):
        return flag(machine, ("metadata", key), default=False)
    return _of_project(world, key)


@once
def _of_project(world: World, key: str) -> Maybe[bool]:
    whole = (flag(one, ("metadata", key), default=False) for one in world.of(_PROJECT))
    items = (flag(one, "value", default=False) for one in world.of(_ITEM) if text(one, "key") == key)
    return some(world.absent(value=False), *whole, *items)


@once
def _patched(world: World) -> Maybe[bool]:
    """VM Manager patches on a recurring schedule: https://cloud.google.com/compute/vm-manager/docs/patch."""
    recurring = (is_set(one, "recurringSchedule") for one in world.of(_PATCHES))
    return some(world.absent(value=False), *recurring)
