"""Small worlds for examples by subject, and the rules whose examples lie in files of their subject instead of their cloud's."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from policies.facts.resources import Resource, World
from policies.judge import Answer, judge

BY_SUBJECT = frozenset(
    {
        # tests/policies/test_network_facts.py
        "net-egress-controlled",
        "net-no-admin-ports-from-internet",
        # tests/policies/test_front_end_facts.py
        "log-frontend-access",
        "net-ddos-protection",
        "net-waf-on-public-apps",
        # tests/policies/test_database_facts.py
        "crypto-cache-cmk",
        # tests/policies/test_held_facts.py
        "crypto-block-storage-cmk",
        "crypto-file-storage-cmk",
        # tests/policies/test_machine_facts.py
        "host-secure-boot",
        "iam-instance-metadata-hardened",
        "net-admin-via-bastion",
        # tests/policies/test_cluster_facts.py
        "crypto-k8s-secrets",
        "net-k8s-api-private",
    }
)

Stack: TypeAlias = Mapping[str, tuple[str, Mapping[str, Any]]]
"""Logical name (and provider's id) to type and properties."""


def world(stack: Stack, *, complete: bool = True) -> World:
    """The stack's resources; `id` in a resource's properties stands in for its name."""
    return World(
        [
            Resource(
                urn=f"urn:pulumi:011002-resident-record-production::machikumo::{token}::{name}",
                type=token,
                name=name,
                role="network",
                id=properties.get("id", name),
                properties=properties,
                provider={},
            )
            for name, (token, properties) in stack.items()
        ],
        complete=complete,
    )


def changed(stack: Stack, change: Mapping[str, Any]) -> Stack:
    """With resources put in, taken away (None), or given other properties (a mapping)."""
    new = dict(stack)
    for name, value in change.items():
        if value is None:
            del new[name]
        elif isinstance(value, tuple):
            new[name] = value
        else:
            new[name] = (stack[name][0], {**stack[name][1], **value})
    return new


def answers(stack: Stack, answer: Answer, slugs: frozenset[str], *, complete: bool = True) -> set[str]:
    """Which of the rules answer so for something in the stack."""
    verdicts = judge(world(stack, complete=complete))
    return {verdict.rule.slug for verdict in verdicts if verdict.answer is answer} & slugs
