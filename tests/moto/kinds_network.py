"""What cases of networks start from: a sound one of each type, and the objects around it."""

from typing import Any, Final

from tests.moto.case import Kind, Step
from tests.moto.documents import document

VPC: Final = Kind("aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"})
NETWORK: Final = VPC.step("net")
NAMED: Final = VPC.step("net", enableDnsSupport=True, enableDnsHostnames=True)
OTHER: Final = VPC.step("other", cidrBlock="10.1.0.0/16")
SUBNET: Final = Kind(
    "aws:ec2/subnet:Subnet",
    {"vpcId": "{net.id}", "cidrBlock": "10.0.1.0/24", "availabilityZoneId": "apne1-az4"},
    (NETWORK,),
)
A: Final = SUBNET.step("a")
B: Final = SUBNET.step("b", cidrBlock="10.0.2.0/24", availabilityZoneId="apne1-az1")
ABROAD: Final = SUBNET.step("abroad", vpcId="{other.id}", cidrBlock="10.1.1.0/24", availabilityZoneId="apne1-az1")
ROUTES: Final = Kind("aws:ec2/routeTable:RouteTable", {"vpcId": "{net.id}"}, (NETWORK,))
TABLE: Final = ROUTES.step("table")
ASSOCIATION: Final = Kind(
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    {"subnetId": "{a.id}", "routeTableId": "{table.id}"},
    (NETWORK, A, TABLE),
)
MAIN_TABLE: Final = Kind(
    "aws:ec2/defaultRouteTable:DefaultRouteTable", {"defaultRouteTableId": "{net.defaultRouteTableId}"}, (NETWORK,)
)
MAIN_ACL: Final = Kind(
    "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl", {"defaultNetworkAclId": "{net.defaultNetworkAclId}"}, (NETWORK,)
)
MAIN_GROUP: Final = Kind("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", {"vpcId": "{net.id}"}, (NETWORK,))


def entry(number: int, **changes: Any) -> dict[str, Any]:
    sound = {"action": "allow", "protocol": "6", "cidrBlock": "10.0.0.0/16", "fromPort": 443, "toPort": 443}
    return {"ruleNo": number, **sound, **changes}


ACL: Final = Kind("aws:ec2/networkAcl:NetworkAcl", {"vpcId": "{net.id}", "ingress": [entry(100)]}, (NETWORK,))
LIST_OF_A: Final = Kind(ACL.token, {"vpcId": "{net.id}", "subnetIds": ["{a.id}"]}, (NETWORK, A))
GROUP: Final = Kind(
    "aws:ec2/securityGroup:SecurityGroup",
    {"vpcId": "{net.id}", "name": "entry", "description": "Entry of the workload"},
    (NETWORK,),
)
ENTRY: Final = GROUP.step("entry")
PEER: Final = GROUP.step("peer", name="peer")
INGRESS: Final = Kind(
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    {"securityGroupId": "{entry.id}", "cidrIpv4": "10.0.0.0/8", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443},
    (NETWORK, ENTRY),
)
EGRESS: Final = Kind("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", INGRESS.sound, (NETWORK, ENTRY))
ENDPOINT: Final = Kind(
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    {
        "vpcId": "{net.id}",
        "serviceName": "com.amazonaws.ap-northeast-1.kms",
        "vpcEndpointType": "Interface",
        "subnetIds": ["{a.id}", "{b.id}"],
        "securityGroupIds": ["{entry.id}"],
        "privateDnsEnabled": True,
    },
    (NAMED, A, B, ENTRY),
)
GATEWAY: Final = Kind(
    ENDPOINT.token,
    {
        "vpcId": "{net.id}",
        "serviceName": "com.amazonaws.ap-northeast-1.s3",
        "vpcEndpointType": "Gateway",
        "routeTableIds": ["{table.id}"],
    },
    (NETWORK, TABLE),
)
STORE: Final = Step("aws:s3/bucket:Bucket", "store", {"bucket": "machikumo-flow"})
FLOW_LOG: Final = Kind(
    "aws:ec2/flowLog:FlowLog",
    {
        "vpcId": "{net.id}",
        "trafficType": "ALL",
        "logDestinationType": "s3",
        "logDestination": "{store.arn}",
        "maxAggregationInterval": 60,
    },
    (NETWORK, STORE),
)
ROLE: Final = Step(
    "aws:iam/role:Role",
    "role",
    {"name": "flow", "assumeRolePolicy": document(Principal={"Service": "vpc-flow-logs.amazonaws.com"})},
)
GROUP_OF_LOGS: Final = Step("aws:cloudwatch/logGroup:LogGroup", "logs", {"name": "flow"})
