"""Azure virtual machines and scale sets: https://learn.microsoft.com/azure/virtual-machines/trusted-launch."""

from collections.abc import Iterator

from policies.facts.answers import every, no, some, when
from policies.facts.azure.volume import MACHINE, SCALE_SET
from policies.facts.reading import flag, is_set, read, read_all, text
from policies.facts.resources import Resource, World, once
from policies.facts.scripts import admits_passwords, keeps_time, scripts
from policies.facts.vocabulary import UNKNOWN, Fact, Machine, Maybe, PublicAddress

_INTERFACE = "azure-native:network:NetworkInterface"
_EXTENSION = "azure-native:compute:VirtualMachineExtension"
_BASTION = "azure-native:network:BastionHost"
KNOWN = frozenset({MACHINE, SCALE_SET, _INTERFACE, _EXTENSION, _BASTION})

_CARDS = "networkProfile.networkInterfaceConfigurations.ipConfigurations.publicIPAddressConfiguration"
_BY_IDENTITY = ("AADSSHLoginForLinux", "AADLoginForWindows")
_TIME = frozenset({"time.windows.com", "time.windows.com,0x9", "phc"})


def facts(world: World) -> Iterator[Fact]:
    for token, at in ((MACHINE, ""), (SCALE_SET, "virtualMachineProfile.")):
        for machine in world.of(token):
            yield _machine(world, machine, at)
    for interface in world.of(_INTERFACE):
        public = _has_address(interface)
        if public is not False:
            yield PublicAddress(urn=interface.urn, role=interface.role, public=public)


def _machine(world: World, machine: Resource, at: str) -> Machine:
    texts = scripts(machine, f"{at}osProfile.customData", f"{at}userData")
    return Machine(
        urn=machine.urn,
        role=machine.role,
        public=_public(world, machine, at),
        # Every request needs a header, and none that was forwarded is answered:
        # https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service
        metadata_guarded=True,
        verified_boot=every(
            when(
                text(machine, f"{at}securityProfile.securityType"), lambda w: w in ("TrustedLaunch", "ConfidentialVM")
            ),
            flag(machine, f"{at}securityProfile.uefiSettings.secureBootEnabled", default=False),
            flag(machine, f"{at}securityProfile.uefiSettings.vTpmEnabled", default=False),
        ),
        password_login=some(_passwords(machine, f"{at}osProfile"), admits_passwords(texts)),
        brokered_login=some(
            _bastion(world), *(_by_identity(one) for one in world.referring(machine, _EXTENSION, "vmName"))
        ),
        patched=_patched(machine, at),
        # The host keeps a machine's clock: https://learn.microsoft.com/azure/virtual-machines/linux/time-sync
        time_from_provider=keeps_time(texts, _TIME),
    )


def _public(world: World, machine: Resource, at: str) -> Maybe[bool]:
    """By an interface of the stack, or by one that is made with the machine."""
    made = [UNKNOWN if one is UNKNOWN else True for one in read_all(machine, f"{at}{_CARDS}")]
    named = read_all(machine, f"{at}networkProfile.networkInterfaces.id")
    found = world.targets(machine, f"{at}networkProfile.networkInterfaces.id", _INTERFACE) if named else ()
    elsewhere = [UNKNOWN] if len(found) < len(named) else []
    return some(*made, *(_has_address(one) for one in found), *elsewhere)


def _has_address(interface: Resource) -> Maybe[bool]:
    if is_set(interface, "ipConfigurations") is UNKNOWN:
        return UNKNOWN
    given = read_all(interface, "ipConfigurations.publicIPAddress")
    return some(*(UNKNOWN if one is UNKNOWN else bool(one) for one in given))


def _passwords(machine: Resource, profile: str) -> Maybe[bool]:
    """Linux admits passwords until told not to. A machine from a disk that was prepared elsewhere says nothing."""
    windows = read(machine, f"{profile}.windowsConfiguration")
    if windows is UNKNOWN or is_set(machine, profile) is not True:
        return UNKNOWN
    if windows is not None:
        return False
    return no(flag(machine, f"{profile}.linuxConfiguration.disablePasswordAuthentication", default=False))


@once
def _bastion(world: World) -> Maybe[bool]:
    """https://learn.microsoft.com/azure/bastion/bastion-overview."""
    return True if world.of(_BASTION) else world.absent(value=False)


def _by_identity(extension: Resource) -> Maybe[bool]:
    return when(text(extension, "type"), lambda word: word.startswith(_BY_IDENTITY))


def _patched(machine: Resource, at: str) -> Maybe[bool]:
    """Windows updates itself by default, Linux only as its image is made to.

    https://learn.microsoft.com/azure/virtual-machines/automatic-vm-guest-patching
    """
    linux, windows = f"{at}osProfile.linuxConfiguration", f"{at}osProfile.windowsConfiguration"
    upgraded = flag(machine, "upgradePolicy.automaticOSUpgradePolicy.enableAutomaticOSUpgrade", default=False)
    given = read(machine, windows)
    is_windows = UNKNOWN if given is UNKNOWN else given is not None
    by_itself = flag(machine, f"{windows}.enableAutomaticUpdates", default=True)
    modes = (text(machine, f"{linux}.patchSettings.patchMode"), text(machine, f"{windows}.patchSettings.patchMode"))
    return some(
        upgraded,
        every(is_windows, by_itself, when(modes[1], lambda mode: mode != "Manual")),
        *(when(mode, lambda word: word == "AutomaticByPlatform") for mode in modes),
    )
