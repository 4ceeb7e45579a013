"""Amazon VPC without gateway to or from the internet."""

import pulumi
from pulumi_aws import ec2

from components import network as contract
from components._component import own
from components.aws._landing import AwsLanding
from components.aws.log_archive import LogArchive
from components.aws.network.defaults import empty_defaults
from components.aws.network.endpoints import endpoints
from components.aws.network.flows import allow
from components.aws.network.tiers import Tiers
from components.network import NetworkArgs, Tier

__all__ = ["Network"]


class Network(contract.Network):
    """Siblings place themselves with `subnet_ids(tier)` and `group_id(tier)`, after `ready`."""

    def __init__(
        self, name: str, args: NetworkArgs, landing: AwsLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:aws:Network", name, landing, opts)
        archive = own(args.archive, LogArchive)
        vpc = ec2.Vpc(
            f"{name}-vpc",
            cidr_block=args.cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags=landing.tags,
            opts=self.child(),
        )
        ec2.FlowLog(
            f"{name}-flow-log",
            vpc_id=vpc.id,
            traffic_type="ALL",
            log_destination_type="s3",
            log_destination=pulumi.Output.concat(archive.arn, "/flow/"),
            max_aggregation_interval=600,
            tags=landing.tags,
            opts=self.child(depends_on=[archive]),
        )
        empty_defaults(self, name, landing, vpc)
        self._tiers = Tiers(self, name, landing, vpc, args.cidr)
        services = endpoints(self, name, landing, vpc, self._tiers)
        allowed = allow(self, name, landing, args.flows, self._tiers.groups, services.prefix_list_id)
        self.ready = [*services.made, *allowed]
        self.vpc_id = vpc.id
        self.network_id = vpc.id
        self.register_outputs({"network_id": self.network_id, "cidr": args.cidr})

    def subnet_ids(self, tier: Tier) -> list[pulumi.Output[str]]:
        """The tier's two subnets, one a zone."""
        return [subnet.id for subnet in self._tiers.subnets[tier]]

    def group_id(self, tier: Tier) -> pulumi.Output[str]:
        """The tier's security group."""
        return self._tiers.groups[tier].id
