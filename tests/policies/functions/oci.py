"""OCI Functions, and the node pools of OKE."""

from policies.facts.vocabulary import UNKNOWN
from tests.policies.bare import TAGS, Beside, Example

PUBLIC, IMAGE, LOGS, IDENTITY = (
    "net-no-public-ip-on-compute",
    "img-private-registry",
    "log-application-kept",
    "iam-workload-identity",
)
DISK, PATCHES, BOOT, METADATA, BASTION = (
    "crypto-block-storage-cmk",
    "vuln-patching-automated",
    "host-secure-boot",
    "iam-instance-metadata-hardened",
    "net-admin-via-bastion",
)
BESIDE: Beside = {
    "application": ("oci:Functions/application:Application", {"freeformTags": TAGS}),
    "images": ("oci:Artifacts/containerRepository:ContainerRepository", {"displayName": "app", "isPublic": False}),
    "group": (
        "oci:Identity/dynamicGroup:DynamicGroup",
        {"name": "functions", "matchingRule": "ALL {resource.type = 'fnfunc'}"},
    ),
}
PRIVATE: Beside = {
    "closed": ("oci:Core/subnet:Subnet", {"prohibitPublicIpOnVnic": True}),
    "open": ("oci:Core/subnet:Subnet", {}),
    "bastion": ("oci:Bastion/bastion:Bastion", {"clientCidrBlockAllowLists": ["10.0.0.0/8"]}),
}
DETAILS = {"kmsKeyId": "key", "placementConfigs": [{"subnetId": "closed"}]}
POOL = {"nodeConfigDetails": DETAILS, "nodeMetadata": {"areLegacyImdsEndpointsDisabled": "true"}}
FUNCTION = {"applicationId": "application", "image": "ap-tokyo-1.ocir.io/town/app@sha256:0f1e"}

FUNCTIONS = Example(token="oci:Functions/function:Function", good=FUNCTION, beside=BESIDE)
"""What it writes is not kept here; the rest holds."""
NODES = Example(token="oci:ContainerEngine/nodePool:NodePool", good=POOL, beside=PRIVATE)
"""No pool verifies what it boots, or patches itself."""
OPEN = {"nodeConfigDetails": UNKNOWN}
