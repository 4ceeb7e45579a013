"""Buckets, logs, trails, delivery streams: the provider's calls for each type."""

from typing import Any, Final

from tests.moto.emulator import REGION, Calls, Emulator, Inputs, deleting, only, pascal, renamed

Made = dict[str, Any]


def group(aws: Emulator, inputs: Inputs) -> Made:
    names = renamed(inputs, name="GroupName", description="Description", vpcId="VpcId")
    made = aws.ec2.create_security_group(**{"Description": "Managed by Pulumi", **names})["GroupId"]
    # The provider removes the rule that AWS adds.
    aws.ec2.revoke_security_group_egress(
        GroupId=made, IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    )
    return {"id": made}


def role(aws: Emulator, inputs: Inputs) -> Made:
    names = renamed(
        inputs,
        name="RoleName",
        assumeRolePolicy="AssumeRolePolicyDocument",
        path="Path",
        description="Description",
        maxSessionDuration="MaxSessionDuration",
    )
    made = aws.iam.create_role(**names)["Role"]
    return {"id": inputs["name"], "arn": made["Arn"]}


def bucket(aws: Emulator, inputs: Inputs) -> Made:
    locked = renamed(inputs, objectLockEnabled="ObjectLockEnabledForBucket")
    here = {"LocationConstraint": REGION}
    aws.s3.create_bucket(Bucket=inputs["bucket"], CreateBucketConfiguration=here, **locked)
    return {"id": inputs["bucket"], "arn": f"arn:aws:s3:::{inputs['bucket']}"}


def _of_bucket(call: str, inputs: Inputs, aws: Emulator, **named: Any) -> Made:
    getattr(aws.s3, call)(Bucket=inputs["bucket"], **named)
    return {"id": inputs["bucket"]}


def public_access(aws: Emulator, inputs: Inputs) -> Made:
    switches = only(inputs, "blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    return _of_bucket("put_public_access_block", inputs, aws, PublicAccessBlockConfiguration=pascal(switches))


def versioning(aws: Emulator, inputs: Inputs) -> Made:
    asked = pascal(inputs["versioningConfiguration"])
    return _of_bucket("put_bucket_versioning", inputs, aws, VersioningConfiguration=asked)


def encryption(aws: Emulator, inputs: Inputs) -> Made:
    rules = [
        {
            "ApplyServerSideEncryptionByDefault": renamed(
                rule["applyServerSideEncryptionByDefault"], sseAlgorithm="SSEAlgorithm", kmsMasterKeyId="KMSMasterKeyID"
            ),
            **renamed(rule, bucketKeyEnabled="BucketKeyEnabled"),
        }
        for rule in inputs["rules"]
    ]
    return _of_bucket("put_bucket_encryption", inputs, aws, ServerSideEncryptionConfiguration={"Rules": rules})


def lock(aws: Emulator, inputs: Inputs) -> Made:
    asked = {"ObjectLockEnabled": "Enabled", **pascal(only(inputs, "rule"))}
    return _of_bucket("put_object_lock_configuration", inputs, aws, ObjectLockConfiguration=asked)


def lifecycle(aws: Emulator, inputs: Inputs) -> Made:
    rules = [
        {
            "ID": rule["id"],
            "Status": rule["status"],
            "Filter": {"Prefix": rule.get("filter", {}).get("prefix", "")},
            **pascal(only(rule, "expiration", "noncurrentVersionExpiration", "abortIncompleteMultipartUpload")),
            **({"Transitions": pascal(rule["transitions"])} if "transitions" in rule else {}),
        }
        for rule in inputs["rules"]
    ]
    return _of_bucket("put_bucket_lifecycle_configuration", inputs, aws, LifecycleConfiguration={"Rules": rules})


def bucket_policy(aws: Emulator, inputs: Inputs) -> Made:
    return _of_bucket("put_bucket_policy", inputs, aws, Policy=inputs["policy"])


def replication(aws: Emulator, inputs: Inputs) -> Made:
    rules = [
        {
            "ID": "all",
            "Priority": 0,
            "Filter": {"Prefix": ""},
            "DeleteMarkerReplication": {"Status": "Disabled"},
            **pascal(rule),
        }
        for rule in inputs["rules"]
    ]
    asked = {"Role": inputs["role"], "Rules": rules}
    return _of_bucket("put_bucket_replication", inputs, aws, ReplicationConfiguration=asked)


def log_group(aws: Emulator, inputs: Inputs) -> Made:
    aws.logs.create_log_group(logGroupName=inputs["name"], **only(inputs, "kmsKeyId", "logGroupClass"))
    if inputs.get("retentionInDays"):
        aws.logs.put_retention_policy(logGroupName=inputs["name"], retentionInDays=inputs["retentionInDays"])
    account = aws.sts.get_caller_identity()["Account"]
    return {"id": inputs["name"], "arn": f"arn:aws:logs:{REGION}:{account}:log-group:{inputs['name']}"}


def subscription(aws: Emulator, inputs: Inputs) -> Made:
    names = renamed(inputs, logGroup="logGroupName", name="filterName")
    aws.logs.put_subscription_filter(
        filterPattern=inputs["filterPattern"], **names, **only(inputs, "destinationArn", "roleArn", "distribution")
    )
    return {"id": inputs["name"]}


def trail(aws: Emulator, inputs: Inputs) -> Made:
    names = renamed(
        inputs, name="Name", s3BucketName="S3BucketName", kmsKeyId="KmsKeyId", isMultiRegionTrail="IsMultiRegionTrail"
    )
    made = aws.cloudtrail.create_trail(**names)["TrailARN"]
    return {"id": made, "arn": made}


def stream(aws: Emulator, inputs: Inputs) -> Made:
    asked = inputs["extendedS3Configuration"]
    configuration = renamed(asked, bucketArn="BucketARN", roleArn="RoleARN")
    buffer = renamed(asked, bufferingSize="SizeInMBs", bufferingInterval="IntervalInSeconds")
    if buffer:
        configuration["BufferingHints"] = buffer
    made = aws.firehose.create_delivery_stream(
        DeliveryStreamName=inputs["name"], ExtendedS3DestinationConfiguration=configuration
    )
    return {"id": made["DeliveryStreamARN"], "arn": made["DeliveryStreamARN"]}


CALLS: Final = {
    "aws:s3/bucket:Bucket": Calls(bucket, deleting("s3", "delete_bucket", bucket="Bucket")),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": Calls(
        public_access, deleting("s3", "delete_public_access_block", bucket="Bucket")
    ),
    # Leaving the program leaves a locked bucket as it is.
    "aws:s3/bucketVersioning:BucketVersioning": Calls(
        versioning, lambda _aws, _made: None, lambda aws, _made, inputs: versioning(aws, inputs)
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": Calls(
        encryption, deleting("s3", "delete_bucket_encryption", bucket="Bucket")
    ),
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": Calls(lock, lambda _aws, _made: None),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": Calls(
        lifecycle, deleting("s3", "delete_bucket_lifecycle", bucket="Bucket")
    ),
    "aws:s3/bucketPolicy:BucketPolicy": Calls(bucket_policy, deleting("s3", "delete_bucket_policy", bucket="Bucket")),
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": Calls(
        replication, deleting("s3", "delete_bucket_replication", bucket="Bucket")
    ),
    "aws:cloudwatch/logGroup:LogGroup": Calls(log_group, deleting("logs", "delete_log_group", name="logGroupName")),
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": Calls(
        subscription, deleting("logs", "delete_subscription_filter", logGroup="logGroupName", name="filterName")
    ),
    "aws:cloudtrail/trail:Trail": Calls(trail, deleting("cloudtrail", "delete_trail", arn="Name")),
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": Calls(
        stream, deleting("firehose", "delete_delivery_stream", name="DeliveryStreamName")
    ),
}
