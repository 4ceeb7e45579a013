"""Azure Cache for Redis and Azure Managed Redis: https://learn.microsoft.com/azure/azure-cache-for-redis/cache-configure."""

from collections.abc import Iterator

from policies.facts.answers import every, no, some, when
from policies.facts.azure.key import KEY
from policies.facts.reading import flag, is_set, text
from policies.facts.resources import Resource, World, customer_key
from policies.facts.vocabulary import Cache, Fact, Maybe

REDIS = "azure-native:redis:Redis"
_MANAGED = "azure-native:redisenterprise:RedisEnterprise"
_DATABASE = "azure-native:redisenterprise:Database"
KNOWN = frozenset({REDIS, _MANAGED, _DATABASE})

_KEY = "encryption.customerManagedKeyEncryption.keyEncryptionKeyUrl"


def facts(world: World) -> Iterator[Fact]:
    for cache in world.of(REDIS):
        yield Cache(
            urn=cache.urn,
            role=cache.role,
            # Only the enterprise tiers, a service of their own, take one:
            # https://learn.microsoft.com/azure/azure-cache-for-redis/cache-how-to-encryption
            customer_key=False,
            tls_enforced=no(flag(cache, "enableNonSslPort", default=False)),
            public=every(no(is_set(cache, "subnetId")), _open(cache)),
        )
    for cluster in world.of(_MANAGED):
        clear = (
            when(text(one, "clientProtocol", default="Encrypted"), lambda word: word == "Plaintext")
            for one in world.referring(cluster, _DATABASE, "clusterName")
        )
        yield Cache(
            urn=cluster.urn,
            role=cluster.role,
            customer_key=customer_key(world, cluster, _KEY, KEY),
            tls_enforced=no(some(world.absent(value=False), *clear)),
            public=_open(cluster),
        )


def _open(cache: Resource) -> Maybe[bool]:
    return when(text(cache, "publicNetworkAccess", default="Enabled"), lambda word: word != "Disabled")
