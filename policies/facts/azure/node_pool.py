"""Nodes of Azure Kubernetes Service: https://learn.microsoft.com/azure/aks/concepts-security#node-security."""

from collections.abc import Iterator, Mapping
from typing import Any

from policies.facts.answers import every, no, some, when
from policies.facts.azure.cluster import CLUSTER
from policies.facts.azure.volume import in_a_set
from policies.facts.reading import flag, is_set, read_all, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Fact, Machine, Maybe, Volume

_POOL = "azure-native:containerservice:AgentPool"
KNOWN = frozenset({_POOL})

_UPGRADED = ("NodeImage", "SecurityPatch")


def facts(world: World) -> Iterator[Fact]:
    """Of a cluster, for the pools that are written in it; and of each pool by itself."""
    for cluster in world.of(CLUSTER):
        pools = read_all(cluster, "agentPoolProfiles")
        if pools:
            yield from _nodes(world, cluster, cluster, pools)
    for pool in world.of(_POOL):
        yield from _nodes(world, pool, world.target(pool, "resourceName", CLUSTER), [pool.properties])


def _nodes(world: World, owner: Resource, cluster: Resource | None, pools: list[Any]) -> Iterator[Fact]:
    yield Machine(
        urn=owner.urn,
        role=owner.role,
        public=some(*(_flag(one, "enableNodePublicIP") for one in pools)),
        metadata_guarded=True,  # as of every machine
        verified_boot=every(
            *(_flag(one, f"securityProfile.{name}") for one in pools for name in ("enableSecureBoot", "enableVTPM"))
        ),
        password_login=False,
        brokered_login=UNKNOWN if cluster is None else no(is_set(cluster, "linuxProfile.ssh")),
        # https://learn.microsoft.com/azure/aks/auto-upgrade-node-os-image
        patched=UNKNOWN
        if cluster is None
        else when(
            text(cluster, "autoUpgradeProfile.nodeOSUpgradeChannel", default="NodeImage"), lambda w: w in _UPGRADED
        ),
        time_from_provider=True,
    )
    key = UNKNOWN if cluster is None else in_a_set(world, cluster, "diskEncryptionSetID")
    yield Volume(urn=owner.urn, role=owner.role, customer_key=key)


def _flag(pool: Any, path: str) -> Maybe[bool]:
    return flag(pool, path, default=False) if isinstance(pool, Mapping) else UNKNOWN
