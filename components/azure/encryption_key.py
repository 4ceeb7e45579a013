"""Azure Key Vault (premium): HSM-protected keys, and one managed identity for each service that may use one."""

from collections.abc import Mapping

import pulumi
from pulumi_azure_native import keyvault, managedidentity

from components import encryption_key as contract
from components.azure._grant import Role, grant
from components.azure._landing import AzureLanding
from components.encryption_key import EncryptionKeyArgs, KeyUser

__all__ = ["EncryptionKey"]

# Secrets are missing: Key Vault encrypts them with keys of its own (NOT_OFFERED).
_USERS = (KeyUser.STORAGE, KeyUser.DATABASE, KeyUser.LOGS)


class EncryptionKey(contract.EncryptionKey):
    """The vault is closed to the network; the cloud's own services pass by their identity and the role on this one key.

    Images have a key of their own in a vault that the network reaches (`images`): a registry takes a customer key only when it
    is made and only with a user-assigned identity, which no vault's firewall lets through.
    https://learn.microsoft.com/azure/container-registry/tutorial-customer-managed-keys
    """

    vault: keyvault.Vault
    key: keyvault.Key
    images: tuple[keyvault.Vault, keyvault.Key]
    identities: Mapping[KeyUser, managedidentity.UserAssignedIdentity]

    def __init__(
        self, name: str, args: EncryptionKeyArgs, landing: AzureLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:azure:EncryptionKey", name, landing, opts)
        self.vault, self.key = self._key(name, args, landing, closed=True)
        identities = {user: self._user(f"{name}-{user}", self.key, landing) for user in _USERS if user in args.users}
        # The key stays without its user: once made it resists deletion as the other does, and the archive keeps its vault's log.
        self.images = self._key(f"{name}-images", args, landing, closed=False)
        if KeyUser.IMAGES in args.users:
            identities[KeyUser.IMAGES] = self._user(f"{name}-images", self.images[1], landing)
        self.identities = identities
        self.key_id = self.key.key_uri
        self.register_outputs({"key_id": self.key_id, "rotation_days": args.rotation_days})

    def _key(
        self, name: str, args: EncryptionKeyArgs, landing: AzureLanding, *, closed: bool
    ) -> tuple[keyvault.Vault, keyvault.Key]:
        """A key in a vault of its own; roles alone open it, from the network too where it is not `closed`."""
        vault = keyvault.Vault(
            f"{name}-vault",
            resource_group_name=landing.resource_group,
            location=landing.region,
            properties={
                "tenant_id": landing.tenant_id,
                "sku": {"family": "A", "name": keyvault.SkuName.PREMIUM},
                "enable_rbac_authorization": True,
                "enable_soft_delete": True,
                # Storage and PostgreSQL refuse a customer key from a vault without purge protection, and it can't be switched
                # off again: after a destroy the vault stays soft-deleted for these days, its name taken (a new stack draws
                # a new one). https://learn.microsoft.com/azure/storage/common/customer-managed-keys-configure-new-account
                "enable_purge_protection": True,
                "soft_delete_retention_in_days": landing.key_recovery_days,
                "public_network_access": "Disabled" if closed else "Enabled",
                "network_acls": {"default_action": "Deny" if closed else "Allow", "bypass": "AzureServices"},
            },
            tags=landing.tags,
            opts=self.child(stateful=True),
        )
        # ARM makes the first version of a key and never changes it: a new policy is a new key.
        # https://learn.microsoft.com/rest/api/keyvault/keyvault/keys/create-if-not-exist
        key = keyvault.Key(
            f"{name}-key",
            resource_group_name=landing.resource_group,
            vault_name=vault.name,
            properties={
                "kty": keyvault.JsonWebKeyType.RS_A_HSM,
                "key_size": 3072,
                "key_ops": [keyvault.JsonWebKeyOperation.WRAP_KEY, keyvault.JsonWebKeyOperation.UNWRAP_KEY],
                "rotation_policy": {
                    "lifetime_actions": [
                        {
                            "action": {"type": keyvault.KeyRotationPolicyActionType.ROTATE},
                            "trigger": {"time_after_create": f"P{args.rotation_days}D"},
                        }
                    ]
                },
            },
            tags=landing.tags,
            # They stay those of the day the key was made, as everything of it does: an update would be accepted and not done.
            opts=self.child(stateful=True, ignore_changes=["tags"]),
        )
        return vault, key

    def _user(self, name: str, key: keyvault.Key, landing: AzureLanding) -> managedidentity.UserAssignedIdentity:
        """An identity that may wrap and unwrap with this one key, for one service."""
        identity = managedidentity.UserAssignedIdentity(
            name,
            resource_group_name=landing.resource_group,
            location=landing.region,
            tags=landing.tags,
            opts=self.child(),
        )
        grant(
            f"{name}-uses-key",
            Role.KEY_VAULT_CRYPTO_SERVICE_ENCRYPTION_USER,
            to=identity,
            scope=key.id,
            landing=landing,
            opts=self.child(),
        )
        return identity
