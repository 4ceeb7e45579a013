"""Memorystore: https://cloud.google.com/memorystore/docs/redis/about-in-transit-encryption."""

from collections.abc import Iterator

from policies.facts.answers import when
from policies.facts.gcp.key import KEY
from policies.facts.reading import text
from policies.facts.resources import World, customer_key
from policies.facts.vocabulary import Cache, Fact

# Type to the property that names its key, and the word of `transitEncryptionMode` that refuses what is plain.
_TYPES = {
    "gcp:redis/instance:Instance": ("customerManagedKey", "SERVER_AUTHENTICATION"),
    "gcp:redis/cluster:Cluster": ("kmsKey", "TRANSIT_ENCRYPTION_MODE_SERVER_AUTHENTICATION"),
    "gcp:memorystore/instance:Instance": ("kmsKey", "SERVER_AUTHENTICATION"),
}
KNOWN = frozenset(_TYPES)


def facts(world: World) -> Iterator[Fact]:
    for token, (key, encrypted) in _TYPES.items():
        for cache in world.of(token):
            yield Cache(
                urn=cache.urn,
                role=cache.role,
                customer_key=customer_key(world, cache, key, KEY),
                tls_enforced=when(text(cache, "transitEncryptionMode"), encrypted.__eq__),
                public=False,  # private addresses only: https://cloud.google.com/memorystore/docs/redis/networking
            )
