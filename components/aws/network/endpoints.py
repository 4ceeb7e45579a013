"""AWS PrivateLink interface endpoints, and the gateway endpoint of Amazon S3."""

from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2

from components._component import Component
from components.aws._landing import AwsLanding
from components.aws._policy import document
from components.aws.network.tiers import Tiers
from components.network import Tier

__all__ = ["Endpoints", "endpoints"]

_SERVICES = ("ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "sts")
"""https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html and what the container itself calls."""


@dataclass(frozen=True, kw_only=True)
class Endpoints:
    """`prefix_list_id` stands for Amazon S3 in security groups."""

    prefix_list_id: pulumi.Output[str]
    made: list[ec2.VpcEndpoint]


def endpoints(owner: Component, name: str, landing: AwsLanding, vpc: ec2.Vpc, tiers: Tiers) -> Endpoints:
    """Each admits only identities of this account; Amazon S3 only this account's buckets and the image layers of ECR."""
    mine = {"StringEquals": {"aws:PrincipalAccount": landing.account_id}}
    storage = ec2.VpcEndpoint(
        f"{name}-s3",
        vpc_id=vpc.id,
        service_name=f"com.amazonaws.{landing.region}.s3",
        vpc_endpoint_type="Gateway",
        route_table_ids=[tiers.application_routes.id],
        policy=document(
            [
                {
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": "s3:*",
                    "Resource": "*",
                    "Condition": {
                        "StringEquals": {
                            "aws:PrincipalAccount": landing.account_id,
                            "aws:ResourceAccount": landing.account_id,
                        }
                    },
                },
                {
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": "s3:GetObject",
                    "Resource": f"arn:aws:s3:::prod-{landing.region}-starport-layer-bucket/*",
                },
            ]
        ),
        tags=landing.tags,
        opts=owner.child(),
    )
    interfaces = [
        ec2.VpcEndpoint(
            f"{name}-{service.replace('.', '-')}",
            vpc_id=vpc.id,
            service_name=f"com.amazonaws.{landing.region}.{service}",
            vpc_endpoint_type="Interface",
            private_dns_enabled=True,
            subnet_ids=[subnet.id for subnet in tiers.subnets[Tier.SERVICES]],
            security_group_ids=[tiers.groups[Tier.SERVICES].id],
            policy=document([{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": mine}]),
            tags=landing.tags,
            opts=owner.child(),
        )
        for service in _SERVICES
    ]
    return Endpoints(prefix_list_id=storage.prefix_list_id, made=[storage, *interfaces])
