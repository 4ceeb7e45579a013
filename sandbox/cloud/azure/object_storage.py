"""Azure Storage: accounts.

https://learn.microsoft.com/azure/storage/common/storage-account-overview
"""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.azure.arm import assigned, in_group, unchangeable
from sandbox.cloud.azure.identity import identities_exist, identity_fits
from sandbox.cloud.azure.key_use import key_of_vault, refused_key
from sandbox.cloud.azure.network import SUBNET
from sandbox.cloud.azure.roles import IDENTITY
from sandbox.cloud.checks import between
from sandbox.cloud.context import Context
from sandbox.cloud.guards import not_deleted_while_filled
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at, one

Problems = Iterator[tuple[str, str]]
ACCOUNT: Final = "azure-native:storage:StorageAccount"
_POLICY: Final = "immutableStorageWithVersioning.immutabilityPolicy"
_RULES: Final = "networkRuleSet.virtualNetworkRules[*].virtualNetworkResourceId"
# https://learn.microsoft.com/azure/storage/common/storage-account-overview#types-of-storage-accounts
_SKUS: Final = {
    "StorageV2": r"(Standard_(LRS|ZRS|GRS|RAGRS|GZRS|RAGZRS)|Premium_LRS)",
    "Storage": r"(Standard_(LRS|ZRS|GRS|RAGRS)|Premium_LRS)",
    "BlobStorage": r"Standard_(LRS|GRS|RAGRS)",
    "BlockBlobStorage": r"Premium_(LRS|ZRS)",
    "FileStorage": r"(Premium_(LRS|ZRS)|(StandardV2|PremiumV2)_\w+)",
}
_FIXED: Final = (
    "AccountPropertyCannotBeUpdated: The property '{path}' was specified in the input, but it cannot be updated."
)


def _endpoints(context: Context) -> dict[str, str]:
    return {
        part: f"https://{context['accountName']}.{part}.core.windows.net/"
        for part in ("blob", "dfs", "file", "queue", "table")
    }


def _kind_fits(inputs: Mapping[str, Any]) -> Problems:
    kind, sku = inputs.get("kind"), one(inputs, "sku.name") or ""
    if kind in _SKUS and not re.fullmatch(_SKUS[kind], sku):
        yield "sku.name", f"InvalidSku: an account of kind {kind} has no SKU {sku}"
    if kind == "BlobStorage" and "accessTier" not in inputs:
        yield "accessTier", "required for an account of kind BlobStorage"
    twice = one(inputs, "encryption.requireInfrastructureEncryption")
    if twice and not (kind == "StorageV2" or (kind in ("BlockBlobStorage", "FileStorage") and "Premium" in sku)):
        yield (
            "encryption.requireInfrastructureEncryption",
            "FeatureNotSupportedForAccount: Infrastructure encryption is not supported for the account",
        )
    if inputs.get("isHnsEnabled") and one(inputs, "immutableStorageWithVersioning.enabled"):
        yield (
            "immutableStorageWithVersioning.enabled",
            "FeatureNotSupportedForAccount: version-level immutability is not supported with a hierarchical namespace",
        )
    if inputs.get("isSftpEnabled") and not inputs.get("isHnsEnabled"):
        yield "isSftpEnabled", "FeatureNotSupportedForAccount: SFTP needs a hierarchical namespace"


def _addresses_fit(inputs: Mapping[str, Any]) -> Problems:
    """https://learn.microsoft.com/azure/storage/common/storage-network-security-limitations."""
    for path, value in at(inputs, "networkRuleSet.ipRules[*].iPAddressOrRange"):
        try:
            block = ipaddress.IPv4Network(value)
        except ValueError as error:
            yield path, f"InvalidValuesForRequestParameters: {error}"
            continue
        if block.is_private or ("/" in value and block.prefixlen > 30):
            yield path, f"InvalidValuesForRequestParameters: '{value}' is private, or a range smaller than /30"


def _key_is_usable(context: Context) -> str | None:
    customer = one(context.inputs, "encryption.keySource") == "Microsoft.Keyvault"
    if not context.writing or not customer:
        return None
    identity = one(context.inputs, "encryption.encryptionIdentity.encryptionUserAssignedIdentity")
    if identity is None:
        return "a customer key at creation needs encryptionIdentity.encryptionUserAssignedIdentity"
    if identity not in assigned(context.inputs):
        return f"the identity {identity} is not assigned to the account"
    uri, key = (
        one(context.inputs, f"encryption.keyVaultProperties.{name}") or "" for name in ("keyVaultUri", "keyName")
    )
    return refused_key(context, key_of_vault(context, uri, key), identity)


def account_answers(context: Context) -> str | None:
    """What lies in an account whose key is gone is out of reach."""
    account = context.find(context["accountName"], ACCOUNT)
    if context.operation == "delete" or account is None:
        return None
    if one(account.inputs, "encryption.keySource") != "Microsoft.Keyvault":
        return None
    uri, key = (one(account.inputs, f"encryption.keyVaultProperties.{name}") for name in ("keyVaultUri", "keyName"))
    identity = one(account.inputs, "encryption.encryptionIdentity.encryptionUserAssignedIdentity")
    reason = refused_key(context, key_of_vault(context, uri, key), identity)
    return f"KeyVaultEncryptionKeyNotFound: {account.id} ({reason})" if reason else None


def _subnets_reach_storage(context: Context) -> str | None:
    """https://learn.microsoft.com/azure/storage/common/storage-network-security-virtual-networks."""
    for _, subnet in at(context.inputs, _RULES) if context.writing else ():
        found = context.find(subnet, SUBNET)
        open_to = {value for _, value in at(found.inputs, "serviceEndpoints[*].service")} if found else set()
        if found and not open_to & {"Microsoft.Storage", "Microsoft.Storage.Global"}:
            return f"NetworkAclsValidationFailure: SubnetsHaveNoServiceEndpointsConfigured: {subnet} does not have ServiceEndpoints for Microsoft.Storage resources configured"
    return None


def _retention_moves_one_way(context: Context) -> str | None:
    """Where a retention can't go back.

    https://learn.microsoft.com/azure/storage/blobs/immutable-policy-configure-version-scope
    """
    new = one(context.inputs, f"{_POLICY}.state")
    if context.operation == "create" and new == "Locked":
        return "InvalidRequest: the state of an account's immutability policy must be Disabled or Unlocked when it is created"
    if (
        context.operation != "update"
        or context.stored is None
        or one(context.stored.inputs, f"{_POLICY}.state") != "Locked"
    ):
        return None
    if new != "Locked":
        return "ImmutabilityPolicyLocked: a locked policy cannot be unlocked or removed"
    path = f"{_POLICY}.immutabilityPeriodSinceCreationInDays"
    old_days, days = (one(tree, path) or 0 for tree in (context.stored.inputs, context.inputs))
    if days < old_days:
        return (
            f"ImmutabilityPolicyLocked: the period of a locked policy can only grow, not from {old_days} to {days} days"
        )
    return None


def _kind_stays(context: Context) -> str | None:
    """An old account may become StorageV2; standard and premium never turn into each other.

    https://learn.microsoft.com/azure/storage/common/storage-account-upgrade
    """
    if context.operation != "update" or context.stored is None:
        return None
    old, new = (tree.get("kind") for tree in (context.stored.inputs, context.inputs))
    if old != new and not (old in ("Storage", "BlobStorage") and new == "StorageV2"):
        return _FIXED.replace("{path}", "kind")
    was, will = (str(one(tree, "sku.name")).partition("_")[0] for tree in (context.stored.inputs, context.inputs))
    return _FIXED.replace("{path}", "sku.name") if was != will else None


TYPES: Final = (
    ResourceType(
        token=ACCOUNT,
        source="https://learn.microsoft.com/azure/storage/common/storage-account-overview",
        sources=(
            "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules",
            "https://learn.microsoft.com/azure/storage/common/customer-managed-keys-configure-new-account",
            "https://github.com/Azure/ResourceModules/issues/4466",
        ),
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
        replace_on=("location", "isHnsEnabled"),
        checks=(
            between(f"{_POLICY}.immutabilityPeriodSinceCreationInDays", 1, 146000),
            _kind_fits,
            _addresses_fit,
            identity_fits,
        ),
        guards=(
            identities_exist,
            _key_is_usable,
            _subnets_reach_storage,
            _retention_moves_one_way,
            _kind_stays,
            unchangeable("encryption.requireInfrastructureEncryption", "enableNfsV3", otherwise=False, reason=_FIXED),
            unchangeable("dnsEndpointType", otherwise="Standard", reason=_FIXED),
            unchangeable(
                "immutableStorageWithVersioning.enabled",
                otherwise=False,
                reason="version-level immutability of an account is chosen when it is created and cannot be changed",
            ),
            not_deleted_while_filled(
                reason="AccountImmutabilityPolicyExists: {id} holds blobs under retention and cannot be deleted"
            ),
        ),
        references=(
            Reference("encryption.encryptionIdentity.encryptionUserAssignedIdentity", IDENTITY),
            Reference(_RULES, SUBNET),
        ),
        known_as=("name",),
        blind_spots=(
            "Which redundancy a region offers is not known; zone-redundant storage in Japan West is unverified.",
            "A secondary region's endpoints are not shown, and an account on DNS zone endpoints has other addresses.",
            "Changing from one redundancy to another takes days, and some ways are refused.",
            "Keys, SAS and the data plane are not imitated.",
        ),
    ),
)
