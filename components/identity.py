"""Workload identity (業務システムの実行主体): who the application is when it calls the cloud."""

from dataclasses import dataclass
from typing import ClassVar

import pulumi

from components._component import Args, Component

__all__ = ["Identity", "IdentityArgs"]


@dataclass(frozen=True, kw_only=True)
class IdentityArgs(Args):
    """`title`: what the identity is for, ASCII. It starts with no permission; each capability grants what it names."""

    title: str


class Identity(Component):
    """An identity without password or long-lived key that only the application's own service can take."""

    PROMISES: ClassVar = {
        "least_privilege": "It may do only what the workload uses: its own records, its own secret, its own images and logs.",
    }
    identity_id: pulumi.Output[str]
    """Role ARN, managed identity's resource id, service account's e-mail, dynamic group's OCID."""
