"""Facts about what keeps data beside the place where it is worked with."""

from dataclasses import dataclass, field

from policies.facts.vocabulary.direction import LOCKS_DIFFER, TRUE_IS_SAFER
from policies.facts.vocabulary.fact import UNKNOWN, Fact, Maybe


@dataclass(frozen=True, kw_only=True, slots=True)
class BackupVault(Fact):
    """A vault (on some clouds: a policy) that keeps backups apart from what they are of, with its lock folded in.

    The backups that a database keeps of itself are in `Database`.
    """

    EXTRA_IS = "neither"

    customer_key: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Backups in it are encrypted with a key the customer manages."""
    immutable: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """No backup in it can be removed or changed before its time, not even by who administers the vault."""
    immutability_locked: Maybe[bool] = field(default=UNKNOWN, compare=False, metadata=LOCKS_DIFFER)
    """That itself cannot be undone any more by nobody, or not from the date on that the lock names."""
