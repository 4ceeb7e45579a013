"""Lifecycle policies of OCI Object Storage: https://docs.oracle.com/en-us/iaas/Content/Object/Tasks/usinglifecyclepolicies.htm."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.checks import one_of
from sandbox.cloud.context import Context
from sandbox.cloud.oci.grants import Principal, allowed
from sandbox.cloud.oci.object_storage import BUCKET
from sandbox.cloud.resource_type import Reference, ResourceType
from sandbox.cloud.value import at

POLICY: Final = "oci:ObjectStorage/objectLifecyclePolicy:ObjectLifecyclePolicy"
_NEEDED: Final = ("OBJECT_INSPECT", "OBJECT_DELETE")


def _rules_fit(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    rules = [rule for _, rule in at(inputs, "rules[*]")]
    names = [rule["name"] for rule in rules]
    if len(set(names)) < len(names):
        yield "rules", "400-InvalidParameter: the names of rules are unique"
    for index, rule in enumerate(rules):
        amount = str(rule["timeAmount"])
        if not amount.isdecimal() or int(amount) < 1:
            yield f"rules[{index}].timeAmount", f"400-InvalidParameter: '{amount}' is no whole number from 1"
        if (rule["action"] == "ABORT") != (rule.get("target", "objects") == "multipart-uploads"):
            yield f"rules[{index}].target", "400-InvalidParameter: ABORT is for multipart-uploads, and nothing else is"


def _service_may(context: Context) -> str | None:
    """The service carries the rules out as itself, and is refused here already without a policy."""
    bucket = context.find(context["bucket"], BUCKET) if context.writing else None
    if bucket is None:
        return None
    who = Principal(kind="service", name=f"objectstorage-{context.place['region']}")
    target = {"target.bucket.name": context["bucket"]}
    if allowed(context, who, _NEEDED, bucket.get("compartmentId"), target):
        return None
    return f"400-InsufficientServicePermissions: no policy lets {who.name} manage the objects of {context['bucket']}"


TYPES: Final = (
    ResourceType(
        token=POLICY,
        source="https://docs.oracle.com/en-us/iaas/Content/Object/Tasks/usinglifecyclepolicies.htm",
        id="n/{namespace}/b/{bucket}/l",
        replace_on=("bucket", "namespace"),
        scope="{tenancy}/{region}",
        references=(Reference("bucket", BUCKET),),
        checks=(
            one_of("rules[*].action", ("ARCHIVE", "INFREQUENT_ACCESS", "DELETE", "ABORT")),
            one_of("rules[*].target", ("objects", "multipart-uploads", "previous-object-versions")),
            one_of("rules[*].timeUnit", ("DAYS", "YEARS")),
            _rules_fit,
        ),
        guards=(_service_may,),
        unordered=("rules",),
        blind_spots=("No object is ever moved or removed; which permissions each action needs is not told apart.",),
    ),
)
