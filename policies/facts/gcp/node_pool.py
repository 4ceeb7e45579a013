"""Nodes of Google Kubernetes Engine: https://cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster."""

from collections.abc import Iterator

from policies.facts.answers import every, no, some, when
from policies.facts.gcp.cluster import CLUSTER
from policies.facts.gcp.key import KEY
from policies.facts.reading import flag, is_set, text
from policies.facts.resources import Resource, World, customer_key
from policies.facts.vocabulary import Fact, Machine, Maybe, Volume

_POOL = "gcp:container/nodePool:NodePool"
KNOWN = frozenset({_POOL})

_SHIELD = "nodeConfig.shieldedInstanceConfig"


def facts(world: World) -> Iterator[Fact]:
    """Of a cluster, for the pool that it is born with, unless that is removed or Google keeps all nodes; and of each pool."""
    for cluster in world.of(CLUSTER):
        born = every(
            no(flag(cluster, "removeDefaultNodePool", default=False)),
            no(flag(cluster, "enableAutopilot", default=False)),
        )
        if born is not False:
            yield from _nodes(world, cluster, flag(cluster, "privateClusterConfig.enablePrivateNodes", default=False))
    for pool in world.of(_POOL):
        above = world.target(pool, "cluster", CLUSTER)
        inherited: Maybe[bool] = (
            False if above is None else flag(above, "privateClusterConfig.enablePrivateNodes", default=False)
        )
        own = flag(pool, "networkConfig.enablePrivateNodes", default=False)
        private = inherited if is_set(pool, "networkConfig.enablePrivateNodes") is False else own
        yield from _nodes(world, pool, private)


def _nodes(world: World, owner: Resource, private: Maybe[bool]) -> Iterator[Fact]:
    yield Machine(
        urn=owner.urn,
        role=owner.role,
        public=no(private),
        # What runs on a node reaches the node's own identity, unless GKE answers instead.
        # https://cloud.google.com/kubernetes-engine/docs/how-to/protecting-cluster-metadata
        metadata_guarded=when(
            text(owner, "nodeConfig.workloadMetadataConfig.mode"), lambda mode: mode == "GKE_METADATA"
        ),
        verified_boot=every(
            flag(owner, f"{_SHIELD}.enableSecureBoot", default=False),
            flag(owner, f"{_SHIELD}.enableIntegrityMonitoring", default=True),
        ),
        password_login=False,
        # No key is laid down in a node: https://cloud.google.com/kubernetes-engine/docs/concepts/security-overview#node_security
        brokered_login=True,
        patched=flag(owner, "management.autoUpgrade", default=True),
        time_from_provider=True,
    )
    key = some(
        customer_key(world, owner, "nodeConfig.bootDiskKmsKey", KEY),
        customer_key(world, owner, "nodeConfig.bootDisk.diskEncryptionKey", KEY),
    )
    yield Volume(urn=owner.urn, role=owner.role, customer_key=key)
