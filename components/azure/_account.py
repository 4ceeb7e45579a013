"""A closed storage account: customer key, TLS, no shared key, no anonymous reader, nothing altered before its time."""

from pulumi_azure_native import storage

from components._component import Component
from components.azure._landing import AzureLanding
from components.azure.encryption_key import EncryptionKey
from components.encryption_key import KeyUser

__all__ = ["account"]


def account(
    owner: Component,
    name: str,
    *,
    key: EncryptionKey,
    user: KeyUser,
    retention_days: int,
    appends: bool,
    removed: bool,
    landing: AzureLanding,
) -> storage.StorageAccount:
    """The account `name` (letters and digits: the provider adds eight more, of 24 at most).

    `removed`: blobs go when their retention is over; otherwise only their former versions do.

    It can't be deleted while it holds a blob under retention. A management lock would add nothing but forbid the removal of a
    role or log setting below it too. https://learn.microsoft.com/azure/storage/blobs/immutable-version-level-worm-policies
    The retention is in force at once but unlocked: the API locks it only in a later update, and a locked one outlives the
    stack. https://learn.microsoft.com/azure/storage/blobs/immutable-policy-configure-version-scope
    """
    identity = key.identities[user]
    made = storage.StorageAccount(
        name,
        resource_group_name=landing.resource_group,
        location=landing.region,
        kind=storage.Kind.STORAGE_V2,
        sku={"name": storage.SkuName.STANDARD_ZRS},
        minimum_tls_version=storage.MinimumTlsVersion.TLS1_2,
        enable_https_traffic_only=True,
        allow_blob_public_access=False,
        allow_shared_key_access=False,
        allow_cross_tenant_replication=False,
        is_local_user_enabled=False,
        default_to_o_auth_authentication=True,
        public_network_access=storage.PublicNetworkAccess.DISABLED,
        # The cloud's own log delivery passes by its identity, not by an address.
        # https://learn.microsoft.com/azure/storage/common/storage-network-security-trusted-azure-services
        network_rule_set={"default_action": storage.DefaultAction.DENY, "bypass": storage.Bypass.AZURE_SERVICES},
        identity={"type": storage.IdentityType.USER_ASSIGNED, "user_assigned_identities": [identity.id]},
        encryption={
            "key_source": storage.KeySource.MICROSOFT_KEYVAULT,
            # No version: the account follows the key's rotation by itself.
            "key_vault_properties": {"key_name": key.key.name, "key_vault_uri": key.vault.properties.vault_uri},
            "encryption_identity": {"encryption_user_assigned_identity": identity.id},
            "require_infrastructure_encryption": True,
            "services": {"blob": {"enabled": True, "key_type": storage.KeyType.ACCOUNT}},
        },
        # Only at creation, and it switches versioning on.
        immutable_storage_with_versioning={
            "enabled": True,
            "immutability_policy": {
                # Of a side that is given up new blobs get no retention any more; those that have one keep it until somebody takes it away.
                "state": storage.AccountImmutabilityPolicyState.DISABLED
                if landing.given_up
                else storage.AccountImmutabilityPolicyState.UNLOCKED,
                "immutability_period_since_creation_in_days": retention_days,
                "allow_protected_append_writes": appends,
            },
        },
        tags=landing.tags,
        opts=owner.child(stateful=True, depends_on=[key]),
    )
    former: storage.ManagementPolicyActionArgsDict = {
        "version": {"delete": {"days_after_creation_greater_than": retention_days}}
    }
    every: storage.ManagementPolicyActionArgsDict = {
        **former,
        "base_blob": {"delete": {"days_after_creation_greater_than": retention_days}},
    }
    storage.ManagementPolicy(
        f"{name}-lifecycle",
        resource_group_name=landing.resource_group,
        account_name=made.name,
        management_policy_name="default",
        policy={
            "rules": [
                {
                    "name": "retention-over",
                    "type": storage.RuleType.LIFECYCLE,
                    "enabled": True,
                    "definition": {
                        "filters": {"blob_types": ["blockBlob", *(["appendBlob"] if appends else [])]},
                        "actions": every if removed else former,
                    },
                }
            ]
        },
        opts=owner.child(),
    )
    return made
