"""AWS: the capabilities, bound to one account."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

import pulumi

from components.application import ApplicationArgs
from components.aws._landing import AwsLanding
from components.aws._not_offered import NOT_OFFERED
from components.aws.application import Application
from components.aws.database import Database
from components.aws.encryption_key import EncryptionKey
from components.aws.identity import Identity
from components.aws.log_archive import LogArchive
from components.aws.network import Network
from components.aws.object_storage import ObjectStorage
from components.aws.secret import Secret
from components.cloud import NotOffered
from components.database import DatabaseArgs
from components.encryption_key import EncryptionKeyArgs
from components.identity import IdentityArgs
from components.log_archive import LogArchiveArgs
from components.network import NetworkArgs
from components.object_storage import ObjectStorageArgs
from components.secret import SecretArgs

__all__ = ["Aws", "AwsLanding"]


class Aws:
    """Satisfies `components.cloud.Cloud`."""

    NOT_OFFERED: ClassVar[Mapping[str, NotOffered]] = NOT_OFFERED

    def __init__(self, landing: AwsLanding, provider: pulumi.ProviderResource) -> None:
        self._landing = landing
        self._provider = provider

    def network(self, name: str, args: NetworkArgs) -> Network:
        return Network(name, args, self._landing, self._opts())

    def encryption_key(self, name: str, args: EncryptionKeyArgs) -> EncryptionKey:
        return EncryptionKey(name, args, self._landing, self._opts())

    def log_archive(self, name: str, args: LogArchiveArgs) -> LogArchive:
        return LogArchive(name, args, self._landing, self._opts())

    def object_storage(self, name: str, args: ObjectStorageArgs) -> ObjectStorage:
        return ObjectStorage(name, args, self._landing, self._opts())

    def secret(self, name: str, args: SecretArgs) -> Secret:
        return Secret(name, args, self._landing, self._opts())

    def database(self, name: str, args: DatabaseArgs) -> Database:
        return Database(name, args, self._landing, self._opts())

    def identity(self, name: str, args: IdentityArgs) -> Identity:
        return Identity(name, args, self._landing, self._opts())

    def application(self, name: str, args: ApplicationArgs) -> Application:
        return Application(name, args, self._landing, self._opts())

    def released(self) -> "Aws":
        return Aws(replace(self._landing, protected=False, released=True), self._provider)

    def _opts(self) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(providers=[self._provider])
