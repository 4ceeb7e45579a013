"""Compute instances and instance configurations: https://docs.oracle.com/en-us/iaas/Content/Compute/References/shielded-instances.htm."""

from collections.abc import Iterator, Mapping

from policies.facts.answers import every, no, some, when
from policies.facts.oci.network import SUBNET
from policies.facts.oci.volume import LAUNCHED
from policies.facts.reading import flag, is_set, number, read_all, text
from policies.facts.resources import Resource, World, once
from policies.facts.scripts import admits_passwords, keeps_time, scripts
from policies.facts.vocabulary import UNKNOWN, Fact, Machine, Maybe

_BASTION = "oci:Bastion/bastion:Bastion"
_JOB = "oci:OsManagementHub/scheduledJob:ScheduledJob"
KNOWN = frozenset({*LAUNCHED, _BASTION, _JOB})

_TIME = frozenset({"169.254.169.254"})
"""https://docs.oracle.com/en-us/iaas/Content/Compute/Tasks/configuringntpservice.htm"""
_LONGEST_SESSION = 10_800
_PLATFORM = ("isSecureBootEnabled", "isMeasuredBootEnabled", "isTrustedPlatformModuleEnabled")


def facts(world: World) -> Iterator[Fact]:
    for token, at in LAUNCHED.items():
        for machine in world.of(token):
            texts = scripts(machine, f"{at}metadata.user_data", f"{at}extendedMetadata.user_data")
            yield Machine(
                urn=machine.urn,
                role=machine.role,
                public=_public(world, machine, at),
                # https://docs.oracle.com/en-us/iaas/Content/Compute/Tasks/gettingmetadata.htm
                metadata_guarded=flag(machine, f"{at}instanceOptions.areLegacyImdsEndpointsDisabled", default=False),
                verified_boot=every(
                    *(flag(machine, f"{at}platformConfig.{name}", default=False) for name in _PLATFORM)
                ),
                password_login=admits_passwords(texts),
                brokered_login=bastion(world),
                patched=every(_patched(world), no(_agent_off(machine, at))),
                time_from_provider=keeps_time(texts, _TIME),
            )


def _public(world: World, machine: Resource, at: str) -> Maybe[bool]:
    """Asked for, or given because the subnet allows it and nobody refused.

    https://docs.oracle.com/en-us/iaas/Content/Network/Tasks/managingpublicIPs.htm
    """
    given = f"{at}createVnicDetails.assignPublicIp"
    if is_set(machine, given) is not False:
        return flag(machine, given, default=True)
    for path in (f"{at}createVnicDetails.subnetId", "subnetId"):
        subnet = world.target(machine, path, SUBNET)
        if subnet is not None:
            return no(flag(subnet, "prohibitPublicIpOnVnic", default=False))
    return UNKNOWN


@once
def bastion(world: World) -> Maybe[bool]:
    """https://docs.oracle.com/en-us/iaas/Content/Bastion/Concepts/bastionoverview.htm."""
    return some(world.absent(value=False), *(_narrow(one) for one in world.of(_BASTION)))


def _narrow(bastion: Resource) -> Maybe[bool]:
    """Open to named networks only, for three hours at most."""
    opened = (
        UNKNOWN if not isinstance(block, str) else block in ("0.0.0.0/0", "::/0")
        for block in read_all(bastion, "clientCidrBlockAllowLists")
    )
    longest = number(bastion, "maxSessionTtlInSeconds", default=_LONGEST_SESSION)
    return every(no(some(*opened)), when(longest, lambda seconds: seconds <= _LONGEST_SESSION))


@once
def _patched(world: World) -> Maybe[bool]:
    """OS Management Hub updates on a schedule: https://docs.oracle.com/en-us/iaas/osmh/doc/home.htm."""
    updates = (
        when(text({"t": kind}, "t"), lambda word: word.startswith(("UPDATE_", "INSTALL_ALL_WINDOWS")))
        for job in world.of(_JOB)
        for kind in read_all(job, "operations.operationType")
    )
    return some(world.absent(value=False), *updates)


def _agent_off(machine: Resource, at: str) -> Maybe[bool]:
    """The agent's plug-in, or all of them, are switched off."""
    off = [
        flag(machine, f"{at}agentConfig.{name}", default=False)
        for name in ("areAllPluginsDisabled", "isManagementDisabled")
    ]
    for plugin in read_all(machine, f"{at}agentConfig.pluginsConfigs"):
        if not isinstance(plugin, Mapping):
            return UNKNOWN
        if "OS Management Hub" in str(plugin.get("name")):
            off.append(when(text(plugin, "desiredState"), lambda word: word == "DISABLED"))
    return some(*off)
