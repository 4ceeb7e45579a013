"""Facts about what holds data: stores, databases, secrets, images, logs, and the keys that encrypt them."""

from dataclasses import dataclass, field

from policies.facts.vocabulary.direction import (
    FALSE_IS_SAFER,
    GUARDED_IN_PRODUCTION,
    LOCKS_DIFFER,
    MORE_IS_SAFER,
    SOONER_IS_SAFER,
    SUBSET_IS_SAFER,
    SUPERSET_IS_SAFER,
    TRUE_IS_SAFER,
    ZONES_DIFFER,
    undirected,
)
from policies.facts.vocabulary.fact import UNKNOWN, Fact, Maybe


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectStore(Fact):
    """A bucket or container with all its sub-resources folded in. One fact for each store, archives included."""

    EXTRA_IS = "neither"

    anonymous_access: Maybe[bool] = field(default=UNKNOWN, metadata=FALSE_IS_SAFER)
    """Somebody without an identity can read or write, or nothing blocks that such access is opened later (no public access block,
    public blob access allowed, no public access prevention, an `anyone` in a policy; a store with a network side of its own that every
    network reaches)."""
    customer_key: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Objects are encrypted by default with a key the customer manages (created here or named by id), not with a provider's."""
    tls_only: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """A request without TLS (1.2 where the cloud can say so) is refused: by setting, by policy, or because the cloud has none."""
    access_logged: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Reads and writes of objects are recorded (data events, diagnostic setting, audit config or log of the service)."""
    retention_days: Maybe[int] = field(default=UNKNOWN, metadata=MORE_IS_SAFER)
    """Whole days in which an object, once written, cannot be altered or removed. 0: no such rule. For a rule in years, 365 each."""
    versioned: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """What is overwritten or deleted can be brought back as it was: versions are kept (not suspended), or soft delete keeps it for 30
    days at least. What a retention rule does instead is `retention_days`."""
    lifecycle: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """A rule removes by age what need not be kept any more: objects, former versions, or uploads that were never finished."""
    own_key: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """The key that encrypts it is one the stack makes: destroying that key erases this data and no other system's. Unknown for a key
    named by id, which may be another system's too."""
    deletion_guarded: Maybe[bool] = field(default=UNKNOWN, metadata=GUARDED_IN_PRODUCTION)
    """The store goes only when empty, or a lock forbids it (no force-destroy; a management lock where deletion takes the objects)."""
    purpose: Maybe[str] = field(default=UNKNOWN, metadata=undirected("what a store is for follows from the workload"))
    """One of `PURPOSES`."""
    retention_locked: Maybe[bool] = field(
        default=UNKNOWN,
        compare=False,
        metadata=LOCKS_DIFFER,
    )
    """The retention itself cannot be shortened or removed any more, by nobody."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Database(Fact):
    """A database server, cluster or account, with its databases, parameters, backups and locks folded in; relational or not.

    One that has no server to be seen (a table, a database of the cloud's own kind) is said as what it is: no version, no standby to ask
    for, the cloud's API instead of an address. A cache is a `Cache`.
    """

    engine: Maybe[str] = field(default=UNKNOWN, metadata=undirected("the workload's choice; no engine is safer"))
    """`postgresql`, or another engine's common name in lower case."""
    customer_key: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Storage is encrypted with a key the customer manages."""
    tls_enforced: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """A client connection without TLS is refused."""
    public: Maybe[bool] = field(default=UNKNOWN, metadata=FALSE_IS_SAFER)
    """It has, or may be reached by, a public address."""
    standby_in_second_zone: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """A standby in another failure zone takes over. A second fault domain counts where a region has one zone (`zone_kind`)."""
    recovery_days: Maybe[int] = field(default=UNKNOWN, metadata=MORE_IS_SAFER)
    """Whole days back to which any point in time can be restored. 0: no point-in-time recovery."""
    daily_backup: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """A backup is taken at least once a day without anybody's doing."""
    deletion_guarded: Maybe[bool] = field(default=UNKNOWN, metadata=GUARDED_IN_PRODUCTION)
    """The cloud refuses to delete it until a guard is lifted (deletion protection, or a management lock). The engine's `protect`
    does not count: it does not bind the console."""
    minor_upgrades_automatic: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Minor versions are applied without anybody's doing (also true where the cloud gives no choice)."""
    logs_exported: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """The engine's log leaves the server for a log service or archive."""
    version: Maybe[str] = field(default=UNKNOWN, compare=False, metadata=undirected("the clouds offer different ones"))
    """The engine's version as written; "" where the cloud chooses it."""
    version_supported: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """It was still fixed by its maker on the day of the table (policies/facts/supported.toml); true where the cloud alone keeps it up to date."""
    zone_kind: Maybe[str] = field(
        default=UNKNOWN,
        compare=False,
        metadata=ZONES_DIFFER,
    )
    """`zone` or `fault-domain`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cache(Fact):
    """A cache in memory that services share. It holds data while it is used, and nothing that could not be lost."""

    EXTRA_IS = "neither"

    customer_key: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """What it writes down is encrypted with a key the customer manages."""
    tls_enforced: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """A client connection without TLS is refused."""
    public: Maybe[bool] = field(default=UNKNOWN, metadata=FALSE_IS_SAFER)
    """It has, or may be reached by, a public address."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Key(Fact):
    """An encryption key the stack makes, with its policy or grants folded in."""

    EXTRA_IS = "neither"

    customer_managed: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """The customer decides on policy, rotation and destruction (true of every key a stack creates in the cloud's key service)."""
    rotation_days: Maybe[int] = field(default=UNKNOWN, metadata=SOONER_IS_SAFER)
    """Days between automatic rotations, the cloud's default where none is given. 0: never rotated automatically."""
    deletion_wait_days: Maybe[int] = field(default=UNKNOWN, metadata=MORE_IS_SAFER)
    """Days between the order to destroy and the destruction, in which it can be taken back (the key service's soft delete with
    purge protection; without purge protection 0)."""
    users: Maybe[frozenset[str]] = field(default=UNKNOWN, metadata=SUBSET_IS_SAFER)
    """Who may use it to encrypt or decrypt, in words of `USERS`. The account's own administrators do not count."""
    open_to_anyone: Maybe[bool] = field(default=UNKNOWN, metadata=FALSE_IS_SAFER)
    """A policy or grant lets every principal use or administer it, without a condition that names the account."""
    hardware_protected: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Its material never leaves a hardware security module of the cloud. Unknown for material in a module elsewhere."""
    administration_separated: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Nobody may both administer it (policy, rotation, destruction) and encrypt or decrypt by calling the key service. Use through a
    service that keeps data for its caller is no such call."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Secret(Fact):
    """A secret in the cloud's secret service. Its value is never read."""

    customer_key: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Encrypted with a key the customer manages."""
    readers: Maybe[frozenset[str]] = field(default=UNKNOWN, metadata=SUBSET_IS_SAFER)
    """Roles (`Resource.role`) of the identities that may read its value, counted over every grant of the stack that covers it;
    an identity from elsewhere by its own name; `ANYONE` for a wildcard."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LogArchive(Fact):
    """Where logs are kept. One for each store whose purpose is `archive`, whatever feeds it; its store is an ObjectStore fact too."""

    kinds: Maybe[frozenset[str]] = field(default=UNKNOWN, metadata=SUPERSET_IS_SAFER)
    """What is delivered into it, in words of `LOG_KINDS`, directly or through a store of purpose `delivery`."""
    inherited: Maybe[frozenset[str]] = field(
        default=frozenset(), metadata=undirected("who keeps a kind of log, not whether it is kept")
    )
    """Kinds that the organisation above keeps, as the stack's settings declare (Digital Agency's mandatory templates). Read from
    the output ``inherited`` (list of words) of the component that owns the archive (`inherited_logs` of
    policies/facts/inherited.py); empty where there is none."""
    retention_days: Maybe[int] = field(default=UNKNOWN, metadata=MORE_IS_SAFER)
    """Days in which what was written cannot be altered or removed: `ObjectStore.retention_days` of its store."""
    write_once: Maybe[bool] = field(default=UNKNOWN, metadata=GUARDED_IN_PRODUCTION)
    """What was written cannot be altered during its retention, not even by an administrator's single call on the object.
    Whether the retention rule itself is locked is `retention_locked`."""
    tamper_evident: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """That a record was altered or taken out can be shown: every trail delivered here comes with signed digests, or, where a cloud
    signs none, the store refuses both as long as records are kept (`write_once`)."""
    customer_key: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Encrypted with a key the customer manages."""
    retention_locked: Maybe[bool] = field(
        default=UNKNOWN,
        compare=False,
        metadata=LOCKS_DIFFER,
    )
    """As in ObjectStore."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageRegistry(Fact):
    """A registry or repository of container images."""

    public: Maybe[bool] = field(default=UNKNOWN, metadata=FALSE_IS_SAFER)
    """Somebody without an identity can pull, or it answers on a public network."""
    customer_key: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Images are encrypted with a key the customer manages."""
    tags_immutable: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """A tag, once pushed, cannot be moved to another image."""
