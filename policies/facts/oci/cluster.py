"""Kubernetes Engine (OKE): https://docs.oracle.com/en-us/iaas/Content/ContEng/Concepts/contengsecurityprotectingclusters.htm."""

from collections.abc import Iterator

from policies.facts.answers import no, some
from policies.facts.oci.key import KEY
from policies.facts.reading import flag, is_set, text
from policies.facts.resources import World, customer_key
from policies.facts.support import supported
from policies.facts.vocabulary import Cluster, Fact

_CLUSTER = "oci:ContainerEngine/cluster:Cluster"
KNOWN = frozenset({_CLUSTER})


def facts(world: World) -> Iterator[Fact]:
    for cluster in world.of(_CLUSTER):
        version = text(cluster, "kubernetesVersion")
        placed = is_set(cluster, "endpointConfig")
        yield Cluster(
            urn=cluster.urn,
            role=cluster.role,
            # One that is in no subnet of the customer's answers on a public address.
            api_public=some(no(placed), flag(cluster, "endpointConfig.isPublicIpEnabled", default=False)),
            # Every call is signed by an identity of OCI:
            # https://docs.oracle.com/en-us/iaas/Content/ContEng/Concepts/contengaboutaccesscontrol.htm
            cloud_identity_only=True,
            secrets_customer_key=customer_key(world, cluster, "kmsKeyId", KEY),
            images_admitted=flag(cluster, "imagePolicyConfig.isPolicyEnabled", default=False),
            version=version,
            version_supported=supported("kubernetes", version),
        )
