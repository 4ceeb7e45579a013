"""AWS CloudTrail: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-user-guide.html."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.aws.evaluation import ROLE, allowed, assumable, by_service, role_may
from sandbox.cloud.aws.key_use import KEY, key_of, refusal_of, unusable
from sandbox.cloud.aws.object_storage import BUCKET, ENCRYPTION, POLICY, setting
from sandbox.cloud.aws.tags import tag_rule
from sandbox.cloud.checks import Inputs, Problems, holds, matches, not_together, one_of, together
from sandbox.cloud.context import Context
from sandbox.cloud.identity import arn
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at

TRAIL: Final = "aws:cloudtrail/trail:Trail"
_LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
_SERVICE: Final = "cloudtrail.amazonaws.com"
_MOST_TRAILS: Final = 5
_OPERATORS: Final = ("equals", "notEquals", "startsWiths", "notStartsWiths", "endsWiths", "notEndsWiths")
# https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
_FIELDS: Final = (
    *("eventCategory", "eventName", "eventSource", "eventType", "errorCode", "readOnly", "resources.type"),
    *("resources.ARN", "sessionCredentialFromConsole", "userIdentity.arn", "vpcEndpointId"),
)
# What a change of makes the provider call UpdateTrail, which asks bucket and key again.
_TRAIL_ITSELF: Final = (
    *("s3BucketName", "s3KeyPrefix", "kmsKeyId", "isMultiRegionTrail", "enableLogFileValidation", "snsTopicName"),
    *("includeGlobalServiceEvents", "cloudWatchLogsGroupArn", "cloudWatchLogsRoleArn", "isOrganizationTrail"),
)


def _arn(context: Context) -> str:
    return arn("cloudtrail", "trail/{name}").format_map(context)


def _asks_again(context: Context) -> bool:
    stored = context.stored
    return context.operation == "create" or (
        context.operation == "update"
        and stored is not None
        and any(stored.inputs.get(name) != context.inputs.get(name) for name in _TRAIL_ITSELF)
    )


def _bucket_admits(context: Context) -> str | None:
    """https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html."""
    if not _asks_again(context):
        return None
    name = context["s3BucketName"]
    policy = setting(context, POLICY, name)
    bucket = f"arn:{context.place['partition']}:s3:::{name}"
    prefix = f"{context['s3KeyPrefix']}/" if context.inputs.get("s3KeyPrefix") else ""
    written = {"s3:x-amz-acl": "bucket-owner-full-control"}
    asked = (
        by_service(context, _SERVICE, "s3:GetBucketAcl", bucket, source=_arn(context)),
        by_service(
            context,
            _SERVICE,
            "s3:PutObject",
            f"{bucket}/{prefix}AWSLogs/{context.place['account']}/CloudTrail/x.json.gz",
            source=_arn(context),
            **written,
        ),
    )
    for request in asked:
        if policy is None or not allowed(policy.get("policy"), request):
            return f"InsufficientS3BucketPolicyException: the policy of {name} does not let {_SERVICE} {request.action} {request.resource}"
    return None


def _key_admits(context: Context) -> str | None:
    """https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html."""
    name = context.inputs.get("kmsKeyId")
    if not _asks_again(context) or not name:
        return None
    reason = unusable(key_of(context, name))
    if reason:
        return f"KmsException: {name}: {reason}"
    encryption = setting(context, ENCRYPTION, context["s3BucketName"])
    bucket_key = encryption is not None and any(rule.get("bucketKeyEnabled") for rule in encryption.get("rules"))
    about = {"kms:encryptioncontext:aws:cloudtrail:arn": _arn(context)}
    needed = ("kms:GenerateDataKey", "kms:DescribeKey", *(["kms:Decrypt"] if bucket_key else []))
    asked = (by_service(context, _SERVICE, action, source=_arn(context), **about) for action in needed)
    reason = refusal_of(context, name, asked)
    return f"InsufficientEncryptionPolicyException: {name}: {reason}" if reason else None


def _group_admits(context: Context) -> str | None:
    """https://docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html."""
    given = context.inputs.get("cloudWatchLogsGroupArn")
    if not _asks_again(context) or not given:
        return None
    group = given.removesuffix(":*")
    if context.find(group, _LOG_GROUP) is None:
        return f"InvalidCloudWatchLogsLogGroupArnException: {given} does not exist"
    stream = f"{group}:log-stream:{context.place['account']}_CloudTrail_{context['region']}"
    role = context.find(context["cloudWatchLogsRoleArn"], ROLE)
    needed = (("logs:CreateLogStream", stream), ("logs:PutLogEvents", stream))
    if role is not None and assumable(role, context, _SERVICE, _arn(context)) and role_may(context, role, *needed):
        return None
    return "InvalidCloudWatchLogsRoleArnException: Access denied. Verify in IAM that the role has adequate permissions"


def _five_in_a_region(context: Context) -> str | None:
    if context.operation == "create":
        here = [other for other in context.objects(TRAIL) if other.get("homeRegion") == context["region"]]
        if len(here) >= _MOST_TRAILS:
            return f"MaximumNumberOfTrailsExceededException: {context['region']} has {_MOST_TRAILS} trails"
    return None


def _selectors_fit(inputs: Inputs) -> Problems:
    if inputs.get("isMultiRegionTrail") and not inputs.get("includeGlobalServiceEvents", True):
        yield (
            "includeGlobalServiceEvents",
            "InvalidParameterCombinationException: a multi-region trail includes events of global services",
        )
    if len(inputs.get("eventSelectors") or []) > 5:
        yield "eventSelectors", "InvalidEventSelectorsException: 5 event selectors at most"
    for path, resource in at(inputs, "eventSelectors[*].dataResources[*]"):
        if resource["type"] not in ("AWS::S3::Object", "AWS::Lambda::Function", "AWS::DynamoDB::Table"):
            yield f"{path}.type", f"InvalidEventSelectorsException: '{resource['type']}' needs an advanced selector"
        for value in resource["values"] if resource["type"] == "AWS::S3::Object" else ():
            if not re.fullmatch(r"arn:aws[a-z-]*:s3(:::([^/]+/.*)?)?", value):
                yield f"{path}.values", f"InvalidEventSelectorsException: '{value}' needs a / after the bucket"
    for index, selector in enumerate(inputs.get("advancedEventSelectors") or []):
        yield from (
            (f"advancedEventSelectors[{index}]", f"InvalidEventSelectorsException: {r}") for r in _advanced(selector)
        )


def _advanced(selector: Mapping[str, Any]) -> Iterator[str]:
    if len(selector.get("name") or "") > 1000:
        yield "a name has at most 1000 characters"
    fields = [found["field"] for found in selector["fieldSelectors"]]
    if len(set(fields)) < len(fields):
        yield "a field is selected once"
    for found in selector["fieldSelectors"]:
        if found["field"] not in _FIELDS:
            yield f"'{found['field']}' is not one of: {', '.join(_FIELDS)}"
        if not any(found.get(operator) for operator in _OPERATORS):
            yield f"'{found['field']}' is compared with nothing"
    kind = next(
        (found.get("equals") for found in selector["fieldSelectors"] if found["field"] == "eventCategory"), None
    )
    if kind not in (["Management"], ["Data"], ["NetworkActivity"]):
        yield "eventCategory equals one of Management, Data, NetworkActivity"
    elif kind == ["Data"] and "resources.type" not in fields:
        yield "data events need resources.type"
    elif kind == ["Management"] and {"resources.type", "resources.ARN", "eventName"} & set(fields):
        yield "management events have no resources and are not chosen by name"
    elif kind == ["NetworkActivity"] and "eventSource" not in fields:
        yield "network activity events need eventSource"


TYPES: Final = (
    ResourceType(
        token=TRAIL,
        source="https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html",
        sources=(
            "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-naming-requirements.html",
            "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html",
        ),
        id=_arn,
        name=Name(
            shortest=3,
            longest=128,
            pattern=r"(?!\d+\.\d+\.\d+\.\d+$)[a-zA-Z0-9]([._-]?[a-zA-Z0-9])*",
            allowed=r"a-zA-Z0-9._\-",
            lower=False,
        ),
        computed={"arn": "{id}", "homeRegion": "{region}"},
        input_defaults={"enableLogging": True, "includeGlobalServiceEvents": True},
        defaults={"isMultiRegionTrail": False, "enableLogFileValidation": False, "isOrganizationTrail": False},
        references=(
            Reference("s3BucketName", BUCKET),
            Reference("kmsKeyId", KEY),
            Reference("cloudWatchLogsRoleArn", ROLE),
        ),
        checks=(
            matches("s3KeyPrefix", r"[^/].{0,199}", "at most 200 characters, without a / in front"),
            one_of("eventSelectors[*].readWriteType", ("All", "ReadOnly", "WriteOnly")),
            one_of(
                "eventSelectors[*].excludeManagementEventSources[*]", ("kms.amazonaws.com", "rdsdata.amazonaws.com")
            ),
            one_of("insightSelectors[*].insightType", ("ApiCallRateInsight", "ApiErrorRateInsight")),
            not_together("eventSelectors", "advancedEventSelectors"),
            together("cloudWatchLogsGroupArn", "cloudWatchLogsRoleArn"),
            holds("cloudWatchLogsGroupArn", lambda text: text.endswith(":*"), "'{value}' must end in :*"),
            _selectors_fit,
            tag_rule(),
        ),
        guards=(_five_in_a_region, _bucket_admits, _key_admits, _group_admits),
        known_as=("arn", "name"),
        unordered=("advancedEventSelectors", "insightSelectors"),
        blind_spots=(
            "Topics of Amazon SNS are taken as written.",
            "Whether the account may have an organization trail is not asked.",
            "A multi-region trail shows in its home region only, and its limit is not counted elsewhere.",
            "Whether a resource type or an event name of a selector exists is not asked.",
            "The bucket, its policy and the key can go later: deliveries then fail there without a refusal.",
        ),
    ),
)
