"""What lets packets through: security groups and their rules, network ACLs.

https://docs.aws.amazon.com/vpc/latest/userguide/infrastructure-security.html
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.aws.network import SUBNET, VPC
from sandbox.cloud.checks import between, cidr, exactly_one, holds, matches, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.identity import arn, hexid
from sandbox.cloud.resource_type import Name, Reference, ResourceType

GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_GROUP: Final = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
ENDPOINT: Final = "aws:ec2/vpcEndpoint:VpcEndpoint"
_DESCRIPTION: Final = r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]*"
_DESCRIPTION_WORDS: Final = "letters, digits, spaces and ._-:/()#,@[]+=&;{}!$* in ASCII"
_RULE: Final = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")


def _duplicate(context: Context) -> str | None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (InvalidPermission.Duplicate, RulesPerSecurityGroupLimitExceeded)."""
    if context.operation != "create":
        return None
    group = context.inputs["securityGroupId"]
    others = [other for other in context.objects(context.token) if other.get("securityGroupId") == group]
    names = (*_RULE, "ipProtocol", "fromPort", "toPort")
    if any(all(other.inputs.get(n) == context.inputs.get(n) for n in names) for other in others):
        return f"InvalidPermission.Duplicate: {group} has this rule already"
    if len(others) >= 60:
        return f"RulesPerSecurityGroupLimitExceeded: {group} has 60 rules in this direction"
    return None


def _entries(path: str) -> Any:
    def check(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        numbers: set[int] = set()
        for index, entry in enumerate(inputs.get(path) or []):
            number = entry["ruleNo"]
            if number in numbers:
                yield f"{path}[{index}].ruleNo", f"NetworkAclEntryAlreadyExists: {number} is used twice"
            numbers.add(number)
        if len(numbers) > 20:
            yield path, "NetworkAclEntryLimitExceeded: an ACL has at most 20 entries in each direction"

    return check


def _rule(direction: str) -> ResourceType:
    return ResourceType(
        token=f"aws:vpc/securityGroup{direction}Rule:SecurityGroup{direction}Rule",
        source="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
        id=hexid("sgr-"),
        computed={"arn": arn("ec2", "security-group-rule/{id}"), "securityGroupRuleId": "{id}"},
        replace_on=("securityGroupId",),
        references=(
            Reference("securityGroupId", (GROUP, DEFAULT_GROUP)),
            Reference("referencedSecurityGroupId", (GROUP, DEFAULT_GROUP), blocks_deletion=True),
            Reference("prefixListId", ENDPOINT),
        ),
        checks=(
            exactly_one(*_RULE),
            cidr("cidrIpv4"),
            between("fromPort", -1, 65535),
            between("toPort", -1, 65535),
            matches("description", _DESCRIPTION, _DESCRIPTION_WORDS),
            holds("description", lambda text: len(text) <= 255, "a description has at most 255 characters"),
        ),
        guards=(_duplicate,),
        known_as=("arn",),
    )


TYPES: Final = (
    ResourceType(
        token=GROUP,
        source="https://docs.aws.amazon.com/vpc/latest/userguide/creating-security-groups.html",
        id=hexid("sg-"),
        name=Name(
            longest=255,
            pattern=r"(?!sg-)[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]+",
            allowed=r"a-zA-Z0-9 ._\-",
            lower=False,
            unique_in="{vpcId}",
            excludes=("namePrefix",),
        ),
        computed={"arn": arn("ec2", "security-group/{id}"), "ownerId": "{account}"},
        input_defaults={"description": "Managed by Pulumi", "revokeRulesOnDelete": False},
        # Without rules in the program the provider removes the one that AWS adds: every destination, every port.
        defaults={"ingress": [], "egress": []},
        replace_on=("description", "vpcId"),
        references=(Reference("vpcId", VPC, blocks_deletion=True),),
        checks=(
            matches("description", _DESCRIPTION, _DESCRIPTION_WORDS),
            holds("description", lambda text: 0 < len(text) <= 255, "a description has 1 to 255 characters"),
        ),
        known_as=("arn",),
    ),
    _rule("Ingress"),
    _rule("Egress"),
    ResourceType(
        token="aws:ec2/networkAcl:NetworkAcl",
        source="https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html",
        id=hexid("acl-"),
        computed={"arn": arn("ec2", "network-acl/{id}"), "ownerId": "{account}"},
        replace_on=("vpcId",),
        references=(
            Reference("vpcId", VPC, blocks_deletion=True),
            Reference("subnetIds[*]", SUBNET, blocks_deletion=True),
        ),
        checks=(
            _entries("ingress"),
            _entries("egress"),
            cidr("ingress[*].cidrBlock"),
            cidr("egress[*].cidrBlock"),
            one_of("ingress[*].action", ("allow", "deny")),
            one_of("egress[*].action", ("allow", "deny")),
            between("ingress[*].ruleNo", 1, 32766),
            between("egress[*].ruleNo", 1, 32766),
        ),
    ),
)
