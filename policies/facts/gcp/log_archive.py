"""Log archives: buckets that sinks deliver into, and the log buckets where the same can be searched."""

from collections.abc import Iterator

from policies.facts.answers import every, when
from policies.facts.gcp.key import KEY
from policies.facts.gcp.object_store import customer_key_of, purpose_of, retention_of
from policies.facts.gcp.sinks import BUCKET, kinds
from policies.facts.inherited import inherited_logs
from policies.facts.resources import World, customer_key
from policies.facts.vocabulary import Fact, LogArchive

LOG_BUCKET = "gcp:logging/projectBucketConfig:ProjectBucketConfig"
KNOWN = frozenset({LOG_BUCKET})


def facts(world: World) -> Iterator[Fact]:
    searched = [customer_key(world, found, "cmekSettings.kmsKeyName", KEY) for found in world.of(LOG_BUCKET)]
    for bucket in world.of(BUCKET):
        if purpose_of(world, bucket) != "archive":
            continue
        retention, locked = retention_of(bucket)
        yield LogArchive(
            urn=bucket.urn,
            role=bucket.role,
            kinds=kinds(world, bucket),
            inherited=inherited_logs(world, bucket),
            retention_days=retention,
            write_once=when(retention, lambda days: days > 0),
            tamper_evident=when(retention, lambda days: days > 0),
            customer_key=every(customer_key_of(world, bucket), *searched),
            retention_locked=locked,
        )
