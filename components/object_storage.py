"""Object storage (オブジェクトストレージ): keeps the workload's records and file linkage."""

from dataclasses import dataclass
from typing import ClassVar

import pulumi

from components._component import Args, Component
from components.encryption_key import EncryptionKey
from components.identity import Identity
from components.log_archive import LogArchive
from components.network import Network

__all__ = ["ObjectStorage", "ObjectStorageArgs"]


@dataclass(frozen=True, kw_only=True)
class ObjectStorageArgs(Args):
    """`retention_days`: no object is altered or removed before. `writer`: the only identity that reads and writes.
    `writable`: without it `writer` reads and nothing else; what changes is a right, never the store or what lies in it.

    The retention is locked where the landing is protected and the cloud can lock at once; a verification stack is never
    locked.
    """

    key: EncryptionKey
    archive: LogArchive
    network: Network
    writer: Identity
    writable: bool
    retention_days: int


class ObjectStorage(Component):
    """A private store whose objects can't be altered or deleted before their retention ends."""

    PROMISES: ClassVar = {
        "not_public": "No anonymous reader or writer is admitted, by whatever setting.",
        "customer_key": "Objects are encrypted with the customer-managed key.",
        "tls_only": "Requests without TLS are refused.",
        "access_logged": "Reads and writes are recorded in the log archive.",
        "retention_kept": "No object can be altered or removed before its retention ends.",
    }
    bucket: pulumi.Output[str]
    """The store's name, as the application's client needs it."""
