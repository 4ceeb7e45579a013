"""Log groups, subscription filters, trails, delivery streams."""

from typing import Any, Final

from tests.moto.case import Case, Kind, Step
from tests.moto.cases_data import NO_KEY, K
from tests.moto.cases_stores import NOWHERE, STORE
from tests.moto.documents import document
from tests.moto.verdict import Verdict

VALUE, MISSING, TAKEN, STATE = Verdict.VALUE, Verdict.MISSING, Verdict.TAKEN, Verdict.STATE

LOGS: Final = Kind("aws:cloudwatch/logGroup:LogGroup", {"name": "app", "retentionInDays": 365})
APP: Final = LOGS.step("logs")
WRITER: Final = Step(
    "aws:iam/role:Role",
    "writer",
    {
        "name": "writer",
        "assumeRolePolicy": document(Principal={"Service": ["firehose.amazonaws.com", "logs.amazonaws.com"]}),
    },
)
MAY_WRITE: Final = Step(
    "aws:iam/rolePolicy:RolePolicy",
    "may_write",
    {"role": "{writer.id}", "name": "write", "policy": document(Action=["firehose:*", "s3:*"], Resource="*")},
)
STREAM: Final = Kind(
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    {
        "name": "logs",
        "destination": "extended_s3",
        "extendedS3Configuration": {"bucketArn": "{store.arn}", "roleArn": "{writer.arn}"},
    },
    (STORE, WRITER, MAY_WRITE),
)


def delivery(**changes: Any) -> dict[str, Any]:
    return {**STREAM.sound["extendedS3Configuration"], **changes}


TO_STORE: Final = STREAM.step("stream")
FILTER: Final = Kind(
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
    {
        "logGroup": "{logs.id}",
        "name": "archive",
        "filterPattern": "",
        "destinationArn": "{stream.arn}",
        "roleArn": "{writer.arn}",
    },
    (*STREAM.before, TO_STORE, APP),
)
ADMITS: Final = Step(
    "aws:s3/bucketPolicy:BucketPolicy",
    "admits",
    {
        "bucket": "{store.id}",
        "policy": document(
            Principal={"Service": "cloudtrail.amazonaws.com"},
            Action=["s3:GetBucketAcl", "s3:PutObject"],
            Resource=["arn:aws:s3:::machikumo-records", "arn:aws:s3:::machikumo-records/*"],
        ),
    },
)
TRAIL: Final = Kind("aws:cloudtrail/trail:Trail", {"name": "acts", "s3BucketName": "{store.id}"}, (STORE, ADMITS))
CLOSED_TO_TRAILS: Final = Kind(TRAIL.token, TRAIL.sound, (STORE,))

CASES: Final[tuple[Case, ...]] = (
    LOGS.create("a log group"),
    LOGS.create("no retention", retentionInDays=None),
    LOGS.create("kept for 3653 days", retentionInDays=3653),
    LOGS.create("kept for 2 days", VALUE, retentionInDays=2),
    LOGS.create("kept for 1825 days", VALUE, retentionInDays=1825),
    LOGS.create("a name with a space", VALUE, name="the app"),
    LOGS.create("a name in Japanese", VALUE, name="記録"),
    LOGS.create("a key that is not there", MISSING, kmsKeyId=NO_KEY),
    LOGS.create("a key that does not admit it", STATE, before=(K,), kmsKeyId="{key.arn}"),
    LOGS.create("an unknown class", VALUE, logGroupClass="COLD"),
    LOGS.second("the name of another", TAKEN),
    LOGS.delete("an empty log group"),
    FILTER.create("to a delivery stream"),
    FILTER.create("no log group", MISSING, logGroup="none"),
    FILTER.create(
        "no stream", MISSING, destinationArn="arn:aws:firehose:ap-northeast-1:123456789012:deliverystream/none"
    ),
    FILTER.create("no role", VALUE, roleArn=None),
    FILTER.create("a name with a colon", VALUE, name="to:archive"),
    FILTER.create("an unknown distribution", VALUE, distribution="Everywhere"),
    FILTER.second("a second filter", name="second"),
    FILTER.second("a third filter", Verdict.LIMIT, before=(FILTER.step("second", name="second"),), name="third"),
    FILTER.delete("taken away"),
    TRAIL.create("into a bucket that admits it"),
    TRAIL.create("no bucket", MISSING, s3BucketName=NOWHERE),
    TRAIL.create("a name of 2 characters", VALUE, name="ab"),
    TRAIL.create("a name with a space", VALUE, name="the acts"),
    TRAIL.create("a name with two dots", VALUE, name="the..acts"),
    TRAIL.create("a name like an address", VALUE, name="192.168.1.1"),
    TRAIL.create("a key that is not there", MISSING, kmsKeyId=NO_KEY),
    TRAIL.create("a key that does not admit it", STATE, before=(K,), kmsKeyId="{key.arn}"),
    TRAIL.second("the name of another", TAKEN),
    CLOSED_TO_TRAILS.create("into a bucket that does not admit it", STATE),
    TRAIL.delete("a trail"),
    STREAM.create("into a bucket"),
    STREAM.create("a name with a space", VALUE, name="the logs"),
    STREAM.create(
        "129 MB at a time", VALUE, extendedS3Configuration=delivery(bufferingSize=129, bufferingInterval=300)
    ),
    STREAM.create("every 901 seconds", VALUE, extendedS3Configuration=delivery(bufferingSize=5, bufferingInterval=901)),
    STREAM.create("no role", MISSING, extendedS3Configuration=delivery(roleArn="arn:aws:iam::123456789012:role/none")),
    STREAM.second("the name of another", TAKEN),
    STREAM.delete("a stream"),
)
