"""Google Kubernetes Engine: https://cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster."""

from collections.abc import Iterator

from policies.facts.answers import every, no, some, when
from policies.facts.gcp.key import KEY
from policies.facts.reach.space import everywhere
from policies.facts.reading import first, flag, is_set, read_all, text
from policies.facts.resources import Resource, World, customer_key
from policies.facts.support import supported
from policies.facts.vocabulary import Cluster, Fact, Maybe

CLUSTER = "gcp:container/cluster:Cluster"
KNOWN = frozenset({CLUSTER})

_ENCRYPTED = ("ENCRYPTED", "ALL_OBJECTS_ENCRYPTION_ENABLED")
_NAMED = "masterAuthorizedNetworksConfig"
_ENDPOINTS = "controlPlaneEndpointsConfig"


def facts(world: World) -> Iterator[Fact]:
    for cluster in world.of(CLUSTER):
        version = text({"v": first(cluster, "minMasterVersion", "masterVersion")}, "v")
        yield Cluster(
            urn=cluster.urn,
            role=cluster.role,
            api_public=_public(cluster),
            cloud_identity_only=every(
                no(flag(cluster, "enableLegacyAbac", default=False)),
                no(flag(cluster, "masterAuth.clientCertificateConfig.issueClientCertificate", default=False)),
                some(
                    flag(cluster, "enableAutopilot", default=False),
                    is_set(cluster, "workloadIdentityConfig.workloadPool"),
                ),
            ),
            # https://cloud.google.com/kubernetes-engine/docs/how-to/encrypting-secrets
            secrets_customer_key=every(
                when(
                    text(cluster, "databaseEncryption.state"),
                    lambda word: word in _ENCRYPTED,
                ),
                customer_key(world, cluster, "databaseEncryption.keyName", KEY),
            ),
            # https://cloud.google.com/binary-authorization/docs/overview
            images_admitted=some(
                flag(cluster, "enableBinaryAuthorization", default=False),
                when(text(cluster, "binaryAuthorization.evaluationMode"), lambda mode: mode not in ("", "DISABLED")),
            ),
            version=version,
            version_supported=supported("kubernetes-gcp", version),
        )


def _public(cluster: Resource) -> Maybe[bool]:
    """The address is closed, or answers named networks only; the DNS endpoint stays inside unless it is opened."""
    closed = some(
        flag(cluster, "privateClusterConfig.enablePrivateEndpoint", default=False),
        no(flag(cluster, f"{_ENDPOINTS}.ipEndpointsConfig.enabled", default=True)),
        no(flag(cluster, f"{_ENDPOINTS}.ipEndpointsConfig.enablePublicEndpoint", default=True)),
    )
    named = read_all(cluster, f"{_NAMED}.cidrBlocks.cidrBlock")
    anywhere = everywhere(named) if is_set(cluster, _NAMED) is not False or named else True
    return every(no(closed), anywhere)
