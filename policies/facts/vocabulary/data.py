"""Facts about what holds data: stores, databases, secrets, images, logs, and the keys that encrypt them."""

from dataclasses import dataclass, field

from policies.facts.vocabulary.fact import UNKNOWN, Fact, Maybe, differs


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectStore(Fact):
    """A bucket or container with all its sub-resources folded in. One fact for each store, archives included."""

    anonymous_access: Maybe[bool] = UNKNOWN
    """Somebody without an identity can read or write, or nothing blocks that such access is opened later (no public access block,
    public blob access allowed, no public access prevention, an `anyone` in a policy)."""
    customer_key: Maybe[bool] = UNKNOWN
    """Objects are encrypted by default with a key the customer manages (created here or named by id), not with a provider's."""
    tls_only: Maybe[bool] = UNKNOWN
    """A request without TLS (1.2 where the cloud can say so) is refused: by setting, by policy, or because the cloud has none."""
    access_logged: Maybe[bool] = UNKNOWN
    """Reads and writes of objects are recorded (data events, diagnostic setting, audit config or log of the service)."""
    retention_days: Maybe[int] = UNKNOWN
    """Whole days in which an object, once written, cannot be altered or removed. 0: no such rule. For a rule in years, 365 each."""
    deletion_guarded: Maybe[bool] = UNKNOWN
    """The store goes only when empty, or a lock forbids it (no force-destroy; a management lock where deletion takes the objects)."""
    purpose: Maybe[str] = UNKNOWN
    """One of `PURPOSES`."""
    retention_locked: Maybe[bool] = field(
        default=UNKNOWN, compare=False, metadata=differs("some clouds lock later, or by a step outside the engine")
    )
    """The retention itself cannot be shortened or removed any more, by nobody."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Database(Fact):
    """A relational database server or cluster, with its parameters, backups and locks folded in."""

    engine: Maybe[str] = UNKNOWN
    """`postgresql`, or another engine's common name in lower case."""
    customer_key: Maybe[bool] = UNKNOWN
    """Storage is encrypted with a key the customer manages."""
    tls_enforced: Maybe[bool] = UNKNOWN
    """A client connection without TLS is refused."""
    public: Maybe[bool] = UNKNOWN
    """It has, or may be reached by, a public address."""
    standby_in_second_zone: Maybe[bool] = UNKNOWN
    """A standby in another failure zone takes over. A second fault domain counts where a region has one zone (`zone_kind`)."""
    recovery_days: Maybe[int] = UNKNOWN
    """Whole days back to which any point in time can be restored. 0: no point-in-time recovery."""
    daily_backup: Maybe[bool] = UNKNOWN
    """A backup is taken at least once a day without anybody's doing."""
    deletion_guarded: Maybe[bool] = UNKNOWN
    """The cloud refuses to delete it until a guard is lifted (deletion protection, or a management lock). The engine's `protect`
    does not count: it does not bind the console."""
    minor_upgrades_automatic: Maybe[bool] = UNKNOWN
    """Minor versions are applied without anybody's doing (also true where the cloud gives no choice)."""
    logs_exported: Maybe[bool] = UNKNOWN
    """The engine's log leaves the server for a log service or archive."""
    zone_kind: Maybe[str] = field(
        default=UNKNOWN, compare=False, metadata=differs("some regions have one zone, parted into fault domains")
    )
    """`zone` or `fault-domain`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Key(Fact):
    """An encryption key the stack makes, with its policy or grants folded in."""

    customer_managed: Maybe[bool] = UNKNOWN
    """The customer decides on policy, rotation and destruction (true of every key a stack creates in the cloud's key service)."""
    rotation_days: Maybe[int] = UNKNOWN
    """Days between automatic rotations, the cloud's default where none is given. 0: never rotated automatically."""
    deletion_wait_days: Maybe[int] = UNKNOWN
    """Days between the order to destroy and the destruction, in which it can be taken back (the key service's soft delete with
    purge protection; without purge protection 0)."""
    users: Maybe[frozenset[str]] = UNKNOWN
    """Who may use it to encrypt or decrypt, in words of `USERS`. The account's own administrators do not count."""
    open_to_anyone: Maybe[bool] = UNKNOWN
    """A policy or grant lets every principal use or administer it, without a condition that names the account."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Secret(Fact):
    """A secret in the cloud's secret service. Its value is never read."""

    customer_key: Maybe[bool] = UNKNOWN
    """Encrypted with a key the customer manages."""
    readers: Maybe[frozenset[str]] = UNKNOWN
    """Roles (`Resource.role`) of the identities that may read its value, counted over every grant of the stack that covers it;
    an identity from elsewhere by its own name; `ANYONE` for a wildcard."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LogArchive(Fact):
    """Where logs are kept. One for each store whose purpose is `archive`, whatever feeds it; its store is an ObjectStore fact too."""

    kinds: Maybe[frozenset[str]] = UNKNOWN
    """What is delivered into it, in words of `LOG_KINDS`, directly or through a store of purpose `delivery`."""
    inherited: Maybe[frozenset[str]] = frozenset()
    """Kinds that the organisation above keeps, as the stack's settings declare (Digital Agency's mandatory templates). Read from
    the output ``inherited`` (list of words) of the component that owns the archive (`inherited_logs` of
    policies/facts/resources.py); empty where there is none."""
    retention_days: Maybe[int] = UNKNOWN
    """Days in which what was written cannot be altered or removed: `ObjectStore.retention_days` of its store."""
    write_once: Maybe[bool] = UNKNOWN
    """What was written cannot be altered during its retention, not even by an administrator's single call on the object.
    Whether the retention rule itself is locked is `retention_locked`."""
    customer_key: Maybe[bool] = UNKNOWN
    """Encrypted with a key the customer manages."""
    retention_locked: Maybe[bool] = field(
        default=UNKNOWN, compare=False, metadata=differs("some clouds lock later, or by a step outside the engine")
    )
    """As in ObjectStore."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageRegistry(Fact):
    """A registry or repository of container images."""

    public: Maybe[bool] = UNKNOWN
    """Somebody without an identity can pull, or it answers on a public network."""
    customer_key: Maybe[bool] = UNKNOWN
    """Images are encrypted with a key the customer manages."""
    tags_immutable: Maybe[bool] = UNKNOWN
    """A tag, once pushed, cannot be moved to another image."""
