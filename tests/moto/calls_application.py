"""Load balancers, Amazon ECS and its images: the provider's calls for each type."""

import json
from typing import Any, Final

from tests.moto.emulator import REGION, Calls, Emulator, Inputs, deleting, only, pascal, renamed

Made = dict[str, Any]


def balancer(aws: Emulator, inputs: Inputs) -> Made:
    names = renamed(
        inputs,
        name="Name",
        subnets="Subnets",
        securityGroups="SecurityGroups",
        loadBalancerType="Type",
        ipAddressType="IpAddressType",
    )
    scheme = "internal" if inputs.get("internal") else "internet-facing"
    made = aws.elbv2.create_load_balancer(Scheme=scheme, **names)["LoadBalancers"][0]["LoadBalancerArn"]
    _attributes(aws, made, inputs)
    return {"id": made, "arn": made}


def change_balancer(aws: Emulator, made: Inputs, inputs: Inputs) -> None:
    _attributes(aws, made["id"], inputs)


def _attributes(aws: Emulator, made: str, inputs: Inputs) -> None:
    logs = inputs.get("accessLogs", {})
    wanted = {
        "deletion_protection.enabled": inputs.get("enableDeletionProtection"),
        "idle_timeout.timeout_seconds": inputs.get("idleTimeout"),
        "access_logs.s3.enabled": logs.get("enabled"),
        "access_logs.s3.bucket": logs.get("bucket"),
    }
    pairs = [
        {"Key": key, "Value": str(value).lower() if isinstance(value, bool) else str(value)}
        for key, value in wanted.items()
        if value is not None
    ]
    if pairs:
        aws.elbv2.modify_load_balancer_attributes(LoadBalancerArn=made, Attributes=pairs)


def targets(aws: Emulator, inputs: Inputs) -> Made:
    check = renamed(
        inputs.get("healthCheck", {}),
        path="HealthCheckPath",
        interval="HealthCheckIntervalSeconds",
        timeout="HealthCheckTimeoutSeconds",
        healthyThreshold="HealthyThresholdCount",
        unhealthyThreshold="UnhealthyThresholdCount",
        protocol="HealthCheckProtocol",
        matcher="Matcher",
    )
    if "Matcher" in check:
        check["Matcher"] = {"HttpCode": check["Matcher"]}
    named = pascal(only(inputs, "name", "port", "protocol", "vpcId", "targetType", "protocolVersion"))
    made = aws.elbv2.create_target_group(**named, **check)["TargetGroups"][0]["TargetGroupArn"]
    return {"id": made, "arn": made}


def listener(aws: Emulator, inputs: Inputs) -> Made:
    named = pascal(only(inputs, "loadBalancerArn", "port", "protocol", "sslPolicy", "defaultActions"))
    if "certificateArn" in inputs:
        named["Certificates"] = [{"CertificateArn": inputs["certificateArn"]}]
    made = aws.elbv2.create_listener(**named)["Listeners"][0]["ListenerArn"]
    return {"id": made, "arn": made}


def cluster(aws: Emulator, inputs: Inputs) -> Made:
    made = aws.ecs.create_cluster(clusterName=inputs["name"])["cluster"]["clusterArn"]
    return {"id": made, "arn": made}


def task(aws: Emulator, inputs: Inputs) -> Made:
    named = {**inputs, "containerDefinitions": json.loads(inputs["containerDefinitions"])}
    made = aws.ecs.register_task_definition(**named)["taskDefinition"]["taskDefinitionArn"]
    return {"id": made, "arn": made}


def service(aws: Emulator, inputs: Inputs) -> Made:
    named = {key: value for key, value in inputs.items() if key not in ("name", "networkConfiguration")}
    network = inputs.get("networkConfiguration")
    if network:
        named["networkConfiguration"] = {"awsvpcConfiguration": network}
    made = aws.ecs.create_service(serviceName=inputs["name"], **named)["service"]["serviceArn"]
    return {"id": made, "arn": made}


def key(aws: Emulator, inputs: Inputs) -> Made:
    names = renamed(
        inputs,
        policy="Policy",
        description="Description",
        keyUsage="KeyUsage",
        customerMasterKeySpec="KeySpec",
        multiRegion="MultiRegion",
    )
    made = aws.kms.create_key(**names)["KeyMetadata"]
    if inputs.get("enableKeyRotation"):
        days = renamed(inputs, rotationPeriodInDays="RotationPeriodInDays")
        aws.kms.enable_key_rotation(KeyId=made["KeyId"], **days)
    return {"id": made["KeyId"], "arn": made["Arn"]}


def bucket(aws: Emulator, inputs: Inputs) -> Made:
    locked = renamed(inputs, objectLockEnabled="ObjectLockEnabledForBucket")
    here = {"LocationConstraint": REGION}
    aws.s3.create_bucket(Bucket=inputs["bucket"], CreateBucketConfiguration=here, **locked)
    return {"id": inputs["bucket"], "arn": f"arn:aws:s3:::{inputs['bucket']}"}


def repository(aws: Emulator, inputs: Inputs) -> Made:
    named: dict[str, Any] = {"repositoryName": inputs["name"], **only(inputs, "imageTagMutability")}
    if "encryptionConfigurations" in inputs:
        named["encryptionConfiguration"] = inputs["encryptionConfigurations"][0]
    made = aws.ecr.create_repository(**named)["repository"]["repositoryArn"]
    return {"id": inputs["name"], "arn": made}


CALLS: Final = {
    "aws:lb/loadBalancer:LoadBalancer": Calls(
        balancer, lambda aws, made: aws.elbv2.delete_load_balancer(LoadBalancerArn=made["arn"]), change_balancer
    ),
    "aws:lb/targetGroup:TargetGroup": Calls(
        targets, lambda aws, made: aws.elbv2.delete_target_group(TargetGroupArn=made["arn"])
    ),
    "aws:lb/listener:Listener": Calls(listener, lambda aws, made: aws.elbv2.delete_listener(ListenerArn=made["arn"])),
    "aws:ecs/cluster:Cluster": Calls(cluster, lambda aws, made: aws.ecs.delete_cluster(cluster=made["arn"])),
    "aws:ecs/taskDefinition:TaskDefinition": Calls(
        task, lambda aws, made: aws.ecs.deregister_task_definition(taskDefinition=made["arn"])
    ),
    "aws:ecs/service:Service": Calls(
        service, lambda aws, made: aws.ecs.delete_service(cluster=made["cluster"], service=made["arn"], force=True)
    ),
    "aws:ecr/repository:Repository": Calls(repository, deleting("ecr", "delete_repository", name="repositoryName")),
}
