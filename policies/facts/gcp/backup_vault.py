"""Backup vaults of Backup and DR: https://cloud.google.com/backup-disaster-recovery/docs/concepts/backup-vault."""

import re
from collections.abc import Iterator

from policies.facts.answers import when
from policies.facts.gcp.key import KEY
from policies.facts.reading import is_set, text
from policies.facts.resources import World, customer_key
from policies.facts.vocabulary import UNKNOWN, BackupVault, Fact, Maybe

_VAULT = "gcp:backupdisasterrecovery/backupVault:BackupVault"
KNOWN = frozenset({_VAULT})

_SECONDS = re.compile(r"(\d{1,18})(?:\.\d+)?s")


def facts(world: World) -> Iterator[Fact]:
    for vault in world.of(_VAULT):
        yield BackupVault(
            urn=vault.urn,
            role=vault.role,
            customer_key=customer_key(world, vault, "encryptionConfig.kmsKeyName", KEY),
            immutable=when(text(vault, "backupMinimumEnforcedRetentionDuration", default="0s"), _enforced),
            immutability_locked=is_set(vault, "effectiveTime"),
        )


def _enforced(duration: str) -> Maybe[bool]:
    """For a day at least, the shortest that the service takes."""
    seconds = _SECONDS.fullmatch(duration)
    return UNKNOWN if seconds is None else int(seconds[1]) >= 86_400
