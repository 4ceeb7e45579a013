"""OCI Vault secrets: https://docs.oracle.com/en-us/iaas/Content/KeyManagement/Tasks/managingsecrets.htm."""

import base64
import binascii
from typing import Final

from sandbox.cloud.checks import holds, one_of
from sandbox.cloud.identity import ocid, same
from sandbox.cloud.oci.documents import needs_key
from sandbox.cloud.oci.encryption_key import KEY, VAULT
from sandbox.cloud.resource_type import Name, Reference, ResourceType

SECRET: Final = "oci:Vault/secret:Secret"


def _is_base64(value: str) -> bool:
    try:
        base64.b64decode(value, validate=True)
    except binascii.Error:
        return False
    return True


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
        computed={"currentVersionNumber": same("1"), "state": same("ACTIVE")},
        replace_on=("vaultId", "keyId"),
        references=(Reference("vaultId", VAULT), Reference("keyId", KEY)),
        checks=(
            one_of("secretContent.contentType", ("BASE64",)),
            holds("secretContent.content", _is_base64, "the content is not base64"),
        ),
        guards=(needs_key("service VaultSecret", "keyId"),),
    ),
)
