"""School enrolment on GKE, Spanner and Firestore."""

import pulumi_gcp as gcp

labels = {
    "municipality-code": "011002",
    "system-id": "school",
    "environment": "production",
    "accounting-line": "general",
    "stack": "production",
}
ring = gcp.kms.KeyRing("ring", location="asia-northeast1")
key = gcp.kms.CryptoKey("key", key_ring=ring.id, rotation_period="7776000s", labels=labels)

cluster = gcp.container.Cluster(
    "cluster", location="asia-northeast1", initial_node_count=1, remove_default_node_pool=True, resource_labels=labels
)
gcp.container.NodePool(
    "pool",
    cluster=cluster.name,
    location="asia-northeast1",
    node_count=1,
    node_config=gcp.container.NodePoolNodeConfigArgs(machine_type="e2-standard-4", resource_labels=labels),
)
spanner = gcp.spanner.Instance(
    "spanner",
    config="regional-us-central1",
    display_name="School",
    num_nodes=1,
    default_backup_schedule_type="AUTOMATIC",
    labels=labels,
)
gcp.spanner.Database(
    "enrolment",
    instance=spanner.name,
    version_retention_period="3d",
    encryption_config=gcp.spanner.DatabaseEncryptionConfigArgs(kms_key_name=key.id),
    deletion_protection=True,
)
gcp.firestore.Database(
    "drafts",
    location_id="asia-northeast1",
    type="FIRESTORE_NATIVE",
    point_in_time_recovery_enablement="POINT_IN_TIME_RECOVERY_ENABLED",
    delete_protection_state="DELETE_PROTECTION_ENABLED",
)
gcp.bigquery.Dataset("reports", dataset_id="reports", location="asia-northeast1", labels=labels)
