"""VPC firewall rules: nothing passes in either direction but the flows listed."""

from collections.abc import Mapping, Sequence
from typing import Literal

import pulumi
from pulumi_gcp import compute

from components._component import Component
from components.gcp.network.private_access import RESTRICTED
from components.network import Flow, Tier

__all__ = ["firewall"]

_FILTERED = (Tier.ENTRY, Tier.APPLICATION)
"""Tiers with a subnet here. The database's network and Google's APIs are Google's, where these rules don't reach: what the database
itself opens, as a subscription does, leaves by the custom routes that its peering imports.
https://cloud.google.com/sql/docs/postgres/replication/configure-replication-from-external
"""
_ALLOW, _DENY = 1000, 65534
"""The implied rules are last (65535), and the outgoing one allows: https://cloud.google.com/firewall/docs/firewalls"""


def firewall(
    owner: Component, network: compute.Network, plan: Mapping[Tier, str], flows: Sequence[Flow]
) -> list[pulumi.Resource]:
    """A rule at each end of a flow that lies in this network. Both ends are ranges in every rule, so that a rule says its flow
    by itself. Replies need no rule.
    """
    rules: list[pulumi.Resource] = [_deny(owner, network, "INGRESS"), _deny(owner, network, "EGRESS")]
    for flow in flows:
        if flow.destination in _FILTERED:
            rules.append(_allow(owner, network, plan, flow, "INGRESS"))
        if flow.source in _FILTERED:
            rules.append(_allow(owner, network, plan, flow, "EGRESS"))
    return rules


def _allow(
    owner: Component,
    network: compute.Network,
    plan: Mapping[Tier, str],
    flow: Flow,
    direction: Literal["INGRESS", "EGRESS"],
) -> compute.Firewall:
    ends = f"{flow.source}-to-{flow.destination}".replace(".", "-").replace("/", "-")
    return compute.Firewall(
        f"{owner.role}-{ends}-{flow.port}-{direction.lower()}",
        network=network.id,
        direction=direction,
        priority=_ALLOW,
        source_ranges=[_range(plan, flow.source)],
        destination_ranges=[_range(plan, flow.destination)],
        allows=[{"protocol": "tcp", "ports": [str(flow.port)]}],
        description=flow.why,
        log_config={"metadata": "INCLUDE_ALL_METADATA"},
        opts=owner.child(),
    )


def _deny(owner: Component, network: compute.Network, direction: Literal["INGRESS", "EGRESS"]) -> compute.Firewall:
    everything = ["0.0.0.0/0"]
    return compute.Firewall(
        f"{owner.role}-deny-{direction.lower()}",
        network=network.id,
        direction=direction,
        priority=_DENY,
        source_ranges=everything if direction == "INGRESS" else None,
        destination_ranges=everything if direction == "EGRESS" else None,
        denies=[{"protocol": "all"}],
        description="whatever no listed flow allows",
        log_config={"metadata": "INCLUDE_ALL_METADATA"},
        opts=owner.child(),
    )


def _range(plan: Mapping[Tier, str], end: Tier | str) -> str:
    if end == Tier.SERVICES:
        return RESTRICTED
    return plan[end] if isinstance(end, Tier) else end
