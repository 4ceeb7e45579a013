"""Policies that AWS writes itself: of the best known what decides a verdict, as statements; of others what their name says.

https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
"""

from typing import Any

from policies.facts.aws.policy_document import Document
from policies.facts.vocabulary import UNKNOWN, Maybe

_OF_AWS = "arn:aws:iam::aws:policy/"


def _allow(*actions: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*"}


_PULL = ("ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage")
_WRITE_LOGS = ("logs:CreateLogStream", "logs:PutLogEvents")
_NETWORK_INTERFACES = ("ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface")
_KNOWN: dict[str, list[dict[str, Any]]] = {
    "AdministratorAccess": [_allow("*")],
    "PowerUserAccess": [
        {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"},
        _allow("iam:CreateServiceLinkedRole", "iam:DeleteServiceLinkedRole", "iam:ListRoles"),
    ],
    "IAMFullAccess": [_allow("iam:*")],
    "AmazonDynamoDBFullAccess": [
        _allow("dynamodb:*", "lambda:CreateFunction", "lambda:CreateEventSourceMapping", "iam:PassRole")
    ],
    "AmazonEKSClusterPolicy": [_allow("ec2:CreateRoute", "ec2:AuthorizeSecurityGroupIngress", "ec2:AttachVolume")],
    "AmazonEKSWorkerNodePolicy": [_allow("ec2:DescribeInstances", "eks:DescribeCluster")],
    "AmazonEKS_CNI_Policy": [_allow(*_NETWORK_INTERFACES, "ec2:AssignPrivateIpAddresses", "ec2:CreateTags")],
    "AWSLambda_FullAccess": [_allow("lambda:*", "logs:*", "iam:PassRole")],
    "job-function/SystemAdministrator": [_allow("ec2:*", "cloudwatch:*", "logs:*", "config:*")],
    "job-function/NetworkAdministrator": [_allow("ec2:*", "elasticloadbalancing:*", "route53:*")],
    "job-function/DatabaseAdministrator": [_allow("rds:*", "dynamodb:*", "redshift:*", "cloudwatch:*")],
    "job-function/DataScientist": [_allow("s3:*", "elasticmapreduce:*", "kinesis:*")],
    "ReadOnlyAccess": [
        _allow("s3:Get*", "s3:List*", "logs:Get*", "logs:FilterLogEvents", "ec2:Describe*", "iam:List*")
    ],
    "job-function/ViewOnlyAccess": [_allow("s3:ListAllMyBuckets", "ec2:Describe*", "iam:List*")],
    "SecurityAudit": [_allow("ec2:Describe*", "iam:Get*", "iam:List*", "s3:ListAllMyBuckets")],
    "IAMUserChangePassword": [_allow("iam:GetAccountPasswordPolicy")],
    "service-role/AmazonECSTaskExecutionRolePolicy": [_allow("ecr:GetAuthorizationToken", *_PULL, *_WRITE_LOGS)],
    "service-role/AWSLambdaBasicExecutionRole": [_allow("logs:CreateLogGroup", *_WRITE_LOGS)],
    "service-role/AWSLambdaVPCAccessExecutionRole": [_allow("logs:CreateLogGroup", *_WRITE_LOGS, *_NETWORK_INTERFACES)],
    "AmazonEC2ContainerRegistryReadOnly": [_allow("ecr:GetAuthorizationToken", *_PULL)],
    "AmazonSSMManagedInstanceCore": [_allow("ssm:UpdateInstanceInformation", "ssmmessages:OpenDataChannel")],
    "CloudWatchAgentServerPolicy": [_allow("cloudwatch:PutMetricData", "logs:CreateLogGroup", *_WRITE_LOGS)],
}


def managed(arn: str) -> Maybe[Document]:
    """What the policy of that ARN allows; unknown for one that is neither AWS's own nor told by its name."""
    if not arn.startswith(_OF_AWS):
        return UNKNOWN
    name = arn.removeprefix(_OF_AWS)
    if name in _KNOWN:
        return {"Statement": _KNOWN[name]}
    if name.endswith(("FullAccess", "FullAccess_v2", "AdministratorAccess", "AdminAccess")):
        return {"Statement": [_allow(f"{name.lower()}:*")]}  # every action of a service, whichever it is
    return UNKNOWN
