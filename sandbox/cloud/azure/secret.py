"""Azure Key Vault: secrets.

https://learn.microsoft.com/azure/key-vault/secrets/about-secrets
"""

from typing import Any, Final

from sandbox.cloud.azure.arm import in_group
from sandbox.cloud.azure.encryption_key import BY_DATA_PLANE, named_in_vault
from sandbox.cloud.azure.key_use import VAULT
from sandbox.cloud.checks import matches
from sandbox.cloud.context import Context
from sandbox.cloud.resource_type import Reference, ResourceType

SECRET: Final = "azure-native:keyvault:Secret"


def _properties(context: Context) -> dict[str, Any]:
    uri = f"https://{context['vaultName']}.vault.azure.net/secrets/{context['secretName']}"
    # The value never comes back: https://learn.microsoft.com/rest/api/keyvault/secrets/secrets/get
    attributes = {"enabled": True, **(context.inputs["properties"].get("attributes") or {}), "created": 0, "updated": 0}
    return {"attributes": attributes, "secretUri": uri, "secretUriWithVersion": f"{uri}/{context.hex(32, 'version')}"}


TYPES: Final = (
    ResourceType(
        token=SECRET,
        source="https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates",
        sources=("https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview",),
        id=in_group("Microsoft.KeyVault/vaults/{vaultName}/secrets/{secretName}"),
        name=named_in_vault("secretName"),
        computed={"properties": _properties, "location": lambda c: c.place["location"]},
        replace_on=("vaultName",),
        checks=(
            matches("properties.value", r"(?s).{1,25000}", "a value has 1 to 25,000 characters"),
            matches("properties.contentType", r".{0,255}", "a content type has at most 255 characters"),
        ),
        references=(Reference("vaultName", VAULT),),
        blind_spots=(
            BY_DATA_PLANE,
            "The name of a deleted secret is free again after the vault's retention or a purge; here it never is.",
            "A changed value is a new version with a new secretUriWithVersion; here that stays the same.",
            "The times of creation and change are not set.",
        ),
    ),
)
