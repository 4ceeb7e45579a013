"""Cloud Storage.

https://cloud.google.com/storage/docs/buckets
"""

import ipaddress
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, between, holds, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.gcp.access import policy_member
from sandbox.cloud.gcp.key_use import KEY, key_granted
from sandbox.cloud.gcp.naming import CREATED, label_rule, region_rule
from sandbox.cloud.guards import cannot_change, cannot_shrink, not_deleted_while_filled
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import one

BUCKET: Final = "gcp:storage/bucket:Bucket"
GRANT: Final = "gcp:storage/bucketIAMMember:BucketIAMMember"
_DAY: Final = 86_400
# https://cloud.google.com/storage/docs/storage-classes
_CLASSES: Final = ("STANDARD", "MULTI_REGIONAL", "REGIONAL", "NEARLINE", "COLDLINE", "ARCHIVE")
# https://cloud.google.com/storage/docs/locations
_WIDE: Final = r"(?i:asia|eu|us|asia1|eur[4578]|nam4)"
# Those that a bucket takes. https://cloud.google.com/storage/docs/access-control/iam-roles
_ROLES: Final = tuple(
    f"storage.{name}"
    for name in (
        "admin",
        "bucketViewer",
        "folderAdmin",
        "insightsCollectorService",
        "legacyBucketOwner",
        "legacyBucketReader",
        "legacyBucketWriter",
        "legacyObjectOwner",
        "legacyObjectReader",
        "objectAdmin",
        "objectCreator",
        "objectUser",
        "objectViewer",
    )
)


def _retained(context: Context) -> str | None:
    """Nothing, `forceDestroy` included, deletes an object younger than the retention period."""
    stored = context.stored
    if context.operation == "delete" and stored is not None and stored.hidden.get("objects"):
        period = one(stored.inputs, "retentionPolicy.retentionPeriod")
        if period:
            return f"Error 403: retentionPolicyNotMet: an object in {context.id} is younger than {period} seconds"
    return None


def _locked(context: Context) -> bool:
    return context.stored is not None and one(context.stored.inputs, "retentionPolicy.isLocked") is True


def _fits(inputs: Mapping[str, Any]) -> Problems:
    if one(inputs, "versioning.enabled") is True and one(inputs, "retentionPolicy") is not None:
        yield "versioning", "object versioning and a retention policy are not combined"
    uniform = inputs.get("uniformBucketLevelAccess") is True
    if one(inputs, "hierarchicalNamespace.enabled") is True and not uniform:
        yield "hierarchicalNamespace", "a hierarchical namespace needs uniform bucket-level access"
    kept = one(inputs, "softDeletePolicy.retentionDurationSeconds")
    if kept is not None and kept != 0 and not 7 * _DAY <= kept <= 90 * _DAY:
        yield "softDeletePolicy.retentionDurationSeconds", f"{kept} is neither 0 nor 7 to 90 days, in seconds"


def _rules_fit(inputs: Mapping[str, Any]) -> Problems:
    for index, rule in enumerate(inputs.get("lifecycleRules") or []):
        action = rule.get("action") or {}
        where = f"lifecycleRules[{index}]"
        if (action.get("type") == "SetStorageClass") != (action.get("storageClass") is not None):
            yield f"{where}.action.storageClass", "a storage class is for SetStorageClass, and needed there"
        if not any(value is not None for value in (rule.get("condition") or {}).values()):
            yield f"{where}.condition", "a rule has at least one condition"


def _no_address(name: str) -> bool:
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return True
    return False


def _not_public(context: Context) -> str | None:
    if context.operation == "delete" or context["member"] not in ("allUsers", "allAuthenticatedUsers"):
        return None
    bucket = context.find(context["bucket"], BUCKET)
    if bucket is not None and bucket.get("publicAccessPrevention") == "enforced":
        return f"Error 412: public access prevention is enforced on {bucket.id}: {context['member']} can't be granted"
    return None


def _condition_possible(context: Context) -> str | None:
    bucket = context.find(context["bucket"], BUCKET)
    if context.operation == "delete" or context.inputs.get("condition") is None or bucket is None:
        return None
    uniform = bucket.get("uniformBucketLevelAccess") is True
    return None if uniform else f"Error 412: a condition needs uniform bucket-level access on {bucket.id}"


def _service_account(arguments: Mapping[str, Any], context: Context) -> Mapping[str, Any]:
    email = f"service-{context.place['number']}@gs-project-accounts.iam.gserviceaccount.com"
    project = arguments.get("project") or context.place["project"]
    return {"emailAddress": email, "id": email, "member": f"serviceAccount:{email}", "project": project}


TYPES: Final = (
    ResourceType(
        token=BUCKET,
        source="https://cloud.google.com/storage/docs/bucket-lock",
        id="{name}",
        name=Name(
            shortest=3,
            pattern=r"(?!goog)(?!.*(google|g00gle))(?!.*\.\.)[a-z0-9][a-z0-9._-]*[a-z0-9]",
            allowed="a-z0-9-",
            unique_in="",
        ),
        computed={
            "projectNumber": lambda context: int(context.place["number"]),
            "selfLink": "https://www.googleapis.com/storage/v1/b/{name}",
            "url": "gs://{name}",
            "timeCreated": CREATED,
            "updated": CREATED,
        },
        input_defaults={"forceDestroy": False, "storageClass": "STANDARD"},
        defaults={"publicAccessPrevention": "inherited", "uniformBucketLevelAccess": False},
        replace_on=("location", "customPlacementConfig", "enableObjectRetention", "hierarchicalNamespace"),
        checks=(
            region_rule("location", rf"{_WIDE}|(?i:[a-z]+-[a-z]+\d{{1,2}})"),
            one_of("storageClass", _CLASSES),
            one_of("publicAccessPrevention", ("inherited", "enforced")),
            one_of("rpo", ("DEFAULT", "ASYNC_TURBO")),
            one_of("lifecycleRules[*].action.type", ("Delete", "SetStorageClass", "AbortIncompleteMultipartUpload")),
            one_of("lifecycleRules[*].action.storageClass", _CLASSES),
            between("retentionPolicy.retentionPeriod", 1, 3_155_760_000),
            holds("name", _no_address, "'{value}' is refused: a bucket is not named like an address"),
            _fits,
            _rules_fit,
            label_rule("labels"),
        ),
        guards=(
            _retained,
            not_deleted_while_filled(
                consent="forceDestroy", reason="Error 409: the bucket you tried to delete ({id}) is not empty"
            ),
            cannot_change("retentionPolicy.isLocked", away_from=True, reason="a locked retention policy stays locked"),
            cannot_shrink(
                "retentionPolicy.retentionPeriod",
                when=_locked,
                reason="Error 403: cannot reduce retention duration of a locked Retention Policy: {old} to {new}",
            ),
            key_granted("encryption.defaultKmsKeyName", "gs-project-accounts"),
        ),
        references=(
            Reference("encryption.defaultKmsKeyName", KEY, anywhere=True),
            Reference("logging.logBucket", "gcp:storage/bucket:Bucket"),
        ),
        known_as=("selfLink",),
        sources=(
            "https://cloud.google.com/storage/docs/buckets#naming",
            "https://cloud.google.com/storage/docs/lifecycle",
            "https://cloud.google.com/storage/docs/soft-delete",
            "https://cloud.google.com/storage/docs/encryption/using-customer-managed-keys",
        ),
        blind_spots=(
            "The provider replaces a bucket whose policy is to be unlocked; here the update is refused.",
            "Retention policy and versioning together are refused on public word of other vendors, not on Google's page.",
            "A name with dots is refused there unless its domain is verified; with one it may have 222 characters.",
            "Uniform access can't be switched off after 90 days there.",
            "That a location exists is not checked, only its form; nor which classes and turbo replication fit it.",
            "Names used by other customers are free here.",
        ),
    ),
    policy_member(
        GRANT,
        "bucket",
        BUCKET,
        id_="b/{bucket}/{role}/{member}",
        source="https://cloud.google.com/storage/docs/access-control/iam-roles",
        roles=_ROLES,
        guards=(_not_public, _condition_possible),
    ),
)
INVOKES: Final = {"gcp:storage/getProjectServiceAccount:getProjectServiceAccount": _service_account}
