"""Secret (秘密情報): a value that one identity may read."""

from dataclasses import dataclass
from typing import ClassVar

import pulumi

from components._component import Args, Component
from components.encryption_key import EncryptionKey
from components.identity import Identity

__all__ = ["Secret", "SecretArgs"]


@dataclass(frozen=True, kw_only=True)
class SecretArgs(Args):
    """`value` is secret from the stack's configuration to the cloud and never plain in between."""

    key: EncryptionKey
    reader: Identity
    value: pulumi.Output[str]


class Secret(Component):
    """A secret in the cloud's secret store, encrypted with the customer key."""

    PROMISES: ClassVar = {
        "customer_key": "The secret is encrypted with the customer-managed key.",
        "one_reader": "Only the identity named may read it.",
    }
    secret_id: pulumi.Output[str]
    """The cloud's own full id of the secret, not its value."""
