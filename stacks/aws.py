"""AWS: the explicit provider, in the account that was handed out.

Credentials come from the environment, as always with AWS; they must belong to that account. Service-linked roles (ECS, RDS,
Elastic Load Balancing) are made by AWS on first use: whoever deploys may call iam:CreateServiceLinkedRole.
https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
"""

import pulumi
import pulumi_aws as aws

from components.aws import Aws, AwsLanding
from stacks.sides import Side

__all__ = ["REGIONS", "land"]

REGIONS = {"tokyo": "ap-northeast-1", "osaka": "ap-northeast-3"}


def land(side: Side) -> Aws:
    """The capabilities, bound to the account."""
    settings = side.settings
    account, certificate = settings.aws.account_id, settings.aws.certificate_arn
    region = REGIONS[settings.region]
    provider = aws.Provider("aws", region=region, allowed_account_ids=[account])
    landing = AwsLanding(
        stack=settings.stack,
        region=region,
        tags=settings.tags,
        protected=side.protected,
        locked=side.locked,
        given_up=side.given_up,
        account_id=account,
        zones=_zones(provider),
        certificate_arn=certificate,
        mover_role_arn=side.mover.aws_role_arn if side.mover is not None else None,
    )
    return Aws(landing, provider)


def _zones(provider: aws.Provider) -> tuple[str, str]:
    """The first two zone ids that this account is offered. Names (`ap-northeast-1a`) mean another place in each account.

    https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html
    """
    offered = aws.get_availability_zones(
        state="available",
        filters=[{"name": "zone-type", "values": ["availability-zone"]}],
        opts=pulumi.InvokeOptions(provider=provider),
    )
    first, second, *_ = sorted(offered.zone_ids)
    return first, second
