"""Tiers: for each, two subnets in two zones, their routes, their network ACL and one security group."""

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_aws import ec2

from components._component import Component
from components.aws._landing import AwsLanding
from components.network import Tier, address_plan, zone_plan

__all__ = ["Tiers"]

_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
"""https://www.rfc-editor.org/rfc/rfc1918"""


class Tiers:
    """`subnets` and `groups` by tier. Only `application_routes` leads anywhere but the VPC itself: to Amazon S3's endpoint."""

    subnets: Mapping[Tier, tuple[ec2.Subnet, ...]]
    groups: Mapping[Tier, ec2.SecurityGroup]
    application_routes: ec2.RouteTable

    def __init__(self, owner: Component, name: str, landing: AwsLanding, vpc: ec2.Vpc, cidr: str) -> None:
        plan = address_plan(cidr)
        self.subnets = {
            tier: tuple(
                ec2.Subnet(
                    f"{name}-{tier}-{number}",
                    vpc_id=vpc.id,
                    cidr_block=block,
                    availability_zone_id=zone,
                    map_public_ip_on_launch=False,
                    tags=landing.tags,
                    # Once placed, a subnet stays: the account may be offered other zones later.
                    opts=owner.child(ignore_changes=["availabilityZoneId"]),
                )
                for number, block, zone in zip((1, 2), zone_plan(plan[tier]), landing.zones, strict=True)
            )
            for tier in Tier
        }
        self.groups = {
            tier: ec2.SecurityGroup(
                f"{name}-{tier}", vpc_id=vpc.id, description=f"{tier} tier", tags=landing.tags, opts=owner.child()
            )
            for tier in Tier
        }
        # The landing adds the ways back over its line (a transit gateway's): they stay.
        closed = _routes(owner, f"{name}-closed-routes", landing, vpc, ignored=["routes"])
        self.application_routes = _routes(owner, f"{name}-application-routes", landing, vpc)
        for tier, subnets in self.subnets.items():
            table = self.application_routes if tier is Tier.APPLICATION else closed
            for number, subnet in enumerate(subnets, start=1):
                ec2.RouteTableAssociation(
                    f"{name}-{tier}-{number}-routes", subnet_id=subnet.id, route_table_id=table.id, opts=owner.child()
                )
        _acl(
            owner, f"{name}-closed-acl", landing, vpc, self._ids(Tier.ENTRY, Tier.DATA, Tier.SERVICES), to_storage=False
        )
        _acl(owner, f"{name}-application-acl", landing, vpc, self._ids(Tier.APPLICATION), to_storage=True)

    def _ids(self, *tiers: Tier) -> list[pulumi.Output[str]]:
        return [subnet.id for tier in tiers for subnet in self.subnets[tier]]


def _routes(
    owner: Component, name: str, landing: AwsLanding, vpc: ec2.Vpc, *, ignored: Sequence[str] = ()
) -> ec2.RouteTable:
    opts = owner.child(ignore_changes=ignored)
    return ec2.RouteTable(name, vpc_id=vpc.id, routes=[], tags=landing.tags, opts=opts)


def _acl(
    owner: Component,
    name: str,
    landing: AwsLanding,
    vpc: ec2.Vpc,
    subnet_ids: list[pulumi.Output[str]],
    *,
    to_storage: bool,
) -> None:
    """TCP between private addresses. The flows themselves are in the security groups: an ACL holds 20 entries.

    A gateway endpoint keeps Amazon S3's public addresses, and an ACL takes no prefix list: `to_storage` admits requests
    to port 443 and their replies. The security groups narrow both to Amazon S3; there is no other route.
    https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
    """
    inward = [(100 + number, cidr, 0, 65535) for number, cidr in enumerate(_PRIVATE)]
    outward = [*inward, (200, "0.0.0.0/0", 443, 443)] if to_storage else inward
    inward = [*inward, (200, "0.0.0.0/0", 1024, 65535)] if to_storage else inward
    ec2.NetworkAcl(
        name,
        vpc_id=vpc.id,
        subnet_ids=subnet_ids,
        ingress=[
            {"rule_no": no, "action": "allow", "protocol": "tcp", "cidr_block": cidr, "from_port": low, "to_port": high}
            for no, cidr, low, high in inward
        ],
        egress=[
            {"rule_no": no, "action": "allow", "protocol": "tcp", "cidr_block": cidr, "from_port": low, "to_port": high}
            for no, cidr, low, high in outward
        ],
        tags=landing.tags,
        opts=owner.child(),
    )
