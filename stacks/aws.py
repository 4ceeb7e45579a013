"""AWS: the explicit provider, in the account that was handed out."""

import pulumi_aws as aws

from components.aws import Aws, AwsLanding
from stacks.settings import Settings

__all__ = ["land"]

REGIONS = {"tokyo": "ap-northeast-1", "osaka": "ap-northeast-3"}
