"""Azure Blob Storage: the service of an account, and containers.

https://learn.microsoft.com/azure/storage/blobs/storage-blobs-introduction
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.azure.arm import in_group
from sandbox.cloud.azure.object_storage import ACCOUNT, account_answers
from sandbox.cloud.checks import between
from sandbox.cloud.context import Context, Object
from sandbox.cloud.guards import cannot_change, not_deleted_while_filled
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import one

CONTAINER: Final = "azure-native:storage:BlobContainer"
SERVICE: Final = "azure-native:storage:BlobServiceProperties"
_BLOBS: Final = "https://learn.microsoft.com/azure/storage/blobs"


def _account(context: Context) -> Object | None:
    return context.find(context["accountName"], ACCOUNT)


def _restore_fits(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """https://learn.microsoft.com/azure/storage/blobs/point-in-time-restore-overview."""
    restore, deleted = one(inputs, "restorePolicy.days"), one(inputs, "deleteRetentionPolicy.days")
    if restore is not None and (deleted is None or restore >= deleted):
        yield "restorePolicy.days", f"{restore} must be less than deleteRetentionPolicy.days ({deleted})"
    if one(inputs, "restorePolicy.enabled"):
        if restore is None:
            yield "restorePolicy.days", "required while restorePolicy is enabled"
        for path in ("isVersioningEnabled", "changeFeed.enabled", "deleteRetentionPolicy.enabled"):
            if not one(inputs, path):
                yield path, "must be on while restorePolicy is enabled"
    for policy in ("deleteRetentionPolicy", "containerDeleteRetentionPolicy"):
        if one(inputs, f"{policy}.enabled") and one(inputs, f"{policy}.days") is None:
            yield f"{policy}.days", f"required while {policy} is enabled"


def _versions_fit(context: Context) -> str | None:
    account = _account(context)
    if context.operation == "delete" or account is None:
        return None
    if account.inputs.get("isHnsEnabled") and context.inputs.get("isVersioningEnabled"):
        return "FeatureNotSupportedForAccount: versioning is not supported with a hierarchical namespace"
    immutable = one(account.inputs, "immutableStorageWithVersioning.enabled")
    if immutable and context.inputs.get("isVersioningEnabled") is False:
        return "versioning cannot be disabled in an account with version-level immutability"
    return None


def _versions_first(context: Context) -> str | None:
    account = _account(context)
    if context.operation != "create" or not one(context.inputs, "immutableStorageWithVersioning.enabled"):
        return None
    if account is None or one(account.inputs, "immutableStorageWithVersioning.enabled"):
        return None
    services = [o for o in context.objects(SERVICE) if o.get("accountName") == context["accountName"]]
    if any(o.get("isVersioningEnabled") for o in services):
        return None
    return "version-level immutability needs blob versioning in the account"


def _closed_to_the_public(context: Context) -> str | None:
    """https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-prevent."""
    account = _account(context)
    public = context.inputs.get("publicAccess") not in (None, "None")
    if context.operation != "delete" and public and account and not account.get("allowBlobPublicAccess"):
        return "PublicAccessNotPermitted: Public access is not permitted on this storage account"
    return None


TYPES: Final = (
    ResourceType(
        token=SERVICE,
        source=f"{_BLOBS}/versioning-enable",
        sources=(f"{_BLOBS}/point-in-time-restore-overview", f"{_BLOBS}/soft-delete-blob-overview"),
        id=in_group("Microsoft.Storage/storageAccounts/{accountName}/blobServices/{blobServicesName}"),
        name=Name(property="blobServicesName", pattern="default", automatic=False, unique_in="{accountName}"),
        replace_on=("accountName",),
        checks=(
            _restore_fits,
            between("deleteRetentionPolicy.days", 1, 365),
            between("containerDeleteRetentionPolicy.days", 1, 365),
            between("restorePolicy.days", 1, 364),
            between("changeFeed.retentionInDays", 1, 146000),
        ),
        guards=(account_answers, _versions_fit),
        references=(Reference("accountName", ACCOUNT),),
        blind_spots=(
            "The service is there from the account's creation; deleting it here leaves nothing, on Azure its settings stay.",
            "Rules for browsers of other origins (cors) are not looked at.",
        ),
    ),
    ResourceType(
        token=CONTAINER,
        source="https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata",
        sources=(f"{_BLOBS}/immutable-version-level-worm-policies", f"{_BLOBS}/anonymous-read-access-prevent"),
        id=in_group("Microsoft.Storage/storageAccounts/{accountName}/blobServices/default/containers/{containerName}"),
        name=Name(
            property="containerName",
            shortest=3,
            pattern=r"[a-z0-9](?!.*--)[a-z0-9-]*[a-z0-9]",
            allowed=r"\s\S",
            lower=False,
            unique_in="{accountName}",
        ),
        replace_on=("accountName",),
        guards=(
            account_answers,
            _versions_first,
            _closed_to_the_public,
            cannot_change(
                "immutableStorageWithVersioning.enabled",
                away_from=True,
                reason="version-level immutability of a container cannot be switched off again",
            ),
            not_deleted_while_filled(
                reason="ContainerImmutableStorageWithVersioningEnabled: {id} holds blobs and cannot be deleted until it is empty"
            ),
        ),
        references=(Reference("accountName", ACCOUNT),),
        known_as=("name",),
        blind_spots=(
            "A deleted container may be restored while containers are soft-deleted; its name is then free here all the same.",
            "An immutability policy of the container's own and legal holds are not imitated.",
            "Encryption scopes are not imitated.",
        ),
    ),
)
