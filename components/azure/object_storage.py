"""Azure Blob Storage: one container, versioned, under a retention that binds every version from the moment it is written."""

import pulumi
from pulumi_azure_native import authorization, storage

from components import object_storage as contract
from components._component import own
from components.azure._account import account
from components.azure._grant import guid
from components.azure._landing import AzureLanding
from components.azure._private_endpoint import private_endpoint
from components.azure.encryption_key import EncryptionKey
from components.azure.identity import Identity
from components.azure.log_archive import LogArchive
from components.azure.network import Network, Zone
from components.encryption_key import KeyUser
from components.network import Tier
from components.object_storage import ObjectStorageArgs

__all__ = ["ObjectStorage"]

_BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"


class ObjectStorage(contract.ObjectStorage):
    """`bucket` is the container's URL, which is what a client of Azure Blob Storage takes."""

    def __init__(
        self, name: str, args: ObjectStorageArgs, landing: AzureLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:azure:ObjectStorage", name, landing, opts)
        network, archive = own(args.network, Network), own(args.archive, LogArchive)
        store = account(
            self,
            f"{name}store",
            key=own(args.key, EncryptionKey),
            user=KeyUser.STORAGE,
            retention_days=args.retention_days,
            appends=False,
            removed=False,
            landing=landing,
        )
        service = storage.BlobServiceProperties(
            f"{name}-service",
            resource_group_name=landing.resource_group,
            account_name=store.name,
            blob_services_name="default",
            is_versioning_enabled=True,
            opts=self.child(),
        )
        container = storage.BlobContainer(
            f"{name}-container",
            resource_group_name=landing.resource_group,
            account_name=store.name,
            public_access=storage.PublicAccess.NONE,
            immutable_storage_with_versioning={"enabled": True},
            opts=self.child(stateful=True, depends_on=[service]),
        )
        archive.keep(self, f"{name}-access-log", service.id, ["StorageRead", "StorageWrite", "StorageDelete"])
        self._writer(name, container, own(args.writer, Identity), landing, writable=args.writable)
        private_endpoint(
            self,
            f"{name}-endpoint",
            target=store.id,
            group="blob",
            subnet=network.subnets[Tier.SERVICES],
            zone=network.zones[Zone.BLOBS],
            landing=landing,
        )
        self.bucket = pulumi.Output.concat(store.primary_endpoints.blob, container.name)
        self.register_outputs({"bucket": self.bucket})

    def _writer(
        self, name: str, container: storage.BlobContainer, writer: Identity, landing: AzureLanding, *, writable: bool
    ) -> None:
        """Read and write blobs of this container. The built-in contributor role could also delete them, and the container.

        A role assignment can't be given another role, but the role of ours can be given other permissions.
        """
        permitted = [f"{_BLOBS}/read", *([f"{_BLOBS}/write", f"{_BLOBS}/add/action"] if writable else [])]
        role = authorization.RoleDefinition(
            f"{name}-writer",
            role_definition_id=guid(landing, f"{name}-writer"),
            role_name=f"machikumo {landing.stack} {name} writer",
            role_type="CustomRole",
            scope=landing.resource_group_id,
            assignable_scopes=[landing.resource_group_id],
            permissions=[{"actions": [], "data_actions": permitted}],
            opts=self.child(),
        )
        authorization.RoleAssignment(
            f"{name}-writer-is-{writer.role}",
            role_assignment_name=guid(landing, f"{name}-writer-is-{writer.role}"),
            role_definition_id=role.id,
            principal_id=writer.identity.principal_id,
            principal_type=authorization.PrincipalType.SERVICE_PRINCIPAL,
            scope=container.id,
            opts=self.child(),
        )
