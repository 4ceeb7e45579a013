"""Amazon CloudWatch Logs log group, encrypted, searchable for a year, and copied to the archive for the whole retention."""

import pulumi
from pulumi_aws import cloudwatch

from components._component import Component
from components.aws._landing import AwsLanding
from components.aws.log_archive.stream import LogStream

__all__ = ["kept_log_group"]


def kept_log_group(
    owner: Component,
    name: str,
    landing: AwsLanding,
    *,
    key_arn: pulumi.Output[str],
    stream: LogStream,
    physical_name: str | None = None,
) -> cloudwatch.LogGroup:
    """`physical_name` where a service writes to a group whose name it chooses itself."""
    group = cloudwatch.LogGroup(
        name,
        name=physical_name,
        kms_key_id=key_arn,
        retention_in_days=365,
        tags=landing.tags,
        opts=owner.child(),
    )
    cloudwatch.LogSubscriptionFilter(
        f"{name}-archive",
        log_group=group.name,
        destination_arn=stream.arn,
        role_arn=stream.sender_role_arn,
        filter_pattern="",
        opts=owner.child(depends_on=[group, stream.ready]),
    )
    return group
