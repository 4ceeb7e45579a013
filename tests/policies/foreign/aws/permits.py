"""A permit form without servers: function, table, queue."""

import json

import pulumi_aws as aws

TAGS = {
    "municipality-code": "011002",
    "system-id": "permits",
    "environment": "production",
    "accounting-line": "general",
    "stack": "production",
}

role = aws.iam.Role(
    "role",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ],
        }
    ),
    tags=TAGS,
)
aws.iam.RolePolicyAttachment(
    "role-dynamodb", role=role.name, policy_arn="arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"
)

table = aws.dynamodb.Table(
    "applications",
    attributes=[aws.dynamodb.TableAttributeArgs(name="id", type="S")],
    hash_key="id",
    billing_mode="PAY_PER_REQUEST",
    point_in_time_recovery=aws.dynamodb.TablePointInTimeRecoveryArgs(enabled=True),
    tags=TAGS,
)
queue = aws.sqs.Queue("mails", sqs_managed_sse_enabled=True, tags=TAGS)
aws.cloudwatch.LogGroup("form-log", name="/aws/lambda/permit-form", retention_in_days=30, tags=TAGS)
form = aws.lambda_.Function(
    "form",
    name="permit-form",
    role=role.arn,
    runtime="python3.9",
    handler="app.handler",
    code="./app.zip",
    environment=aws.lambda_.FunctionEnvironmentArgs(variables={"TABLE": table.name, "QUEUE": queue.url}),
    tags=TAGS,
)
aws.lambda_.FunctionUrl("form-url", function_name=form.name, authorization_type="NONE")
worker = aws.lambda_.Function(
    "worker",
    role=role.arn,
    package_type="Image",
    image_uri="111122223333.dkr.ecr.ap-northeast-1.amazonaws.com/worker@sha256:0f1e2d3c",
    tags=TAGS,
)
aws.lambda_.EventSourceMapping("worker-queue", event_source_arn=queue.arn, function_name=worker.arn, tags=TAGS)
aws.lambda_.Permission(
    "worker-s3",
    action="lambda:InvokeFunction",
    function=worker.name,
    principal="s3.amazonaws.com",
)
