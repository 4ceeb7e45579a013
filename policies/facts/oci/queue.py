"""Streams and queues: https://docs.oracle.com/en-us/iaas/Content/Streaming/Tasks/creatingstreampool.htm.

A log group takes no customer's key: https://docs.oracle.com/en-us/iaas/Content/Logging/Concepts/loggingoverview.htm
"""

from collections.abc import Iterator

from policies.facts.answers import when
from policies.facts.oci.key import KEY
from policies.facts.reading import is_set
from policies.facts.resources import World, customer_key
from policies.facts.vocabulary import UNKNOWN, Fact, Queue

_POOL = "oci:Streaming/streamPool:StreamPool"
_STREAM = "oci:Streaming/stream:Stream"
_QUEUE = "oci:Queue/queue:Queue"
KNOWN = frozenset({_POOL, _STREAM, _QUEUE})

_KEY_AT = {_POOL: "customEncryptionKey.kmsKeyId", _QUEUE: "customEncryptionKeyId"}


def facts(world: World) -> Iterator[Fact]:
    for queue in world.of(*_KEY_AT):
        key = customer_key(world, queue, _KEY_AT[queue.type], KEY)
        yield Queue(urn=queue.urn, role=queue.role, customer_key=key, open_to_anyone=False)
    for stream in world.of(_STREAM):
        # One outside the stack's pools lies in the compartment's default pool, which takes Oracle's key.
        pool = world.target(stream, "streamPoolId", _POOL)
        elsewhere = when(is_set(stream, "streamPoolId"), lambda given: UNKNOWN if given else False)
        key = elsewhere if pool is None else customer_key(world, pool, _KEY_AT[_POOL], KEY)
        yield Queue(urn=stream.urn, role=stream.role, customer_key=key, open_to_anyone=False)
