"""Log archives: buckets that a connector delivers into."""

from collections.abc import Iterator

from policies.facts.answers import when
from policies.facts.inherited import inherited_logs
from policies.facts.oci.logs import BUCKET, kinds
from policies.facts.oci.object_store import customer_key_of, purpose_of, retention_of
from policies.facts.resources import World
from policies.facts.vocabulary import Fact, LogArchive

KNOWN: frozenset[str] = frozenset()


def facts(world: World) -> Iterator[Fact]:
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
            customer_key=customer_key_of(world, bucket),
            retention_locked=locked,
        )
