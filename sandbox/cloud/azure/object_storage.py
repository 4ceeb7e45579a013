"""Azure Storage.

https://learn.microsoft.com/azure/storage/common/storage-account-overview
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.azure.arm import in_group
from sandbox.cloud.azure.encryption_key import key_of_vault, refused_key
from sandbox.cloud.checks import between
from sandbox.cloud.context import Context
from sandbox.cloud.guards import not_deleted_while_filled
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at

ACCOUNT: Final = "azure-native:storage:StorageAccount"
CONTAINER: Final = "azure-native:storage:BlobContainer"
SERVICE: Final = "azure-native:storage:BlobServiceProperties"
_POLICY: Final = "immutableStorageWithVersioning.immutabilityPolicy"


def _endpoints(context: Context) -> dict[str, str]:
    return {
        part: f"https://{context['accountName']}.{part}.core.windows.net/"
        for part in ("blob", "dfs", "file", "queue", "table")
    }


def _one(tree: Any, path: str) -> Any:
    return next((value for _, value in at(tree, path)), None)


def _key_is_usable(context: Context) -> str | None:
    if (
        context.operation not in ("create", "update")
        or _one(context.inputs, "encryption.keySource") != "Microsoft.Keyvault"
    ):
        return None
    identity = _one(context.inputs, "encryption.encryptionIdentity.encryptionUserAssignedIdentity")
    if identity is None:
        return "a customer key at creation needs encryptionIdentity.encryptionUserAssignedIdentity"
    if identity not in (_one(context.inputs, "identity.userAssignedIdentities") or []):
        return f"the identity {identity} is not assigned to the account"
    uri, key = (_one(context.inputs, f"encryption.keyVaultProperties.{name}") for name in ("keyVaultUri", "keyName"))
    return refused_key(context, key_of_vault(context, uri, key), identity)


def _retention_moves_one_way(context: Context) -> str | None:
    """Where a retention can't go back.

    https://learn.microsoft.com/azure/storage/blobs/immutable-policy-configure-version-scope
    """
    new = _one(context.inputs, f"{_POLICY}.state")
    if context.operation == "create" and new == "Locked":
        return "InvalidRequest: the state of an account's immutability policy must be Disabled or Unlocked when it is created"
    if context.operation != "update" or context.stored is None:
        return None
    old = _one(context.stored.inputs, f"{_POLICY}.state")
    if old == "Locked" and new != "Locked":
        return "ImmutabilityPolicyLocked: a locked policy cannot be unlocked or removed"
    days = [
        _one(tree, f"{_POLICY}.immutabilityPeriodSinceCreationInDays") or 0
        for tree in (context.stored.inputs, context.inputs)
    ]
    if old == "Locked" and days[1] < days[0]:
        return f"ImmutabilityPolicyLocked: the period of a locked policy can only grow, not from {days[0]} to {days[1]} days"
    was, will = (
        _one(tree, "immutableStorageWithVersioning.enabled") or False
        for tree in (context.stored.inputs, context.inputs)
    )
    if was != will:
        return "version-level immutability of an account is chosen when it is created and cannot be changed"
    return None


def _restore_within_soft_delete(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    restore, deleted = _one(inputs, "restorePolicy.days"), _one(inputs, "deleteRetentionPolicy.days")
    if restore is not None and (deleted is None or restore >= deleted):
        yield "restorePolicy.days", f"{restore} must be less than deleteRetentionPolicy.days ({deleted})"


def _versions_stay(context: Context) -> str | None:
    account = context.find(context["accountName"], ACCOUNT)
    immutable = account is not None and _one(account.inputs, "immutableStorageWithVersioning.enabled")
    if context.operation != "delete" and immutable and context.inputs.get("isVersioningEnabled") is False:
        return "versioning cannot be disabled in an account with version-level immutability"
    return None


def _versions_first(context: Context) -> str | None:
    if context.operation != "create" or not _one(context.inputs, "immutableStorageWithVersioning.enabled"):
        return None
    account = context.find(context["accountName"], ACCOUNT)
    if account is None or _one(account.inputs, "immutableStorageWithVersioning.enabled"):
        return None
    services = [o for o in context.objects(SERVICE) if o.get("accountName") == context["accountName"]]
    if any(o.get("isVersioningEnabled") for o in services):
        return None
    return "version-level immutability needs blob versioning in the account"


TYPES: Final = (
    ResourceType(
        token=ACCOUNT,
        source="https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules",
        id=in_group("Microsoft.Storage/storageAccounts/{accountName}"),
        # The provider takes the logical name as it is: a hyphen in it is refused by the cloud.
        name=Name(
            property="accountName",
            longest=24,
            shortest=3,
            pattern=r"[a-z0-9]+",
            allowed=r"\s\S",
            separator="",
            unique_in="",
        ),
        computed={
            "primaryEndpoints": _endpoints,
            "primaryLocation": "{location}",
            "statusOfPrimary": "available",
        },
        replace_on=("isHnsEnabled", "encryption.requireInfrastructureEncryption", "kind"),
        checks=(between(f"{_POLICY}.immutabilityPeriodSinceCreationInDays", 1, 146000),),
        guards=(
            _key_is_usable,
            _retention_moves_one_way,
            not_deleted_while_filled(
                reason="AccountImmutabilityPolicyExists: {id} holds blobs under retention and cannot be deleted"
            ),
        ),
        known_as=("name",),
    ),
    ResourceType(
        token=SERVICE,
        source="https://learn.microsoft.com/azure/storage/blobs/versioning-enable",
        id=in_group("Microsoft.Storage/storageAccounts/{accountName}/blobServices/{blobServicesName}"),
        name=Name(property="blobServicesName", pattern="default", automatic=False, unique_in="{accountName}"),
        replace_on=("accountName",),
        checks=(
            _restore_within_soft_delete,
            between("deleteRetentionPolicy.days", 1, 365),
            between("containerDeleteRetentionPolicy.days", 1, 365),
        ),
        guards=(_versions_stay,),
        references=(Reference("accountName", ACCOUNT),),
    ),
    ResourceType(
        token=CONTAINER,
        source="https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata",
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
            _versions_first,
            not_deleted_while_filled(
                reason="ContainerImmutableStorageWithVersioningEnabled: {id} holds blobs and cannot be deleted until it is empty"
            ),
        ),
        references=(Reference("accountName", ACCOUNT),),
        known_as=("name",),
    ),
)
