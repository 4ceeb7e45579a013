"""Facts about what keeps data beside the place where it is worked with, and what keeps secrets fresh."""

from dataclasses import dataclass, field

from policies.facts.vocabulary.direction import JAPAN_IS_SAFER, LOCKS_DIFFER, SOONER_IS_SAFER, TRUE_IS_SAFER, undirected
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


@dataclass(frozen=True, kw_only=True, slots=True)
class BackupCopy(Fact):
    """Copies that go by themselves into another region than that of what they are of: one for each place they go to."""

    location: Maybe[str] = field(default=UNKNOWN, metadata=JAPAN_IS_SAFER)
    """`japan` or `abroad`."""
    of: Maybe[frozenset[str]] = field(
        default=UNKNOWN,
        compare=False,
        metadata=undirected("URNs; each cloud joins copies to what they are of in its own way"),
    )
    """URNs of the databases and stores of the stack that are copied whole; {} where it copies something else, or a part, or once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SecretRenewal(Fact):
    """A schedule by which a secret is renewed, or an expiry that makes somebody renew it. Where nothing of it is set there is none."""

    days: Maybe[int] = field(default=UNKNOWN, metadata=SOONER_IS_SAFER)
    """Days begun between two renewals, or from the making of a version to its end, whichever is sooner. 0: set, and switched off."""
    of: Maybe[frozenset[str]] = field(
        default=UNKNOWN,
        compare=False,
        metadata=undirected("URNs; on some clouds the schedule is a resource beside its secret"),
    )
    """URN of the secret of the stack; {} for one from elsewhere."""
