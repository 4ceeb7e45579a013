"""Node pools of Kubernetes Engine (OKE): https://docs.oracle.com/en-us/iaas/Content/ContEng/Tasks/contengscalingnodepools.htm."""

from collections.abc import Iterator

from policies.facts.answers import every, no, some
from policies.facts.oci.key import KEY
from policies.facts.oci.machine import bastion
from policies.facts.oci.network import SUBNET
from policies.facts.reading import flag, is_set
from policies.facts.resources import Resource, World, customer_key
from policies.facts.vocabulary import UNKNOWN, Fact, Machine, Maybe, Volume

_POOL = "oci:ContainerEngine/nodePool:NodePool"
KNOWN = frozenset({_POOL})


def facts(world: World) -> Iterator[Fact]:
    for pool in world.of(_POOL):
        yield Machine(
            urn=pool.urn,
            role=pool.role,
            public=_public(world, pool),
            metadata_guarded=flag(pool, ("nodeMetadata", "areLegacyImdsEndpointsDisabled"), default=False),
            # No property of a pool asks for it; nodes that are instances of one's own can have it.
            verified_boot=False,
            password_login=False,
            brokered_login=every(bastion(world), no(is_set(pool, "sshPublicKey"))),
            # A newer image is put on nodes by whoever cycles them.
            # https://docs.oracle.com/en-us/iaas/Content/ContEng/Tasks/contengupgradingimageworkernode.htm
            patched=False,
            time_from_provider=True,
        )
        key = customer_key(world, pool, "nodeConfigDetails.kmsKeyId", KEY)
        yield Volume(urn=pool.urn, role=pool.role, customer_key=key)


def _public(world: World, pool: Resource) -> Maybe[bool]:
    """A node gets a public address where its subnet gives one."""
    subnets = world.targets(pool, "nodeConfigDetails.placementConfigs.subnetId", SUBNET) or world.targets(
        pool, "subnetIds", SUBNET
    )
    return some(*(no(flag(one, "prohibitPublicIpOnVnic", default=False)) for one in subnets)) if subnets else UNKNOWN
