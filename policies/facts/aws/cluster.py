"""Amazon EKS: https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html."""

from collections.abc import Iterator

from policies.facts.answers import every, when
from policies.facts.aws.key import customers
from policies.facts.reach.space import everywhere
from policies.facts.reading import flag, is_set, read_all, text
from policies.facts.resources import Resource, World
from policies.facts.support import supported
from policies.facts.vocabulary import NOT_OFFERED, Cluster, Fact, Maybe

CLUSTER = "aws:eks/cluster:Cluster"
KNOWN = frozenset({CLUSTER})


def facts(world: World) -> Iterator[Fact]:
    for cluster in world.of(CLUSTER):
        version = text(cluster, "version")
        yield Cluster(
            urn=cluster.urn,
            role=cluster.role,
            api_public=every(flag(cluster, "vpcConfig.endpointPublicAccess", default=True), _anywhere(cluster)),
            # https://docs.aws.amazon.com/eks/latest/userguide/grant-k8s-access.html
            cloud_identity_only=when(
                text(cluster, "accessConfig.authenticationMode", default="CONFIG_MAP"), lambda mode: mode == "API"
            ),
            secrets_customer_key=customers(world, cluster, "encryptionConfig.provider.keyArn"),
            # A policy engine inside the cluster decides: https://docs.aws.amazon.com/eks/latest/best-practices/image-security.html
            images_admitted=NOT_OFFERED,
            version=version,
            version_supported=supported("kubernetes-aws", version),
        )


def _anywhere(cluster: Resource) -> Maybe[bool]:
    """Without a list of ranges, every address."""
    if is_set(cluster, "vpcConfig.publicAccessCidrs") is False:
        return True
    ranges = read_all(cluster, "vpcConfig.publicAccessCidrs")
    return everywhere(ranges)
