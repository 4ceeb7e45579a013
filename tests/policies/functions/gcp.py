"""Cloud Functions, Cloud Run's first API, and the nodes of GKE."""

from policies.facts.vocabulary import UNKNOWN
from tests.policies.bare import TAGS, Beside, Example

IMAGES, FIXED = "asia-northeast1-docker.pkg.dev/town/images", "img-immutable-trusted"
PUBLIC, ZONES, IMAGE = "net-no-public-ip-on-compute", "ha-application-two-zones", "img-private-registry"
LOGS, VERSION, IDENTITY = "log-application-kept", "vuln-supported-versions", "iam-workload-identity"
DISK, PATCHES, BOOT, METADATA = (
    "crypto-block-storage-cmk",
    "vuln-patching-automated",
    "host-secure-boot",
    "iam-instance-metadata-hardened",
)
SINK: Beside = {
    "archive": ("gcp:storage/bucket:Bucket", {"name": "archive"}),
    "sink": ("gcp:logging/projectSink:ProjectSink", {"destination": "archive", "filter": ""}),
    "grant": (
        "gcp:storage/bucketIAMMember:BucketIAMMember",
        {"bucket": "archive", "role": "roles/storage.objectCreator", "member": "sink"},
    ),
}
SERVICE = {
    "ingressSettings": "ALLOW_INTERNAL_ONLY",
    "serviceAccountEmail": "app@town.iam.gserviceaccount.com",
    "minInstanceCount": 2,
}
SECOND = {"buildConfig": {"runtime": "python313"}, "serviceConfig": SERVICE}
FIRST = {
    "runtime": "nodejs22",
    "ingressSettings": "ALLOW_INTERNAL_AND_GCLB",
    "serviceAccountEmail": "app@town.iam.gserviceaccount.com",
    "minInstances": 2,
}
SPEC = {
    "serviceAccountName": "app@town.iam.gserviceaccount.com",
    "containers": [{"image": f"{IMAGES}/app@sha256:0f1e"}],
}
SCALE = {"annotations": {"autoscaling.knative.dev/minScale": "2"}}
RUN = {
    "metadata": {"labels": TAGS, "annotations": {"run.googleapis.com/ingress": "internal"}},
    "template": {"metadata": SCALE, "spec": SPEC},
}
NODES = {
    "resourceLabels": TAGS,
    "workloadMetadataConfig": {"mode": "GKE_METADATA"},
    "shieldedInstanceConfig": {"enableSecureBoot": True},
    "bootDiskKmsKey": "key",
}
POOL = {"cluster": "elsewhere", "networkConfig": {"enablePrivateNodes": True}, "nodeConfig": NODES}

EXAMPLES = [
    Example(
        token="gcp:cloudfunctionsv2/function:Function",
        good=SECOND,
        beside=SINK,
        broken=[
            (VERSION, {"buildConfig": {"runtime": "python38"}}),
            (PUBLIC, {"serviceConfig": {**SERVICE, "ingressSettings": "ALLOW_ALL"}}),
            (
                IDENTITY,
                {"serviceConfig": {**SERVICE, "serviceAccountEmail": "1-compute@developer.gserviceaccount.com"}},
            ),
            (ZONES, {"serviceConfig": {**SERVICE, "minInstanceCount": 0}}),
        ],
        open=[(VERSION, {"buildConfig": UNKNOWN}), (PUBLIC, {"serviceConfig": UNKNOWN})],
        bare=frozenset({PUBLIC, IDENTITY, ZONES}),
    ),
    Example(
        token="gcp:cloudfunctions/function:Function",
        good=FIRST,
        beside=SINK,
        broken=[
            (VERSION, {"runtime": "nodejs16"}),
            (PUBLIC, {"ingressSettings": None}),
            (IDENTITY, {"serviceAccountEmail": "town@appspot.gserviceaccount.com"}),
            (ZONES, {"minInstances": None}),
        ],
        open=[(VERSION, {"runtime": UNKNOWN}), (VERSION, {"runtime": "go122"}), (PUBLIC, {"ingressSettings": UNKNOWN})],
        bare=frozenset({PUBLIC, IDENTITY, ZONES}),
    ),
    Example(
        token="gcp:cloudrun/service:Service",
        good=RUN,
        beside=SINK,
        broken=[
            (PUBLIC, {"metadata": {"labels": TAGS}}),
            (IDENTITY, {"template": {"metadata": SCALE, "spec": {"containers": SPEC["containers"]}}}),
            (ZONES, {"template": {"spec": SPEC}}),
            (IMAGE, {"template": {"metadata": SCALE, "spec": {**SPEC, "containers": [{"image": "nginx:1"}]}}}),
            (FIXED, {"template": {"metadata": SCALE, "spec": {**SPEC, "containers": [{"image": f"{IMAGES}/app"}]}}}),
        ],
        open=[(PUBLIC, {"metadata": {"labels": TAGS, "annotations": UNKNOWN}}), (ZONES, {"template": UNKNOWN})],
        bare=frozenset({PUBLIC, IDENTITY, ZONES}),
    ),
    Example(
        token="gcp:container/nodePool:NodePool",
        good=POOL,
        broken=[
            (PUBLIC, {"networkConfig": None}),
            (DISK, {"nodeConfig": {**NODES, "bootDiskKmsKey": None}}),
            (BOOT, {"nodeConfig": {**NODES, "shieldedInstanceConfig": None}}),
            (METADATA, {"nodeConfig": {**NODES, "workloadMetadataConfig": {"mode": "GCE_METADATA"}}}),
            (PATCHES, {"management": {"autoUpgrade": False}}),
        ],
        open=[
            (PUBLIC, {"networkConfig": UNKNOWN}),
            (DISK, {"nodeConfig": UNKNOWN}),
            (PATCHES, {"management": UNKNOWN}),
        ],
        bare=frozenset({PUBLIC, DISK, BOOT, METADATA}),
    ),
]
