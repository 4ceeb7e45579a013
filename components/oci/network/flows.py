"""Network security group rules: nothing passes in either direction but the flows listed. Stateful: replies need no rule."""

from collections.abc import Mapping

import pulumi
from pulumi_oci import core

from components._component import Component
from components.network import Flow, Tier
from components.oci._landing import OciLanding

__all__ = ["admit"]

_TCP = "6"
Groups = Mapping[Tier, core.NetworkSecurityGroup]


def admit(component: Component, name: str, flow: Flow, groups: Groups, landing: OciLanding) -> None:
    """One flow: a rule in the sender's group and one in the receiver's, as far as they have a group. The database is in its tier's, also
    where it opens a connection itself, as a subscription does.

    https://docs.oracle.com/en-us/iaas/Content/Network/Concepts/networksecuritygroups.htm
    """
    stem = f"{name}-{flow.source}-to-{flow.destination}-{flow.port}".replace("/", "-").replace(".", "-")
    tcp = core.NetworkSecurityGroupSecurityRuleTcpOptionsArgs(
        destination_port_range=core.NetworkSecurityGroupSecurityRuleTcpOptionsDestinationPortRangeArgs(
            min=flow.port, max=flow.port
        )
    )
    if isinstance(flow.source, Tier) and flow.source in groups:
        destination, kind = _receiver(flow.destination, groups, landing)
        core.NetworkSecurityGroupSecurityRule(
            f"{stem}-out",
            network_security_group_id=groups[flow.source].id,
            direction="EGRESS",
            protocol=_TCP,
            stateless=False,
            destination=destination,
            destination_type=kind,
            tcp_options=tcp,
            description=flow.why,
            opts=component.child(),
        )
    if isinstance(flow.destination, Tier) and flow.destination in groups:
        inside = isinstance(flow.source, Tier)
        core.NetworkSecurityGroupSecurityRule(
            f"{stem}-in",
            network_security_group_id=groups[flow.destination].id,
            direction="INGRESS",
            protocol=_TCP,
            stateless=False,
            source=groups[Tier(flow.source)].id if inside else flow.source,
            source_type="NETWORK_SECURITY_GROUP" if inside else "CIDR_BLOCK",
            tcp_options=tcp,
            description=flow.why,
            opts=component.child(),
        )


def _receiver(end: Tier | str, groups: Groups, landing: OciLanding) -> tuple[pulumi.Input[str], str]:
    if not isinstance(end, Tier):
        return end, "CIDR_BLOCK"
    if end is Tier.SERVICES:
        return landing.services_cidr, "SERVICE_CIDR_BLOCK"
    return groups[end].id, "NETWORK_SECURITY_GROUP"
