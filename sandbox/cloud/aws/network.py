"""Amazon VPC: https://docs.aws.amazon.com/vpc/latest/userguide/what-is-amazon-vpc.html"""

from typing import Final

from sandbox.cloud.checks import cidr
from sandbox.cloud.guards import inside, no_overlap
from sandbox.cloud.identity import arn, hexid, same
from sandbox.cloud.resource_type import Reference, ResourceType

TYPES: Final = (
    ResourceType(
        token="aws:ec2/vpc:Vpc",
        source="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html",
        id=hexid("vpc-"),
        computed={
            "arn": arn("ec2", "vpc/{id}"),
            "ownerId": "{account}",
            "mainRouteTableId": hexid("rtb-", what="main route table"),
            "defaultRouteTableId": hexid("rtb-", what="main route table"),
            "defaultNetworkAclId": hexid("acl-", what="default network acl"),
            "defaultSecurityGroupId": hexid("sg-", what="default security group"),
            "dhcpOptionsId": hexid("dopt-", what="dhcp options"),
        },
        input_defaults={"enableDnsSupport": True, "instanceTenancy": "default"},
        defaults={"enableDnsHostnames": False, "enableNetworkAddressUsageMetrics": False},
        replace_on=("cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength"),
        checks=(cidr("cidrBlock", 16, 28),),
        known_as=("arn",),
    ),
    ResourceType(
        token="aws:ec2/subnet:Subnet",
        source="https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html",
        id=hexid("subnet-"),
        computed={
            "arn": arn("ec2", "subnet/{id}"),
            "ownerId": "{account}",
            "ipv6CidrBlockAssociationId": same(""),
        },
        defaults={"availabilityZoneId": "", "privateDnsHostnameTypeOnLaunch": "ip-name"},
        input_defaults={"mapPublicIpOnLaunch": False, "assignIpv6AddressOnCreation": False},
        replace_on=("vpcId", "cidrBlock", "availabilityZone"),
        references=(Reference("vpcId", "aws:ec2/vpc:Vpc", blocks_deletion=True),),
        checks=(cidr("cidrBlock", 16, 28),),
        guards=(
            inside(
                "cidrBlock",
                "vpcId",
                "aws:ec2/vpc:Vpc",
                parent_path="cidrBlock",
                reason="InvalidSubnet.Range: {value} lies outside the VPC's {other}",
            ),
            no_overlap("cidrBlock", "vpcId", reason="InvalidSubnet.Conflict: {value} conflicts with {other}"),
        ),
        known_as=("arn",),
    ),
)
