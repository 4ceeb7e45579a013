"""VPC flow logs: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html."""

from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.aws.evaluation import assumable, by_service
from sandbox.cloud.aws.identity import ROLE
from sandbox.cloud.aws.key_use import refusal_of
from sandbox.cloud.aws.network import SUBNET, VPC
from sandbox.cloud.aws.object_storage import BUCKET, ENCRYPTION, setting
from sandbox.cloud.aws.tags import tag_rule
from sandbox.cloud.checks import Problems, exactly_one, matches, one_of, required
from sandbox.cloud.context import Context
from sandbox.cloud.identity import arn, hexid
from sandbox.cloud.resource_type import Reference, ResourceType
from sandbox.cloud.value import at

FLOW_LOG: Final = "aws:ec2/flowLog:FlowLog"
_GATEWAYS: Final = ("transitGatewayId", "transitGatewayAttachmentId")
_WATCHED: Final = ("vpcId", "subnetId", "eniId", "regionalNatGatewayId", *_GATEWAYS)
_FORMAT: Final = (
    "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets}"
    " ${bytes} ${start} ${end} ${action} ${log-status}"
)
"""https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html"""
_FIXED: Final = (
    *("deliverCrossAccountRole", "destinationOptions", "iamRoleArn", "logDestination", "logDestinationType"),
    *("logFormat", "maxAggregationInterval", "tagFieldSpecifications", "trafficType", *_WATCHED),
)


def _delivers(inputs: Mapping[str, Any]) -> Problems:
    kind, gateway = inputs.get("logDestinationType"), any(inputs.get(name) for name in _GATEWAYS)
    if kind == "cloud-watch-logs" and not inputs.get("iamRoleArn"):
        yield (
            "iamRoleArn",
            "InvalidParameter: DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs",
        )
    if kind != "cloud-watch-logs" and inputs.get("iamRoleArn"):
        yield "iamRoleArn", f"InvalidParameter: DeliverLogsPermissionArn is not applicable for {kind} destinations"
    if kind != "s3" and inputs.get("destinationOptions"):
        yield "destinationOptions", "InvalidParameter: DestinationOptions are for s3 only"
    if gateway and inputs.get("maxAggregationInterval") != 60:
        yield "maxAggregationInterval", "a transit gateway's flow log aggregates for 60 seconds"
    if gateway == bool(inputs.get("trafficType")):
        yield "trafficType", "InvalidParameter: given for networks, subnets and interfaces, and only for them"


def _destination(context: Context) -> str | None:
    """The bucket is there and its key lets the records in. Its policy is not asked: the service adds its own statement.

    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-cmk-policy.html
    """
    if context.operation != "create" or context.inputs.get("logDestinationType") != "s3":
        return None
    bucket = str(context["logDestination"]).removeprefix("arn:aws:s3:::").partition("/")[0]
    if context.find(bucket, BUCKET) is None:
        return f"InvalidParameter: LogDestination: bucket {bucket} does not exist"
    encryption = setting(context, ENCRYPTION, bucket)
    path = "rules[*].applyServerSideEncryptionByDefault.kmsMasterKeyId"
    source = f"arn:aws:logs:{context['region']}:{context.place['account']}:*"
    for _, key in at(encryption.inputs, path) if encryption is not None else ():
        request = by_service(context, "delivery.logs.amazonaws.com", "kms:GenerateDataKey", source=source)
        if reason := refusal_of(context, key, (request,)):
            return (
                f"LogDestinationPermissionIssueException: Access Denied for LogDestination: {bucket}: {key}: {reason}"
            )
    return None


def _role_taken(context: Context) -> str | None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html."""
    name = context.inputs.get("iamRoleArn")
    role = context.find(name, ROLE) if context.operation == "create" and name else None
    source = f"arn:aws:ec2:{context['region']}:{context.place['account']}:vpc-flow-log/*"
    if role is not None and not assumable(role, context, "vpc-flow-logs.amazonaws.com", source):
        return f"InvalidParameter: Unable to assume given IAM role: {name}"
    return None


def _once(context: Context) -> str | None:
    asked = {name: context.inputs.get(name) for name in _FIXED}
    for other in context.objects(FLOW_LOG) if context.operation == "create" else ():
        if all(other.inputs.get(name) == value for name, value in asked.items()):
            return f"FlowLogAlreadyExists: {other.id} has the same configuration and log destination"
    return None


TYPES: Final = (
    ResourceType(
        token=FLOW_LOG,
        source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html",
        sources=(
            "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3.html",
            "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-cmk-policy.html",
            "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html",
        ),
        id=hexid("fl-"),
        computed={"arn": arn("ec2", "vpc-flow-log/{id}")},
        input_defaults={"logDestinationType": "cloud-watch-logs", "maxAggregationInterval": 600},
        defaults={"logFormat": _FORMAT},
        replace_on=_FIXED,
        references=(Reference("vpcId", VPC), Reference("subnetId", SUBNET), Reference("iamRoleArn", ROLE)),
        checks=(
            exactly_one(*_WATCHED),
            one_of("trafficType", ("ACCEPT", "REJECT", "ALL")),
            one_of("maxAggregationInterval", (60, 600)),
            one_of("logDestinationType", ("cloud-watch-logs", "s3", "kinesis-data-firehose")),
            one_of("destinationOptions.fileFormat", ("plain-text", "parquet")),
            matches("logDestination", r"arn:[^:]+:(logs|s3|firehose):.*", "the ARN of a log group, bucket or stream"),
            required(
                "logDestination",
                lambda inputs: inputs.get("logDestinationType") != "cloud-watch-logs",
                "InvalidParameter: LogDestination can't be empty for this type",
            ),
            _delivers,
            tag_rule(),
        ),
        guards=(_destination, _role_taken, _once),
        blind_spots=(
            "Where the bucket's policy lacks the delivery's statement AWS adds it; here the policy stays as it is.",
            "A key that keeps the delivery out is refused here; there the flow log is made and nothing arrives.",
            "Log groups and streams as destinations are not looked up; neither are the fields of a format.",
            "A network that goes takes its flow logs with it; here they stay until deleted themselves.",
        ),
    ),
)
