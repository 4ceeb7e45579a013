"""Object Storage buckets: https://docs.oracle.com/en-us/iaas/Content/Object/Tasks/managingbuckets.htm."""

from collections.abc import Iterator, Mapping

from policies.facts.answers import every, some, when
from policies.facts.oci.key import KEY
from policies.facts.oci.logs import BUCKET, CONNECTOR, recorded
from policies.facts.oci.statements import Statement, statements
from policies.facts.purpose import of_evidence, without_logs
from policies.facts.reading import flag, is_set, number, read, read_all, text
from policies.facts.resources import Resource, World, customer_key, once, own_key
from policies.facts.vocabulary import ANYONE, UNKNOWN, Fact, Maybe, ObjectStore

_LIFECYCLE = "oci:ObjectStorage/objectLifecyclePolicy:ObjectLifecyclePolicy"
KNOWN = frozenset({BUCKET, _LIFECYCLE})

_FOR_EVER = 36_500
_UNLOCKED: Maybe[bool] = False
_UNITS = {"DAYS": 1, "YEARS": 365}


def facts(world: World) -> Iterator[Fact]:
    for bucket in world.of(BUCKET):
        retention, locked = retention_of(bucket)
        yield ObjectStore(
            urn=bucket.urn,
            role=bucket.role,
            anonymous_access=_anonymous(world, bucket),
            customer_key=customer_key_of(world, bucket),
            tls_only=True,  # https://docs.oracle.com/en-us/iaas/Content/Object/Concepts/dataprotection.htm
            access_logged=recorded(world, bucket, "read", "write"),
            retention_days=retention,
            # https://docs.oracle.com/en-us/iaas/Content/Object/Tasks/usingversioning.htm
            versioned=when(text(bucket, "versioning", default="Disabled"), lambda word: word == "Enabled"),
            lifecycle=some(
                world.absent(value=False),
                *(_removes(r) for p in world.referring(bucket, _LIFECYCLE, "bucket") for r in read_all(p, "rules")),
            ),
            own_key=own_key(world, bucket, "kmsKeyId", KEY),
            # A bucket goes only when it is empty.
            # https://docs.oracle.com/en-us/iaas/Content/Object/Tasks/managingbuckets_topic-To_delete_a_bucket.htm
            deletion_guarded=True,
            purpose=purpose_of(world, bucket),
            retention_locked=locked,
        )


def customer_key_of(world: World, bucket: Resource) -> Maybe[bool]:
    """Objects are encrypted with a key of the customer's by default."""
    return customer_key(world, bucket, "kmsKeyId", KEY)


def _removes(rule: object) -> Maybe[bool]:
    """https://docs.oracle.com/en-us/iaas/Content/Object/Tasks/usinglifecyclepolicies.htm."""
    if not isinstance(rule, Mapping):
        return UNKNOWN
    removal = when(text(rule, "action"), lambda word: word.upper() in ("DELETE", "ABORT"))
    return every(flag(rule, "isEnabled", default=False), removal)


def purpose_of(world: World, bucket: Resource) -> Maybe[str]:
    """An archive is what a connector delivers into. Else evidence, states or the workload's own."""
    if of_evidence(bucket, "freeformTags"):
        return "evidence"
    return (
        "archive"
        if world.referring(bucket, CONNECTOR, "target.bucket")
        else without_logs(world, bucket, "freeformTags")
    )


def retention_of(bucket: Resource) -> tuple[Maybe[int], Maybe[bool]]:
    """Days of the longest rule (one without duration: for ever), and whether that is locked.

    https://docs.oracle.com/en-us/iaas/Content/Object/Tasks/usingretentionrules.htm
    """
    if read(bucket, "retentionRules") is UNKNOWN:
        return UNKNOWN, UNKNOWN
    longest, locked = 0, _UNLOCKED
    for rule in read_all(bucket, "retentionRules"):
        if not isinstance(rule, Mapping):
            return UNKNOWN, UNKNOWN
        days = _days(rule)
        if not isinstance(days, int):
            return UNKNOWN, UNKNOWN
        if days > longest:
            longest, locked = days, is_set(rule, "timeRuleLocked")
    return longest, locked


def _days(rule: Mapping[str, object]) -> Maybe[int]:
    limited = is_set(rule, "duration")
    if limited is False:
        return _FOR_EVER
    amount, unit = number(rule, "duration.timeAmount", default=0), text(rule, "duration.timeUnit")
    return when(amount, lambda count: when(unit, lambda word: count * _UNITS.get(word, 0)))


@once
def _about_objects(world: World) -> tuple[Statement, ...]:
    return tuple(
        one
        for one in statements(world)
        if one.what in ("objects", "buckets", "object-family", "all-resources")
        or any(right.startswith(("OBJECT_", "BUCKET_")) for right in one.rights)
    )


def _anonymous(world: World, bucket: Resource) -> Maybe[bool]:
    """A public access type, or a policy that admits every user of the cloud."""
    name = text(bucket, "name")
    opened = (
        UNKNOWN if not one.clear else one.who(world) == ANYONE and not one.denies
        for one in _about_objects(world)
        if one.concerns(bucket, bucket_name=name)
    )
    kind = text(bucket, "accessType", default="NoPublicAccess")
    return some(when(kind, lambda word: word != "NoPublicAccess"), *opened)
