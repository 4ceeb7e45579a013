"""Kubernetes clusters of bare resources, on each cloud: what holds, what breaks, what stays open."""

import pytest

from policies.facts.vocabulary import UNKNOWN
from policies.judge import Answer
from tests.policies.bare import Example, Properties, answers, broken, known, label, left_open, survives_odd_values

API, SECRETS, IMAGES, VERSION = (
    "net-k8s-api-private",
    "crypto-k8s-secrets",
    "img-immutable-trusted",
    "vuln-supported-versions",
)
# The pool that a cluster is born with: tests/policies/test_function_facts.py.
NODES = frozenset(
    {
        "crypto-block-storage-cmk",
        "host-secure-boot",
        "iam-instance-metadata-hardened",
        "net-no-public-ip-on-compute",
    }
)
KEY = "arn:aws:kms:ap-northeast-1:111122223333:key/k"
ENDPOINT = {"enablePrivateCluster": True}
GCP_IDENTITY = {"workloadIdentityConfig": {"workloadPool": "town.svc.id.goog"}}

EXAMPLES = [
    Example(
        token="aws:eks/cluster:Cluster",
        good={
            "vpcConfig": {"endpointPublicAccess": False},
            "accessConfig": {"authenticationMode": "API"},
            "encryptionConfig": {"provider": {"keyArn": KEY}, "resources": ["secrets"]},
            "version": "1.35",
        },
        broken=[
            (API, {"vpcConfig": {}}),
            (API, {"vpcConfig": {"publicAccessCidrs": ["10.0.0.0/8", "0.0.0.0/0"]}}),
            (API, {"vpcConfig": {"publicAccessCidrs": ["0.0.0.0/1", "128.0.0.0/1"]}}),
            (API, {"vpcConfig": {"publicAccessCidrs": ["2000::/3"]}}),
            (API, {"accessConfig": {"authenticationMode": "API_AND_CONFIG_MAP"}}),
            (SECRETS, {"encryptionConfig": None}),
            (VERSION, {"version": "1.33"}),
        ],
        open=[
            (API, {"vpcConfig": UNKNOWN}),
            (API, {"vpcConfig": {"publicAccessCidrs": ["203.0.113.0/24", UNKNOWN]}}),
            (API, {"accessConfig": UNKNOWN}),
            (SECRETS, {"encryptionConfig": UNKNOWN}),
            (VERSION, {"version": UNKNOWN}),
            (VERSION, {"version": "1.99"}),
        ],
        bare=frozenset({API, SECRETS}),
    ),
    Example(
        token="azure-native:containerservice:ManagedCluster",
        good={
            "apiServerAccessProfile": ENDPOINT,
            "disableLocalAccounts": True,
            "aadProfile": {"enableAzureRBAC": True},
            "securityProfile": {"azureKeyVaultKms": {"enabled": True, "keyId": "https://vault/keys/k"}},
            "addonProfiles": {"azurepolicy": {"enabled": True}},
            "kubernetesVersion": "1.35.1",
        },
        broken=[
            (API, {"apiServerAccessProfile": {}}),
            (API, {"apiServerAccessProfile": {"authorizedIPRanges": ["0.0.0.0/0"]}}),
            (API, {"disableLocalAccounts": False}),
            (API, {"aadProfile": {}}),
            (SECRETS, {"securityProfile": {"azureKeyVaultKms": {"enabled": True}}}),
            (IMAGES, {"addonProfiles": {}}),
            (VERSION, {"kubernetesVersion": "1.30"}),
        ],
        open=[
            (API, {"apiServerAccessProfile": UNKNOWN}),
            (SECRETS, {"securityProfile": UNKNOWN}),
            (IMAGES, {"addonProfiles": UNKNOWN}),
            (VERSION, {"kubernetesVersion": UNKNOWN}),
        ],
        bare=frozenset({API, SECRETS, IMAGES}),
    ),
    Example(
        token="gcp:container/cluster:Cluster",
        good={
            "removeDefaultNodePool": True,
            "privateClusterConfig": {"enablePrivateEndpoint": True},
            **GCP_IDENTITY,
            "databaseEncryption": {"state": "ENCRYPTED", "keyName": "key"},
            "binaryAuthorization": {"evaluationMode": "PROJECT_SINGLETON_POLICY_ENFORCE"},
            "minMasterVersion": "1.35.0-gke.3047000",
        },
        broken=[
            (API, {"privateClusterConfig": {"enablePrivateNodes": True}}),
            (
                API,
                {
                    "privateClusterConfig": None,
                    "masterAuthorizedNetworksConfig": {"cidrBlocks": [{"cidrBlock": "0.0.0.0/0"}]},
                },
            ),
            (API, {"workloadIdentityConfig": None}),
            (API, {"enableLegacyAbac": True}),
            (SECRETS, {"databaseEncryption": {"state": "DECRYPTED", "keyName": "key"}}),
            (IMAGES, {"binaryAuthorization": {"evaluationMode": "DISABLED"}}),
            (VERSION, {"minMasterVersion": "1.34.4-gke.1047000"}),
        ],
        open=[
            (API, {"privateClusterConfig": UNKNOWN}),
            (SECRETS, {"databaseEncryption": UNKNOWN}),
            (IMAGES, {"binaryAuthorization": UNKNOWN}),
            (VERSION, {"minMasterVersion": UNKNOWN}),
        ],
        bare=frozenset({API, SECRETS, IMAGES}) | NODES,
    ),
    Example(
        token="oci:ContainerEngine/cluster:Cluster",
        good={
            "endpointConfig": {"subnetId": "subnet", "isPublicIpEnabled": False},
            "kmsKeyId": "key",
            "imagePolicyConfig": {"isPolicyEnabled": True},
            "kubernetesVersion": "v1.35.2",
        },
        broken=[
            (API, {"endpointConfig": {"subnetId": "subnet", "isPublicIpEnabled": True}}),
            (API, {"endpointConfig": None}),
            (SECRETS, {"kmsKeyId": None}),
            (IMAGES, {"imagePolicyConfig": {}}),
            (VERSION, {"kubernetesVersion": "v1.31.10"}),
        ],
        open=[
            (API, {"endpointConfig": UNKNOWN}),
            (SECRETS, {"kmsKeyId": UNKNOWN}),
            (IMAGES, {"imagePolicyConfig": UNKNOWN}),
            (VERSION, {"kubernetesVersion": UNKNOWN}),
        ],
        bare=frozenset({API, SECRETS, IMAGES}),
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=label)
def test_a_cluster_as_it_should_be_holds_and_leaves_open_only_what_the_cloud_lacks(example: Example) -> None:
    assert answers(Answer.VIOLATED, example, example.good) == set()
    assert answers(Answer.UNKNOWN, example, example.good) == set()
    assert answers(Answer.NOT_OFFERED, example, example.good) == (
        {IMAGES} if example.token.startswith("aws:") else set()
    )
    assert known(example.token)


@pytest.mark.parametrize("example", EXAMPLES, ids=label)
def test_the_clouds_defaults_are_judged_as_what_they_are(example: Example) -> None:
    assert answers(Answer.VIOLATED, example, {}) == example.bare


@pytest.mark.parametrize(("example", "slug", "change"), broken(EXAMPLES), ids=label)
def test_one_change_breaks_one_rule(example: Example, slug: str, change: Properties) -> None:
    assert answers(Answer.VIOLATED, example, {**example.good, **change}) == {slug}


@pytest.mark.parametrize(("example", "slug", "change"), left_open(EXAMPLES), ids=label)
def test_what_is_not_known_stays_open(example: Example, slug: str, change: Properties) -> None:
    assert answers(Answer.VIOLATED, example, {**example.good, **change}) == set()
    assert slug in answers(Answer.UNKNOWN, example, {**example.good, **change})


@pytest.mark.parametrize("example", EXAMPLES, ids=label)
def test_no_odd_value_stops_the_reading(example: Example) -> None:
    assert survives_odd_values(example) > 0


@pytest.mark.parametrize(
    ("token", "change"),
    [
        ("aws:eks/cluster:Cluster", {"vpcConfig": {"publicAccessCidrs": ["203.0.113.0/24"]}}),
        (
            "azure-native:containerservice:ManagedCluster",
            {"apiServerAccessProfile": {"authorizedIPRanges": ["203.0.113.0/24"]}},
        ),
        (
            "gcp:container/cluster:Cluster",
            {
                "privateClusterConfig": None,
                "masterAuthorizedNetworksConfig": {"cidrBlocks": [{"cidrBlock": "203.0.113.0/24"}]},
            },
        ),
        (
            "gcp:container/cluster:Cluster",
            {"privateClusterConfig": None, "controlPlaneEndpointsConfig": {"ipEndpointsConfig": {"enabled": False}}},
        ),
    ],
)
def test_an_api_that_is_open_to_named_networks_only_will_do(token: str, change: Properties) -> None:
    (example,) = (one for one in EXAMPLES if one.token == token)
    assert answers(Answer.VIOLATED, example, {**example.good, **change}) == set()
