"""Security group rules: both sides of each listed flow, and nothing else."""

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_aws import ec2, vpc

from components._component import Component
from components.aws._landing import AwsLanding
from components.network import Flow, Tier

__all__ = ["allow"]


def allow(
    owner: Component,
    name: str,
    landing: AwsLanding,
    flows: Sequence[Flow],
    groups: Mapping[Tier, ec2.SecurityGroup],
    storage_prefix_list_id: pulumi.Output[str],
) -> list[pulumi.Resource]:
    """The rules made. A tier that may reach the services may reach Amazon S3, whose endpoint is no member of a group.

    What a database itself opens, as a subscription does, passes the rules of its group too.
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html
    """
    rules: list[pulumi.Resource] = []
    for flow in flows:
        stem = f"{name}-{_word(flow.source)}-to-{_word(flow.destination)}-{flow.port}"
        if isinstance(flow.destination, Tier):
            rules.append(
                vpc.SecurityGroupIngressRule(
                    f"{stem}-in",
                    security_group_id=groups[flow.destination].id,
                    cidr_ipv4=None if isinstance(flow.source, Tier) else flow.source,
                    referenced_security_group_id=groups[flow.source].id if isinstance(flow.source, Tier) else None,
                    ip_protocol="tcp",
                    from_port=flow.port,
                    to_port=flow.port,
                    description=_reason(flow),
                    tags=landing.tags,
                    opts=owner.child(),
                )
            )
        if not isinstance(flow.source, Tier):
            continue
        inside = isinstance(flow.destination, Tier)
        rules.append(
            vpc.SecurityGroupEgressRule(
                f"{stem}-out",
                security_group_id=groups[flow.source].id,
                cidr_ipv4=None if inside else flow.destination,
                referenced_security_group_id=groups[Tier(flow.destination)].id if inside else None,
                ip_protocol="tcp",
                from_port=flow.port,
                to_port=flow.port,
                description=_reason(flow),
                tags=landing.tags,
                opts=owner.child(),
            )
        )
        if flow.destination is Tier.SERVICES:
            rules.append(
                vpc.SecurityGroupEgressRule(
                    f"{stem}-storage-out",
                    security_group_id=groups[flow.source].id,
                    prefix_list_id=storage_prefix_list_id,
                    ip_protocol="tcp",
                    from_port=flow.port,
                    to_port=flow.port,
                    description=_reason(flow),
                    tags=landing.tags,
                    opts=owner.child(),
                )
            )
    return rules


def _word(end: Tier | str) -> str:
    return end.replace(".", "-").replace("/", "-")


def _reason(flow: Flow) -> str:
    """Descriptions are ASCII of a few marks, 255 at most; another reason stays in the settings.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html
    """
    allowed = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ._-:/()#,@[]+=&;{}!$*")
    return flow.why if set(flow.why) <= allowed else "listed in the settings of the stack: machikumo:flows"
