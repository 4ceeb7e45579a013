"""OCI Vault: https://docs.oracle.com/en-us/iaas/Content/KeyManagement/Concepts/keyoverview.htm."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.checks import between, not_together, one_of, required
from sandbox.cloud.context import Context
from sandbox.cloud.identity import ocid, same
from sandbox.cloud.oci.key_use import KEY, VAULT
from sandbox.cloud.oci.moments import deletion_waits, is_moment
from sandbox.cloud.resource_type import Reference, ResourceType

_LENGTHS: Final = {"AES": (16, 24, 32), "RSA": (256, 384, 512), "ECDSA": (32, 48, 66)}
_CURVES: Final = {32: "NIST_P256", 48: "NIST_P384", 66: "NIST_P521"}
# "DEFAULT" is the shared one.
_VAULTS: Final = ("DEFAULT", "VIRTUAL_PRIVATE", "EXTERNAL")


def _vault_of(context: Context) -> str:
    vault = context.find(context["managementEndpoint"], VAULT)
    return "" if vault is None else vault.id


def _vault_fits(context: Context) -> str | None:
    """Rotation is for virtual private vaults, external keys for external ones."""
    vault = context.find(context["managementEndpoint"], VAULT)
    if not context.writing or vault is None:
        return None
    kind, mode = vault.get("vaultType"), context.inputs.get("protectionMode", "HSM")
    if context.inputs.get("isAutoRotationEnabled") and kind != "VIRTUAL_PRIVATE":
        return "400-InvalidParameter: automatic rotation is for keys in a virtual private vault"
    if (mode == "EXTERNAL") != (kind == "EXTERNAL"):
        return f"400-InvalidParameter: a key of protection mode {mode} can't be in a vault of type {kind}"
    return None


def _shape(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    shape = inputs["keyShape"]
    algorithm, length, curve = shape["algorithm"], shape["length"], shape.get("curveId")
    if length not in _LENGTHS.get(algorithm, (length,)):
        listed = ", ".join(map(str, _LENGTHS[algorithm]))
        yield "keyShape.length", f"InvalidParameter: an {algorithm} key has {listed} bytes, not {length}"
    elif algorithm == "ECDSA" and curve not in (None, _CURVES[length]):
        yield "keyShape.curveId", f"InvalidParameter: {length} bytes are curve {_CURVES[length]}"
    if curve is not None and algorithm != "ECDSA":
        yield "keyShape.curveId", f"InvalidParameter: an {algorithm} key has no curve"


def _born_enabled(context: Context) -> str | None:
    """The provider says so itself: https://github.com/oracle/terraform-provider-oci (kms_key_resource.go)."""
    if context.operation == "create" and context.inputs.get("desiredState", "ENABLED") != "ENABLED":
        return "a key can only be created in the state ENABLED"
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
        replace_on=("vaultType", "externalKeyManagerMetadata"),
        checks=(
            one_of("vaultType", _VAULTS),
            required(
                "externalKeyManagerMetadata",
                lambda inputs: inputs.get("vaultType") == "EXTERNAL",
                "InvalidParameter: an external vault names its key manager",
            ),
            not_together("restoreFromFile", "restoreFromObjectStore"),
            is_moment("timeOfDeletion"),
        ),
        guards=(deletion_waits,),
        known_as=("managementEndpoint",),
        sources=(
            "https://docs.oracle.com/en-us/iaas/Content/KeyManagement/Tasks/managingvaults_topic-To_delete_a_vault.htm",
        ),
        blind_spots=(
            "A deleted vault waits 7 to 30 days with its keys and secrets there; here it is gone at once.",
            "The limit of virtual private vaults in a tenancy is not counted.",
            "Restoring from a backup and external key managers are not imitated.",
        ),
    ),
    ResourceType(
        token=KEY,
        source="https://docs.oracle.com/en-us/iaas/Content/KeyManagement/Tasks/managingkeys.htm",
        id=ocid("key"),
        computed={
            "vaultId": _vault_of,
            "currentKeyVersion": ocid("keyversion"),
            "state": lambda context: context.inputs.get("desiredState", "ENABLED"),
            "isPrimary": same(value=True),
        },
        defaults={"protectionMode": "HSM", "isAutoRotationEnabled": False, "desiredState": "ENABLED"},
        replace_on=("keyShape", "managementEndpoint", "protectionMode", "externalKeyReference"),
        references=(Reference("managementEndpoint", VAULT),),
        checks=(
            one_of("keyShape.algorithm", tuple(_LENGTHS)),
            _shape,
            one_of("protectionMode", ("HSM", "SOFTWARE", "EXTERNAL")),
            one_of("desiredState", ("ENABLED", "DISABLED")),
            between("autoKeyRotationDetails.rotationIntervalInDays", 60, 365),
            required(
                "autoKeyRotationDetails",
                lambda inputs: inputs.get("isAutoRotationEnabled") is True,
                "the interval is required with automatic rotation",
            ),
            not_together("restoreFromFile", "restoreFromObjectStore"),
            is_moment("timeOfDeletion"),
        ),
        guards=(_vault_fits, _born_enabled, deletion_waits),
        sources=(
            "https://docs.oracle.com/en-us/iaas/Content/KeyManagement/Tasks/managingkeys_topic-To_enable_and_update_auto_key_rotation.htm",
            "https://docs.oracle.com/en-us/iaas/Content/KeyManagement/Tasks/managingkeys_topic-To_delete_a_key.htm",
        ),
        blind_spots=(
            "A deleted key waits 7 to 30 days there and can be brought back; here it is gone at once.",
            "What a disabled key already encrypts becomes unreadable there; here only new users are refused.",
            "Versions and rotations do not happen; restoring from a backup and external keys are not imitated.",
        ),
    ),
)
