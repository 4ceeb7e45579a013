"""What Amazon S3 refuses in lifecycle and replication rules by themselves.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sandbox.cloud.checks import Inputs, Problems
from sandbox.cloud.value import one

CLASSES: Final = ("STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE")
_INFREQUENT: Final = ("STANDARD_IA", "ONEZONE_IA")
_MONTH: Final = 30
_MOST: Final = 1000
_ACTIONS: Final = (
    *("abortIncompleteMultipartUpload", "expiration", "noncurrentVersionExpiration"),
    *("noncurrentVersionTransitions", "transitions"),
)
_MIDNIGHT: Final = r"\d{4}-\d\d-\d\dT00:00:00Z"


def repeated_ids(rules: Sequence[Mapping[str, Any]]) -> bool:
    """Whether two rules have one id."""
    ids = [rule["id"] for rule in rules if rule.get("id")]
    return len(set(ids)) < len(ids)


def _tagged(rule: Mapping[str, Any]) -> bool:
    return bool(one(rule, "filter.tag") or one(rule, "filter.and.tags"))


def _sized(rule: Mapping[str, Any]) -> bool:
    paths = ("filter.objectSizeGreaterThan", "filter.objectSizeLessThan")
    return any(
        one(rule, path.replace("filter.", start)) is not None for path in paths for start in ("filter.", "filter.and.")
    )


def lifecycle_fits(inputs: Inputs) -> Problems:
    """The rules of a lifecycle configuration, each by itself and together."""
    rules = inputs.get("rules") or []
    if not 1 <= len(rules) <= _MOST:
        yield "rules", f"MalformedXML: 1 to {_MOST} rules"
    if repeated_ids(rules):
        yield "rules", "InvalidArgument: Rule ID must be unique"
    for index, rule in enumerate(rules):
        yield from ((f"rules[{index}]{path}", reason) for path, reason in _rule(rule))


def _rule(rule: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if len(rule.get("id") or "") > 255:
        yield ".id", "InvalidArgument: ID length should not exceed allowed limit of 255"
    if not any(rule.get(name) for name in _ACTIONS):
        yield "", "InvalidRequest: At least one action needs to be specified in a rule"
    if rule.get("filter") is not None and rule.get("prefix"):
        yield ".prefix", "MalformedXML: a filter or a prefix, not both"
    if len([value for value in (rule.get("filter") or {}).values() if value is not None]) > 1:
        yield ".filter", "MalformedXML: a filter has one condition, or several in 'and'"
    yield from _expiration(rule)
    yield from _steps(rule, "transitions", "days", one(rule, "expiration.days"))
    ends = one(rule, "noncurrentVersionExpiration.noncurrentDays")
    yield from _steps(rule, "noncurrentVersionTransitions", "noncurrentDays", ends)
    if ends is not None and ends < 1:
        yield ".noncurrentVersionExpiration", "InvalidArgument: 'NoncurrentDays' must be a positive integer"
    kept = one(rule, "noncurrentVersionExpiration.newerNoncurrentVersions")
    if kept is not None and not 1 <= kept <= 100:
        yield ".noncurrentVersionExpiration", "InvalidArgument: 1 to 100 newer noncurrent versions"
    yield from _uploads(rule)


def _expiration(rule: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    expiration = rule.get("expiration") or {}
    if len([value for value in expiration.values() if value]) > 1:
        yield ".expiration", "MalformedXML: one of date, days and expiredObjectDeleteMarker"
    days, date = expiration.get("days"), expiration.get("date")
    if days is not None and days < 1 and not expiration.get("expiredObjectDeleteMarker"):
        yield ".expiration.days", "InvalidArgument: 'Days' for Expiration action must be a positive integer"
    if date is not None and not re.fullmatch(_MIDNIGHT, date):
        yield ".expiration.date", "InvalidArgument: 'Date' must be at midnight GMT"
    if expiration.get("expiredObjectDeleteMarker") and (_tagged(rule) or _sized(rule)):
        yield ".expiration", "InvalidRequest: ExpiredObjectDeleteMarker cannot be specified with tags or sizes"


def _steps(rule: Mapping[str, Any], name: str, unit: str, ends: int | None) -> Iterator[tuple[str, str]]:
    steps = rule.get(name) or []
    by_class: dict[str, int] = {}
    for index, step in enumerate(steps):
        where, kind, days = f".{name}[{index}]", step["storageClass"], step.get(unit)
        if kind not in CLASSES:
            yield f"{where}.storageClass", f"MalformedXML: '{kind}' is not one of: {', '.join(CLASSES)}"
        if kind in by_class:
            yield where, f"InvalidRequest: '{kind}' is named by two transitions"
        if (days is None) is (step.get("date") is None):
            yield where, "MalformedXML: exactly one of date and days"
            continue
        by_class[kind] = days or 0
        if days is None:
            continue
        if kind in _INFREQUENT and days < _MONTH:
            yield where, f"InvalidArgument: 'Days' must be greater than or equal to {_MONTH} for storageClass '{kind}'"
        if ends is not None and ends <= days:
            yield where, "InvalidArgument: 'Days' in the Expiration action must be greater than in the transition"
    for kind in set(by_class) & set(_INFREQUENT):
        for cold in {"GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"} & set(by_class):
            if by_class[cold] < by_class[kind] + _MONTH:
                yield f".{name}", f"InvalidArgument: '{cold}' must come {_MONTH} days after '{kind}'"


def _uploads(rule: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    days = one(rule, "abortIncompleteMultipartUpload.daysAfterInitiation")
    if days is not None and days < 1:
        yield ".abortIncompleteMultipartUpload", "InvalidArgument: 'DaysAfterInitiation' must be a positive integer"
    if days is not None and (_tagged(rule) or _sized(rule)):
        yield (
            ".abortIncompleteMultipartUpload",
            "InvalidRequest: AbortIncompleteMultipartUpload cannot be specified with tags or sizes",
        )


def replication_fits(inputs: Inputs) -> Problems:
    """The rules of a replication configuration, each by itself and together."""
    rules = inputs.get("rules") or []
    if not 1 <= len(rules) <= _MOST:
        yield "rules", f"MalformedXML: 1 to {_MOST} rules"
    if repeated_ids(rules):
        yield "rules", "InvalidRequest: rule ids must be unique"
    filtered = [rule for rule in rules if rule.get("filter") is not None]
    priorities = [rule.get("priority", 0) for rule in filtered]
    if len(set(priorities)) < len(priorities):
        yield "rules", "InvalidRequest: Found duplicate priorities"
    if filtered and len(filtered) < len(rules):
        yield "rules", "InvalidRequest: rules of both versions of the configuration (with and without filter)"
    for index, rule in enumerate(rules):
        yield from ((f"rules[{index}]{path}", reason) for path, reason in _copy(rule))


def _copy(rule: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    destination = rule["destination"]
    bucket = str(destination["bucket"])
    if not bucket.startswith("arn:"):
        yield ".destination.bucket", f"'{bucket}' is no ARN of a bucket"
    encrypted = destination.get("encryptionConfiguration") is not None
    selected = one(rule, "sourceSelectionCriteria.sseKmsEncryptedObjects.status") == "Enabled"
    if encrypted and one(rule, "sourceSelectionCriteria.sseKmsEncryptedObjects") is None:
        yield "", "InvalidRequest: SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present"
    if selected and not encrypted:
        yield "", "InvalidRequest: EncryptionConfiguration must be specified if SseKmsEncryptedObjects is enabled"
    filtered = rule.get("filter") is not None
    if filtered and rule.get("deleteMarkerReplication") is None:
        yield ".deleteMarkerReplication", "InvalidRequest: DeleteMarkerReplication must be specified with a filter"
    if not filtered and (rule.get("deleteMarkerReplication") or rule.get("priority")):
        yield "", "MalformedXML: priority and DeleteMarkerReplication need a filter"
    if _tagged(rule) and one(rule, "deleteMarkerReplication.status") == "Enabled":
        yield "", "InvalidRequest: delete markers are not replicated by rules with tags"
    timed = one(destination, "replicationTime.status") == "Enabled"
    if timed and one(destination, "metrics.status") != "Enabled":
        yield ".destination.metrics", "InvalidRequest: replication time control needs metrics"
    for path in ("replicationTime.time.minutes", "metrics.eventThreshold.minutes"):
        if one(destination, path) not in (None, 15):
            yield f".destination.{path}", "InvalidRequest: 15 minutes is the only value"
    if destination.get("accessControlTranslation") and not destination.get("account"):
        yield ".destination.account", "InvalidRequest: Account must be specified with AccessControlTranslation"
