"""What AWS refuses, by the rows of the sandbox: each refusal beside the smallest thing that is accepted."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pulumi.runtime.proto import provider_pb2

from sandbox.cloud import drift, value
from sandbox.cloud.aws import PACKAGE
from sandbox.cloud.server import Server
from tests.sandbox.conftest import Caller

BUCKET = "aws:s3/bucket:Bucket"
SECRET = "aws:secretsmanager/secret:Secret"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
SUBNET = "aws:ec2/subnet:Subnet"
INSTANCE = "aws:rds/instance:Instance"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
TARGETS = "aws:lb/targetGroup:TargetGroup"


def of_bucket(name: str) -> str:
    return f"aws:s3/{name[0].lower()}{name[1:]}:{name}"


def document(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*", **statement}]})


@pytest.fixture
def aws(state: Path) -> Iterator[Caller]:
    server = Server(state, (PACKAGE,))
    caller = Caller(server.ports["aws"], region="ap-northeast-1", allowedAccountIds='["111122223333"]')
    yield caller
    caller.close()
    server.stop()


def bucket(aws: Caller, name: str = "store", **inputs: Any) -> str:
    return aws.create(BUCKET, inputs, name=name)[0]


def fill(aws: Caller, state: Path, name: str) -> None:
    drift.put(state, aws.urn(BUCKET, name), "hidden.objects", 2)


def vpc(aws: Caller, **inputs: Any) -> tuple[str, Any]:
    return aws.create("aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True, **inputs})


def subnets(aws: Caller, vpc_id: str, *zones: str) -> list[str]:
    blocks = enumerate(zones)
    return [
        aws.create(
            SUBNET, {"vpcId": vpc_id, "cidrBlock": f"10.0.{n}.0/24", "availabilityZoneId": zone}, name=f"subnet-{n}"
        )[0]
        for n, zone in blocks
    ]


def key(aws: Caller, *services: str, actions: str | list[str] = "kms:*") -> str:
    policy = document(Principal={"Service": list(services)}, Action=actions)
    return str(aws.create("aws:kms/key:Key", {"policy": policy})[1]["arn"])


class TestStores:
    def test_a_store_with_objects_goes_only_with_consent(self, aws: Caller, state: Path) -> None:
        kept, given = bucket(aws, "kept"), bucket(aws, "given", forceDestroy=True)
        fill(aws, state, "kept")
        fill(aws, state, "given")
        assert aws.refusal(aws.delete, BUCKET, kept) == f"BucketNotEmpty: {kept} holds object versions"
        aws.delete(BUCKET, given)

    def test_objects_locked_in_compliance_mode_outlive_any_consent(self, aws: Caller, state: Path) -> None:
        store = bucket(aws, forceDestroy=True, objectLockEnabled=True)
        rule = {"defaultRetention": {"mode": "COMPLIANCE", "days": 30}}
        aws.create(of_bucket("BucketObjectLockConfiguration"), {"bucket": store, "rule": rule})
        fill(aws, state, "store")
        assert "locked in compliance mode" in aws.refusal(aws.delete, BUCKET, store)

    def test_a_lock_needs_versions(self, aws: Caller) -> None:
        rule = {"defaultRetention": {"mode": "GOVERNANCE", "days": 1}}
        token = of_bucket("BucketObjectLockConfiguration")
        assert "InvalidBucketState" in aws.refusal(aws.create, token, {"bucket": bucket(aws), "rule": rule})

    def test_versions_of_a_locked_store_cannot_be_suspended_but_their_setting_can_be_dropped(self, aws: Caller) -> None:
        store = bucket(aws, objectLockEnabled=True)
        token = of_bucket("BucketVersioning")
        inputs = {"bucket": store, "versioningConfiguration": {"status": "Enabled"}}
        made, outputs = aws.create(token, inputs)
        suspended = {"bucket": store, "versioningConfiguration": {"status": "Suspended"}}
        assert "can't be suspended" in aws.refusal(aws.update, token, made, outputs, suspended)
        aws.delete(token, made)

    def test_the_lock_of_a_store_is_no_later_thought(self, aws: Caller) -> None:
        assert (
            "objectLockEnabled" in aws.diff(BUCKET, {"objectLockEnabled": True}, {"objectLockEnabled": False}).replaces
        )

    @pytest.mark.parametrize("name", ["Uppercase", "ab", "-a-b", "a" * 64, "xn--abc", "a..b"])
    def test_a_name_that_s3_refuses(self, aws: Caller, name: str) -> None:
        assert [path for path, _ in aws.check(BUCKET, {"bucket": name})[1]] == ["bucket"]

    def test_a_public_policy_is_refused_where_public_policies_are_blocked(self, aws: Caller) -> None:
        store = bucket(aws)
        aws.create(of_bucket("BucketPublicAccessBlock"), {"bucket": store, "blockPublicPolicy": True})
        everyone = {"bucket": store, "policy": document(Principal="*", Action="s3:GetObject")}
        assert "BlockPublicPolicy" in aws.refusal(aws.create, of_bucket("BucketPolicy"), everyone)

    def test_replication_needs_versions_on_both_sides(self, aws: Caller) -> None:
        role = aws.create("aws:iam/role:Role", {"assumeRolePolicy": document(Principal="*", Action="sts:AssumeRole")})[
            1
        ]
        rule = {"status": "Enabled", "destination": {"bucket": f"arn:aws:s3:::{bucket(aws, 'target')}"}}
        inputs = {"bucket": bucket(aws), "role": role["arn"], "rules": [rule]}
        assert "versioning must be 'Enabled'" in aws.refusal(aws.create, of_bucket("BucketReplicationConfig"), inputs)


class TestLogs:
    TRAIL = "aws:cloudtrail/trail:Trail"
    LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"

    def test_a_trail_is_refused_until_store_and_key_admit_it(self, aws: Caller) -> None:
        store = bucket(aws)
        inputs = {"s3BucketName": store, "kmsKeyId": key(aws, "cloudtrail.amazonaws.com")}
        assert "InsufficientS3BucketPolicyException" in aws.refusal(aws.create, self.TRAIL, inputs)
        admits = document(Principal={"Service": "cloudtrail.amazonaws.com"}, Action=["s3:GetBucketAcl", "s3:PutObject"])
        aws.create(of_bucket("BucketPolicy"), {"bucket": store, "policy": admits})
        closed = {**inputs, "kmsKeyId": key(aws, "s3.amazonaws.com")}
        assert "InsufficientEncryptionPolicyException" in aws.refusal(aws.create, self.TRAIL, closed)
        aws.create(self.TRAIL, inputs)

    def test_a_trail_into_a_store_with_a_bucket_key_has_to_decrypt(self, aws: Caller) -> None:
        store, service = bucket(aws), "cloudtrail.amazonaws.com"
        admits = document(Principal={"Service": service}, Action="s3:*")
        aws.create(of_bucket("BucketPolicy"), {"bucket": store, "policy": admits})
        default = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key(aws, service)}
        rules = [{"applyServerSideEncryptionByDefault": default, "bucketKeyEnabled": True}]
        aws.create(of_bucket("BucketServerSideEncryptionConfiguration"), {"bucket": store, "rules": rules})
        writes_only = key(aws, service, actions=["kms:GenerateDataKey*", "kms:DescribeKey"])
        inputs = {"s3BucketName": store, "kmsKeyId": writes_only}
        assert "InsufficientEncryptionPolicyException" in aws.refusal(aws.create, self.TRAIL, inputs)
        aws.create(self.TRAIL, {"s3BucketName": store, "kmsKeyId": key(aws, service)})

    def test_a_log_group_is_refused_until_the_key_admits_its_region(self, aws: Caller) -> None:
        elsewhere = {"kmsKeyId": key(aws, "logs.us-east-1.amazonaws.com")}
        assert "AccessDeniedException" in aws.refusal(aws.create, self.LOG_GROUP, elsewhere)
        aws.create(self.LOG_GROUP, {"kmsKeyId": key(aws, "logs.ap-northeast-1.amazonaws.com")})

    def test_flow_logs_ask_for_the_store_but_not_for_its_policy(self, aws: Caller) -> None:
        token = "aws:ec2/flowLog:FlowLog"
        inputs = {"vpcId": vpc(aws)[0], "trafficType": "ALL", "logDestinationType": "s3"}
        nowhere = {**inputs, "logDestination": "arn:aws:s3:::nowhere/flow/"}
        assert "bucket nowhere does not exist" in aws.refusal(aws.create, token, nowhere)
        aws.create(token, {**inputs, "logDestination": f"arn:aws:s3:::{bucket(aws)}/flow/"})

    @pytest.mark.parametrize("days", [2, 364, 1825])
    def test_log_groups_keep_only_listed_numbers_of_days(self, aws: Caller, days: int) -> None:
        assert [path for path, _ in aws.check(self.LOG_GROUP, {"retentionInDays": days})[1]] == ["retentionInDays"]


class TestNetworks:
    def test_a_zone_that_is_not_offered(self, aws: Caller) -> None:
        inputs = {"vpcId": vpc(aws)[0], "cidrBlock": "10.0.0.0/24", "availabilityZoneId": "apne1-az9"}
        assert "is not offered in ap-northeast-1" in aws.refusal(aws.create, SUBNET, inputs)

    def test_the_zones_that_are_offered(self, aws: Caller) -> None:
        token = "aws:index/getAvailabilityZones:getAvailabilityZones"
        answer = aws.stub.Invoke(provider_pb2.InvokeRequest(tok=token, args=value.to_struct({"state": "available"})))
        assert value.from_struct(getattr(answer, "return"))["zoneIds"] == ["apne1-az4", "apne1-az1", "apne1-az2"]

    @pytest.mark.parametrize("words", ["市役所の端末", "tab\t", "x" * 256])
    def test_descriptions_are_short_and_ascii(self, aws: Caller, words: str) -> None:
        inputs = {"securityGroupId": "sg-1", "cidrIpv4": "10.0.0.0/8", "ipProtocol": "tcp", "description": words}
        assert {path for path, _ in aws.check(RULE, inputs)[1]} == {"description"}

    def test_a_rule_is_written_once_and_for_one_peer(self, aws: Caller) -> None:
        group = aws.create(GROUP, {"vpcId": vpc(aws)[0]})[0]
        inputs = {"securityGroupId": group, "cidrIpv4": "10.0.0.0/8", "ipProtocol": "tcp", "fromPort": 1, "toPort": 1}
        aws.create(RULE, inputs)
        assert "InvalidPermission.Duplicate" in aws.refusal(aws.create, RULE, inputs)
        assert [path for path, _ in aws.check(RULE, {**inputs, "cidrIpv6": "::/0"})[1]] == ["cidrIpv4"]

    def test_a_second_private_name_for_a_service_in_one_network(self, aws: Caller) -> None:
        network, _ = vpc(aws)
        inputs = {
            "vpcId": network,
            "serviceName": "com.amazonaws.ap-northeast-1.kms",
            "vpcEndpointType": "Interface",
            "privateDnsEnabled": True,
        }
        aws.create("aws:ec2/vpcEndpoint:VpcEndpoint", inputs)
        assert "conflicts with" in aws.refusal(aws.create, "aws:ec2/vpcEndpoint:VpcEndpoint", inputs, name="second")

    def test_private_names_need_a_network_that_resolves(self, aws: Caller) -> None:
        network, _ = vpc(aws, enableDnsHostnames=False)
        inputs = {"vpcId": network, "serviceName": "com.amazonaws.ap-northeast-1.kms", "privateDnsEnabled": True}
        assert "requires DNS support" in aws.refusal(aws.create, "aws:ec2/vpcEndpoint:VpcEndpoint", inputs)


class TestDatabases:
    SOUND: ClassVar[dict[str, Any]] = {
        "engine": "postgres",
        "engineVersion": "17",
        "instanceClass": "db.m6g.large",
        "allocatedStorage": 100,
        "storageType": "gp3",
        "username": "machikumo",
        "password": "long-enough-1",
        "skipFinalSnapshot": True,
    }

    @pytest.mark.parametrize(
        ("change_", "path"),
        [
            ({"iops": 3000}, "iops"),
            ({"allocatedStorage": 400, "iops": 3000}, "iops"),
            ({"maxAllocatedStorage": 105}, "maxAllocatedStorage"),
            ({"username": "admin"}, "username"),
            ({"username": "pg_owner"}, "username"),
            ({"password": "short"}, "password"),
            ({"password": "with/slash-1"}, "password"),
            ({"engineVersion": "16.4"}, "engineVersion"),
            ({"skipFinalSnapshot": False}, "finalSnapshotIdentifier"),
            ({"backupRetentionPeriod": 36}, "backupRetentionPeriod"),
            ({"backupWindow": "17:00-17:30", "maintenanceWindow": "sat:17:15-sat:17:45"}, "maintenanceWindow"),
            ({"identifier": "011002-resident"}, "identifier"),
            ({"identifier": "a--b"}, "identifier"),
        ],
    )
    def test_what_rds_refuses_in_the_request(self, aws: Caller, change_: dict[str, Any], path: str) -> None:
        assert aws.check(INSTANCE, self.SOUND)[1] == []
        assert [where for where, _ in aws.check(INSTANCE, {**self.SOUND, **change_})[1]] == [path]

    def test_a_guarded_database_stays_until_the_guard_is_lifted(self, aws: Caller) -> None:
        inputs = {**self.SOUND, "identifier": "ledger", "deletionProtection": True}
        made, outputs = aws.create(INSTANCE, inputs)
        assert "cannot delete protected DB instance" in aws.refusal(aws.delete, INSTANCE, made)
        aws.update(INSTANCE, made, outputs, {**inputs, "deletionProtection": False})
        aws.delete(INSTANCE, made)

    def test_its_disk_never_shrinks(self, aws: Caller) -> None:
        made, outputs = aws.create(INSTANCE, {**self.SOUND, "identifier": "ledger"})
        smaller = {**self.SOUND, "identifier": "ledger", "allocatedStorage": 50}
        assert "can't shrink from 100 to 50" in aws.refusal(aws.update, INSTANCE, made, outputs, smaller)

    def test_its_parameters_are_of_its_version(self, aws: Caller) -> None:
        group = aws.create("aws:rds/parameterGroup:ParameterGroup", {"family": "postgres16"})[0]
        inputs = {**self.SOUND, "parameterGroupName": group}
        assert "is of family postgres16, not postgres17" in aws.refusal(aws.create, INSTANCE, inputs)

    def test_its_subnets_lie_in_two_zones(self, aws: Caller) -> None:
        network, _ = vpc(aws)
        one = {"subnetIds": subnets(aws, network, "apne1-az1", "apne1-az1")}
        assert "CoverEnoughAZs" in aws.refusal(aws.create, "aws:rds/subnetGroup:SubnetGroup", one)


class TestApplications:
    CONTAINER: ClassVar[dict[str, Any]] = {"name": "a", "image": "1.dkr.ecr.x/a@sha256:0", "essential": True}
    SOUND: ClassVar[dict[str, Any]] = {
        "family": "a",
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "1024",
        "memory": "2048",
        "executionRoleArn": "arn:aws:iam::111122223333:role/a",
        "containerDefinitions": json.dumps([CONTAINER]),
    }

    @pytest.mark.parametrize(
        ("change_", "path"),
        [
            ({"memory": "1024"}, "memory"),
            ({"networkMode": "bridge"}, "networkMode"),
            ({"executionRoleArn": None}, "executionRoleArn"),
            ({"containerDefinitions": "[{}]"}, "containerDefinitions"),
            ({"containerDefinitions": "no json"}, "containerDefinitions"),
        ],
    )
    def test_what_fargate_refuses(self, aws: Caller, change_: dict[str, Any], path: str) -> None:
        assert aws.check(TASK, self.SOUND)[1] == []
        inputs = {name: given for name, given in {**self.SOUND, **change_}.items() if given is not None}
        assert [where for where, _ in aws.check(TASK, inputs)[1]] == [path]

    def test_a_load_balancer_needs_two_zones_and_a_store_that_admits_its_logs(self, aws: Caller) -> None:
        token = "aws:lb/loadBalancer:LoadBalancer"
        network, _ = vpc(aws)
        both = subnets(aws, network, "apne1-az1", "apne1-az2")
        assert "two different Availability Zones" in aws.refusal(aws.create, token, {"subnets": both[:1]})
        store = bucket(aws)
        inputs = {"subnets": both, "accessLogs": {"enabled": True, "bucket": store}, "enableDeletionProtection": True}
        assert "check its policy" in aws.refusal(aws.create, token, inputs)
        admits = document(
            Principal={"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}, Action="s3:PutObject"
        )
        aws.create(of_bucket("BucketPolicy"), {"bucket": store, "policy": admits})
        made, _ = aws.create(token, inputs)
        assert "deletion protection is enabled" in aws.refusal(aws.delete, token, made)

    def test_https_needs_a_certificate_of_the_region(self, aws: Caller) -> None:
        token = "aws:lb/listener:Listener"
        network, _ = vpc(aws)
        balancer = aws.create(
            "aws:lb/loadBalancer:LoadBalancer", {"subnets": subnets(aws, network, "apne1-az1", "apne1-az2")}
        )[0]
        group = aws.create(TARGETS, {"vpcId": network, "port": 80, "protocol": "HTTP", "targetType": "ip"})[0]
        action = {"type": "forward", "targetGroupArn": group}
        inputs = {"loadBalancerArn": balancer, "port": 443, "protocol": "HTTPS", "defaultActions": [action]}
        assert [path for path, _ in aws.check(token, inputs)[1]] == ["certificateArn"]
        abroad = {**inputs, "certificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/0"}
        assert "is not in ap-northeast-1" in aws.refusal(aws.create, token, abroad)
        aws.create(token, {**inputs, "certificateArn": "arn:aws:acm:ap-northeast-1:111122223333:certificate/0"})
        assert "aws:lb/listener:Listener" in aws.refusal(aws.delete, TARGETS, group)


def test_a_deleted_secrets_name_stays_taken_while_it_can_be_brought_back(aws: Caller) -> None:
    made, _ = aws.create(SECRET, {"name": "password"})
    aws.delete(SECRET, made)
    assert "password" in aws.refusal(aws.create, SECRET, {"name": "password"})
    gone, _ = aws.create(SECRET, {"name": "other", "recoveryWindowInDays": 0})
    aws.delete(SECRET, gone)
    aws.create(SECRET, {"name": "other"})


def test_inline_policies_of_a_role_have_a_common_limit(aws: Caller) -> None:
    role = aws.create("aws:iam/role:Role", {"assumeRolePolicy": document(Principal="*", Action="sts:AssumeRole")})[0]
    long = {"role": role, "policy": document(Action=["s3:" + "x" * 6000])}
    aws.create("aws:iam/rolePolicy:RolePolicy", long, name="first")
    assert "exceed 10240" in aws.refusal(aws.create, "aws:iam/rolePolicy:RolePolicy", long, name="second")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("no json", "no JSON object with a Statement"),
        (json.dumps({"Statement": [{"Effect": "Maybe"}]}), "Effect Allow or Deny"),
        (json.dumps({"Statement": [{"Effect": "Allow"}]}), "names an Action"),
        (json.dumps({"Statement": [{"Effect": "Allow", "Action": "a", "Condtion": {}}]}), "unknown element Condtion"),
        (json.dumps({"Statement": [{"Effect": "Allow", "Action": "a", "Principal": "*"}]}), "names no Principal"),
    ],
)
def test_a_policy_that_iam_cannot_read(aws: Caller, text: str, reason: str) -> None:
    inputs = {"role": "r", "policy": text}
    assert [reason in why for _, why in aws.check("aws:iam/rolePolicy:RolePolicy", inputs)[1]] == [True]
