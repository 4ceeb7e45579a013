"""What a trail of CloudTrail records: it has to be switched on, and a selector that leaves out reads or writes records neither whole.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from policies.facts.reading import flag, items, read_all, strings, text
from policies.facts.resources import Resource
from policies.facts.vocabulary import UNKNOWN, Maybe, Unknown

__all__ = ["administration", "records", "records_all_of"]

_WHOLE = frozenset({"eventCategory", "resources.type", "resources.ARN"})
"""Fields that do not halve what is recorded, as `readOnly` or `eventName` do."""
_EVERY_ONE = {"AWS::S3::Object": ("arn:aws:s3", "arn:aws:s3:::"), "AWS::DynamoDB::Table": ("arn:aws:dynamodb",)}
"""How a selector names everything of a kind."""


def administration(trail: Resource) -> bool:
    """Every management event, of all regions and of the global services. Recorded unless selectors say otherwise."""
    everywhere = flag(trail, "isMultiRegionTrail", default=False) is not False
    if not everywhere or flag(trail, "includeGlobalServiceEvents", default=True) is False or not _on(trail):
        return False
    newer = list(_advanced(trail))
    if newer:
        return any(set(one) == {"eventCategory"} and "Management" in _equals(one["eventCategory"]) for one in newer)
    older = list(_basic(trail))
    return not older or any(one.get("includeManagementEvents") is not False for one in older if _both(one))


def records(trail: Resource, kind: str) -> bool:
    """Data events of such a resource (`AWS::S3::Object`), of some of them at least."""
    return _on(trail) and (any(_of(one, kind) for one in _advanced(trail)) or any(_arns(trail, kind)))


def records_all_of(trail: Resource, one_of: Resource, kind: str) -> Maybe[bool]:
    """The data events of this table, or of every object of this bucket, by the older or the newer kind of selector."""
    if not _on(trail):
        return False
    arn, values = text(one_of, "arn", default=""), list[Maybe[str]]()
    for one in _advanced(trail):
        if not _of(one, kind):
            continue
        if "resources.ARN" not in one:
            return True
        values += strings(one["resources.ARN"].get("startsWiths"))
    values += _arns(trail, kind)
    if any(value in _EVERY_ONE[kind] for value in values):
        return True
    names = ("eventSelectors", "advancedEventSelectors")
    if values and one_of.urn in {urn for name in names for urn in trail.property_dependencies.get(name, ())}:
        return True
    if isinstance(arn, Unknown) or any(isinstance(value, Unknown) for value in (*values, *_read(trail))):
        return UNKNOWN
    return bool(arn) and any(isinstance(value, str) and value.rstrip("/") == arn for value in values)


def _on(trail: Resource) -> bool:
    return flag(trail, "enableLogging", default=True) is not False


def _read(trail: Resource) -> Iterator[Any]:
    yield from read_all(trail, "eventSelectors.dataResources.values")
    yield from read_all(trail, "advancedEventSelectors.fieldSelectors")


def _basic(trail: Resource) -> Iterator[Mapping[str, Any]]:
    return (one for one in read_all(trail, "eventSelectors") if isinstance(one, Mapping))


def _both(selector: Mapping[str, Any]) -> bool:
    return selector.get("readWriteType") in (None, "All")


def _arns(trail: Resource, kind: str) -> Iterator[Maybe[str]]:
    """What the older selectors name of that kind, where they record reads and writes."""
    for selector in filter(_both, _basic(trail)):
        for data in items(selector.get("dataResources")):
            if isinstance(data, Mapping) and data.get("type") == kind:
                yield from strings(data.get("values"))


def _advanced(trail: Resource) -> Iterator[Mapping[str, Mapping[str, Any]]]:
    """Each newer selector as field to condition."""
    for selector in read_all(trail, "advancedEventSelectors"):
        if isinstance(selector, Mapping):
            fields = [one for one in items(selector.get("fieldSelectors")) if isinstance(one, Mapping)]
            yield {str(one.get("field")): one for one in fields}


def _of(selector: Mapping[str, Mapping[str, Any]], kind: str) -> bool:
    """Reads and writes of that kind; a condition on the names other than how they start leaves out too much to tell."""
    where = selector.get("resources.ARN", {})
    narrowed = any(value for name, value in where.items() if name not in ("field", "startsWiths"))
    return kind in _equals(selector.get("resources.type", {})) and selector.keys() <= _WHOLE and not narrowed


def _equals(condition: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(items(condition.get("equals")))
