"""Policies and sound inputs for what keeps data on the sandbox's AWS."""

import json
from typing import Any, Final

from tests.sandbox.aws_town import ACCOUNT, BUCKET, BUCKET_POLICY, KEY, REGION, ROLE, Town

INSTANCE: Final = "aws:rds/instance:Instance"
SUBNETS: Final = "aws:rds/subnetGroup:SubnetGroup"
PARAMETERS: Final = "aws:rds/parameterGroup:ParameterGroup"
SECRET: Final = "aws:secretsmanager/secret:Secret"
SECRET_POLICY: Final = "aws:secretsmanager/secretPolicy:SecretPolicy"
VERSION: Final = "aws:secretsmanager/secretVersion:SecretVersion"
ROLE_POLICY: Final = "aws:iam/rolePolicy:RolePolicy"
ALIAS: Final = "aws:kms/alias:Alias"
TRAIL: Final = "aws:cloudtrail/trail:Trail"
FILTER: Final = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"
STREAM: Final = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
ROOT: Final = f"arn:aws:iam::{ACCOUNT}:root"
CLOUDTRAIL: Final = "cloudtrail.amazonaws.com"
DATABASE: Final[dict[str, Any]] = {
    "identifier": "ledger",
    "engine": "postgres",
    "engineVersion": "17",
    "instanceClass": "db.m6g.large",
    "allocatedStorage": 100,
    "storageType": "gp3",
    "username": "machikumo",
    "password": "long-enough-1",
    "skipFinalSnapshot": True,
}


def of_bucket(name: str) -> str:
    """The token of a bucket's setting."""
    return f"aws:s3/{name[0].lower()}{name[1:]}:{name}"


def policy(*statements: dict[str, Any], **more: Any) -> str:
    """A policy of statements, each an Allow unless it says otherwise."""
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **one} for one in statements], **more}
    )


def by_account(*actions: str, **condition: Any) -> dict[str, Any]:
    """A statement of a key policy that leaves the actions to the account's identities."""
    found = {"Principal": {"AWS": ROOT}, "Action": list(actions), "Resource": "*"}
    return {**found, "Condition": condition} if condition else found


ADMINISTER: Final = by_account("kms:Put*", "kms:Describe*", "kms:CreateAlias")


def through(service: str, *actions: str) -> dict[str, Any]:
    """A statement that leaves the actions to the account's identities through one service."""
    return by_account(*actions, StringEquals={"kms:ViaService": f"{service}.{REGION}.amazonaws.com"})


def by_service(service: str, *actions: str, **condition: Any) -> dict[str, Any]:
    """A statement of a key policy for a service."""
    found = {"Principal": {"Service": service}, "Action": list(actions), "Resource": "*"}
    return {**found, "Condition": condition} if condition else found


def key(town: Town, *statements: dict[str, Any], name: str = "key", **more: Any) -> str:
    """The ARN of a key that the account administers and whose further statements are these; without any: the default."""
    given = {"policy": policy(ADMINISTER, *statements)} if statements else {}
    arn: str = town.make(KEY, name, **given, **more)[1]["arn"]
    return arn


def bucket(town: Town, name: str = "store", **inputs: Any) -> str:
    """The name of a bucket."""
    return town.make(BUCKET, name, bucket=f"{name}-011002", **inputs)[0]


def admit(town: Town, store: str, service: str, *actions: str, under: str = "*") -> None:
    """A policy of the bucket that lets the service do these."""
    for_objects = [f"arn:aws:s3:::{store}/{under}"]
    statements = [
        {
            "Principal": {"Service": service},
            "Action": one,
            "Resource": for_objects if "Object" in one else f"arn:aws:s3:::{store}",
        }
        for one in actions
    ]
    town.make(BUCKET_POLICY, f"policy-{store}", bucket=store, policy=policy(*statements))


def admit_trail(town: Town, store: str) -> None:
    """What CloudTrail needs of its bucket."""
    admit(town, store, CLOUDTRAIL, "s3:GetBucketAcl", "s3:PutObject")


def sender(town: Town, service: str, *rights: tuple[str, str], name: str = "sender", **condition: Any) -> str:
    """The ARN of a role that the service takes and that has these rights."""
    taken: dict[str, Any] = {"Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    if condition:
        taken["Condition"] = condition
    id_, outputs = town.make(ROLE, name, assumeRolePolicy=policy(taken))
    if rights:
        statements = [{"Action": action, "Resource": resource} for action, resource in rights]
        town.make(ROLE_POLICY, f"{name}-rights", role=id_, policy=policy(*statements))
    arn: str = outputs["arn"]
    return arn


def stream(town: Town, **more: Any) -> dict[str, Any]:
    """Sound inputs of a stream into a bucket, both made now."""
    store, role = bucket(town, "target"), sender(town, "firehose.amazonaws.com", name="writer")
    settings = {"bucketArn": f"arn:aws:s3:::{store}", "roleArn": role}
    return {"destination": "extended_s3", "extendedS3Configuration": settings, **more}
