"""OCI Cache: https://docs.oracle.com/en-us/iaas/Content/ocicache/overview.htm."""

from collections.abc import Iterator

from policies.facts.resources import World
from policies.facts.vocabulary import NOT_OFFERED, Cache, Fact

_CLUSTER = "oci:Redis/redisCluster:RedisCluster"
KNOWN = frozenset({_CLUSTER})


def facts(world: World) -> Iterator[Fact]:
    for cluster in world.of(_CLUSTER):
        # Clients come over TLS only, to private addresses, and no key can be named (unverified beyond the SDK, which has no property).
        yield Cache(urn=cluster.urn, role=cluster.role, customer_key=NOT_OFFERED, tls_enforced=True, public=False)
