"""AWS Backup vaults: https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html."""

from collections.abc import Iterator

from policies.facts.answers import gather, when
from policies.facts.aws.key import customers
from policies.facts.reading import is_set
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import BackupVault, Fact, Maybe

_VAULT = "aws:backup/vault:Vault"
_LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
_AIR_GAPPED = "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault"
KNOWN = frozenset({_VAULT, _LOCK, _AIR_GAPPED})


def facts(world: World) -> Iterator[Fact]:
    for vault in world.of(_VAULT):
        locked = _locked(world, vault)
        yield BackupVault(
            urn=vault.urn,
            role=vault.role,
            customer_key=customers(world, vault, "kmsKeyArn"),
            # A lock without a grace period (governance) can be taken away by who may administer vaults.
            immutable=locked,
            immutability_locked=locked,
        )
    for vault in world.of(_AIR_GAPPED):
        # Locked from the beginning: https://docs.aws.amazon.com/aws-backup/latest/devguide/logicallyairgappedvault.html
        yield BackupVault(
            urn=vault.urn,
            role=vault.role,
            customer_key=customers(world, vault, "encryptionKeyArn"),
            immutable=True,
            immutability_locked=True,
        )


def _locked(world: World, vault: Resource) -> Maybe[bool]:
    """By a lock in compliance mode, which a grace period in days says."""
    locks = world.referring(vault, _LOCK, "backupVaultName")
    said = gather(is_set(lock, "changeableForDays") for lock in locks)
    return when(said, lambda answers: True in answers) if locks else world.absent(value=False)
