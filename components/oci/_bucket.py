"""A bucket whose objects can't be altered or removed before their retention ends: the archive's and the records'."""

import pulumi_oci as oci

from components._component import Component
from components.oci._landing import OciLanding
from components.oci.encryption_key import EncryptionKey

__all__ = ["bucket"]


def bucket(
    component: Component, name: str, landing: OciLanding, key: EncryptionKey, retention_days: int
) -> oci.objectstorage.Bucket:
    """Private, under the customer key, with a retention rule from the first day, which excludes versioning.

    The rule's lock can't take effect sooner than 14 days after it was asked for, and a date that moves with every run would be a
    change at every run: the lock is a step of the runbook (`oci os retention-rule update --time-rule-locked`).
    https://docs.oracle.com/en-us/iaas/Content/Object/Tasks/usingretentionrules.htm
    Endpoints speak TLS 1.2 or later only. https://docs.oracle.com/en-us/iaas/Content/Object/Concepts/dataprotection.htm
    """
    return oci.objectstorage.Bucket(
        name,
        compartment_id=landing.compartment_id,
        namespace=landing.namespace,
        access_type="NoPublicAccess",
        kms_key_id=key.key_id,
        storage_tier="Standard",
        versioning="Disabled",
        object_events_enabled=True,
        retention_rules=[
            {"display_name": "retention", "duration": {"time_amount": str(retention_days), "time_unit": "DAYS"}}
        ],
        freeform_tags=landing.tags,
        # A lock that the runbook adds is not taken back.
        opts=component.child(stateful=True, depends_on=[key], ignore_changes=["retentionRules[0].timeRuleLocked"]),
    )
