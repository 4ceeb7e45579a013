"""A Kubernetes platform with Aurora and Redis beside it, in a network that somebody else made."""

import json

import pulumi
import pulumi_aws as aws

SUBNETS = ["subnet-0aaa1111", "subnet-0bbb2222"]
tags = {
    "municipality-code": "011002",
    "system-id": "platform",
    "environment": "production",
    "accounting-line": "general",
    "stack": "production",
}


def service_role(name: str, service: str, *policies: str) -> aws.iam.Role:
    made = aws.iam.Role(
        name,
        assume_role_policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}],
            }
        ),
        tags=tags,
    )
    for policy in policies:
        aws.iam.RolePolicyAttachment(f"{name}-{policy}", role=made.name, policy_arn=f"arn:aws:iam::aws:policy/{policy}")
    return made


key = aws.kms.Key("key", enable_key_rotation=True, tags=tags)
cluster_role = service_role("cluster-role", "eks.amazonaws.com", "AmazonEKSClusterPolicy")
node_role = service_role("node-role", "ec2.amazonaws.com", "AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy")

cluster = aws.eks.Cluster(
    "cluster",
    role_arn=cluster_role.arn,
    version="1.34",
    vpc_config=aws.eks.ClusterVpcConfigArgs(subnet_ids=SUBNETS),
    tags=tags,
)
aws.eks.NodeGroup(
    "nodes",
    cluster_name=cluster.name,
    node_role_arn=node_role.arn,
    subnet_ids=SUBNETS,
    scaling_config=aws.eks.NodeGroupScalingConfigArgs(desired_size=2, max_size=4, min_size=2),
    tags=tags,
)
aws.eks.Addon("dns", cluster_name=cluster.name, addon_name="coredns", tags=tags)

parameters = aws.rds.ClusterParameterGroup(
    "parameters",
    family="aurora-mysql8.0",
    parameters=[aws.rds.ClusterParameterGroupParameterArgs(name="require_secure_transport", value="ON")],
    tags=tags,
)
aurora = aws.rds.Cluster(
    "aurora",
    engine="aurora-mysql",
    engine_version="8.0.mysql_aurora.3.08.2",
    master_username="admin",
    manage_master_user_password=True,
    storage_encrypted=True,
    kms_key_id=key.arn,
    db_cluster_parameter_group_name=parameters.name,
    enabled_cloudwatch_logs_exports=["audit", "error"],
    backup_retention_period=14,
    tags=tags,
)
aws.rds.ClusterInstance(
    "aurora-1",
    cluster_identifier=aurora.id,
    engine="aurora-mysql",
    instance_class="db.r6g.large",
    auto_minor_version_upgrade=False,
    tags=tags,
)
aws.elasticache.ReplicationGroup(
    "sessions",
    description="Sessions",
    node_type="cache.t4g.small",
    num_cache_clusters=2,
    automatic_failover_enabled=True,
    at_rest_encryption_enabled=True,
    tags=tags,
)
warehouse = aws.redshift.Cluster(
    "warehouse",
    cluster_identifier="warehouse",
    node_type="ra3.large",
    master_username="admin",
    manage_master_password=True,
    tags=tags,
)

pulumi.export("endpoint", aurora.endpoint)
