"""IAM policy documents: what every file here writes the same way."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from components.aws._landing import AwsLanding

__all__ = ["document", "role_arn", "service_trust"]


def document(statements: Sequence[Mapping[str, Any]]) -> pulumi.Output[str]:
    """The policy as JSON; known at preview as long as every value in it is."""
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements})


def service_trust(service: str, source: str, landing: AwsLanding) -> pulumi.Output[str]:
    """Trust of a role that only `service` takes, only for resources of this account (`source` is an ARN pattern).

    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    return document(
        [
            {
                "Effect": "Allow",
                "Principal": {"Service": service},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": landing.account_id},
                    "ArnLike": {"aws:SourceArn": source},
                },
            }
        ]
    )


def role_arn(role_name: pulumi.Output[str], landing: AwsLanding) -> pulumi.Output[str]:
    """ARN of a role of this account, made from its name: known at preview, so that policies can be judged there."""
    return role_name.apply(lambda name: f"arn:aws:iam::{landing.account_id}:role/{name}")
