"""Kubernetes with a node pool, and a cache, in subnets of somebody else's stack."""

import pulumi_oci as oci

TAGS = {
    "municipality-code": "011002",
    "system-id": "cluster",
    "environment": "production",
    "accounting-line": "general",
    "stack": "production",
}
COMPARTMENT = "ocid1.compartment.oc1..cluster"
VCN, SUBNET = "ocid1.vcn.oc1..shared", "ocid1.subnet.oc1..shared"

cluster = oci.containerengine.Cluster(
    "cluster",
    compartment_id=COMPARTMENT,
    kubernetes_version="v1.34.1",
    vcn_id=VCN,
    endpoint_config=oci.containerengine.ClusterEndpointConfigArgs(subnet_id=SUBNET, is_public_ip_enabled=True),
    freeform_tags=TAGS,
)
oci.containerengine.NodePool(
    "pool",
    cluster_id=cluster.id,
    compartment_id=COMPARTMENT,
    node_shape="VM.Standard.E4.Flex",
    kubernetes_version="v1.34.1",
    node_config_details=oci.containerengine.NodePoolNodeConfigDetailsArgs(
        size=2,
        placement_configs=[
            oci.containerengine.NodePoolNodeConfigDetailsPlacementConfigArgs(
                availability_domain="AP-TOKYO-1-AD-1", subnet_id=SUBNET
            )
        ],
    ),
    freeform_tags=TAGS,
)
oci.redis.RedisCluster(
    "sessions",
    compartment_id=COMPARTMENT,
    display_name="sessions",
    node_count=1,
    node_memory_in_gbs=2,
    software_version="VALKEY_7_2",
    subnet_id=SUBNET,
    freeform_tags=TAGS,
)
oci.objectstorage.Bucket(
    "manifests", compartment_id=COMPARTMENT, namespace="town", name="manifests", freeform_tags=TAGS
)
