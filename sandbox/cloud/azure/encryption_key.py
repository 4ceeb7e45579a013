"""Azure Key Vault: vaults and keys.

https://learn.microsoft.com/azure/key-vault/general/overview
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.azure.arm import in_group, unchangeable
from sandbox.cloud.azure.key_use import KEY, VAULT
from sandbox.cloud.checks import between, holds, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.guards import cannot_change
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at, one

_SUBNET: Final = "azure-native:network:Subnet"
_DAYS: Final = {"Y": 365, "M": 30, "D": 1}
_REMOVAL: Final = "https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/resources/customresources/custom_keyvault.go"
BY_DATA_PLANE: Final = (
    "The provider deletes it over the vault's data plane: from outside the network of a closed vault, "
    "or without a role for it, that is refused."
)


def named_in_vault(name: str) -> Name:
    """The rule of a key's or a secret's name; a deleted one's is blocked (ObjectIsDeletedButRecoverable).

    https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates
    """
    return Name(
        property=name,
        longest=127,
        pattern=r"[a-zA-Z0-9-]+",
        allowed="a-zA-Z0-9-",
        lower=False,
        unique_in="{vaultName}",
        stays_taken=lambda _: True,
    )


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


def _never_off(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview."""
    for name in ("enablePurgeProtection", "enableSoftDelete"):
        if one(inputs, f"properties.{name}") is False:
            yield f"properties.{name}", f"BadRequest: {name} cannot be set to false"


def duration(text: str) -> int:
    """The days of an ISO 8601 duration of one unit; -1 for any other text."""
    found = re.fullmatch(r"P(\d{1,4})([YMD])", text)
    return int(found[1]) * _DAYS[found[2]] if found else -1


def _fits_its_type(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """https://learn.microsoft.com/azure/key-vault/keys/about-keys."""
    kty = one(inputs, "properties.kty") or "RSA"
    for name, family in (("keySize", "RSA"), ("curveName", "EC")):
        if one(inputs, f"properties.{name}") is not None and not kty.startswith(family):
            yield f"properties.{name}", f"BadParameter: a key of type {kty} has no {name}"


def _rotation_fits(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """https://learn.microsoft.com/azure/key-vault/keys/how-to-configure-key-rotation."""
    policy = "properties.rotationPolicy"
    life = one(inputs, f"{policy}.attributes.expiryTime")
    if life is not None and duration(life) < 28:
        yield f"{policy}.attributes.expiryTime", f"'{life}' is no ISO 8601 duration of 28 days or more"
    for path, when in at(inputs, f"{policy}.lifetimeActions[*].trigger.timeBeforeExpiry"):
        if life is None:
            yield path, f"BadParameter: '{when}' before an expiry that the policy does not set"


def _right_vault(context: Context) -> str | None:
    vault = context.find(context["vaultName"], VAULT)
    kty = one(context.inputs, "properties.kty") or "RSA"
    standard = vault is not None and one(vault.get("properties"), "sku.name") != "premium"
    if context.operation == "create" and standard and kty.endswith("-HSM"):
        return f"KeyTypeNotSupported: a key of type {kty} needs a vault with SKU premium"
    return None


TYPES: Final = (
    ResourceType(
        token=VAULT,
        source="https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview",
        sources=(
            "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules",
            "https://learn.microsoft.com/azure/key-vault/general/network-security",
        ),
        id=in_group("Microsoft.KeyVault/vaults/{vaultName}"),
        name=Name(
            property="vaultName",
            longest=24,
            shortest=3,
            pattern=r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]*[a-zA-Z0-9]",
            allowed="a-zA-Z0-9-",
            lower=False,
            unique_in="",
            # Soft delete keeps the deleted vault for its whole retention; nobody purges here.
            stays_taken=lambda _: True,
        ),
        computed={"properties": _vault_properties},
        replace_on=("location",),
        checks=(
            between("properties.softDeleteRetentionInDays", 7, 90),
            one_of("properties.publicNetworkAccess", ("Enabled", "Disabled", "enabled", "disabled")),
            _never_off,
        ),
        guards=(
            cannot_change(
                "properties.enablePurgeProtection",
                away_from=True,
                reason="BadRequest: the property 'enablePurgeProtection' cannot be unset once it is true",
            ),
            unchangeable(
                "properties.softDeleteRetentionInDays",
                otherwise=90,
                reason="BadRequest: 'softDeleteRetentionInDays' is {old} and cannot be changed to {new}",
            ),
        ),
        references=(Reference("properties.networkAcls.virtualNetworkRules[*].id", _SUBNET),),
        known_as=("name",),
        blind_spots=(
            "The name of a deleted vault is free again after its retention or a purge; here it never is.",
            "Recovering a deleted vault (createMode recover) is not imitated.",
            "Whether properties.tenantId is the subscription's tenant is not asked.",
            "That a location change makes a new vault is from working knowledge.",
        ),
    ),
    ResourceType(
        token=KEY,
        source="https://learn.microsoft.com/rest/api/keyvault/keyvault/keys/create-if-not-exist",
        sources=("https://learn.microsoft.com/azure/key-vault/keys/about-keys", _REMOVAL),
        id=in_group("Microsoft.KeyVault/vaults/{vaultName}/keys/{keyName}"),
        name=named_in_vault("keyName"),
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
            holds(
                "properties.rotationPolicy.lifetimeActions[*].trigger.timeAfterCreate",
                lambda value: duration(value) >= 7,
                "'{value}' is no ISO 8601 duration of seven days or more",
            ),
            _fits_its_type,
            _rotation_fits,
        ),
        guards=(
            _right_vault,
            unchangeable(
                "properties",
                "tags",
                reason="ARM makes a key only once and never changes it: '{path}' would stay as it is",
            ),
        ),
        references=(Reference("vaultName", VAULT),),
        known_as=("keyUri", "keyUriWithVersion"),
        blind_spots=(
            BY_DATA_PLANE,
            "The name of a deleted key is free again after the vault's retention or a purge; here it never is.",
            "A key in use may be deleted; the services that it encrypts for stop, which is seen here only when they are changed.",
            "The key is not rotated with time, and its version never changes.",
        ),
    ),
)
