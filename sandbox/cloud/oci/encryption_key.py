"""OCI Vault: https://docs.oracle.com/en-us/iaas/Content/KeyManagement/Concepts/keyoverview.htm."""

from typing import Final

from sandbox.cloud.checks import between, one_of, required
from sandbox.cloud.context import Context
from sandbox.cloud.identity import ocid, same
from sandbox.cloud.resource_type import Reference, ResourceType

VAULT: Final = "oci:Kms/vault:Vault"
KEY: Final = "oci:Kms/key:Key"


def _vault_of(context: Context) -> str:
    vault = context.find(context["managementEndpoint"], VAULT)
    return "" if vault is None else vault.id


def _rotation_needs_private_vault(context: Context) -> str | None:
    if context.writing and context.inputs.get("isAutoRotationEnabled"):
        vault = context.find(context["managementEndpoint"], VAULT)
        if vault is not None and vault.get("vaultType") != "VIRTUAL_PRIVATE":
            return "400-InvalidParameter: automatic rotation is for keys in a virtual private vault"
    return None


def _endpoint(kind: str) -> str:
    return f"https://{{namespace}}-{kind}.kms.{{region}}.oraclecloud.com/{{id}}"


TYPES: Final = (
    ResourceType(
        token=VAULT,
        source="https://docs.oracle.com/en-us/iaas/Content/KeyManagement/Tasks/managingvaults.htm",
        id=ocid("vault"),
        computed={
            "cryptoEndpoint": _endpoint("crypto"),
            "managementEndpoint": _endpoint("management"),
            "state": same("ACTIVE"),
            "isPrimary": same(value=True),
        },
        replace_on=("vaultType",),
        checks=(one_of("vaultType", ("DEFAULT", "VIRTUAL_PRIVATE", "EXTERNAL")),),
        known_as=("managementEndpoint",),
    ),
    ResourceType(
        token=KEY,
        source="https://docs.oracle.com/en-us/iaas/Content/KeyManagement/Tasks/managingkeys.htm",
        id=ocid("key"),
        computed={
            "vaultId": _vault_of,
            "currentKeyVersion": ocid("keyversion"),
            "state": same("ENABLED"),
            "isPrimary": same(value=True),
        },
        defaults={"protectionMode": "HSM", "isAutoRotationEnabled": False},
        replace_on=("keyShape", "managementEndpoint", "protectionMode"),
        references=(Reference("managementEndpoint", VAULT),),
        checks=(
            one_of("keyShape.algorithm", ("AES", "RSA", "ECDSA")),
            one_of("protectionMode", ("HSM", "SOFTWARE", "EXTERNAL")),
            between("autoKeyRotationDetails.rotationIntervalInDays", 60, 365),
            required(
                "autoKeyRotationDetails",
                lambda inputs: inputs.get("isAutoRotationEnabled") is True,
                "the interval is required with automatic rotation",
            ),
        ),
        guards=(_rotation_needs_private_vault,),
    ),
)
