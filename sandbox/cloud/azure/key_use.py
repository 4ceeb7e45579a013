"""When another Azure service may encrypt with a customer key of a vault.

https://learn.microsoft.com/azure/storage/common/customer-managed-keys-configure-new-account
"""

import time
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.azure.roles import IDENTITY, WRAP_KEYS, holds_role
from sandbox.cloud.context import Context, Object
from sandbox.cloud.value import one

VAULT: Final = "azure-native:keyvault:Vault"
KEY: Final = "azure-native:keyvault:Key"
_NEEDED: Final = {"get", "wrapkey", "unwrapkey"}


def key_of_vault(context: Context, vault_uri: str, key: str) -> Object | None:
    """The key of this name in the vault of this URI."""
    return next((o for o in context.objects(KEY) if o.get("keyUri") == f"{vault_uri.rstrip('/')}/keys/{key}"), None)


def vault_of(context: Context, key: Object | None) -> Object | None:
    """The vault that holds the key."""
    return context.find(key.get("vaultName"), VAULT) if key else None


def closed(vault: Object) -> bool:
    """Whether the vault's firewall stops who comes from elsewhere."""
    properties = vault.get("properties")
    shut = str(properties.get("publicNetworkAccess")).lower() == "disabled"
    return shut or one(properties, "networkAcls.defaultAction") == "Deny"


def _may(context: Context, vault: Object, key: Object, identity: str) -> bool:
    """By role where the vault is governed by roles, else by one of its access policies."""
    properties = vault.get("properties")
    if properties.get("enableRbacAuthorization"):
        return holds_role(context, identity, WRAP_KEYS, key.id)
    principal = context.find(identity, IDENTITY)
    for policy in properties.get("accessPolicies") or ():
        allowed = {str(name).lower() for name in one(policy, "permissions.keys") or ()}
        if principal and policy.get("objectId") == principal.get("principalId"):
            return "all" in allowed or allowed >= _NEEDED
    return False


def _idle(key: Object) -> str | None:
    """A key that is switched off, over or not begun.

    https://learn.microsoft.com/azure/key-vault/keys/about-keys-details
    """
    now, attributes = time.time(), one(key.inputs, "properties.attributes") or {}
    if attributes.get("enabled") is False:
        return f"KeyVaultKeyDisabled: {key.id} is disabled"
    if now >= attributes.get("expires", now + 1):
        return f"KeyVaultKeyExpired: {key.id} has expired"
    if now < attributes.get("notBefore", now):
        return f"KeyVaultKeyNotActivated: {key.id} is not active yet"
    return None


def _unfit(key: Object) -> str | None:
    """https://learn.microsoft.com/azure/storage/common/customer-managed-keys-overview."""
    properties: Mapping[str, Any] = key.inputs.get("properties") or {}
    if not str(properties.get("kty", "RSA")).startswith("RSA"):
        return f"KeyVaultKeyTypeNotSupported: {key.id} is no RSA key"
    allowed = properties.get("keyOps")
    if allowed and not {"wrapKey", "unwrapKey"} <= set(allowed):
        return f"KeyVaultOperationNotPermitted: {key.id} may not wrap and unwrap keys"
    return None


def refused_key(context: Context, key: Object | None, identity: str) -> str | None:
    """Why a service with this identity can't encrypt with this key: it is refused when the service is made or changed."""
    vault = vault_of(context, key)
    if key is None or vault is None:
        return "KeyVaultKeyNotFound: the encryption key does not exist"
    if not vault.get("properties").get("enablePurgeProtection"):
        return "KeyVaultPropertiesNotValid: the vault must have soft delete and purge protection"
    if unusable := _unfit(key) or _idle(key):
        return unusable
    if not _may(context, vault, key, identity):
        return f"KeyVaultAccessForbidden: {identity} may not wrap and unwrap with {key.id}"
    if closed(vault) and one(vault.get("properties"), "networkAcls.bypass") == "None":
        return "KeyVaultNetworkForbidden: the vault's firewall does not let trusted services through"
    return None
