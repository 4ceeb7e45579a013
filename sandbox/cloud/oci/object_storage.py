"""OCI Object Storage: https://docs.oracle.com/en-us/iaas/Content/Object/Concepts/objectstorageoverview.htm."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.checks import matches, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.guards import not_deleted_while_filled
from sandbox.cloud.identity import ocid, same
from sandbox.cloud.oci.key_use import KEY, key_allowed, service
from sandbox.cloud.oci.moments import days_ahead, is_moment, moment, now
from sandbox.cloud.resource_type import Invoke, Name, Reference, ResourceType
from sandbox.cloud.value import at, one

BUCKET: Final = "oci:ObjectStorage/bucket:Bucket"
_UNITS: Final = {"DAYS": 1, "YEARS": 365}
_LOCK_WAITS: Final = 14
Rules = Mapping[str, Mapping[str, Any]]


def _fits(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    rules = inputs.get("retentionRules") or []
    if rules and inputs.get("versioning") == "Enabled":
        yield "versioning", "400-InvalidVersioningStatus: a bucket with retention rules can't have versioning"
    if len(rules) > 100:
        yield "retentionRules", "at most 100 retention rules"
    names = [rule["displayName"] for rule in rules]
    if len(set(names)) < len(names):
        yield "retentionRules", "the names of retention rules are unique"
    for index, rule in enumerate(rules):
        amount = str(one(rule, "duration.timeAmount", "1"))
        if not amount.isdecimal() or int(amount) < 1:
            yield f"retentionRules[{index}].duration.timeAmount", f"'{amount}' is no whole number from 1"
        if rule.get("timeRuleLocked") and not rule.get("duration"):
            yield f"retentionRules[{index}].timeRuleLocked", "a rule without a duration can't be locked"
    if inputs.get("autoTiering") == "InfrequentAccess" and inputs.get("storageTier") == "Archive":
        yield "autoTiering", "auto-tiering is for the Standard tier"
    if sum(len(key) + len(value) for key, value in (inputs.get("metadata") or {}).items()) > 4096:
        yield "metadata", "at most 4 KB of metadata"


def _days(rule: Mapping[str, Any]) -> float:
    duration = rule.get("duration")
    return float("inf") if not duration else int(duration["timeAmount"]) * _UNITS[duration["timeUnit"]]


def _rules(inputs: Mapping[str, Any]) -> Rules:
    return {rule["displayName"]: rule for _, rule in at(inputs, "retentionRules[*]")}


def _locks_wait(context: Context) -> str | None:
    """A lock is asked for at least 14 days before it takes effect; once in effect, the rule only grows."""
    held = {} if context.stored is None else _rules(context.stored.inputs)
    asked = _rules(context.inputs) if context.writing else {}
    for name, rule in asked.items():
        lock = rule.get("timeRuleLocked")
        if lock and lock != held.get(name, {}).get("timeRuleLocked") and (early := days_ahead(lock, _LOCK_WAITS)):
            return f"{early}, and a lock takes effect no sooner"
    for name, rule in held.items() if context.operation == "update" else ():
        if _locked(rule) and not _only_grows(rule, asked.get(name)):
            return f"409-RetentionRuleLocked: the rule {name} is locked; it can only be made longer"
    return None


def _locked(rule: Mapping[str, Any]) -> bool:
    lock = rule.get("timeRuleLocked")
    return lock is not None and moment(lock) <= now()


def _only_grows(held: Mapping[str, Any], asked: Mapping[str, Any] | None) -> bool:
    same_lock = asked is not None and asked.get("timeRuleLocked") == held.get("timeRuleLocked")
    return asked is not None and same_lock and _days(asked) >= _days(held)


def _versioning_goes_on(context: Context) -> str | None:
    """Once on it can only be suspended; suspended is nothing to begin with."""
    asked = context.inputs.get("versioning", "Disabled")
    if context.operation == "create" and asked == "Suspended":
        return "400-InvalidVersioningStatus: a bucket begins with versioning Enabled or Disabled"
    held = None if context.stored is None else context.stored.get("versioning")
    if context.operation == "update" and asked == "Disabled" and held != "Disabled":
        return f"400-InvalidVersioningStatus: versioning that was {held} can be suspended, not disabled"
    return None


def _namespace_is_own(context: Context) -> str | None:
    if context.operation == "create" and context["namespace"] != context.place["namespace"]:
        return f"404-NamespaceNotFound: {context['namespace']}"
    return None


def _namespace(arguments: Mapping[str, Any], context: Context) -> Mapping[str, Any]:
    return {"id": "namespace", "compartmentId": arguments.get("compartmentId"), "namespace": context.place["namespace"]}


INVOKES: Final[Mapping[str, Invoke]] = {"oci:ObjectStorage/getNamespace:getNamespace": _namespace}

TYPES: Final = (
    ResourceType(
        token=BUCKET,
        source="https://docs.oracle.com/en-us/iaas/Content/Object/Tasks/managingbuckets_topic-To_create_a_bucket.htm",
        id="n/{namespace}/b/{name}",
        name=Name(
            longest=256,
            pattern=r"[A-Za-z0-9._-]+",
            allowed="A-Za-z0-9._-",
            lower=False,
            unique_in="{namespace}/{region}",
        ),
        computed={
            "bucketId": ocid("bucket"),
            "isReadOnly": same(value=False),
            "replicationEnabled": same(value=False),
        },
        input_defaults={"accessType": "NoPublicAccess"},
        defaults={
            "storageTier": "Standard",
            "versioning": "Disabled",
            "autoTiering": "Disabled",
            "objectEventsEnabled": False,
        },
        replace_on=("namespace", "storageTier"),
        # Two regions may have a bucket of one name; only within a region is it the same one.
        scope="{tenancy}/{region}",
        known_as=("name",),
        references=(Reference("kmsKeyId", KEY),),
        checks=(
            one_of("accessType", ("NoPublicAccess", "ObjectRead", "ObjectReadWithoutList")),
            one_of("storageTier", ("Standard", "Archive")),
            one_of("autoTiering", ("Disabled", "InfrequentAccess")),
            one_of("versioning", ("Enabled", "Suspended", "Disabled")),
            one_of("retentionRules[*].duration.timeUnit", tuple(_UNITS)),
            matches("retentionRules[*].displayName", r"[A-Za-z0-9._-]{1,256}", "letters, digits, - _ and ."),
            is_moment("retentionRules[*].timeRuleLocked"),
            _fits,
        ),
        guards=(
            _namespace_is_own,
            key_allowed("kmsKeyId", service("objectstorage-{region}")),
            _versioning_goes_on,
            _locks_wait,
            not_deleted_while_filled(reason="409-BucketNotEmpty: {id} is not empty"),
        ),
        unordered=("retentionRules",),
        sources=(
            "https://docs.oracle.com/en-us/iaas/Content/Object/Tasks/usingretentionrules.htm",
            "https://docs.oracle.com/en-us/iaas/Content/Object/Tasks/usingversioning.htm",
            "https://docs.oracle.com/en-us/iaas/Content/Object/Tasks/encryption.htm",
        ),
        blind_spots=(
            "A year counts as 365 days when rules are compared.",
            "Objects are a number here: what a rule keeps from being deleted is not looked at one by one.",
            "Unfinished uploads and pre-authenticated requests keep a bucket from being deleted there.",
            "A bucket whose name is unique in the region (bucketScope REGION) is not told from others.",
        ),
    ),
)
