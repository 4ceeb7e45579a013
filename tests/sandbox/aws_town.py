"""One AWS account in Tokyo (and the same one in Osaka), with short ways to make what a test needs first."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sandbox.cloud.aws import PACKAGE
from sandbox.cloud.server import Server
from tests.sandbox.conftest import Caller

ACCOUNT: Final = "111122223333"
REGION: Final = "ap-northeast-1"
OSAKA: Final = "ap-northeast-3"
VPC: Final = "aws:ec2/vpc:Vpc"
SUBNET: Final = "aws:ec2/subnet:Subnet"
ROUTES: Final = "aws:ec2/routeTable:RouteTable"
ASSOCIATION: Final = "aws:ec2/routeTableAssociation:RouteTableAssociation"
DEFAULT_ROUTES: Final = "aws:ec2/defaultRouteTable:DefaultRouteTable"
DEFAULT_ACL: Final = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
DEFAULT_GROUP: Final = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
IN: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
OUT: Final = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
ACL: Final = "aws:ec2/networkAcl:NetworkAcl"
ENDPOINT: Final = "aws:ec2/vpcEndpoint:VpcEndpoint"
FLOW_LOG: Final = "aws:ec2/flowLog:FlowLog"
BALANCER: Final = "aws:lb/loadBalancer:LoadBalancer"
TARGETS: Final = "aws:lb/targetGroup:TargetGroup"
LISTENER: Final = "aws:lb/listener:Listener"
CLUSTER: Final = "aws:ecs/cluster:Cluster"
TASK: Final = "aws:ecs/taskDefinition:TaskDefinition"
SERVICE: Final = "aws:ecs/service:Service"
REPOSITORY: Final = "aws:ecr/repository:Repository"
BUCKET: Final = "aws:s3/bucket:Bucket"
BUCKET_POLICY: Final = "aws:s3/bucketPolicy:BucketPolicy"
ROLE: Final = "aws:iam/role:Role"
LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
KEY: Final = "aws:kms/key:Key"
CERTIFICATE: Final = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/00000000-0000-4000-8000-000000000001"
A, C, D = "apne1-az4", "apne1-az1", "apne1-az2"


def document(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def trust(service: str) -> str:
    return document(Principal={"Service": service}, Action="sts:AssumeRole")


class Town:
    """Makes, refuses and names; what a test does not say is sound."""

    def __init__(self, caller: Caller, osaka: Caller) -> None:
        self.caller, self.osaka = caller, osaka

    def make(self, token: str, name: str = "it", /, **inputs: Any) -> tuple[str, dict[str, Any]]:
        id_, outputs = self.caller.create(token, inputs, name=name)
        return id_, outputs

    def refused(self, token: str, name: str = "it", /, **inputs: Any) -> str:
        return self.caller.refusal(self.caller.create, token, inputs, name=name)

    def refusal_of_update(self, token: str, made: tuple[str, Mapping[str, Any]], /, **inputs: Any) -> str:
        return self.caller.refusal(self.caller.update, token, *made, inputs)

    def refusal_of_delete(self, token: str, id_: str) -> str:
        return self.caller.refusal(self.caller.delete, token, id_)

    def failures(self, token: str, /, **inputs: Any) -> list[tuple[str, str]]:
        return self.caller.check(token, inputs)[1]

    def paths(self, token: str, /, **inputs: Any) -> list[str]:
        return [path for path, _ in self.failures(token, **inputs)]

    def vpc(self, name: str = "vpc", block: str = "10.0.0.0/16", **more: Any) -> str:
        return self.make(VPC, name, **{"cidrBlock": block, "enableDnsHostnames": True, **more})[0]

    def subnet(self, vpc: str, block: str = "10.0.0.0/24", zone: str = A, name: str = "") -> str:
        place = {"vpcId": vpc, "cidrBlock": block, "availabilityZoneId": zone}
        return self.make(SUBNET, name or f"subnet-{block}", **place)[0]

    def pair(self, vpc: str) -> list[str]:
        """Two subnets in two zones."""
        return [self.subnet(vpc, "10.0.0.0/24", A), self.subnet(vpc, "10.0.1.0/24", C)]

    def group(self, vpc: str, name: str = "group") -> str:
        return self.make(GROUP, name, vpcId=vpc)[0]

    def role(self, service: str, name: str = "role") -> str:
        arn: str = self.make(ROLE, name, assumeRolePolicy=trust(service))[1]["arn"]
        return arn


@contextmanager
def towns(state: Path) -> Iterator[Town]:
    """A town on a server of its own."""
    server = Server(state, (PACKAGE,))
    accounts = f'["{ACCOUNT}"]'
    tokyo, osaka = (Caller(server.ports["aws"], region=r, allowedAccountIds=accounts) for r in (REGION, OSAKA))
    yield Town(tokyo, osaka)
    for caller in (tokyo, osaka):
        caller.close()
    server.stop()
