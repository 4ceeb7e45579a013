"""AWS keys, networks, buckets and databases as neutral facts: kept, broken and unknown."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from policies.facts import aws
from policies.facts.aws.policy_document import refuses_plain
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Database, Fact, Key, Network, ObjectStore

BUCKET = "aws:s3/bucket:Bucket"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
TRAIL = "aws:cloudtrail/trail:Trail"
PROVIDER = {"region": "ap-northeast-1"}

TLS_ONLY = {
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": "*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]
}
OPEN = {"Statement": [*TLS_ONLY["Statement"], {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}]}


def urn(token: str, name: str) -> str:
    return f"urn:pulumi:011002-resident-record-production::machikumo::{token}::{name}"


def one(token: str, name: str, properties: Mapping[str, Any], **depends: str) -> Resource:
    """A resource that reaches others through properties whose values are unknown, as in a preview."""
    return Resource(
        urn=urn(token, name),
        type=token,
        name=name,
        properties={**dict.fromkeys(depends, UNKNOWN), **properties},
        role="records",
        provider=PROVIDER,
        property_dependencies={property_: (target,) for property_, target in depends.items()},
    )


def of(kind: type[Fact], *resources: Resource, complete: bool = True) -> list[Fact]:
    return [fact for fact in aws.facts(World(resources, complete=complete)) if isinstance(fact, kind)]


def store(**changes: Resource | None) -> list[Resource]:
    """A bucket that keeps every promise, with one of its parts changed or taken away."""
    bucket = urn(BUCKET, "records")
    default = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "arn:aws:kms:ap-northeast-1:1:key/1"}
    parts: dict[str, Resource | None] = {
        "bucket": one(BUCKET, "records", {"arn": "arn:aws:s3:::records"}),
        "encryption": one(
            ENCRYPTION, "encryption", {"rules": [{"applyServerSideEncryptionByDefault": default}]}, bucket=bucket
        ),
        "block": one(
            BLOCK,
            "block",
            dict.fromkeys(("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True),
            bucket=bucket,
        ),
        "lock": one(LOCK, "lock", {"rule": {"defaultRetention": {"mode": "COMPLIANCE", "years": 10}}}, bucket=bucket),
        "policy": one(POLICY, "policy", {"policy": json.dumps(TLS_ONLY)}, bucket=bucket),
        "trail": one(
            TRAIL,
            "trail",
            {"eventSelectors": [{"dataResources": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3:::records/"]}]}]},
        ),
        **changes,
    }
    return [part for part in parts.values() if part is not None]


KEPT = ObjectStore(
    urn=urn(BUCKET, "records"),
    anonymous_access=False,
    customer_key=True,
    tls_only=True,
    access_logged=True,
    retention_days=3650,
    versioned=True,
    lifecycle=False,
    own_key=UNKNOWN,  # a key named by its ARN
    deletion_guarded=True,
    purpose="records",
    retention_locked=True,
)


def test_a_bucket_and_its_parts_are_one_store() -> None:
    found = of(ObjectStore, *store())
    assert found == [KEPT]
    assert [dict(fact.items())["retention_locked"] for fact in found] == [True]


SSE_S3 = {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]}
HERE = urn(BUCKET, "records")


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"block": None}, "anonymous_access", True),
        ({"block": one(BLOCK, "b", {"blockPublicAcls": True}, bucket=HERE)}, "anonymous_access", True),
        ({"policy": one(POLICY, "p", {"policy": json.dumps(OPEN)}, bucket=HERE)}, "anonymous_access", True),
        ({"encryption": None}, "customer_key", False),
        ({"encryption": one(ENCRYPTION, "e", SSE_S3, bucket=HERE)}, "customer_key", False),
        ({"policy": None}, "tls_only", False),
        ({"trail": None}, "access_logged", False),
        ({"lock": one(LOCK, "l", {"rule": {"defaultRetention": {"days": 30}}}, bucket=HERE)}, "retention_days", 30),
        (
            {"bucket": one(BUCKET, "records", {"forceDestroy": True, "arn": "arn:aws:s3:::records"})},
            "deletion_guarded",
            False,
        ),
        ({"policy": one(POLICY, "p", {"policy": UNKNOWN}, bucket=HERE)}, "tls_only", UNKNOWN),
    ],
)
def test_each_missing_part_is_one_broken_field(changes: dict[str, Resource | None], field: str, value: Any) -> None:
    expected = replace(KEPT, **{field: value})
    if field == "customer_key":
        expected = replace(expected, own_key=False)
    if value is UNKNOWN:  # an unknown policy may admit everyone, too
        expected = replace(expected, anonymous_access=UNKNOWN)
    assert of(ObjectStore, *store(**changes)) == [expected]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], False),
        ([{"enabled": True, "expiration": {"days": 30}}], True),
        ([{"enabled": False, "expiration": {"days": 30}}], False),
        ([{"enabled": True, "transitions": [{"days": 30}]}], False),
        ([{"enabled": UNKNOWN, "expiration": {"days": 30}}], UNKNOWN),
    ],
)
def test_a_bucket_may_hold_its_lifecycle_rules_itself(rules: list[dict[str, Any]], expected: Any) -> None:
    bucket = one(BUCKET, "records", {"arn": "arn:aws:s3:::records", "lifecycleRules": rules})
    assert of(ObjectStore, *store(bucket=bucket)) == [replace(KEPT, lifecycle=expected)]


VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"


@pytest.mark.parametrize(
    ("parts", "inline", "expected"),
    [
        ([], {}, False),
        ([], {"versioning": {"enabled": True}}, True),
        ([], {"versioning": {"enabled": UNKNOWN}}, UNKNOWN),
        ([], {"objectLockEnabled": True}, True),
        ([{"status": "Enabled"}], {}, True),
        ([{"status": "Suspended"}], {"versioning": {"enabled": True}}, False),
        ([{"status": UNKNOWN}], {}, UNKNOWN),
    ],
)
def test_a_bucket_without_a_lock_keeps_versions_as_its_setting_says(
    parts: list[dict[str, Any]], inline: dict[str, Any], expected: Any
) -> None:
    bucket = one(BUCKET, "records", {"arn": "arn:aws:s3:::records", **inline})
    settings = [one(VERSIONING, "v", {"versioningConfiguration": part}, bucket=HERE) for part in parts]
    assert of(ObjectStore, *store(lock=None, bucket=bucket), *settings) == [
        replace(KEPT, retention_days=0, versioned=expected)
    ]


def test_a_bucket_seen_alone_says_nothing_of_its_parts() -> None:
    alone = ObjectStore(urn=HERE, deletion_guarded=True)
    assert of(ObjectStore, store()[0], complete=False) == [alone]


KEY = "aws:kms/key:Key"
ROOT = "arn:aws:iam::123456789012:root"
SERVICES = {
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": ["kms:Describe*", "kms:Put*"]},
        {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "kms:GenerateDataKey*"},
        {
            "Effect": "Allow",
            "Principal": {"AWS": ROOT},
            "Action": "kms:Decrypt",
            "Condition": {"StringEquals": {"kms:ViaService": "s3.ap-northeast-1.amazonaws.com"}},
        },
    ]
}
EVERYONE = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*"}]}


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        (
            {
                "enableKeyRotation": True,
                "rotationPeriodInDays": 90,
                "deletionWindowInDays": 7,
                "policy": json.dumps(SERVICES),
            },
            {
                "rotation_days": 90,
                "deletion_wait_days": 7,
                "users": frozenset({"logs", "storage"}),
                "open_to_anyone": False,
                "administration_separated": True,
            },
        ),
        (
            {},
            {
                "rotation_days": 0,
                "deletion_wait_days": 30,
                "users": frozenset(),
                "open_to_anyone": False,
                "administration_separated": False,
            },
        ),
        (
            {"policy": json.dumps(EVERYONE)},
            {
                "rotation_days": 0,
                "deletion_wait_days": 30,
                "users": frozenset({"anyone"}),
                "open_to_anyone": True,
                "administration_separated": False,
            },
        ),
        ({"enableKeyRotation": UNKNOWN, "deletionWindowInDays": UNKNOWN, "policy": UNKNOWN}, {}),
    ],
)
def test_a_key_says_its_rotation_its_wait_and_its_users(properties: dict[str, Any], expected: dict[str, Any]) -> None:
    assert of(Key, one(KEY, "key", properties)) == [
        Key(urn="", customer_managed=True, hardware_protected=True, **expected)
    ]


INSTANCE = "aws:rds/instance:Instance"
GROUP = "aws:rds/parameterGroup:ParameterGroup"
SAFE = {
    "engine": "postgres",
    "engineVersion": "17",
    "storageEncrypted": True,
    "kmsKeyId": "arn:aws:kms:ap-northeast-1:1:key/1",
    "multiAz": True,
    "backupRetentionPeriod": 7,
    "deletionProtection": True,
    "enabledCloudwatchLogsExports": ["postgresql"],
}
SAFE_FACT = Database(
    urn="",
    engine="postgresql",
    customer_key=True,
    tls_enforced=True,
    public=False,
    standby_in_second_zone=True,
    recovery_days=7,
    daily_backup=True,
    deletion_guarded=True,
    minor_upgrades_automatic=True,
    logs_exported=True,
    version_supported=True,
)


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({}, {}),
        ({"storageEncrypted": False}, {"customer_key": False}),
        ({"kmsKeyId": None}, {"customer_key": False}),
        ({"engineVersion": "14"}, {"tls_enforced": False, "version_supported": False}),
        ({"parameterGroupName": "elsewhere"}, {"tls_enforced": UNKNOWN}),
        ({"publiclyAccessible": True}, {"public": True}),
        ({"multiAz": False}, {"standby_in_second_zone": False}),
        ({"backupRetentionPeriod": None}, {"recovery_days": 0, "daily_backup": False}),
        ({"backupRetentionPeriod": UNKNOWN}, {"recovery_days": UNKNOWN, "daily_backup": UNKNOWN}),
        ({"deletionProtection": None}, {"deletion_guarded": False}),
        ({"autoMinorVersionUpgrade": False}, {"minor_upgrades_automatic": False}),
        ({"enabledCloudwatchLogsExports": []}, {"logs_exported": False}),
    ],
)
def test_a_database_instance_is_read_with_the_clouds_defaults(
    properties: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert of(Database, one(INSTANCE, "ledger", SAFE | properties)) == [replace(SAFE_FACT, **expected)]


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("0", False), (UNKNOWN, UNKNOWN)])
def test_a_database_enforces_tls_as_its_parameter_group_says(value: Any, expected: Any) -> None:
    group = one(GROUP, "parameters", {"parameters": [{"name": "rds.force_ssl", "value": value}]})
    instance = one(INSTANCE, "ledger", SAFE, parameterGroupName=group.urn)
    assert of(Database, group, instance) == [replace(SAFE_FACT, tls_enforced=expected)]


@pytest.mark.parametrize(
    ("parameter", "value", "expected"),
    [
        ("ssl_min_protocol_version", "TLSv1", False),
        ("ssl_min_protocol_version", "TLSv1.1", False),
        ("ssl_min_protocol_version", "TLSv1.2", True),
        ("ssl_min_protocol_version", UNKNOWN, UNKNOWN),
        ("tls_version", "TLSv1.1,TLSv1.2", False),
        ("tls_version", "TLSv1.2,TLSv1.3", True),
        ("log_statement", UNKNOWN, True),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_database_that_admits_an_old_version_of_tls_does_not_enforce_it(
    first: bool, parameter: str, value: Any, expected: Any
) -> None:
    forced, admits = {"name": "rds.force_ssl", "value": "1"}, {"name": parameter, "value": value}
    group = one(GROUP, "parameters", {"parameters": [admits, forced] if first else [forced, admits]})
    instance = one(INSTANCE, "ledger", SAFE, parameterGroupName=group.urn)
    assert of(Database, group, instance) == [replace(SAFE_FACT, tls_enforced=expected)]


VPC, SUBNET = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"


def test_a_network_is_its_subnets_endpoints_flow_logs_and_gateways() -> None:
    here = urn(VPC, "network")
    vpc = one(VPC, "network", {})
    subnets = [
        one(SUBNET, f"network-{tier}-{zone}", {"availabilityZone": zone}, vpcId=here)
        for tier in ("entry", "application", "data")
        for zone in ("a", "c")
    ]
    endpoints = [
        one(
            "aws:ec2/vpcEndpoint:VpcEndpoint", name, {"serviceName": f"com.amazonaws.ap-northeast-1.{name}"}, vpcId=here
        )
        for name in ("s3", "kms", "secretsmanager", "logs", "ecr.api", "ecr.dkr")
    ]
    log = one("aws:ec2/flowLog:FlowLog", "flows", {"trafficType": "ALL"}, vpcId=here)
    closed = one("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "default", {}, vpcId=here)
    kept = Network(
        urn="",
        tiers=frozenset({"entry", "application", "data"}),
        two_zones=True,
        internet_route=False,
        deny_by_default=True,
        flow_logs=True,
        time_from_provider=True,
        private_services=frozenset({"storage", "keys", "secrets", "logs", "images"}),
    )
    assert of(Network, vpc, *subnets, *endpoints, log, closed) == [kept]
    assert of(Network, vpc, *subnets[1:], *endpoints, log, closed) == [replace(kept, two_zones=False)]
    assert of(Network, vpc, *subnets, *endpoints, closed) == [replace(kept, flow_logs=False)]
    assert of(Network, vpc, *subnets, *endpoints, log) == [replace(kept, deny_by_default=False)]
    gateway = one("aws:ec2/internetGateway:InternetGateway", "way-out", {})
    assert of(Network, vpc, *subnets, *endpoints, log, closed, gateway) == [replace(kept, internet_route=True)]
    assert of(Network, vpc, complete=False) == [Network(urn="")]


@pytest.mark.parametrize(
    ("kind", "private_names", "expected"),
    [
        ("Interface", None, frozenset()),
        ("Interface", False, frozenset()),
        ("Interface", True, frozenset({"keys"})),
        ("Interface", UNKNOWN, UNKNOWN),
        ("Gateway", None, frozenset({"keys"})),
        (UNKNOWN, False, UNKNOWN),
        (UNKNOWN, True, frozenset({"keys"})),
    ],
)
def test_an_endpoint_that_no_name_leads_to_serves_nobody(kind: Any, private_names: Any, expected: Any) -> None:
    asked = {"serviceName": "com.amazonaws.r.kms", "vpcEndpointType": kind, "privateDnsEnabled": private_names}
    endpoint = one("aws:ec2/vpcEndpoint:VpcEndpoint", "kms", asked, vpcId=urn(VPC, "network"))
    (found,) = of(Network, one(VPC, "network", {}), endpoint)
    assert found.private_services == expected


@pytest.mark.parametrize(
    ("change", "whole"),
    [
        ({}, True),
        ({"Resource": ["arn:aws:s3:::records", "arn:aws:s3:::records/*"]}, True),
        ({"Resource": "arn:aws:s3:::records/public/*"}, False),
        ({"Resource": "arn:aws:s3:::records"}, False),
        (
            {"Condition": {"Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"aws:PrincipalAccount": "1"}}},
            False,
        ),
        ({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}, False),
        ({"Action": "s3:PutObject"}, False),
        ({"Principal": {"AWS": "111122223333"}}, False),
    ],
)
def test_a_refusal_of_plain_http_is_one_of_every_request(change: Mapping[str, Any], whole: bool) -> None:
    (statement,) = TLS_ONLY["Statement"]
    assert refuses_plain({"Statement": [{**statement, **change}]}) is whole
