"""Network security groups: the listed flows on both sides, the platform's own needs, and a refusal of everything else."""

from collections.abc import Mapping, Sequence

from pulumi_azure_native import network as arm

from components.azure.network.platform import PLATFORM, Direction
from components.network import Flow, Tier

__all__ = ["rules"]

_LAST = 4096
"""The lowest priority a rule can have: it comes before the three default rules that allow the whole network and the internet.
https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview
"""


def rules(tier: Tier, flows: Sequence[Flow], plan: Mapping[Tier, str]) -> list[arm.SecurityRuleArgs]:
    """The whole rule set of the security group of `tier`; `plan` says which range a tier has.

    A delegated subnet's hold for its server too, also for what that opens itself, as a subscription does.
    https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-networking-private
    """
    allowed: list[arm.SecurityRuleArgs] = []

    def prefix(end: Tier | str) -> str:
        return plan[end] if isinstance(end, Tier) else end

    def allow(direction: Direction, peer: Tier | str, protocol: str, ports: Sequence[str], why: str) -> None:
        ends = (prefix(peer), plan[tier]) if direction is Direction.IN else (plan[tier], prefix(peer))
        number = len(allowed)
        allowed.append(
            arm.SecurityRuleArgs(
                name=f"allow-{direction.lower()}-{number:02d}",
                description=why,
                access="Allow",
                direction=direction,
                priority=100 + 10 * number,
                protocol=protocol,
                source_address_prefix=ends[0],
                source_port_range="*",
                destination_address_prefix=ends[1],
                destination_port_ranges=list(ports),
            )
        )

    for flow in flows:
        if flow.destination is tier:
            allow(Direction.IN, flow.source, "Tcp", [str(flow.port)], flow.why)
        if flow.source is tier:
            allow(Direction.OUT, flow.destination, "Tcp", [str(flow.port)], flow.why)
    for rule in PLATFORM:
        if rule.tier is tier:
            allow(rule.direction, rule.peer, rule.protocol, rule.ports, rule.why)
    return [*allowed, *(_deny_all(direction) for direction in Direction)]


def _deny_all(direction: Direction) -> arm.SecurityRuleArgs:
    return arm.SecurityRuleArgs(
        name=f"deny-{direction.lower()}",
        description="everything that is not listed",
        access="Deny",
        direction=direction,
        priority=_LAST,
        protocol="*",
        source_address_prefix="*",
        source_port_range="*",
        destination_address_prefix="*",
        destination_port_range="*",
    )
