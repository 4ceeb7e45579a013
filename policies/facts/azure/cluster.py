"""Azure Kubernetes Service: https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges."""

from collections.abc import Iterator

from policies.facts.answers import every, no, some
from policies.facts.reach.space import everywhere
from policies.facts.reading import flag, is_set, read_all, text
from policies.facts.resources import Resource, World
from policies.facts.support import supported
from policies.facts.vocabulary import Cluster, Fact, Maybe

CLUSTER = "azure-native:containerservice:ManagedCluster"
KNOWN = frozenset({CLUSTER})

_KMS = "securityProfile.azureKeyVaultKms"
_API = "apiServerAccessProfile"


def facts(world: World) -> Iterator[Fact]:
    for cluster in world.of(CLUSTER):
        version = text(cluster, "kubernetesVersion")
        yield Cluster(
            urn=cluster.urn,
            role=cluster.role,
            api_public=every(no(flag(cluster, f"{_API}.enablePrivateCluster", default=False)), _anywhere(cluster)),
            cloud_identity_only=every(
                flag(cluster, "disableLocalAccounts", default=False),
                flag(cluster, "aadProfile.enableAzureRBAC", default=False),
            ),
            # https://learn.microsoft.com/azure/aks/use-kms-etcd-encryption
            secrets_customer_key=every(
                flag(cluster, f"{_KMS}.enabled", default=False), is_set(cluster, f"{_KMS}.keyId")
            ),
            # https://learn.microsoft.com/azure/aks/use-azure-policy
            images_admitted=some(
                *(
                    flag(cluster, f"addonProfiles.{name}.enabled", default=False)
                    for name in ("azurepolicy", "azurePolicy")
                )
            ),
            version=version,
            version_supported=supported("kubernetes", version),
        )


def _anywhere(cluster: Resource) -> Maybe[bool]:
    """Without a list of ranges, every address."""
    if is_set(cluster, f"{_API}.authorizedIPRanges") is False:
        return True
    ranges = read_all(cluster, f"{_API}.authorizedIPRanges")
    return everywhere(ranges)
