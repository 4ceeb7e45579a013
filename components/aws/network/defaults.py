"""What AWS makes with every VPC: adopted and emptied, so that nothing is allowed by an object nobody wrote.

https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
"""

from pulumi_aws import ec2

from components._component import Component
from components.aws._landing import AwsLanding

__all__ = ["empty_defaults"]


def empty_defaults(owner: Component, name: str, landing: AwsLanding, vpc: ec2.Vpc) -> None:
    """No rule in the default security group, no entry in the default network ACL, no route in the main route table."""
    ec2.DefaultSecurityGroup(
        f"{name}-default-group", vpc_id=vpc.id, ingress=[], egress=[], tags=landing.tags, opts=owner.child()
    )
    ec2.DefaultNetworkAcl(
        f"{name}-default-acl",
        default_network_acl_id=vpc.default_network_acl_id,
        ingress=[],
        egress=[],
        tags=landing.tags,
        # AWS moves a subnet here whenever its own ACL is replaced.
        opts=owner.child(ignore_changes=["subnetIds"]),
    )
    ec2.DefaultRouteTable(
        f"{name}-default-routes",
        default_route_table_id=vpc.default_route_table_id,
        routes=[],
        tags=landing.tags,
        opts=owner.child(),
    )
