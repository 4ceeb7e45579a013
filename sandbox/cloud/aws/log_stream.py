"""Amazon Data Firehose: https://docs.aws.amazon.com/firehose/latest/dev/what-is-this-service.html."""

import re
from typing import Any, Final

from sandbox.cloud.aws.evaluation import ROLE, assumable
from sandbox.cloud.aws.key_use import KEY, key_usable
from sandbox.cloud.aws.object_storage import BUCKET
from sandbox.cloud.aws.tags import tag_rule
from sandbox.cloud.checks import Inputs, Problems, between, matches, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.identity import arn
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at, one

STREAM: Final = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
_S3: Final = "extendedS3Configuration"
_SETTINGS: Final = {
    "extended_s3": _S3,
    "redshift": "redshiftConfiguration",
    "elasticsearch": "elasticsearchConfiguration",
    "opensearch": "opensearchConfiguration",
    "opensearchserverless": "opensearchserverlessConfiguration",
    "splunk": "splunkConfiguration",
    "http_endpoint": "httpEndpointConfiguration",
    "snowflake": "snowflakeConfiguration",
    "iceberg": "icebergConfiguration",
}
_LARGE: Final = 64
"""MiB that a buffer needs where records are converted or partitioned."""


def _settings_fit_destination(inputs: Inputs) -> Problems:
    wanted = _SETTINGS.get(inputs["destination"])
    if wanted and inputs.get(wanted) is None:
        yield wanted, f"'{wanted}' is required with destination {inputs['destination']}"
    encryption = inputs.get("serverSideEncryption") or {}
    customer = encryption.get("keyType") == "CUSTOMER_MANAGED_CMK"
    if customer is not bool(encryption.get("keyArn")):
        yield (
            "serverSideEncryption.keyArn",
            "InvalidArgumentException: a key ARN is for CUSTOMER_MANAGED_CMK, and needed there",
        )
    if encryption.get("enabled") and inputs.get("kinesisSourceConfiguration"):
        yield (
            "serverSideEncryption",
            "InvalidArgumentException: a stream with a Kinesis source is encrypted by the source",
        )
    yield from _destination(inputs.get(_S3) or {})


def _destination(settings: Any) -> Problems:
    size = settings.get("bufferingSize", 5)
    parts = ("dynamicPartitioningConfiguration", "dataFormatConversionConfiguration")
    if size < _LARGE and any(one(settings, f"{part}.enabled") for part in parts):
        yield f"{_S3}.bufferingSize", f"InvalidArgumentException: at least {_LARGE} MiB to partition or convert records"
    if one(settings, "dataFormatConversionConfiguration.enabled") and settings.get("compressionFormat") not in (
        None,
        "UNCOMPRESSED",
    ):
        yield f"{_S3}.compressionFormat", "InvalidArgumentException: UNCOMPRESSED where records are converted"
    expressions = re.findall(r"!\{(\w+):", settings.get("prefix") or "")
    if expressions and not settings.get("errorOutputPrefix"):
        yield f"{_S3}.errorOutputPrefix", "InvalidArgumentException: a prefix with expressions needs an error prefix"
    for path, options in at(settings, "cloudwatchLoggingOptions"):
        if options.get("enabled") and not (options.get("logGroupName") and options.get("logStreamName")):
            yield f"{_S3}.{path}", "log_group_name and log_stream_name are required where logging is enabled"


def _role_taken(context: Context) -> str | None:
    """https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#firehose-assume-role."""
    if not context.writing:
        return None
    for path in (f"{_S3}.roleArn", f"{_S3}.s3BackupConfiguration.roleArn"):
        for _, name in at(context.inputs, path):
            role = context.find(name, ROLE)
            source = arn("firehose", "deliverystream/{name}").format_map(context)
            if role is None or not assumable(role, context, "firehose.amazonaws.com", source):
                return f"InvalidArgumentException: Firehose is unable to assume role {name}. Please check the role provided"
    return None


def _version(context: Context) -> str:
    """Counted up by every change of the destination."""
    if context.stored is None:
        return "1"
    old = int(context.stored.outputs.get("versionId", "1"))
    return str(old + (context.stored.inputs.get(_S3) != context.inputs.get(_S3)))


TYPES: Final = (
    ResourceType(
        token=STREAM,
        source="https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html",
        sources=(
            "https://docs.aws.amazon.com/firehose/latest/APIReference/API_DeliveryStreamEncryptionConfigurationInput.html",
            "https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html",
        ),
        id=arn("firehose", "deliverystream/{name}"),
        name=Name(longest=64, pattern=r"[a-zA-Z0-9_.-]+", allowed=r"a-zA-Z0-9_.\-", lower=False),
        computed={"arn": "{id}", "versionId": _version, "destinationId": "destinationId-000000000001"},
        replace_on=("destination", "kinesisSourceConfiguration", "mskSourceConfiguration"),
        references=(
            Reference(f"{_S3}.bucketArn", BUCKET),
            Reference(f"{_S3}.roleArn", ROLE),
            Reference(f"{_S3}.kmsKeyArn", KEY),
            Reference(f"{_S3}.s3BackupConfiguration.bucketArn", BUCKET),
            Reference(f"{_S3}.s3BackupConfiguration.roleArn", ROLE),
            Reference("serverSideEncryption.keyArn", KEY),
        ),
        checks=(
            one_of("destination", _SETTINGS),
            between(f"{_S3}.bufferingSize", 1, 128),
            between(f"{_S3}.bufferingInterval", 0, 900),
            one_of(f"{_S3}.compressionFormat", ("UNCOMPRESSED", "GZIP", "ZIP", "Snappy", "HADOOP_SNAPPY")),
            one_of(f"{_S3}.s3BackupMode", ("Disabled", "Enabled")),
            matches(f"{_S3}.prefix", r"(?s).{0,1024}", "at most 1024 characters"),
            matches(f"{_S3}.errorOutputPrefix", r"(?s).{0,1024}", "at most 1024 characters"),
            matches(f"{_S3}.fileExtension", r"(\.[0-9a-z!\-_.*'()]{1,127})?", "a dot and at most 127 characters"),
            one_of("serverSideEncryption.keyType", ("AWS_OWNED_CMK", "CUSTOMER_MANAGED_CMK")),
            _settings_fit_destination,
            tag_rule(),
        ),
        guards=(
            _role_taken,
            key_usable("serverSideEncryption.keyArn", "firehose", ("kms:CreateGrant",), "InvalidKMSResourceException"),
        ),
        known_as=("arn",),
        blind_spots=(
            "Whether the role may write to the bucket and use its key shows there only with the first records.",
            "Destinations other than Amazon S3 are taken as written, as are processors and sources.",
            "A stream is active at once; there it takes a minute.",
        ),
    ),
)
