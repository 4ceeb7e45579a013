"""Azure Recovery Services vaults and Backup vaults: https://learn.microsoft.com/azure/backup/backup-azure-immutable-vault-concept."""

from collections.abc import Iterator

from policies.facts.answers import when
from policies.facts.azure.key import KEY
from policies.facts.reading import text
from policies.facts.resources import World, customer_key
from policies.facts.vocabulary import BackupVault, Fact

# Type to where the customer's key is named.
_VAULTS = {
    "azure-native:recoveryservices:Vault": "properties.encryption.keyVaultProperties.keyUri",
    "azure-native:dataprotection:BackupVault": "properties.securitySettings.encryptionSettings.keyVaultProperties.keyUri",
}
KNOWN = frozenset(_VAULTS)


def facts(world: World) -> Iterator[Fact]:
    for token, key in _VAULTS.items():
        for vault in world.of(token):
            state = text(vault, "properties.securitySettings.immutabilitySettings.state", default="Disabled")
            yield BackupVault(
                urn=vault.urn,
                role=vault.role,
                customer_key=customer_key(world, vault, key, KEY),
                immutable=when(state, lambda word: word in ("Unlocked", "Locked")),
                immutability_locked=when(state, lambda word: word == "Locked"),
            )
