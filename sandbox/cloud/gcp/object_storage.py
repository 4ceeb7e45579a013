"""Cloud Storage.

https://cloud.google.com/storage/docs/buckets
"""

from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, between, matches, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.gcp.encryption_key import key_granted, member_exists, member_form
from sandbox.cloud.gcp.naming import CREATED, label_rule
from sandbox.cloud.guards import cannot_change, cannot_shrink, not_deleted_while_filled
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at

BUCKET: Final = "gcp:storage/bucket:Bucket"
GRANT: Final = "gcp:storage/bucketIAMMember:BucketIAMMember"


def _one(tree: Any, path: str) -> Any:
    return next((value for _, value in at(tree, path)), None)


def _retained(context: Context) -> str | None:
    """Nothing, `forceDestroy` included, deletes an object younger than the retention period."""
    stored = context.stored
    if context.operation == "delete" and stored is not None and stored.hidden.get("objects"):
        period = _one(stored.inputs, "retentionPolicy.retentionPeriod")
        if period:
            return f"Error 403: retentionPolicyNotMet: an object in {context.id} is younger than {period} seconds"
    return None


def _locked(context: Context) -> bool:
    return context.stored is not None and _one(context.stored.inputs, "retentionPolicy.isLocked") is True


def _versions_or_retention(inputs: Mapping[str, Any]) -> Problems:
    if _one(inputs, "versioning.enabled") is True and _one(inputs, "retentionPolicy") is not None:
        yield "versioning", "object versioning and a retention policy are not combined"


def _not_public(context: Context) -> str | None:
    if context.operation == "delete" or context["member"] not in ("allUsers", "allAuthenticatedUsers"):
        return None
    bucket = context.find(context["bucket"], BUCKET)
    if bucket is not None and bucket.get("publicAccessPrevention") == "enforced":
        return f"Error 412: public access prevention is enforced on {bucket.id}: {context['member']} can't be granted"
    return None


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
            pattern=r"(?!goog)(?!.*google)[a-z0-9][a-z0-9._-]*[a-z0-9]",
            allowed="a-z0-9._-",
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
        replace_on=("location",),
        checks=(
            one_of("publicAccessPrevention", ("inherited", "enforced")),
            between("retentionPolicy.retentionPeriod", 1, 3_155_760_000),
            _versions_or_retention,
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
        known_as=("selfLink",),
    ),
    ResourceType(
        token=GRANT,
        source="https://cloud.google.com/storage/docs/access-control/iam-roles",
        id="b/{bucket}/{role}/{member}",
        computed={"etag": lambda context: context.hex(12, "etag")},
        replace_on=("bucket", "role", "member", "condition"),
        checks=(member_form(), matches("role", r"roles/storage\..+|(projects|organizations)/.+/roles/.+", "no role")),
        guards=(_not_public, member_exists),
        references=(Reference("bucket", BUCKET),),
    ),
)
INVOKES: Final = {"gcp:storage/getProjectServiceAccount:getProjectServiceAccount": _service_account}
