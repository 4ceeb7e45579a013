"""Log archives: buckets that logs are delivered into."""

from collections.abc import Iterator

from policies.facts.answers import every, when
from policies.facts.aws import feeds
from policies.facts.aws.feeds import BUCKET, TRAIL
from policies.facts.aws.object_store import customer_key_of, purpose_of, retention_of
from policies.facts.inherited import inherited_logs
from policies.facts.reading import flag
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import Fact, LogArchive, Maybe

KNOWN: frozenset[str] = frozenset()


def facts(world: World) -> Iterator[Fact]:
    for bucket in world.of(BUCKET):
        if purpose_of(world, bucket) != "archive":
            continue
        sources = (bucket, *feeds.copied_from(world, bucket))
        retention, locked = retention_of(world, bucket)
        yield LogArchive(
            urn=bucket.urn,
            role=bucket.role,
            kinds=frozenset().union(*(feeds.kinds(world, source) for source in sources)),
            inherited=inherited_logs(world, bucket),
            retention_days=retention,
            # Whoever may bypass it removes an object under GOVERNANCE by one call:
            # https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
            write_once=every(when(retention, lambda days: days > 0), locked),
            tamper_evident=_tamper_evident(world, bucket, when(retention, lambda days: days > 0)),
            customer_key=customer_key_of(world, bucket),
            retention_locked=locked,
        )


def _tamper_evident(world: World, bucket: Resource, write_once: Maybe[bool]) -> Maybe[bool]:
    """Every trail signs what it delivers; off unless asked for. Where no trail delivers, the store's own retention counts.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-intro.html
    """
    trails = world.referring(bucket, TRAIL, "s3BucketName")
    return every(*(flag(trail, "enableLogFileValidation", default=False) for trail in trails)) if trails else write_once
