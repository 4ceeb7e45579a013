"""What a cloud must offer to carry the workload."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

from components.application import Application, ApplicationArgs
from components.database import Database, DatabaseArgs
from components.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.identity import Identity, IdentityArgs
from components.log_archive import LogArchive, LogArchiveArgs
from components.network import Network, NetworkArgs
from components.object_storage import ObjectStorage, ObjectStorageArgs
from components.secret import Secret, SecretArgs

__all__ = ["CAPABILITIES", "Cloud", "NotOffered"]

CAPABILITIES = (Network, EncryptionKey, LogArchive, ObjectStorage, Secret, Database, Identity, Application)
"""Every capability, in the order of the capability table."""


@dataclass(frozen=True, kw_only=True)
class NotOffered:
    """A promise that the cloud can't keep literally. `substitute` names what keeps it instead; without one, it is open.

    `since` is the day the vendor's page (`source`) was read, as YYYY-MM-DD.
    """

    reason: str
    substitute: str | None
    source: str
    since: str


class Cloud(Protocol):
    """One cloud, bound to one landing unit. Each package in this folder has a class that satisfies it."""

    NOT_OFFERED: ClassVar[Mapping[str, NotOffered]]
    """`capability.promise` to why it is not kept literally."""

    def network(self, name: str, args: NetworkArgs) -> Network: ...
    def encryption_key(self, name: str, args: EncryptionKeyArgs) -> EncryptionKey: ...
    def log_archive(self, name: str, args: LogArchiveArgs) -> LogArchive: ...
    def object_storage(self, name: str, args: ObjectStorageArgs) -> ObjectStorage: ...
    def secret(self, name: str, args: SecretArgs) -> Secret: ...
    def database(self, name: str, args: DatabaseArgs) -> Database: ...
    def identity(self, name: str, args: IdentityArgs) -> Identity: ...
    def application(self, name: str, args: ApplicationArgs) -> Application: ...
    def released(self) -> "Cloud":
        """The same landing unit; what is made through it may be deleted."""
        ...
