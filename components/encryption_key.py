"""Customer-managed key (利用者管理鍵): encrypts everything that the workload keeps."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import pulumi

from components._component import Args, Component

__all__ = ["EncryptionKey", "EncryptionKeyArgs", "KeyUser"]


class KeyUser(StrEnum):
    """A service of the cloud that may use the key; nothing else may."""

    STORAGE = "storage"
    DATABASE = "database"
    SECRETS = "secrets"
    LOGS = "logs"
    IMAGES = "images"


@dataclass(frozen=True, kw_only=True)
class EncryptionKeyArgs(Args):
    """`users`: the services granted; `rotation_days`: the key rotates at least this often (90 to 365)."""

    users: frozenset[KeyUser] = frozenset(KeyUser)
    rotation_days: int = 365

    def __post_init__(self) -> None:
        if not 90 <= self.rotation_days <= 365:
            raise ValueError(f"rotation_days: {self.rotation_days} is outside 90 to 365, which every cloud accepts")


class EncryptionKey(Component):
    """A key that the municipality owns. Every grant is in force before anything that depends on this component is made."""

    PROMISES: ClassVar = {
        "customer_managed": "The key is the customer's own, not the provider's default.",
        "rotates": "The key's material rotates by itself at least once a year.",
        "deletion_delayed": "A deleted key can be brought back for at least seven days.",
        "granted_services_only": "Only the services granted here may use the key, only for this landing unit.",
    }
    key_id: pulumi.Output[str]
    """The cloud's own full id of the key (ARN, key identifier URL, resource name, OCID)."""
