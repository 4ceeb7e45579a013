"""OCI Object Storage: https://docs.oracle.com/en-us/iaas/Content/Object/Concepts/objectstorageoverview.htm."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.checks import matches, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.guards import not_deleted_while_filled
from sandbox.cloud.identity import ocid
from sandbox.cloud.oci.documents import needs_key
from sandbox.cloud.oci.encryption_key import KEY
from sandbox.cloud.resource_type import Invoke, Name, Reference, ResourceType
from sandbox.cloud.value import at

BUCKET: Final = "oci:ObjectStorage/bucket:Bucket"
_UNITS: Final = {"DAYS": 1, "YEARS": 365}


def _retained_or_versioned(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if inputs.get("retentionRules") and inputs.get("versioning") == "Enabled":
        yield "versioning", "400-InvalidVersioningStatus: a bucket with retention rules can't have versioning"


def _days(rule: Mapping[str, Any]) -> float:
    duration = rule.get("duration")
    return float("inf") if not duration else int(duration["timeAmount"]) * _UNITS[duration["timeUnit"]]


def _locked_rules_stay(context: Context) -> str | None:
    """https://docs.oracle.com/en-us/iaas/Content/Object/Tasks/usingretentionrules.htm."""
    if context.operation != "update" or context.stored is None:
        return None
    asked = {rule["displayName"]: _days(rule) for rule in context.inputs.get("retentionRules") or []}
    for rule in context.stored.inputs.get("retentionRules") or []:
        name = rule["displayName"]
        if rule.get("timeRuleLocked") and asked.get(name, -1) < _days(rule):
            return f"409-RetentionRuleLocked: the rule {name} is locked; it can only be made longer"
    return None


def _namespace(arguments: Mapping[str, Any], context: Context) -> Mapping[str, Any]:
    return {"id": "namespace", "compartmentId": arguments.get("compartmentId"), "namespace": context.place["namespace"]}


INVOKES: Final[Mapping[str, Invoke]] = {"oci:ObjectStorage/getNamespace:getNamespace": _namespace}


def _namespace_is_own(context: Context) -> str | None:
    if context.operation == "create" and context["namespace"] != context.place["namespace"]:
        return f"404-NamespaceNotFound: {context['namespace']}"
    return None


def _units(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for where, amount in at(inputs, "retentionRules[*].duration.timeAmount"):
        if not str(amount).isdecimal() or int(amount) < 1:
            yield where, f"'{amount}' is no whole number from 1"


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
        computed={"bucketId": ocid("bucket")},
        input_defaults={"accessType": "NoPublicAccess", "storageTier": "Standard"},
        defaults={"versioning": "Disabled", "autoTiering": "Disabled", "objectEventsEnabled": False},
        replace_on=("namespace", "storageTier"),
        known_as=("name",),
        references=(Reference("kmsKeyId", KEY),),
        checks=(
            one_of("accessType", ("NoPublicAccess", "ObjectRead", "ObjectReadWithoutList")),
            one_of("versioning", ("Enabled", "Suspended", "Disabled")),
            one_of("retentionRules[*].duration.timeUnit", tuple(_UNITS)),
            matches("retentionRules[*].displayName", r"[A-Za-z0-9._ -]{1,256}", "a name of 1 to 256 characters"),
            _retained_or_versioned,
            _units,
        ),
        guards=(
            _namespace_is_own,
            needs_key("service objectstorage-{region}", "kmsKeyId"),
            _locked_rules_stay,
            not_deleted_while_filled(reason="409-BucketNotEmpty: {id} is not empty"),
        ),
    ),
)
