"""A small AWS stack in which every rule holds, written by hand: the measure that the examples change in one place."""

import json
from collections.abc import Callable
from typing import Any

from policies.facts.resources import Resource, World

REGION, ACCOUNT = "ap-northeast-1", "111122223333"
TAGS = dict.fromkeys(("municipality-code", "system-id", "environment", "accounting-line", "stack"), "x")
KEY, VPC, STREAM = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k", "vpc-1", f"arn:aws:firehose:{REGION}:{ACCOUNT}:stream/s"
SECRET, ROLE = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:s", f"arn:aws:iam::{ACCOUNT}:role/workload"
BALANCER, TARGETS = "arn:aws:elb:balancer", "arn:aws:elb:targets"
PUBLIC_ACCESS = dict.fromkeys(
    ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True
)

UNFINISHED = {"status": "Enabled", "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7}}

Stack = dict[str, Resource]
Change = Callable[[Stack], None]


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **one} for one in statements]})


def via(service: str) -> dict[str, Any]:
    return {
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "kms:Decrypt",
        "Condition": {"StringEquals": {"kms:ViaService": f"{service}.{REGION}.amazonaws.com"}},
    }


KEY_POLICY = (via("s3"), via("rds"))
READ_SECRET = {"Action": "secretsmanager:GetSecretValue", "Resource": SECRET}
WRITE = {"Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::records/*"}
TLS_ONLY = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": "*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
TRUST = {"Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/a@sha256:0"
CONTAINER = {
    "name": "a",
    "image": IMAGE,
    "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "application"}},
}


def containers(**changes: Any) -> str:
    return json.dumps([{**CONTAINER, **changes}])


def made(token: str, name: str, role: str, /, **properties: Any) -> Resource:
    token = f"aws:{token}"
    return Resource(
        urn=f"urn:pulumi:{ACCOUNT[:6]}-resident-record-production::machikumo::{token}::{name}",
        type=token,
        name=name,
        role=role,
        id=properties.pop("id", name),
        properties={"tags": TAGS, "region": REGION, **properties},
        provider={"region": REGION},
    )


def of_bucket(name: str, role: str, kind: str, /, **properties: Any) -> Resource:
    return made(f"s3/{kind[0].lower()}{kind[1:]}:{kind}", f"{name}-{kind}", role, bucket=name, **properties)


def bucket(name: str, role: str, *, key: str | None, days: int | None) -> list[Resource]:
    default = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key} if key else {"sseAlgorithm": "AES256"}
    retention = {"defaultRetention": {"mode": "COMPLIANCE", "days": days}}
    lock = [of_bucket(name, role, "BucketObjectLockConfiguration", rule=retention)] if days else []
    rules = [{"applyServerSideEncryptionByDefault": default}]
    return [
        made("s3/bucket:Bucket", name, role, bucket=name, arn=f"arn:aws:s3:::{name}", forceDestroy=False),
        of_bucket(name, role, "BucketPublicAccessBlock", **PUBLIC_ACCESS),
        of_bucket(name, role, "BucketServerSideEncryptionConfiguration", rules=rules),
        of_bucket(name, role, "BucketPolicy", policy=policy(TLS_ONLY)),
        of_bucket(name, role, "BucketLifecycleConfiguration", rules=[UNFINISHED]),
        of_bucket(name, role, "BucketVersioning", versioningConfiguration={"status": "Enabled"}),
        *lock,
    ]


def network() -> list[Resource]:
    tiers = ("entry", "application", "data", "services")
    services = ("s3", "kms", "logs", "secretsmanager", "ecr.api", "ecr.dkr")
    subnets = [
        made("ec2/subnet:Subnet", f"network-{t}-{n}", "network", vpcId=VPC, availabilityZoneId=f"az{n}", cidrBlock=t)
        for t in tiers
        for n in (1, 2)
    ]
    flow = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "description": "why"}
    return [
        made("ec2/vpc:Vpc", "network-vpc", "network", id=VPC),
        *subnets,
        *(made("ec2/securityGroup:SecurityGroup", f"network-{tier}", "network", vpcId=VPC) for tier in tiers),
        made("ec2/defaultSecurityGroup:DefaultSecurityGroup", "network-default", "network", vpcId=VPC),
        made("ec2/vpcDhcpOptions:VpcDhcpOptions", "dhcp", "network", ntpServers=["169.254.169.123"]),
        made(
            "ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation",
            "of-vpc",
            "network",
            vpcId=VPC,
            dhcpOptionsId="dhcp",
        ),
        made("ec2/routeTable:RouteTable", "network-routes", "network", vpcId=VPC, routes=[]),
        *(
            made("ec2/vpcEndpoint:VpcEndpoint", f"to-{one}", "network", vpcId=VPC, serviceName=f"com.amazonaws.x.{one}")
            for one in services
        ),
        made(
            "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            "rule-in",
            "network",
            securityGroupId="network-entry",
            cidrIpv4="172.20.0.0/16",
            **flow,
        ),
        made(
            "vpc/securityGroupEgressRule:SecurityGroupEgressRule",
            "rule-out",
            "network",
            securityGroupId="network-entry",
            referencedSecurityGroupId="network-application",
            **flow,
        ),
    ]


def logs() -> list[Resource]:
    selectors = [
        {"fieldSelectors": [{"field": "eventCategory", "equals": ["Management"]}]},
        {"fieldSelectors": [{"field": "resources.type", "equals": ["AWS::S3::Object"]}]},
    ]
    rule = {"status": "Enabled", "destination": {"bucket": "arn:aws:s3:::archive"}}
    return [
        *bucket("archive", "archive", key=KEY, days=365),
        *bucket("delivery", "archive", key=None, days=None),
        of_bucket("delivery", "archive", "BucketReplicationConfig", rules=[rule]),
        made(
            "cloudtrail/trail:Trail",
            "trail",
            "archive",
            s3BucketName="archive",
            enableLogFileValidation=True,
            isMultiRegionTrail=True,
            advancedEventSelectors=selectors,
        ),
        made(
            "ec2/flowLog:FlowLog",
            "flow-log",
            "network",
            vpcId=VPC,
            trafficType="ALL",
            logDestination="arn:aws:s3:::archive",
        ),
        made(
            "kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
            "stream",
            "archive",
            arn=STREAM,
            extendedS3Configuration={"bucketArn": "arn:aws:s3:::archive"},
            serverSideEncryption={"enabled": True, "keyType": "CUSTOMER_MANAGED_CMK", "keyArn": KEY},
        ),
        made(
            "cloudwatch/logGroup:LogGroup",
            "application-log",
            "application",
            name="application",
            id="application",
            kmsKeyId=KEY,
        ),
        made(
            "cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
            "application-log-archive",
            "application",
            logGroup="application",
            destinationArn=STREAM,
        ),
    ]


def data() -> list[Resource]:
    force = {"name": "rds.force_ssl", "value": "1"}
    return [
        made(
            "kms/key:Key",
            "key",
            "key",
            arn=KEY,
            enableKeyRotation=True,
            rotationPeriodInDays=365,
            deletionWindowInDays=30,
            policy=policy(*KEY_POLICY),
        ),
        *bucket("records", "records", key=KEY, days=30),
        made("backup/vault:Vault", "backups", "backups", kmsKeyArn=KEY),
        made(
            "backup/vaultLockConfiguration:VaultLockConfiguration",
            "backups-lock",
            "backups",
            backupVaultName="backups",
            changeableForDays=3,
        ),
        made("secretsmanager/secret:Secret", "secret", "password", id=SECRET, arn=SECRET, kmsKeyId=KEY),
        made("iam/role:Role", "workload", "workload", arn=ROLE, assumeRolePolicy=policy(TRUST)),
        made("iam/rolePolicy:RolePolicy", "rights", "workload", role="workload", policy=policy(READ_SECRET, WRITE)),
        made("rds/parameterGroup:ParameterGroup", "parameters", "ledger", parameters=[force]),
        made(
            "rds/instance:Instance",
            "ledger",
            "ledger",
            engine="postgres",
            engineVersion="17",
            storageEncrypted=True,
            kmsKeyId=KEY,
            parameterGroupName="parameters",
            multiAz=True,
            backupRetentionPeriod=7,
            deletionProtection=True,
            enabledCloudwatchLogsExports=["postgresql"],
        ),
    ]


def application() -> list[Resource]:
    action = {"type": "forward", "targetGroupArn": TARGETS}
    placed = {"subnets": ["network-application-1", "network-application-2"], "assignPublicIp": False}
    encryption = [{"encryptionType": "KMS", "kmsKey": KEY}]
    return [
        made(
            "ecr/repository:Repository",
            "images",
            "application",
            imageTagMutability="IMMUTABLE",
            encryptionConfigurations=encryption,
        ),
        made(
            "lb/loadBalancer:LoadBalancer",
            "entry",
            "application",
            arn=BALANCER,
            internal=True,
            accessLogs={"enabled": True, "bucket": "delivery"},
        ),
        made("lb/targetGroup:TargetGroup", "targets", "application", arn=TARGETS, healthCheck={"enabled": True}),
        made(
            "lb/listener:Listener",
            "listener",
            "application",
            loadBalancerArn=BALANCER,
            protocol="HTTPS",
            sslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06",
            defaultActions=[action],
        ),
        made(
            "ecs/taskDefinition:TaskDefinition",
            "task",
            "application",
            taskRoleArn=ROLE,
            containerDefinitions=containers(),
        ),
        made(
            "ecs/service:Service",
            "service",
            "application",
            taskDefinition="task",
            desiredCount=2,
            networkConfiguration=placed,
        ),
    ]


def sound() -> Stack:
    return {one.name: one for one in (*data(), *network(), *logs(), *application())}


def world(*changes: Change) -> World:
    stack = sound()
    for change in changes:
        change(stack)
    return World(stack.values(), complete=True)
