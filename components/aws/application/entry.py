"""Internal Application Load Balancer: HTTPS in, plain HTTP to the containers in the closed network."""

from dataclasses import dataclass

from pulumi_aws import lb

from components._component import Component, own
from components.application import PORT, ApplicationArgs
from components.aws._landing import AwsLanding
from components.aws.log_archive import LogArchive
from components.aws.network import Network
from components.network import Tier

__all__ = ["Entry", "entry"]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A service registers with `targets` once `listener` is there."""

    balancer: lb.LoadBalancer
    targets: lb.TargetGroup
    listener: lb.Listener


def entry(owner: Component, name: str, args: ApplicationArgs, landing: AwsLanding) -> Entry:
    """One listener, on 443. Access logs go to the delivery bucket, whose policy has to be there first."""
    network, archive = own(args.network, Network), own(args.archive, LogArchive)
    balancer = lb.LoadBalancer(
        f"{name}-entry",
        internal=True,
        load_balancer_type="application",
        ip_address_type="ipv4",
        subnets=network.subnet_ids(Tier.ENTRY),
        security_groups=[network.group_id(Tier.ENTRY)],
        drop_invalid_header_fields=True,
        enable_deletion_protection=landing.protected,
        access_logs={"enabled": True, "bucket": archive.delivery.name, "prefix": "access"},
        tags=landing.tags,
        opts=owner.child(depends_on=[archive, *network.ready]),
    )
    targets = lb.TargetGroup(
        f"{name}-targets",
        vpc_id=network.vpc_id,
        target_type="ip",
        protocol="HTTP",
        port=PORT,
        deregistration_delay=30,
        health_check={
            "enabled": True,
            "protocol": "HTTP",
            "path": "/health",
            "matcher": "200",
            "interval": 15,
            "timeout": 5,
            "healthy_threshold": 2,
            "unhealthy_threshold": 3,
        },
        tags=landing.tags,
        opts=owner.child(),
    )
    listener = lb.Listener(
        f"{name}-listener",
        load_balancer_arn=balancer.arn,
        port=443,
        protocol="HTTPS",
        # TLS 1.2 and 1.3: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
        ssl_policy="ELBSecurityPolicy-TLS13-1-2-2021-06",
        certificate_arn=landing.certificate_arn,
        default_actions=[{"type": "forward", "target_group_arn": targets.arn}],
        tags=landing.tags,
        opts=owner.child(),
    )
    return Entry(balancer=balancer, targets=targets, listener=listener)
