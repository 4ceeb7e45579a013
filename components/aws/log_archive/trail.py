"""AWS CloudTrail: who did what in the account, and who read or wrote which object."""

import pulumi
from pulumi_aws import cloudtrail

from components._component import Component
from components.aws._bucket import PrivateBucket
from components.aws._landing import AwsLanding

__all__ = ["trail"]


def trail(
    owner: Component,
    name: str,
    landing: AwsLanding,
    *,
    archive: PrivateBucket,
    key_arn: pulumi.Output[str],
    management: bool,
) -> cloudtrail.Trail:
    """Object-level events always, `management` events unless somebody else records them already.

    S3 server access logs can't go to a bucket with Object Lock, so reads and writes are recorded as data events.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
    A delivery to the archive is itself one event in the next delivery; that stays at one for each file.
    """
    objects: cloudtrail.TrailAdvancedEventSelectorArgsDict = {
        "name": "Reads and writes of every object",
        "field_selectors": [
            {"field": "eventCategory", "equals": ["Data"]},
            {"field": "resources.type", "equals": ["AWS::S3::Object"]},
        ],
    }
    administration: cloudtrail.TrailAdvancedEventSelectorArgsDict = {
        "name": "Administration",
        "field_selectors": [{"field": "eventCategory", "equals": ["Management"]}],
    }
    return cloudtrail.Trail(
        name,
        s3_bucket_name=archive.name,
        s3_key_prefix="trail",
        kms_key_id=key_arn,
        enable_logging=True,
        enable_log_file_validation=True,
        is_multi_region_trail=management,
        include_global_service_events=management,
        advanced_event_selectors=[administration, objects] if management else [objects],
        tags=landing.tags,
        opts=owner.child(stateful=True, depends_on=[archive.ready]),
    )
