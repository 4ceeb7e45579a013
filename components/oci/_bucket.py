"""A bucket whose objects can't be altered or removed before their retention ends: the archive's and the records'."""

import pulumi
from pulumi_oci import objectstorage

from components._component import Component
from components.oci._landing import OciLanding
from components.oci._policy import policy
from components.oci.encryption_key import EncryptionKey

__all__ = ["bucket"]


def bucket(
    component: Component, name: str, landing: OciLanding, key: EncryptionKey, retention_days: int, *, removed: bool
) -> objectstorage.Bucket:
    """Private, under the customer key, with a retention rule from the first day, which excludes versioning.

    `removed`: objects go when their retention is over; otherwise only uploads that were never finished do. Of a side that is given up
    the rule goes first: a bucket is deleted only when somebody emptied it.

    The rule's lock can't take effect sooner than 14 days after it was asked for, and a date that moves with every run would be a
    change at every run: the lock is a step of the runbook (`oci os retention-rule update --time-rule-locked`).
    https://docs.oracle.com/en-us/iaas/Content/Object/Tasks/usingretentionrules.htm
    Endpoints speak TLS 1.2 or later only. https://docs.oracle.com/en-us/iaas/Content/Object/Concepts/dataprotection.htm
    """
    made = objectstorage.Bucket(
        name,
        compartment_id=landing.compartment_id,
        namespace=landing.namespace,
        access_type="NoPublicAccess",
        kms_key_id=key.key_id,
        storage_tier="Standard",
        versioning="Disabled",
        object_events_enabled=True,
        retention_rules=[]
        if landing.given_up
        else [{"display_name": "retention", "duration": {"time_amount": str(retention_days), "time_unit": "DAYS"}}],
        freeform_tags=landing.tags,
        # A lock that the runbook adds is not taken back.
        opts=component.child(
            stateful=True,
            depends_on=[key],
            ignore_changes=[] if landing.given_up else ["retentionRules[0].timeRuleLocked"],
        ),
    )
    # The service carries the rules out as itself; Oracle's page grants it the whole family, and that these four permissions do for both
    # rules is unverified. https://docs.oracle.com/en-us/iaas/Content/Object/Tasks/usinglifecyclepolicies.htm
    rights = policy(
        component,
        f"{name}-lifecycle-rights",
        landing,
        "the service removes what is over",
        [
            pulumi.Output.concat(
                f"Allow service objectstorage-{landing.region} to",
                f" {{BUCKET_INSPECT, BUCKET_READ, OBJECT_INSPECT, OBJECT_DELETE}} in {landing.scope}",
                " where all {target.bucket.name = '",
                made.name,
                "'}",
            )
        ],
    )
    unfinished: objectstorage.ObjectLifecyclePolicyRuleArgsDict = {
        "name": "unfinished-uploads",
        "target": "multipart-uploads",
        "action": "ABORT",
        "time_amount": "7",
        "time_unit": "DAYS",
        "is_enabled": True,
    }
    over: objectstorage.ObjectLifecyclePolicyRuleArgsDict = {
        "name": "retention-over",
        "target": "objects",
        "action": "DELETE",
        "time_amount": str(retention_days),
        "time_unit": "DAYS",
        "is_enabled": True,
    }
    objectstorage.ObjectLifecyclePolicy(
        f"{name}-lifecycle",
        namespace=landing.namespace,
        bucket=made.name,
        rules=[unfinished, over] if removed else [unfinished],
        opts=component.child(depends_on=[rights]),
    )
    return made
