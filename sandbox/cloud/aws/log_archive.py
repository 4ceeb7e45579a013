"""AWS CloudTrail, Amazon CloudWatch Logs, Amazon Data Firehose."""

from typing import Any, Final

from sandbox.cloud.aws.documents import allows
from sandbox.cloud.aws.encryption_key import KEY
from sandbox.cloud.aws.identity import ROLE
from sandbox.cloud.aws.object_storage import BUCKET, ENCRYPTION, POLICY, setting
from sandbox.cloud.checks import between, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.guards import not_deleted_while
from sandbox.cloud.identity import arn
from sandbox.cloud.resource_type import Name, Reference, ResourceType

LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
STREAM: Final = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
_RETENTION: Final = (
    *(0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


def _trail_may_write(context: Context) -> str | None:
    """https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html#API_CreateTrail_Errors."""
    if not context.writing:
        return None
    policy = setting(context, POLICY, context["s3BucketName"])
    text = None if policy is None else policy.get("policy")
    if not all(allows(text, "cloudtrail.amazonaws.com", action) for action in ("s3:GetBucketAcl", "s3:PutObject")):
        return f"InsufficientS3BucketPolicyException: the policy of {context['s3BucketName']} does not admit CloudTrail"
    key = context.find(context["kmsKeyId"], KEY) if context.inputs.get("kmsKeyId") else None
    encryption = setting(context, ENCRYPTION, context["s3BucketName"])
    bucket_key = encryption is not None and any(rule.get("bucketKeyEnabled") for rule in encryption.get("rules"))
    # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
    needed = ("kms:GenerateDataKey", "kms:DescribeKey", *(["kms:Decrypt"] if bucket_key else []))
    if key is not None and not all(allows(key.get("policy"), "cloudtrail.amazonaws.com", one) for one in needed):
        return f"InsufficientEncryptionPolicyException: the policy of {key.id} does not admit CloudTrail"
    return None


def _logs_may_encrypt(context: Context) -> str | None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html."""
    if not context.writing or not context.inputs.get("kmsKeyId"):
        return None
    key = context.find(context["kmsKeyId"], KEY)
    if key is not None and not allows(key.get("policy"), f"logs.{context['region']}.amazonaws.com", "kms:Encrypt"):
        return f"AccessDeniedException: the specified KMS key does not exist or is not allowed to be used with {context['name']}"
    return None


def _two_filters(context: Context) -> str | None:
    if context.operation == "create":
        others = [o for o in context.objects(context.token) if o.get("logGroup") == context["logGroup"]]
        if len(others) >= 2:
            return f"LimitExceededException: {context['logGroup']} has two subscription filters"
    return None


def _home(context: Context) -> Any:
    return context["region"]


TYPES: Final = (
    ResourceType(
        token="aws:cloudtrail/trail:Trail",
        source="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-naming-requirements.html",
        id=arn("cloudtrail", "trail/{name}"),
        name=Name(
            shortest=3,
            longest=128,
            pattern=r"[a-zA-Z0-9]([a-zA-Z0-9]|[._-](?![._-]))*",
            allowed=r"a-zA-Z0-9._\-",
            lower=False,
        ),
        computed={"arn": "{id}", "homeRegion": _home},
        input_defaults={"enableLogging": True, "includeGlobalServiceEvents": True},
        defaults={"isMultiRegionTrail": False, "enableLogFileValidation": False, "isOrganizationTrail": False},
        references=(Reference("s3BucketName", BUCKET), Reference("kmsKeyId", KEY)),
        guards=(_trail_may_write,),
        known_as=("arn", "name"),
    ),
    ResourceType(
        token=LOG_GROUP,
        source="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html",
        id="{name}",
        name=Name(
            longest=512,
            pattern=r"[.\-_/#A-Za-z0-9]+",
            allowed=r".\-_/#A-Za-z0-9",
            lower=False,
            excludes=("namePrefix",),
        ),
        computed={"arn": arn("logs", "log-group:{name}")},
        input_defaults={"skipDestroy": False},
        defaults={"retentionInDays": 0, "logGroupClass": "STANDARD", "deletionProtectionEnabled": False},
        replace_on=("logGroupClass",),
        references=(Reference("kmsKeyId", KEY),),
        checks=(one_of("retentionInDays", _RETENTION),),
        guards=(
            _logs_may_encrypt,
            not_deleted_while(
                "deletionProtectionEnabled", reason="OperationAborted: deletion protection is on for {id}"
            ),
        ),
        known_as=("arn",),
    ),
    ResourceType(
        token="aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
        source="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html",
        id=lambda context: f"cwlsf-{context.digits(10)}",
        name=Name(
            longest=512,
            pattern=r"[^:*]+",
            allowed=r"a-zA-Z0-9_/\-",
            lower=False,
            unique_in="{account}/{region}/{logGroup}",
        ),
        defaults={"distribution": "ByLogStream"},
        replace_on=("logGroup",),
        references=(
            Reference("logGroup", LOG_GROUP),
            Reference("destinationArn", STREAM),
            Reference("roleArn", ROLE),
        ),
        guards=(_two_filters,),
    ),
    ResourceType(
        token=STREAM,
        source="https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html",
        id=arn("firehose", "deliverystream/{name}"),
        name=Name(longest=64, pattern=r"[a-zA-Z0-9_.-]+", allowed=r"a-zA-Z0-9_.\-", lower=False),
        computed={
            "arn": "{id}",
            "versionId": "1",
            "destinationId": "destinationId-000000000001",
        },
        replace_on=("destination",),
        references=(
            Reference("extendedS3Configuration.bucketArn", BUCKET),
            Reference("extendedS3Configuration.roleArn", ROLE),
            Reference("extendedS3Configuration.kmsKeyArn", KEY),
            Reference("serverSideEncryption.keyArn", KEY),
        ),
        checks=(
            between("extendedS3Configuration.bufferingSize", 1, 128),
            between("extendedS3Configuration.bufferingInterval", 0, 900),
            one_of("serverSideEncryption.keyType", ("AWS_OWNED_CMK", "CUSTOMER_MANAGED_CMK")),
        ),
        known_as=("arn",),
    ),
)
