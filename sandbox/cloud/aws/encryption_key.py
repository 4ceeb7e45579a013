"""AWS Key Management Service: https://docs.aws.amazon.com/kms/latest/developerguide/overview.html."""

import json
from typing import Any, Final

from sandbox.cloud.checks import between, matches, not_together
from sandbox.cloud.context import Context
from sandbox.cloud.identity import arn, output_of, uuid
from sandbox.cloud.resource_type import Name, Reference, ResourceType

KEY: Final = "aws:kms/key:Key"


def _default_policy(context: Context) -> str:
    """The account's own use of the key is left to its identity policies, as the service does when none is given."""
    root = f"arn:{context['partition']}:iam::{context['account']}:root"
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


TYPES: Final = (
    ResourceType(
        token=KEY,
        source="https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html",
        id=uuid(),
        computed={"keyId": "{id}", "arn": arn("kms", "key/{id}")},
        input_defaults={
            "customerMasterKeySpec": "SYMMETRIC_DEFAULT",
            "isEnabled": True,
            "keyUsage": "ENCRYPT_DECRYPT",
            "bypassPolicyLockoutSafetyCheck": False,
        },
        defaults={"enableKeyRotation": False, "multiRegion": False, "description": "", "policy": _default_policy},
        replace_on=("customerMasterKeySpec", "keyUsage", "customKeyStoreId", "multiRegion"),
        checks=(
            between("deletionWindowInDays", 7, 30),
            between("rotationPeriodInDays", 90, 2560),
            matches("description", r"(?s).{0,8192}", "a description has at most 8192 characters"),
        ),
        known_as=("arn",),
    ),
    ResourceType(
        token="aws:kms/alias:Alias",
        source="https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html",
        id="{name}",
        name=Name(
            prefix="alias/",
            longest=256,
            pattern=r"alias/(?!aws/)[a-zA-Z0-9/_-]+",
            allowed="a-zA-Z0-9/_-",
            lower=False,
            excludes=("namePrefix",),
        ),
        computed={"arn": arn("kms", "{name}"), "targetKeyArn": output_of("targetKeyId", "arn", KEY)},
        checks=(not_together("name", "namePrefix"),),
        references=(Reference("targetKeyId", KEY),),
        known_as=("arn",),
    ),
)
