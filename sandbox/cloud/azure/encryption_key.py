"""Azure Key Vault.

https://learn.microsoft.com/azure/key-vault/general/overview
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.azure.arm import in_group
from sandbox.cloud.azure.identity import CRYPTO_USER, holds_role
from sandbox.cloud.checks import between, matches, one_of
from sandbox.cloud.context import Context, Object
from sandbox.cloud.guards import cannot_change
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at

VAULT: Final = "azure-native:keyvault:Vault"
KEY: Final = "azure-native:keyvault:Key"
SECRET: Final = "azure-native:keyvault:Secret"


def _vault_properties(context: Context) -> dict[str, Any]:
    given = dict(context.inputs["properties"])
    return {
        "provisioningState": "Succeeded",
        "enableSoftDelete": True,
        "softDeleteRetentionInDays": 90,
        **given,
        "vaultUri": f"https://{context['vaultName']}.vault.azure.net/",
        "hsmPoolResourceId": "",
    }


def _secret_properties(context: Context) -> dict[str, Any]:
    uri = f"https://{context['vaultName']}.vault.azure.net/secrets/{context['secretName']}"
    # The value never comes back: https://learn.microsoft.com/rest/api/keyvault/secrets/secrets/get
    attributes = {"enabled": True, **(context.inputs["properties"].get("attributes") or {}), "created": 0, "updated": 0}
    return {"attributes": attributes, "secretUri": uri, "secretUriWithVersion": f"{uri}/{context.hex(32, 'version')}"}


def _closed_has_a_way_in(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    properties = inputs.get("properties") or {}
    if properties.get("enablePurgeProtection") is False:
        yield "properties.enablePurgeProtection", "BadRequest: enablePurgeProtection cannot be set to false"


def _right_vault(context: Context) -> str | None:
    vault = context.find(context["vaultName"], VAULT)
    kty = next((value for _, value in at(context.inputs, "properties.kty")), "RSA")
    if (
        context.operation == "create"
        and vault
        and kty.endswith("-HSM")
        and vault.get("properties")["sku"]["name"] != "premium"
    ):
        return f"KeyTypeNotSupported: a key of type {kty} needs a vault with SKU premium"
    return None


def _never_changed(context: Context) -> str | None:
    if context.operation == "update" and context.stored is not None:
        for part in ("properties", "tags"):
            if context.stored.inputs.get(part) != context.inputs.get(part):
                return f"ARM makes a key only once and never changes it: '{part}' would stay as it is"
    return None


def key_of_vault(context: Context, vault_uri: str, key: str) -> Object | None:
    """The key of this name in the vault of this URI."""
    return next((o for o in context.objects(KEY) if o.get("keyUri") == f"{vault_uri.rstrip('/')}/keys/{key}"), None)


def refused_key(context: Context, key: Object | None, identity: str) -> str | None:
    """Why a service with this identity can't encrypt with this key: it is refused when the service is made."""
    if key is None:
        return "KeyVaultKeyNotFound: the encryption key does not exist"
    vault = context.find(key.get("vaultName"), VAULT)
    if vault is None or not vault.get("properties").get("enablePurgeProtection"):
        return "KeyVaultPropertiesNotValid: the vault must have soft delete and purge protection"
    if not holds_role(context, identity, CRYPTO_USER, key.id):
        return f"KeyVaultAccessForbidden: {identity} may not wrap and unwrap with {key.id}"
    acls = vault.get("properties").get("networkAcls") or {}
    if acls.get("defaultAction") == "Deny" and acls.get("bypass") != "AzureServices":
        return "KeyVaultNetworkForbidden: the vault's firewall does not let trusted services through"
    return None


TYPES: Final = (
    ResourceType(
        token=VAULT,
        source="https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview",
        id=in_group("Microsoft.KeyVault/vaults/{vaultName}"),
        name=Name(
            property="vaultName",
            longest=24,
            shortest=3,
            pattern=r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]*[a-zA-Z0-9]",
            allowed="a-zA-Z0-9-",
            lower=False,
            unique_in="",
            # Purge protection keeps the deleted vault for its whole retention.
            stays_taken=lambda _: True,
        ),
        computed={"properties": _vault_properties},
        replace_on=("properties.tenantId",),
        checks=(
            between("properties.softDeleteRetentionInDays", 7, 90),
            one_of("properties.publicNetworkAccess", ("Enabled", "Disabled", "enabled", "disabled")),
            _closed_has_a_way_in,
        ),
        guards=(
            cannot_change(
                "properties.enablePurgeProtection",
                away_from=True,
                reason="BadRequest: the property 'enablePurgeProtection' cannot be unset once it is true",
            ),
            cannot_change(
                "properties.softDeleteRetentionInDays",
                reason="BadRequest: 'softDeleteRetentionInDays' is {old} and cannot be changed to {new}",
            ),
        ),
        known_as=("name",),
    ),
    ResourceType(
        token=KEY,
        source="https://learn.microsoft.com/rest/api/keyvault/keyvault/keys/create-if-not-exist",
        id=in_group("Microsoft.KeyVault/vaults/{vaultName}/keys/{keyName}"),
        name=Name(
            property="keyName",
            longest=127,
            pattern=r"[a-zA-Z0-9-]+",
            allowed="a-zA-Z0-9-",
            lower=False,
            unique_in="{vaultName}",
        ),
        computed={
            "keyUri": "https://{vaultName}.vault.azure.net/keys/{keyName}",
            "keyUriWithVersion": lambda c: f"https://{c['vaultName']}.vault.azure.net/keys/{c['keyName']}/{c.hex(32, 'version')}",
            "kty": lambda c: c.inputs["properties"].get("kty", "RSA"),
            "keySize": lambda c: c.inputs["properties"].get("keySize", 2048),
            "rotationPolicy": lambda c: c.inputs["properties"].get("rotationPolicy"),
            "location": lambda c: c.place["location"],
        },
        replace_on=("vaultName",),
        checks=(
            one_of("properties.keySize", (2048, 3072, 4096)),
            # https://learn.microsoft.com/azure/key-vault/keys/how-to-configure-key-rotation
            matches(
                "properties.rotationPolicy.lifetimeActions[*].trigger.timeAfterCreate",
                r"P([1-9]\d?[YM]|(2[89]|[3-9]\d|[1-9]\d{2,3})D)",
                "an ISO 8601 duration of 28 days or more",
            ),
        ),
        guards=(_right_vault, _never_changed),
        references=(Reference("vaultName", VAULT),),
        known_as=("keyUri",),
    ),
    ResourceType(
        token=SECRET,
        source="https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates",
        id=in_group("Microsoft.KeyVault/vaults/{vaultName}/secrets/{secretName}"),
        name=Name(
            property="secretName",
            longest=127,
            pattern=r"[a-zA-Z0-9-]+",
            allowed="a-zA-Z0-9-",
            lower=False,
            unique_in="{vaultName}",
        ),
        computed={"properties": _secret_properties, "location": lambda c: c.place["location"]},
        replace_on=("vaultName",),
        checks=(matches("properties.value", r"(?s).{1,25000}", "a value has 1 to 25,000 characters"),),
        references=(Reference("vaultName", VAULT),),
    ),
)
