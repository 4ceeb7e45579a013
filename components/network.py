"""Closed network (閉域網): three tiers over two failure zones, no way to or from the internet."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network
from typing import ClassVar

import pulumi

from components._component import Args, Component
from components.encryption_key import EncryptionKey
from components.log_archive import LogArchive

__all__ = ["Flow", "Network", "NetworkArgs", "Tier", "address_plan", "zone_plan"]


class Tier(StrEnum):
    """Where a part of the workload lives. `SERVICES` holds the private endpoints of the cloud's own services."""

    ENTRY = "entry"
    APPLICATION = "application"
    DATA = "data"
    SERVICES = "services"


@dataclass(frozen=True, kw_only=True)
class Flow:
    """One allowed TCP flow: everything that is not listed is refused. `source` and `destination` are a tier or a private range (CIDR),
    one of them a tier; `why` is ASCII, because some clouds take nothing else in a rule's description.
    """

    source: Tier | str
    destination: Tier | str
    port: int
    why: str


def address_plan(cidr: str) -> Mapping[Tier, str]:
    """`cidr` (/16 to /22) cut into four equal blocks, one a tier, in the order of `Tier`; the plan never changes order."""
    network = IPv4Network(cidr)
    if not 16 <= network.prefixlen <= 22:
        raise ValueError(f"network_cidr: /{network.prefixlen} is outside /16 to /22")
    return {tier: str(block) for tier, block in zip(Tier, network.subnets(prefixlen_diff=2), strict=True)}


def zone_plan(block: str) -> tuple[str, str]:
    """A tier's block cut into two halves: one a failure zone, for clouds whose subnets are zonal."""
    first, second = IPv4Network(block).subnets(prefixlen_diff=1)
    return str(first), str(second)


@dataclass(frozen=True, kw_only=True)
class NetworkArgs(Args):
    """`cidr`: private range, /16 to /22. `flows`: all that is allowed. Flow logs go to `archive`, encrypted with `key`."""

    cidr: str
    flows: tuple[Flow, ...]
    key: EncryptionKey
    archive: LogArchive


class Network(Component):
    """A private address space without gateway; the cloud's own services are reached through private endpoints."""

    PROMISES: ClassVar = {
        "three_tiers_two_zones": "Entry, application and data tier, each over two failure zones.",
        "no_internet_route": "No route leads to or from the internet.",
        "deny_by_default": "What no listed flow allows is refused, in both directions.",
        "flows_as_listed": "The allowed flows are exactly those listed.",
        "flow_logs_kept": "Flow logs of the whole network are kept in the log archive.",
        "private_service_access": "Storage, keys, secrets, logs and images are reached over private addresses only.",
    }
    network_id: pulumi.Output[str]
