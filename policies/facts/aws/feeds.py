"""What is delivered into which bucket: trails, flow logs, access logs, and log groups sent through Amazon Data Firehose."""

from collections.abc import Iterator

from policies.facts.answers import every, some, when
from policies.facts.aws.trail import administration, records
from policies.facts.reading import flag, read_all, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import Maybe, Unknown

BUCKET = "aws:s3/bucket:Bucket"
REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
TRAIL = "aws:cloudtrail/trail:Trail"
_FLOW_LOG = "aws:ec2/flowLog:FlowLog"
_LOGGING = "aws:s3/bucketLogging:BucketLogging"
_BALANCER = "aws:lb/loadBalancer:LoadBalancer"
_FILTER = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"
STREAM = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
KNOWN = frozenset({REPLICATION, LOG_GROUP, TRAIL, _FLOW_LOG, _LOGGING, _FILTER, STREAM})

_DATABASE_GROUPS = ("/aws/rds/", "/aws/docdb/")


def kinds(world: World, bucket: Resource) -> frozenset[str]:
    """The words of LOG_KINDS for what is written straight into the bucket, whole."""
    return frozenset(_kinds(world, bucket))


def fed(world: World, bucket: Resource) -> bool:
    """Logs are written straight into the bucket, whole or in part."""
    return bool(kinds(world, bucket) or _sent_to(world, bucket))


def _kinds(world: World, bucket: Resource) -> Iterator[str]:
    for trail in world.referring(bucket, TRAIL, "s3BucketName"):
        if administration(trail):
            yield "audit"
        if records(trail, "AWS::S3::Object"):
            yield "access"
    if world.referring(bucket, _FLOW_LOG, "logDestination"):
        yield "flow"
    if world.referring(bucket, _LOGGING, "targetBucket"):
        yield "access"
    for balancer in world.referring(bucket, _BALANCER, "accessLogs.bucket"):
        if flag(balancer, "accessLogs.enabled", default=False) is True:
            yield "access"
    for one in _sent_to(world, bucket):
        if _whole(one) is not False:
            group = world.target(one, "logGroup", LOG_GROUP)
            name = text(one, "logGroup") if group is None else text(group, "name")
            database = not isinstance(name, Unknown) and name.startswith(_DATABASE_GROUPS)
            yield "database" if database else "application"


def _sent_to(world: World, bucket: Resource) -> list[Resource]:
    """The filters that send a log group to a stream that writes into the bucket."""
    streams = world.referring(bucket, STREAM, "extendedS3Configuration.bucketArn")
    return [one for stream in streams for one in world.referring(stream, _FILTER, "destinationArn")]


def _whole(sent: Resource) -> Maybe[bool]:
    """A pattern picks; without one all passes.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
    """
    return when(text(sent, "filterPattern"), lambda pattern: not pattern.strip())


def copied_from(world: World, archive: Resource) -> tuple[Resource, ...]:
    """The buckets whose every object is replicated into `archive`."""
    return tuple(bucket for bucket in world.of(BUCKET) if bucket is not archive and archive in copied_to(world, bucket))


def copied_to(world: World, bucket: Resource) -> tuple[Resource, ...]:
    """Where an enabled rule without filter copies all of the bucket's objects."""
    return tuple(
        target
        for copy in world.referring(bucket, REPLICATION, "bucket")
        if "Enabled" in read_all(copy, "rules.status")
        and not any(read_all(copy, "rules.filter.prefix"))
        and not any(read_all(copy, "rules.prefix"))
        for target in world.targets(copy, "rules.destination.bucket", BUCKET)
        if target is not bucket
    )


def archived(world: World, group: Resource) -> Maybe[bool]:
    """All of a log group is sent to a stream that writes into a bucket."""
    found = [
        every(_whole(one), bool(world.targets(stream, "extendedS3Configuration.bucketArn", BUCKET)))
        for one in world.referring(group, _FILTER, "logGroup")
        for stream in world.targets(one, "destinationArn", STREAM)
    ]
    return some(world.absent(value=False), *found)
