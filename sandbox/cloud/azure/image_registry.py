"""Azure Container Registry.

https://learn.microsoft.com/azure/container-registry/container-registry-intro
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.azure.arm import assigned, in_group, unchangeable
from sandbox.cloud.azure.identity import identities_exist, identity_fits
from sandbox.cloud.azure.key_use import KEY, closed, refused_key, vault_of
from sandbox.cloud.azure.roles import IDENTITY
from sandbox.cloud.checks import between
from sandbox.cloud.context import Context
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import one

REGISTRY: Final = "azure-native:containerregistry:Registry"
_DOCS: Final = "https://learn.microsoft.com/azure/container-registry"
_KEY: Final = "encryption.keyVaultProperties"
# Path → the value with which it needs no premium SKU.
_PREMIUM: Final = {
    "publicNetworkAccess": "Enabled",
    "networkRuleSet.defaultAction": "Allow",
    "dataEndpointEnabled": False,
    "encryption.status": "disabled",
    "policies.exportPolicy.status": "enabled",
    "policies.retentionPolicy.status": "disabled",
    "policies.trustPolicy.status": "disabled",
    "policies.quarantinePolicy.status": "disabled",
}


def _offered(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What only the premium SKU offers.

    https://learn.microsoft.com/azure/container-registry/container-registry-skus
    """
    sku = one(inputs, "sku.name")
    for path, plain in _PREMIUM.items():
        if sku != "Premium" and one(inputs, path) not in (None, plain):
            yield path.partition(".")[0], "needs SKU Premium"
    if sku == "Basic" and inputs.get("anonymousPullEnabled"):
        yield "anonymousPullEnabled", "needs SKU Standard or Premium"
    if one(inputs, "policies.exportPolicy.status") == "disabled" and inputs.get("publicNetworkAccess") != "Disabled":
        yield (
            "policies.exportPolicy.status",
            "ExportPolicyInvalid: disabled only while public network access is disabled",
        )
    if one(inputs, "encryption.status") == "enabled" and not one(inputs, f"{_KEY}.keyIdentifier"):
        yield f"{_KEY}.keyIdentifier", "required while encryption is enabled"


def _key_is_reachable(context: Context) -> str | None:
    """Where a customer key is out of reach.

    https://learn.microsoft.com/azure/container-registry/tutorial-customer-managed-keys
    """
    uri = one(context.inputs, f"{_KEY}.keyIdentifier")
    if not context.writing or uri is None:
        return None
    key, identity = context.find(uri, KEY), context.find(one(context.inputs, f"{_KEY}.identity") or "", IDENTITY)
    vault = vault_of(context, key)
    if key is None or vault is None:
        return "CMK_KEY_NOT_FOUND: the encryption key does not exist"
    if identity is None or identity.id not in assigned(context.inputs):
        return f"CMK_ERROR: the identity {one(context.inputs, f'{_KEY}.identity')} is not assigned to the registry"
    if closed(vault):
        return "CMK_ERROR: a user-assigned identity does not pass the firewall of the key vault"
    return refused_key(context, key, identity.id)


TYPES: Final = (
    ResourceType(
        token=REGISTRY,
        source=f"{_DOCS}/container-registry-skus",
        sources=(
            "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules",
            f"{_DOCS}/tutorial-customer-managed-keys",
            f"{_DOCS}/zone-redundancy",
        ),
        id=in_group("Microsoft.ContainerRegistry/registries/{registryName}"),
        name=Name(
            property="registryName",
            longest=50,
            shortest=5,
            pattern=r"[a-zA-Z0-9]+",
            allowed=r"\s\S",
            separator="",
            lower=False,
            unique_in="",
        ),
        computed={
            "loginServer": lambda c: f"{c['registryName'].lower()}.azurecr.io",
            "status": lambda _: {"displayStatus": "Ready"},
        },
        replace_on=("location",),
        checks=(
            _offered,
            identity_fits,
            between("policies.retentionPolicy.days", 0, 365),
            between("policies.softDeletePolicy.retentionDays", 1, 90),
        ),
        guards=(
            identities_exist,
            _key_is_reachable,
            unchangeable(
                "encryption.status",
                otherwise="disabled",
                reason="CMK_UPDATE_NOT_ALLOWED: a customer key is chosen when the registry is made; '{path}' cannot become {new}",
            ),
            unchangeable(
                "zoneRedundancy",
                otherwise="Disabled",
                reason="ZoneRedundancyUpdateNotSupported: '{path}' is chosen when the registry is made, it cannot become {new}",
            ),
        ),
        references=(Reference(f"{_KEY}.keyIdentifier", KEY), Reference(f"{_KEY}.identity", IDENTITY)),
        known_as=("name",),
        blind_spots=(
            "By the vendor's page registries of every SKU are zone-redundant where the region has zones; no combination is refused.",
            "Images, tokens, replications and tasks are not imitated.",
            "The codes of refused changes are not verified; that encryption cannot be changed is documented.",
            "That a location change makes a new registry is from working knowledge.",
        ),
    ),
)
