"""What a trail of CloudTrail records, whole or by halves."""

from typing import Any

import pytest

from policies.facts.aws.trail import administration, records, records_all_of
from policies.facts.vocabulary import UNKNOWN
from policies.judge import Answer
from tests.policies.bare import Example, answers, bare

TRAIL = "aws:cloudtrail/trail:Trail"
OBJECTS = "AWS::S3::Object"
TABLES = "AWS::DynamoDB::Table"
WHOLE = {"isMultiRegionTrail": True}
BUCKET, TABLE = "arn:aws:s3:::records", "arn:aws:dynamodb:ap-northeast-1:111122223333:table/residents"


def newer(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"advancedEventSelectors": [{"fieldSelectors": list(fields)}]}


def field(name: str, **condition: Any) -> dict[str, Any]:
    return {"field": name, **condition}


MANAGEMENT = field("eventCategory", equals=["Management"])
DATA = (field("eventCategory", equals=["Data"]), field("resources.type", equals=[OBJECTS]))


def older(*values: str, kind: str = OBJECTS, **more: Any) -> dict[str, Any]:
    return {"eventSelectors": [{"dataResources": [{"type": kind, "values": list(values)}], **more}]}


@pytest.mark.parametrize(
    ("properties", "all_of_it"),
    [
        (WHOLE, True),
        ({}, False),
        ({**WHOLE, "enableLogging": False}, False),
        ({**WHOLE, "includeGlobalServiceEvents": False}, False),
        ({**WHOLE, **newer(MANAGEMENT)}, True),
        ({**WHOLE, **newer(*DATA)}, False),
        ({**WHOLE, **newer(MANAGEMENT, field("readOnly", equals=["false"]))}, False),
        ({**WHOLE, **newer(MANAGEMENT, field("eventSource", notEquals=["kms.amazonaws.com"]))}, False),
        ({**WHOLE, **older(BUCKET + "/")}, True),
        ({**WHOLE, **older(BUCKET + "/", includeManagementEvents=False)}, False),
        ({**WHOLE, **older(BUCKET + "/", readWriteType="WriteOnly")}, False),
    ],
)
def test_administration_is_recorded_whole_or_counts_as_not_recorded(properties: Any, all_of_it: bool) -> None:
    assert administration(bare(TRAIL, "trail", properties)) is all_of_it


@pytest.mark.parametrize(
    ("properties", "covered"),
    [
        (newer(*DATA), True),
        ({**newer(*DATA), "enableLogging": False}, False),
        (newer(*DATA, field("readOnly", equals=["true"])), False),
        (newer(*DATA, field("resources.ARN", startsWiths=[BUCKET + "/"])), True),
        (newer(*DATA, field("resources.ARN", startsWiths=[BUCKET + "-of-others/"])), False),
        (newer(*DATA, field("resources.ARN", notStartsWiths=[BUCKET + "/"])), False),
        (newer(*DATA, field("resources.ARN", startsWiths=[UNKNOWN])), UNKNOWN),
        (older("arn:aws:s3"), True),
        (older(BUCKET + "/"), True),
        (older(BUCKET + "/", readWriteType="ReadOnly"), False),
        (older(BUCKET + "/public/"), False),
        (older(TABLE, kind=TABLES), False),
        ({}, False),
    ],
)
def test_a_buckets_objects_are_recorded_read_and_written_or_not_at_all(properties: Any, covered: Any) -> None:
    bucket = bare("aws:s3/bucket:Bucket", "records", {"arn": BUCKET})
    assert records_all_of(bare(TRAIL, "trail", properties), bucket, OBJECTS) is covered


@pytest.mark.parametrize(
    ("values", "covered"), [(["arn:aws:dynamodb"], True), ([TABLE], True), ([TABLE + "-of-others"], False)]
)
def test_a_trail_that_names_another_table_does_not_record_this_one(values: list[str], covered: bool) -> None:
    table = bare("aws:dynamodb/table:Table", "residents", {"arn": TABLE})
    trail = bare(TRAIL, "trail", older(*values, kind=TABLES))
    assert (records_all_of(trail, table, TABLES), records(trail, TABLES), records(trail, OBJECTS)) == (
        covered,
        True,
        False,
    )


@pytest.mark.parametrize(
    ("token", "slug", "properties"),
    [
        ("aws:backup/vault:Vault", "crypto-backup-cmk", {"kmsKeyArn": "alias/aws/backup"}),
        (
            "aws:ecr/repository:Repository",
            "crypto-image-registry-cmk",
            {"encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": "alias/aws/ecr"}]},
        ),
        ("aws:rds/instance:Instance", "crypto-database-cmk", {"storageEncrypted": True, "kmsKeyId": "alias/aws/rds"}),
        ("aws:secretsmanager/secret:Secret", "secrets-in-vault-cmk", {"kmsKeyId": "alias/aws/secretsmanager"}),
    ],
)
def test_amazons_own_key_by_its_name_is_no_customers(token: str, slug: str, properties: Any) -> None:
    assert slug in answers(Answer.VIOLATED, Example(token=token, good={}), properties)
