"""What the cloud's own services need inside our subnets, beyond the flows that the workload lists (NOT_OFFERED names it)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from components.network import Tier

__all__ = ["DELEGATION", "PLATFORM", "ROUTES", "SERVICE_ENDPOINTS", "Direction", "PlatformRule"]


class Direction(StrEnum):
    """As a security rule spells it."""

    IN = "Inbound"
    OUT = "Outbound"


@dataclass(frozen=True, kw_only=True)
class PlatformRule:
    """One rule of one tier's security group. `peer`: a service tag of the cloud, or the tier itself."""

    tier: Tier
    direction: Direction
    peer: Tier | str
    protocol: str
    ports: tuple[str, ...]
    why: str


DELEGATION: Mapping[Tier, str] = {
    Tier.APPLICATION: "Microsoft.App/environments",
    Tier.DATA: "Microsoft.DBforPostgreSQL/flexibleServers",
}
"""A subnet of these services holds nothing else; a delegated subnet takes no private endpoint."""

SERVICE_ENDPOINTS: Mapping[Tier, tuple[str, ...]] = {Tier.DATA: ("Microsoft.Storage",)}
"""PostgreSQL archives its log to the cloud's own storage; a service endpoint gets it there without a route to anywhere else.
https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-networking-private
"""

ROUTES: Mapping[Tier, tuple[str, ...]] = {
    Tier.APPLICATION: ("AzureActiveDirectory", "AzureFrontDoor.FirstParty", "MicrosoftContainerRegistry")
}
"""Service tags that an environment of Container Apps must reach: tokens of managed identities, and its own system images with
their mirror. The next hop is named Internet, but traffic to the cloud's own services stays on its backbone:
https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview
"""

PLATFORM: tuple[PlatformRule, ...] = (
    # https://learn.microsoft.com/azure/container-apps/firewall-integration
    PlatformRule(
        tier=Tier.APPLICATION,
        direction=Direction.IN,
        peer="AzureLoadBalancer",
        protocol="Tcp",
        ports=("30000-32767",),
        why="platform: health probes of the environment's load balancer",
    ),
    *(
        PlatformRule(
            tier=Tier.APPLICATION,
            direction=direction,
            peer=Tier.APPLICATION,
            protocol=protocol,
            ports=("*",),
            why="platform: the environment's own nodes among themselves",
        )
        for direction in Direction
        for protocol in ("Tcp", "Udp")
    ),
    *(
        PlatformRule(
            tier=Tier.APPLICATION,
            direction=Direction.OUT,
            peer=tag,
            protocol="Tcp",
            ports=("443",),
            why="platform: tokens and system images of the environment",
        )
        for tag in ROUTES[Tier.APPLICATION]
    ),
    # https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-networking-private
    *(
        PlatformRule(
            tier=Tier.DATA,
            direction=direction,
            peer=Tier.DATA,
            protocol="Tcp",
            ports=("5432", "6432"),
            why="platform: primary and standby among themselves",
        )
        for direction in Direction
    ),
    PlatformRule(
        tier=Tier.DATA,
        direction=Direction.OUT,
        peer="Storage",
        protocol="Tcp",
        ports=("443",),
        why="platform: log archiving and backup of the server",
    ),
)
"""Without these rules the services are refused or break down later; every other packet is denied."""
