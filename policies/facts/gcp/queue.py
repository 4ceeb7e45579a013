"""Pub/Sub topics and log buckets: https://cloud.google.com/pubsub/docs/encryption."""

from collections.abc import Iterator

from policies.facts.gcp.key import KEY
from policies.facts.gcp.log_archive import LOG_BUCKET
from policies.facts.resources import World, customer_key
from policies.facts.vocabulary import Fact, Queue

TOPIC = "gcp:pubsub/topic:Topic"
KNOWN = frozenset({TOPIC})

_KEY_AT = {TOPIC: "kmsKeyName", LOG_BUCKET: "cmekSettings.kmsKeyName"}


def facts(world: World) -> Iterator[Fact]:
    for queue in world.of(*_KEY_AT):
        key = customer_key(world, queue, _KEY_AT[queue.type], KEY)
        yield Queue(urn=queue.urn, role=queue.role, customer_key=key, open_to_anyone=False)
