"""Cloud Storage bucket as this kit makes every one: private, under the customer key, its objects unalterable for a while."""

from collections.abc import Sequence

import pulumi
from pulumi_gcp import storage

from components._component import Component
from components.gcp._landing import GcpLanding

__all__ = ["kept_bucket"]

SECONDS_A_DAY = 86_400


def kept_bucket(
    owner: Component,
    landing: GcpLanding,
    *,
    key_id: pulumi.Output[str],
    retention_days: int,
    removed_days: int | None = None,
    depends_on: Sequence[pulumi.Resource],
) -> storage.Bucket:
    """The bucket of `owner`. An unlocked policy already refuses to delete or overwrite a young object; in production it is locked. Of a
    side that is given up it goes before the bucket does: what lies there could not be deleted else, nor the bucket.

    `removed_days`: objects go after so long; None: only uploads that were never finished do.
    No versioning: it and a retention policy are not combined. https://cloud.google.com/storage/docs/bucket-lock
    """
    unfinished: storage.BucketLifecycleRuleArgsDict = {
        "action": {"type": "AbortIncompleteMultipartUpload"},
        "condition": {"age": 7},
    }
    over: storage.BucketLifecycleRuleArgsDict = {"action": {"type": "Delete"}, "condition": {"age": removed_days}}
    return storage.Bucket(
        f"{owner.role}-bucket",
        # The key's location has to be the bucket's own. https://cloud.google.com/storage/docs/encryption/using-customer-managed-keys
        location=landing.region.upper(),
        storage_class="STANDARD",
        uniform_bucket_level_access=True,
        public_access_prevention="enforced",
        encryption={"default_kms_key_name": key_id},
        retention_policy=None
        if landing.given_up
        else {"retention_period": str(retention_days * SECONDS_A_DAY), "is_locked": landing.locked},
        lifecycle_rules=[unfinished] if removed_days is None else [unfinished, over],
        force_destroy=not landing.protected,
        labels=landing.tags,
        opts=owner.child(stateful=True, depends_on=depends_on),
    )
