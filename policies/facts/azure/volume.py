"""Managed disks, Azure Files and Azure NetApp Files: https://learn.microsoft.com/azure/virtual-machines/disk-encryption."""

from collections.abc import Iterator

from policies.facts.answers import every, some, when
from policies.facts.azure.key import KEY
from policies.facts.azure.object_store import encrypted
from policies.facts.azure.sinks import ACCOUNT
from policies.facts.reading import is_set, read, text
from policies.facts.resources import Resource, World, customer_key
from policies.facts.vocabulary import UNKNOWN, Fact, FileShare, Maybe, Volume

MACHINE = "azure-native:compute:VirtualMachine"
SCALE_SET = "azure-native:compute:VirtualMachineScaleSet"
_DISK = "azure-native:compute:Disk"
_ENCRYPTION = "azure-native:compute:DiskEncryptionSet"
_SHARE = "azure-native:storage:FileShare"
_NETAPP = "azure-native:netapp:Account"
KNOWN = frozenset({_DISK, _ENCRYPTION, _SHARE, _NETAPP})

_PLATFORM = "EncryptionAtRestWithPlatformKey"


def facts(world: World) -> Iterator[Fact]:
    for disk in world.of(_DISK):
        kind = text(disk, "encryption.type", default=_PLATFORM)
        key = every(when(kind, lambda word: word != _PLATFORM), in_a_set(world, disk, "encryption.diskEncryptionSetId"))
        yield Volume(urn=disk.urn, role=disk.role, customer_key=key)
    for machine, above in (
        (m, p) for t, p in ((MACHINE, ""), (SCALE_SET, "virtualMachineProfile.")) for m in world.of(t)
    ):
        disks = list(_disks(world, machine, f"{above}storageProfile."))
        if disks:
            yield Volume(urn=machine.urn, role=machine.role, customer_key=every(*disks))
    for share in world.of(_SHARE):
        account = world.target(share, "accountName", ACCOUNT)
        key = UNKNOWN if account is None else encrypted(world, account)
        yield FileShare(urn=share.urn, role=share.role, customer_key=key)
    for account in world.of(_NETAPP):
        source = when(text(account, "encryption.keySource"), lambda word: word.lower() == "microsoft.keyvault")
        named = is_set(account, "encryption.keyVaultProperties.keyName")
        yield FileShare(urn=account.urn, role=account.role, customer_key=every(source, named))


def in_a_set(world: World, resource: Resource, path: str) -> Maybe[bool]:
    """A disk encryption set is named; one of the stack must itself hold a key of the customer's."""
    found = world.target(resource, path, _ENCRYPTION)
    if found is None:
        return customer_key(world, resource, path, _ENCRYPTION)
    return customer_key(world, found, "activeKey.keyUrl", KEY)


def _disks(world: World, machine: Resource, at: str) -> Iterator[Maybe[bool]]:
    """The disks that the machine makes. One that is attached is a resource of its own, and judged as that."""
    if read(machine, at.removesuffix(".")) is UNKNOWN:
        yield UNKNOWN
        return
    listed = read(machine, f"{at}dataDisks")
    if listed is UNKNOWN:
        yield UNKNOWN
    numbers = range(len(listed) if isinstance(listed, list) else 0)
    for disk in (f"{at}osDisk", *(f"{at}dataDisks.{number}" for number in numbers)):
        made = when(text(machine, f"{disk}.createOption", default="FromImage"), lambda word: word != "Attach")
        if made is not False:
            # One of both: https://learn.microsoft.com/rest/api/compute/virtual-machines/create-or-update
            yield some(
                in_a_set(world, machine, f"{disk}.managedDisk.diskEncryptionSet.id"),
                in_a_set(world, machine, f"{disk}.managedDisk.securityProfile.diskEncryptionSet.id"),
            )
