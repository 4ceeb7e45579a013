"""What the sandbox's AWS refuses of trails, log groups, their filters and the stream into the archive."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.aws_data import (
    CLOUDTRAIL,
    FILTER,
    ROLE_POLICY,
    STREAM,
    TRAIL,
    admit,
    admit_trail,
    bucket,
    by_account,
    by_service,
    key,
    of_bucket,
    policy,
    sender,
    stream,
)
from tests.sandbox.aws_town import ACCOUNT, BUCKET, BUCKET_POLICY, LOG_GROUP, REGION, ROLE, Town, towns

ENCRYPTION = of_bucket("BucketServerSideEncryptionConfiguration")


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with towns(state) as made:
        yield made


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Nothing is made in it: one for all."""
    with towns(tmp_path_factory.mktemp("cloud") / "state") as made:
        yield made


def test_a_trail_needs_a_bucket_whose_policy_admits_it(town: Town) -> None:
    assert f"'nowhere' does not exist as {BUCKET}" in town.refused(TRAIL, s3BucketName="nowhere")
    store = bucket(town)
    words = "InsufficientS3BucketPolicyException: the policy of store-011002 does not let cloudtrail.amazonaws.com"
    assert f"{words} s3:GetBucketAcl" in town.refused(TRAIL, s3BucketName=store)
    admit_trail(town, store)
    town.make(TRAIL, s3BucketName=store)


def test_a_trail_writes_only_under_the_prefix_that_is_admitted(town: Town) -> None:
    store = bucket(town)
    admit(town, store, CLOUDTRAIL, "s3:GetBucketAcl", "s3:PutObject", under=f"trail/AWSLogs/{ACCOUNT}/*")
    words = f"s3:PutObject arn:aws:s3:::{store}/AWSLogs/{ACCOUNT}/CloudTrail/"
    assert words in town.refused(TRAIL, s3BucketName=store)
    made = town.make(TRAIL, s3BucketName=store, s3KeyPrefix="trail")
    moved = {"s3BucketName": store, "s3KeyPrefix": "other"}
    assert "InsufficientS3BucketPolicyException" in town.refusal_of_update(TRAIL, made, **moved)


@pytest.mark.parametrize(
    ("condition", "admitted"),
    [
        ({"StringEquals": {"aws:SourceArn": f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/trail"}}, True),
        ({"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}, True),
        ({"StringEquals": {"aws:SourceArn": f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/other"}}, False),
        ({"StringEquals": {"aws:SourceAccount": "999900009999"}}, False),
    ],
)
def test_a_bucket_may_be_for_one_trail_only(town: Town, condition: dict[str, Any], admitted: bool) -> None:
    store, service = bucket(town), {"Principal": {"Service": CLOUDTRAIL}}
    check = {**service, "Action": "s3:GetBucketAcl", "Resource": f"arn:aws:s3:::{store}"}
    write = {**service, "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{store}/*", "Condition": condition}
    town.make(BUCKET_POLICY, bucket=store, policy=policy(check, write))
    if admitted:
        town.make(TRAIL, name="trail", s3BucketName=store)
    else:
        assert "s3:PutObject" in town.refused(TRAIL, name="trail", s3BucketName=store)


def test_a_trail_into_a_bucket_with_a_bucket_key_has_to_decrypt(town: Town) -> None:
    store = bucket(town)
    admit_trail(town, store)
    writes = key(town, by_service(CLOUDTRAIL, "kms:GenerateDataKey*", "kms:DescribeKey"), name="writes")
    town.make(TRAIL, "plain", name="plain", s3BucketName=store, kmsKeyId=writes)
    default = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": writes}
    rules = [{"applyServerSideEncryptionByDefault": default, "bucketKeyEnabled": True}]
    town.make(ENCRYPTION, bucket=store, rules=rules)
    assert "kms:Decrypt" in town.refused(TRAIL, s3BucketName=store, kmsKeyId=writes)
    reads = key(town, by_service(CLOUDTRAIL, "kms:*"), name="reads")
    town.make(TRAIL, s3BucketName=store, kmsKeyId=reads)


def test_tags_and_selectors_of_a_trail_change_without_asking_its_bucket_again(town: Town) -> None:
    store = bucket(town)
    admit_trail(town, store)
    made = town.make(TRAIL, s3BucketName=store)
    town.caller.delete(BUCKET_POLICY, store)
    town.caller.update(TRAIL, *made, {"s3BucketName": store, "tags": {"a": "b"}, "enableLogging": False})
    validated = {"s3BucketName": store, "enableLogFileValidation": True}
    assert "InsufficientS3BucketPolicyException" in town.refusal_of_update(TRAIL, made, **validated)


def test_a_trail_writes_to_a_log_group_through_a_role_that_may(town: Town) -> None:
    store = bucket(town)
    admit_trail(town, store)
    town.make(LOG_GROUP, name="trail")
    arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:trail:*"
    idle, foreign = sender(town, CLOUDTRAIL, name="idle"), sender(town, "s3.amazonaws.com", ("logs:*", "*"), name="s3")
    wanted = {"s3BucketName": store, "cloudWatchLogsGroupArn": arn}
    for role in (idle, foreign):
        assert "InvalidCloudWatchLogsRoleArnException" in town.refused(TRAIL, **wanted, cloudWatchLogsRoleArn=role)
    role = sender(town, CLOUDTRAIL, ("logs:CreateLogStream", arn), ("logs:PutLogEvents", arn), name="writer")
    nowhere = {**wanted, "cloudWatchLogsGroupArn": arn.replace("trail", "nowhere")}
    assert "InvalidCloudWatchLogsLogGroupArnException" in town.refused(TRAIL, **nowhere, cloudWatchLogsRoleArn=role)
    town.make(TRAIL, **wanted, cloudWatchLogsRoleArn=role)


def test_a_region_has_five_trails(town: Town) -> None:
    store = bucket(town)
    admit_trail(town, store)
    for number in range(5):
        town.make(TRAIL, f"trail-{number}", name=f"trail-{number}", s3BucketName=store)
    assert "MaximumNumberOfTrailsExceededException" in town.refused(TRAIL, s3BucketName=store)
    town.osaka.create(TRAIL, {"name": "osaka", "s3BucketName": store})


def selected(*fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"advancedEventSelectors": [{"fieldSelectors": list(fields), **more}]}


def equal(field: str, *values: str) -> dict[str, Any]:
    return {"field": field, "equals": list(values)}


DATA, OBJECTS = equal("eventCategory", "Data"), equal("resources.type", "AWS::S3::Object")


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ({"name": "ab"}, "name"),
        ({"name": "a--b"}, "name"),
        ({"name": "trail-"}, "name"),
        ({"name": "192.168.0.1"}, "name"),
        ({"s3KeyPrefix": "/trail"}, "s3KeyPrefix"),
        ({"s3KeyPrefix": "x" * 201}, "s3KeyPrefix"),
        ({"isMultiRegionTrail": True, "includeGlobalServiceEvents": False}, "includeGlobalServiceEvents"),
        ({"cloudWatchLogsGroupArn": "arn:*"}, "cloudWatchLogsRoleArn"),
        ({"cloudWatchLogsGroupArn": "arn:aws:logs:a", "cloudWatchLogsRoleArn": "r"}, "cloudWatchLogsGroupArn"),
        ({"insightSelectors": [{"insightType": "Cost"}]}, "insightSelectors[0].insightType"),
        ({"eventSelectors": [{"readWriteType": "None"}]}, "eventSelectors[0].readWriteType"),
        ({"eventSelectors": [{}] * 6}, "eventSelectors"),
        (
            {"eventSelectors": [{"dataResources": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3:::records"]}]}]},
            "eventSelectors[0].dataResources[0].values",
        ),
        (
            {"eventSelectors": [{"dataResources": [{"type": "AWS::SNS::Topic", "values": []}]}]},
            "eventSelectors[0].dataResources[0].type",
        ),
        ({"eventSelectors": [{}], **selected(DATA, OBJECTS)}, "advancedEventSelectors"),
        (selected(DATA), "advancedEventSelectors[0]"),
        (selected(OBJECTS), "advancedEventSelectors[0]"),
        (selected(DATA, OBJECTS, {"field": "readOnly"}), "advancedEventSelectors[0]"),
        (selected(DATA, OBJECTS, OBJECTS), "advancedEventSelectors[0]"),
        (selected(DATA, OBJECTS, equal("bucket", "a")), "advancedEventSelectors[0]"),
        (selected(equal("eventCategory", "Everything")), "advancedEventSelectors[0]"),
        (selected(equal("eventCategory", "Management"), OBJECTS), "advancedEventSelectors[0]"),
        (selected(equal("eventCategory", "NetworkActivity")), "advancedEventSelectors[0]"),
        (selected(DATA, OBJECTS, name="x" * 1001), "advancedEventSelectors[0]"),
    ],
)
def test_values_that_no_trail_takes(empty: Town, inputs: dict[str, Any], path: str) -> None:
    assert empty.paths(TRAIL, s3BucketName="b", **inputs) == [path]


def test_values_that_a_trail_takes(empty: Town) -> None:
    every = {
        "eventSelectors": [
            {"dataResources": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3", "arn:aws:s3:::r/"]}]}
        ]
    }
    for sound in ({"name": "a.b_c-d"}, {"isMultiRegionTrail": True}, every, selected(DATA, OBJECTS)):
        assert empty.failures(TRAIL, s3BucketName="b", **sound) == []


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ({"name": "aws/rds"}, "name"),
        ({"name": "AWS/rds"}, "name"),
        ({"name": "a b"}, "name"),
        ({"name": "x" * 513}, "name"),
        *(({"retentionInDays": days}, "retentionInDays") for days in (2, 364, 1825, 3654)),
        ({"logGroupClass": "COLD"}, "logGroupClass"),
        ({"tags": {"a": "x" * 257}}, "tags.a"),
    ],
)
def test_values_that_no_log_group_takes(empty: Town, inputs: dict[str, Any], path: str) -> None:
    assert empty.paths(LOG_GROUP, **inputs) == [path]


def test_values_that_a_log_group_takes(empty: Town) -> None:
    for sound in ({"name": "/aws/rds/instance/a#1"}, {"retentionInDays": 0}, {"retentionInDays": 3653}):
        assert empty.failures(LOG_GROUP, **sound) == []


def test_a_log_group_is_named_once_in_a_region_and_keeps_its_class(town: Town) -> None:
    town.make(LOG_GROUP, name="audit")
    assert "already exists" in town.refused(LOG_GROUP, "second", name="audit")
    town.osaka.create(LOG_GROUP, {"name": "audit"})
    changed = town.caller.diff(LOG_GROUP, {"logGroupClass": "STANDARD"}, {"logGroupClass": "INFREQUENT_ACCESS"})
    assert "logGroupClass" in changed.replaces


def test_a_guarded_log_group_stays_until_the_guard_is_lifted(town: Town) -> None:
    made = town.make(LOG_GROUP, name="audit", deletionProtectionEnabled=True)
    assert "deletion protection is on for audit" in town.refusal_of_delete(LOG_GROUP, made[0])
    town.caller.update(LOG_GROUP, *made, {"name": "audit", "deletionProtectionEnabled": False})
    town.caller.delete(LOG_GROUP, made[0])


def filtered(town: Town, **more: Any) -> dict[str, Any]:
    arn = town.make(STREAM, "archive", name="archive", **stream(town))[1]["arn"]
    group, _ = town.make(LOG_GROUP, "audit", name="audit")
    return {"name": "archive", "logGroup": group, "destinationArn": arn, "filterPattern": "", **more}


def test_a_filter_sends_through_a_role_that_logs_may_take_and_that_may_write(town: Town) -> None:
    wanted = filtered(town)
    arn = wanted["destinationArn"]
    assert "needs a roleArn" in town.refused(FILTER, **wanted)
    foreign = sender(town, "firehose.amazonaws.com", ("firehose:PutRecord", arn), name="foreign")
    assert "CloudWatch Logs can't assume" in town.refused(FILTER, **wanted, roleArn=foreign)
    idle = sender(town, "logs.amazonaws.com", name="idle")
    assert "Could not deliver test message" in town.refused(FILTER, **wanted, roleArn=idle)
    elsewhere = policy({"Action": "firehose:*", "Resource": f"{arn}-other"})
    name = idle.rpartition("/")[2]
    town.make(ROLE_POLICY, "elsewhere", role=name, policy=elsewhere)
    assert "Could not deliver test message" in town.refused(FILTER, **wanted, roleArn=idle)
    town.make(ROLE_POLICY, "here", role=name, policy=policy({"Action": "firehose:Put*", "Resource": arn}))
    town.make(FILTER, **wanted, roleArn=idle)


@pytest.mark.parametrize(
    ("source", "admitted"),
    [(f"arn:aws:logs:{REGION}:{ACCOUNT}:*", True), (f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:other:*", False)],
)
def test_a_senders_trust_may_be_for_one_log_group_only(town: Town, source: str, admitted: bool) -> None:
    wanted = filtered(town)
    right = ("firehose:PutRecord", wanted["destinationArn"])
    role = sender(town, "logs.amazonaws.com", right, ArnLike={"aws:SourceArn": source})
    if admitted:
        town.make(FILTER, **wanted, roleArn=role)
    else:
        assert "CloudWatch Logs can't assume" in town.refused(FILTER, **wanted, roleArn=role)


def test_a_log_group_has_two_filters_and_only_in_the_standard_class(town: Town) -> None:
    wanted = filtered(town)
    wanted["roleArn"] = sender(town, "logs.amazonaws.com", ("firehose:*", "*"))
    for number in range(2):
        town.make(FILTER, f"filter-{number}", **{**wanted, "name": f"filter-{number}"})
    assert "LimitExceededException: audit has 2 subscription filters" in town.refused(FILTER, **wanted)
    rare, _ = town.make(LOG_GROUP, "rare", name="rare", logGroupClass="INFREQUENT_ACCESS")
    assert "class INFREQUENT_ACCESS have no subscription filters" in town.refused(
        FILTER, **{**wanted, "logGroup": rare}
    )


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ({"name": "a:b"}, "name"),
        ({"filterPattern": "x" * 1025}, "filterPattern"),
        ({"distribution": "ByHour"}, "distribution"),
        ({"emitSystemFields": ["@log"]}, "emitSystemFields[0]"),
    ],
)
def test_values_that_no_filter_takes(empty: Town, inputs: dict[str, Any], path: str) -> None:
    sound = {"name": "a", "logGroup": "g", "destinationArn": "arn", "filterPattern": ""}
    assert empty.failures(FILTER, **sound) == []
    assert empty.paths(FILTER, **{**sound, **inputs}) == [path]
    assert "destinationArn" in empty.caller.diff(FILTER, {"destinationArn": "a"}, {"destinationArn": "b"}).replaces


def test_a_stream_needs_a_bucket_and_a_role_that_firehose_may_take(town: Town) -> None:
    sound = stream(town)
    settings = sound["extendedS3Configuration"]
    nowhere = {**sound, "extendedS3Configuration": {**settings, "bucketArn": "arn:aws:s3:::nowhere"}}
    assert f"does not exist as {BUCKET}" in town.refused(STREAM, **nowhere)
    nobody = {**sound, "extendedS3Configuration": {**settings, "roleArn": f"arn:aws:iam::{ACCOUNT}:role/nobody"}}
    assert f"does not exist as {ROLE}" in town.refused(STREAM, **nobody)
    foreign = sender(town, "logs.amazonaws.com", name="foreign")
    taken = {**sound, "extendedS3Configuration": {**settings, "roleArn": foreign}}
    assert "Firehose is unable to assume role" in town.refused(STREAM, **taken)
    town.make(STREAM, **sound)


def test_the_version_of_a_stream_counts_its_destinations(town: Town) -> None:
    sound = stream(town, name="archive")
    made = town.make(STREAM, **sound)
    assert made[1]["versionId"] == "1"
    tagged = town.caller.update(STREAM, *made, {**sound, "tags": {"a": "b"}})
    assert tagged["versionId"] == "1"
    settings = {**sound["extendedS3Configuration"], "prefix": "service/"}
    moved = town.caller.update(STREAM, made[0], tagged, {**sound, "extendedS3Configuration": settings})
    assert moved["versionId"] == "2"


S3: dict[str, Any] = {"bucketArn": "b", "roleArn": "r"}


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ({"name": "a/b"}, "name"),
        ({"destination": "tape"}, "destination"),
        ({"destination": "splunk"}, "splunkConfiguration"),
        ({"extendedS3Configuration": None}, "extendedS3Configuration"),
        ({"extendedS3Configuration": {**S3, "bufferingSize": 129}}, "extendedS3Configuration.bufferingSize"),
        ({"extendedS3Configuration": {**S3, "bufferingInterval": 901}}, "extendedS3Configuration.bufferingInterval"),
        ({"extendedS3Configuration": {**S3, "compressionFormat": "XZ"}}, "extendedS3Configuration.compressionFormat"),
        ({"extendedS3Configuration": {**S3, "s3BackupMode": "On"}}, "extendedS3Configuration.s3BackupMode"),
        ({"extendedS3Configuration": {**S3, "fileExtension": "gz"}}, "extendedS3Configuration.fileExtension"),
        (
            {"extendedS3Configuration": {**S3, "dynamicPartitioningConfiguration": {"enabled": True}}},
            "extendedS3Configuration.bufferingSize",
        ),
        (
            {"extendedS3Configuration": {**S3, "prefix": "!{timestamp:yyyy}/"}},
            "extendedS3Configuration.errorOutputPrefix",
        ),
        (
            {"extendedS3Configuration": {**S3, "cloudwatchLoggingOptions": {"enabled": True}}},
            "extendedS3Configuration.cloudwatchLoggingOptions",
        ),
        ({"serverSideEncryption": {"enabled": True, "keyType": "CUSTOMER_MANAGED_CMK"}}, "serverSideEncryption.keyArn"),
        ({"serverSideEncryption": {"enabled": True, "keyArn": "k"}}, "serverSideEncryption.keyArn"),
        ({"serverSideEncryption": {"enabled": True, "keyType": "MINE"}}, "serverSideEncryption.keyType"),
        (
            {
                "serverSideEncryption": {"enabled": True},
                "kinesisSourceConfiguration": {"kinesisStreamArn": "k", "roleArn": "r"},
            },
            "serverSideEncryption",
        ),
    ],
)
def test_values_that_no_stream_takes(empty: Town, inputs: dict[str, Any], path: str) -> None:
    sound = {"destination": "extended_s3", "extendedS3Configuration": S3}
    assert empty.failures(STREAM, **sound) == []
    given = {name: value for name, value in {**sound, **inputs}.items() if value is not None}
    assert empty.paths(STREAM, **given) == [path]


def test_a_key_of_the_account_alone_encrypts_no_log_group(town: Town) -> None:
    arn = key(town, by_account("kms:*"), by_service("logs.us-east-1.amazonaws.com", "kms:*"))
    assert f"does not let logs.{REGION}.amazonaws.com" in town.refused(LOG_GROUP, kmsKeyId=arn)
