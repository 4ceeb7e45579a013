"""OCI Vault master encryption key in a virtual private vault, with the policies that name every service that may use it."""

from collections.abc import Mapping
from types import MappingProxyType

import pulumi
from pulumi_oci import kms

from components import encryption_key as contract
from components.encryption_key import EncryptionKeyArgs, KeyUser
from components.oci._landing import OciLanding
from components.oci._policy import policy

__all__ = ["EncryptionKey"]

# Logging and the container registry take no customer key: what they keep for the days asked lies in the archive's bucket,
# under STORAGE. https://docs.oracle.com/en-us/iaas/Content/KeyManagement/Concepts/keyoverview.htm
_SUBJECTS: Mapping[KeyUser, str] = MappingProxyType(
    {
        KeyUser.STORAGE: "service objectstorage-{region}",
        KeyUser.DATABASE: "any-user",
        KeyUser.SECRETS: "service VaultSecret",
    }
)
_CONDITIONS: Mapping[KeyUser, str] = MappingProxyType(
    {
        KeyUser.DATABASE: ", request.principal.type = 'postgresqldbsystem', request.principal.compartment.id = '{compartment}'"
    }
)


class EncryptionKey(contract.EncryptionKey):
    """Rotates by itself, which only a virtual private vault offers (it has a price of its own); it never leaves the HSM.

    A deletion waits 30 days: the provider asks for the longest that the service takes when no date is given.
    https://docs.oracle.com/en-us/iaas/Content/KeyManagement/Tasks/managingkeys_topic-To_enable_and_update_auto_key_rotation.htm
    """

    vault_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: EncryptionKeyArgs, landing: OciLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:oci:EncryptionKey", name, landing, opts)
        vault = kms.Vault(
            f"{name}-vault",
            compartment_id=landing.compartment_id,
            display_name=f"{landing.stack}-{name}",
            vault_type="VIRTUAL_PRIVATE",
            freeform_tags=landing.tags,
            opts=self.child(stateful=True),
        )
        key = kms.Key(
            f"{name}-key",
            compartment_id=landing.compartment_id,
            display_name=f"{landing.stack}-{name}",
            management_endpoint=vault.management_endpoint,
            key_shape={"algorithm": "AES", "length": 32},
            protection_mode="HSM",
            is_auto_rotation_enabled=True,
            auto_key_rotation_details={"rotation_interval_in_days": args.rotation_days},
            freeform_tags=landing.tags,
            opts=self.child(stateful=True),
        )
        statements = [_statement(user, key.id, landing) for user in sorted(args.users) if user in _SUBJECTS]
        policy(self, f"{name}-users", landing, "services that may use the key", statements)
        self.key_id = key.id
        self.vault_id = vault.id
        self.register_outputs({"key_id": self.key_id, "rotation_days": args.rotation_days})


def _statement(user: KeyUser, key_id: pulumi.Output[str], landing: OciLanding) -> pulumi.Output[str]:
    subject = _SUBJECTS[user].format(region=landing.region)
    condition = _CONDITIONS.get(user, "").format(compartment=landing.compartment_id)
    return pulumi.Output.concat(
        f"Allow {subject} to use keys in {landing.scope} where all {{target.key.id = '", key_id, f"'{condition}}}"
    )
