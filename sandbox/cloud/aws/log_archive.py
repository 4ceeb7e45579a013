"""Amazon CloudWatch Logs, and with it what else carries records into the archive.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/WhatIsCloudWatchLogs.html
"""

from typing import Final

from sandbox.cloud.aws import log_stream, trail
from sandbox.cloud.aws.evaluation import ROLE, assumable, by_service, role_may
from sandbox.cloud.aws.key_use import KEY, key_of, newly, refusal_of, unusable
from sandbox.cloud.aws.log_stream import STREAM
from sandbox.cloud.aws.tags import tag_rule
from sandbox.cloud.checks import holds, not_together, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.guards import not_deleted_while
from sandbox.cloud.identity import arn
from sandbox.cloud.resource_type import Name, Reference, ResourceType

__all__ = ["LOG_GROUP", "STREAM", "TYPES"]

LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
FILTER: Final = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"
_RETENTION: Final = (
    *(0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
_USE: Final = tuple(
    f"kms:{name}" for name in ("Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo", "GenerateDataKey", "DescribeKey")
)
_MOST_FILTERS: Final = 2


def _key_admits(context: Context) -> str | None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html."""
    group = arn("logs", "log-group:{name}").format_map(context) if context.writing else ""
    service, about = f"logs.{context['region']}.amazonaws.com", {"kms:encryptioncontext:aws:logs:arn": group}
    for name in newly(context, "kmsKeyId") if context.writing else ():
        reason = unusable(key_of(context, name))
        if reason:
            return f"InvalidParameterException: {name}: {reason}"
        reason = refusal_of(context, name, (by_service(context, service, action, **about) for action in _USE))
        if reason:
            return f"AccessDeniedException: the specified KMS key does not exist or is not allowed to be used with {group}: {reason}"
    return None


def _two_filters(context: Context) -> str | None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html."""
    if context.operation == "create":
        others = [o for o in context.objects(FILTER) if o.get("logGroup") == context["logGroup"]]
        if len(others) >= _MOST_FILTERS:
            return f"LimitExceededException: {context['logGroup']} has {_MOST_FILTERS} subscription filters"
    return None


def _standard_class(context: Context) -> str | None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html."""
    group = context.find(context["logGroup"], LOG_GROUP) if context.writing else None
    if group is not None and group.get("logGroupClass") != "STANDARD":
        return f"ValidationException: log groups of class {group.get('logGroupClass')} have no subscription filters"
    return None


def _delivers(context: Context) -> str | None:
    """A test message is sent first: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html."""
    if not context.writing:
        return None
    if context.inputs.get("roleArn") is None:
        return "InvalidParameterException: destinationArn for vendor firehose needs a roleArn"
    role, target = context.find(context["roleArn"], ROLE), context["destinationArn"]
    source = arn("logs", "log-group:{logGroup}:*").format_map(context)
    if role is not None and not assumable(role, context, "logs.amazonaws.com", source):
        return f"InvalidParameterException: CloudWatch Logs can't assume {role.get('arn')}"
    if role is not None and not role_may(context, role, ("firehose:PutRecord", target)):
        return f"InvalidParameterException: Could not deliver test message to {target}: {role.id} may not firehose:PutRecord"
    return None


TYPES: Final = (
    *trail.TYPES,
    *log_stream.TYPES,
    ResourceType(
        token=LOG_GROUP,
        source="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html",
        sources=("https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html",),
        id="{name}",
        name=Name(
            longest=512,
            pattern=r"(?!(?i:aws)/)[.\-_/#A-Za-z0-9]+",
            allowed=r".\-_/#A-Za-z0-9",
            lower=False,
            excludes=("namePrefix",),
        ),
        computed={"arn": arn("logs", "log-group:{name}")},
        input_defaults={"skipDestroy": False},
        defaults={"retentionInDays": 0, "logGroupClass": "STANDARD", "deletionProtectionEnabled": False},
        replace_on=("logGroupClass", "namePrefix"),
        references=(Reference("kmsKeyId", KEY),),
        checks=(
            one_of("retentionInDays", _RETENTION),
            one_of("logGroupClass", ("STANDARD", "INFREQUENT_ACCESS", "DELIVERY")),
            not_together("name", "namePrefix"),
            tag_rule(),
        ),
        guards=(
            _key_admits,
            not_deleted_while(
                "deletionProtectionEnabled", reason="OperationAborted: deletion protection is on for {id}"
            ),
        ),
        known_as=("arn",),
        blind_spots=(
            "Which of the documented actions the key's policy must allow at once is unverified: here all.",
            "A key that is disabled later only stops reading and writing records; changes of the group go on.",
            "A group that a service made by itself (unencrypted, kept for ever) is not there before this one.",
            "In class DELIVERY the retention is always 2 days there.",
        ),
    ),
    ResourceType(
        token=FILTER,
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
        replace_on=("logGroup", "destinationArn"),
        references=(
            Reference("logGroup", LOG_GROUP),
            Reference("destinationArn", STREAM),
            Reference("roleArn", ROLE),
        ),
        checks=(
            holds("filterPattern", lambda text: len(text) <= 1024, "a filter pattern has at most 1024 characters"),
            one_of("distribution", ("Random", "ByLogStream")),
            one_of("emitSystemFields[*]", ("@aws.account", "@aws.region", "@source.log")),
        ),
        guards=(_two_filters, _standard_class, _delivers),
        unordered=("emitSystemFields",),
        blind_spots=(
            "Of the destinations only streams of Data Firehose are known: not Kinesis, Lambda or other accounts.",
            "Whether a filter pattern can be read is not asked.",
        ),
    ),
)
