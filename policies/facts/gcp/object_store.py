"""Cloud Storage: https://cloud.google.com/storage/docs/best-practices."""

from collections.abc import Iterator, Mapping

from policies.facts.answers import every, no, some, when
from policies.facts.gcp.key import KEY
from policies.facts.gcp.network import FIREWALL, touches_google
from policies.facts.gcp.sinks import BUCKET, into, recorded
from policies.facts.purpose import of_evidence, without_logs
from policies.facts.reading import flag, number, read_all, text
from policies.facts.resources import Resource, World, customer_key, own_key
from policies.facts.vocabulary import UNKNOWN, Fact, Maybe, ObjectStore

KNOWN = frozenset({BUCKET})

_KEY_NAME = "encryption.defaultKmsKeyName"
_DAY = 86_400
_KEPT_DAYS = 30


def facts(world: World) -> Iterator[Fact]:
    for bucket in world.of(BUCKET):
        retention, locked = retention_of(bucket)
        yield ObjectStore(
            urn=bucket.urn,
            role=bucket.role,
            anonymous_access=_anonymous(bucket),
            customer_key=customer_key_of(world, bucket),
            tls_only=_tls(world),
            access_logged=recorded(world, "storage.googleapis.com"),
            retention_days=retention,
            versioned=_versioned(bucket),
            lifecycle=some(*(_removes(rule) for rule in read_all(bucket, "lifecycleRules"))),
            own_key=own_key(world, bucket, _KEY_NAME, KEY),
            deletion_guarded=no(flag(bucket, "forceDestroy", default=False)),
            purpose=purpose_of(world, bucket),
            retention_locked=locked,
        )


def _prevented(bucket: Resource) -> Maybe[bool]:
    return when(text(bucket, "publicAccessPrevention", default="inherited"), lambda word: word == "enforced")


def _anonymous(bucket: Resource) -> Maybe[bool]:
    """Public access prevention overrules every grant; without it anybody may be granted access later."""
    return no(_prevented(bucket))


def customer_key_of(world: World, bucket: Resource) -> Maybe[bool]:
    """The bucket's default key."""
    return customer_key(world, bucket, _KEY_NAME, KEY)


def _removes(rule: object) -> Maybe[bool]:
    """https://cloud.google.com/storage/docs/lifecycle."""
    kind = text(rule, "action.type") if isinstance(rule, Mapping) else UNKNOWN
    return when(kind, lambda word: word in ("Delete", "AbortIncompleteMultipartUpload"))


def _tls(world: World) -> Maybe[bool]:
    """No bucket refuses HTTP by itself. What counts is that the stack's network lets only port 443 through to Google's APIs.

    https://cloud.google.com/storage/docs/request-endpoints
    """
    outward = [rule for rule in world.of(FIREWALL) if read_all(rule, "allows") and _to_apis(rule)]
    return every(*(_only_443(rule) for rule in outward)) if outward else world.absent(value=False)


def _to_apis(rule: Resource) -> bool:
    """It may let something through to Google's APIs."""
    outward = text(rule, "direction", default="INGRESS") != "INGRESS"
    ranges = read_all(rule, "destinationRanges") or [UNKNOWN]
    return outward and any(range_ is UNKNOWN or touches_google(str(range_)) for range_ in ranges)


def _only_443(rule: Resource) -> Maybe[bool]:
    protocols, ports = read_all(rule, "allows.protocol"), read_all(rule, "allows.ports")
    if UNKNOWN in (*protocols, *ports):
        return UNKNOWN
    return set(protocols) == {"tcp"} and set(ports) == {"443"}


def _versioned(bucket: Resource) -> Maybe[bool]:
    """Versions, or soft delete, which keeps seven days unless another time is asked for.

    https://cloud.google.com/storage/docs/soft-delete
    """
    kept = number(bucket, "softDeletePolicy.retentionDurationSeconds", default=7 * _DAY)
    return some(
        flag(bucket, "versioning.enabled", default=False), when(kept, lambda seconds: seconds >= _KEPT_DAYS * _DAY)
    )


def retention_of(bucket: Resource) -> tuple[Maybe[int], Maybe[bool]]:
    """Whole days of the retention policy, and whether it is locked."""
    period = number(bucket, "retentionPolicy.retentionPeriod", default=0)
    return when(period, lambda seconds: seconds // _DAY), flag(bucket, "retentionPolicy.isLocked", default=False)


def purpose_of(world: World, bucket: Resource) -> Maybe[str]:
    """Fed by a sink: an archive. Else evidence, states or the workload's own."""
    if of_evidence(bucket, "labels"):
        return "evidence"
    if into(world, bucket):
        return "archive"
    return without_logs(world, bucket, "labels")
