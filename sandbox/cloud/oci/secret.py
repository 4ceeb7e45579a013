"""OCI Vault secrets: https://docs.oracle.com/en-us/iaas/Content/KeyManagement/Tasks/managingsecrets.htm."""

import base64
import binascii
from typing import Final

from sandbox.cloud.checks import holds, matches, one_of, required
from sandbox.cloud.context import Context
from sandbox.cloud.identity import ocid, same
from sandbox.cloud.oci.key_use import KEY, VAULT, key_allowed, service
from sandbox.cloud.resource_type import Name, Reference, ResourceType

SECRET: Final = "oci:Vault/secret:Secret"
_NAMED: Final = "letters, digits, hyphens, underscores and periods"
_LARGEST: Final = 25_600  # bytes, before base64


def _decoded(value: str) -> bytes | None:
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error:
        return None


def _fits(value: str) -> bool:
    content = _decoded(value)
    return content is None or 0 < len(content) <= _LARGEST


def _key_of_vault(context: Context) -> str | None:
    key = context.find(context["keyId"], KEY)
    if not context.writing or key is None or key.get("vaultId") == context["vaultId"]:
        return None
    return f"400-InvalidParameter: the key {key.id} is not in the vault {context['vaultId']}"


def _version(context: Context) -> str:
    """One more for each content."""
    if context.stored is None:
        return "1"
    held = int(context.stored.outputs.get("currentVersionNumber", 1))
    return str(held + (context.stored.inputs.get("secretContent") != context.inputs.get("secretContent")))


TYPES: Final = (
    ResourceType(
        token=SECRET,
        source="https://docs.oracle.com/en-us/iaas/api/#/en/secretmgmt/20180608/Secret/CreateSecret",
        id=ocid("vaultsecret"),
        # A deleted secret waits for its deletion with its name: https://github.com/oracle/terraform-provider-oci/issues/1765
        name=Name(
            property="secretName",
            longest=255,
            pattern=r"[A-Za-z0-9._-]+",
            automatic=False,
            unique_in="{vaultId}",
            stays_taken=lambda _: True,
        ),
        computed={"currentVersionNumber": _version, "state": same("ACTIVE"), "isReplica": same(value=False)},
        defaults={"enableAutoGeneration": False},
        replace_on=("vaultId", "keyId"),
        references=(Reference("vaultId", VAULT), Reference("keyId", KEY)),
        checks=(
            one_of("secretContent.contentType", ("BASE64",)),
            holds("secretContent.content", lambda value: _decoded(value) is not None, "the content is not base64"),
            holds("secretContent.content", _fits, f"the content has 1 to {_LARGEST} bytes"),
            one_of("secretContent.stage", ("CURRENT", "PENDING")),
            matches("secretContent.name", r"[A-Za-z0-9._-]{1,255}", _NAMED),
            required(
                "secretContent",
                lambda inputs: inputs.get("enableAutoGeneration") is not True,
                "InvalidParameter: a secret has a content, or is generated",
            ),
            required(
                "secretGenerationContext",
                lambda inputs: inputs.get("enableAutoGeneration") is True,
                "InvalidParameter: a generated secret says how",
            ),
            one_of("secretRules[*].ruleType", ("SECRET_EXPIRY_RULE", "SECRET_REUSE_RULE")),
        ),
        guards=(_key_of_vault, key_allowed("keyId", service("VaultSecret"), again="secretContent")),
        sources=(
            "https://docs.oracle.com/en-us/iaas/Content/Identity/Reference/keypolicyreference.htm",
            "https://docs.oracle.com/en-us/iaas/Content/KeyManagement/Concepts/keyoverview.htm",
        ),
        blind_spots=(
            "That the service needs a policy for the key is public word of Oracle's samples, not of its reference.",
            "A deleted secret waits 1 to 30 days; its name is never free again here.",
            "Rotation, expiry and replication of secrets do not happen; their own policies and targets are not looked up.",
        ),
    ),
)
