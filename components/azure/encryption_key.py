"""Azure Key Vault (premium): an HSM-protected key, and one managed identity for each service that may use it."""

from collections.abc import Mapping

import pulumi
from pulumi_azure_native import keyvault, managedidentity

from components import encryption_key as contract
from components.azure._grant import Role, grant
from components.azure._landing import AzureLanding
from components.encryption_key import EncryptionKeyArgs, KeyUser

__all__ = ["EncryptionKey"]

# Secrets: Key Vault encrypts them with keys of its own. Images: a registry can't reach a customer key behind a closed vault
# when it is created (NOT_OFFERED says more). Neither gets an identity that it could not use.
_USERS = (KeyUser.STORAGE, KeyUser.DATABASE, KeyUser.LOGS)


class EncryptionKey(contract.EncryptionKey):
    """The vault is closed to the network; the cloud's own services pass by their identity and the role on this one key."""

    vault: keyvault.Vault
    key: keyvault.Key
    identities: Mapping[KeyUser, managedidentity.UserAssignedIdentity]

    def __init__(
        self, name: str, args: EncryptionKeyArgs, landing: AzureLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:azure:EncryptionKey", name, landing, opts)
        self.vault = keyvault.Vault(
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
                "soft_delete_retention_in_days": 90 if landing.protected else 7,
                "public_network_access": "Disabled",
                "network_acls": {"default_action": "Deny", "bypass": "AzureServices"},
            },
            tags=landing.tags,
            opts=self.child(stateful=True),
        )
        # ARM makes the first version of a key and never changes it: a new policy is a new key.
        # https://learn.microsoft.com/rest/api/keyvault/keyvault/keys/create-if-not-exist
        self.key = keyvault.Key(
            f"{name}-key",
            resource_group_name=landing.resource_group,
            vault_name=self.vault.name,
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
            opts=self.child(stateful=True),
        )
        self.identities = {user: self._user(f"{name}-{user}", landing) for user in _USERS if user in args.users}
        self.key_id = self.key.key_uri
        self.register_outputs({"key_id": self.key_id})

    def _user(self, name: str, landing: AzureLanding) -> managedidentity.UserAssignedIdentity:
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
            scope=self.key.id,
            landing=landing,
            opts=self.child(),
        )
        return identity
