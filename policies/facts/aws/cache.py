"""Amazon ElastiCache: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/encryption.html."""

from collections.abc import Iterator

from policies.facts.answers import every, when
from policies.facts.aws.key import customers
from policies.facts.reading import flag, is_set, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import Cache, Fact, Maybe

_GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
_CLUSTER = "aws:elasticache/cluster:Cluster"
_SERVERLESS = "aws:elasticache/serverlessCache:ServerlessCache"
KNOWN = frozenset({_GROUP, _CLUSTER, _SERVERLESS})
INERT = {
    "aws:elasticache/parameterGroup:ParameterGroup": "parameters of a cache; encryption is none of them",
    "aws:elasticache/subnetGroup:SubnetGroup": "names subnets, which are judged as subnets",
}


def facts(world: World) -> Iterator[Fact]:
    for group in world.of(_GROUP):
        # Of Valkey alone it is on where nothing is said.
        stored = text(group, "engine", default="redis") == "valkey"
        required = when(text(group, "transitEncryptionMode", default="required"), lambda mode: mode == "required")
        yield _cache(
            group,
            every(flag(group, "atRestEncryptionEnabled", default=stored), customers(world, group, "kmsKeyId")),
            every(flag(group, "transitEncryptionEnabled", default=False), required),
        )
    for cluster in world.of(_CLUSTER):
        if is_set(cluster, "replicationGroupId") is False:  # else a node of a group, which is judged
            # Nothing of one by itself is encrypted at rest.
            yield _cache(cluster, key=False, tls=flag(cluster, "transitEncryptionEnabled", default=False))
    for cache in world.of(_SERVERLESS):
        yield _cache(cache, customers(world, cache, "kmsKeyId"), tls=True)


def _cache(cache: Resource, key: Maybe[bool], tls: Maybe[bool]) -> Cache:
    """It has addresses of its network only: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/elasticache-vpc-accessing.html."""
    return Cache(urn=cache.urn, role=cache.role, customer_key=key, tls_enforced=tls, public=False)
