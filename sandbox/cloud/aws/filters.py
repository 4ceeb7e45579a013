"""Security groups and their rules.

https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.aws.network import DEPENDENCY, IN_VPC, NEEDS_VPC, VPC
from sandbox.cloud.aws.placement import given_vpc, of_one_vpc
from sandbox.cloud.aws.tags import tag_rule
from sandbox.cloud.checks import Problems, cidr, exactly_one, holds, matches, not_together
from sandbox.cloud.context import Context, Object
from sandbox.cloud.guards import not_deleted_while_others
from sandbox.cloud.identity import arn, hexid, output_of
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at

GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_GROUP: Final = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
ENDPOINT: Final = "aws:ec2/vpcEndpoint:VpcEndpoint"
RULES: Final = tuple(f"aws:vpc/securityGroup{way}Rule:SecurityGroup{way}Rule" for way in ("Ingress", "Egress"))
_DESCRIPTION: Final = r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]*"
_DESCRIPTION_WORDS: Final = "letters, digits, spaces and ._-:/()#,@[]+=&;{}!$* in ASCII"
_PEERS: Final = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")
_SOURCES: Final = ("cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "securityGroups", "self")
_PROTOCOLS: Final = {"tcp": "6", "udp": "17", "icmp": "1", "icmpv6": "58"}
_DIFFERENT: Final = "InvalidGroup.NotFound: you have specified two resources that belong to different networks"
_MOST: Final = 60
"""Rules of a group in each direction: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html."""
_BESIDE: Final = "Rules in a group's own inputs and rules that are resources of their own overwrite each other there."
_LIST: Final = (
    "A prefix list is known by the gateway endpoint that shows it; lists of one's own and their weight are not.",
    "A default group is known only once it was adopted; peered VPCs are not imitated.",
)


def _number(protocol: str) -> str:
    return _PROTOCOLS.get(protocol.lower(), protocol)


def _ports_fit(protocol: str, low: int | None, high: int | None) -> str | None:
    """What is wrong with the two ends of a range; for ICMP they are type and code."""
    if not re.fullmatch(r"-1|\d{1,3}", _number(protocol)) or int(_number(protocol)) > 255:
        return f"InvalidParameterValue: invalid value '{protocol}' for IP protocol"
    if low is None or high is None:
        needed = _number(protocol) in ("1", "6", "17")
        return f"InvalidParameterValue: protocol '{protocol}' needs both ends of a range" if needed else None
    if _number(protocol) in ("6", "17") and not 0 <= low <= high <= 65535:
        return f"InvalidParameterValue: invalid TCP or UDP port range ({low} to {high})"
    if _number(protocol) in ("1", "58") and not (-1 <= low <= 255 and -1 <= high <= 255):
        return f"InvalidParameterValue: ICMP type and code are -1 to 255, not {low} and {high}"
    return None


def _rule_fits(inputs: Mapping[str, Any]) -> Problems:
    protocol, ends = inputs["ipProtocol"], [inputs.get(name) for name in ("fromPort", "toPort")]
    if protocol == "-1" and ends != [None, None]:
        yield "fromPort", "with ipProtocol '-1' no ports may be given"
    elif reason := _ports_fit(protocol, *ends):
        yield "fromPort" if "port" in reason or "range" in reason else "ipProtocol", reason


def _inline_fit(inputs: Mapping[str, Any]) -> Problems:
    for way in ("ingress", "egress"):
        for number, rule in enumerate(inputs.get(way) or []):
            path, low, high = f"{way}[{number}]", rule.get("fromPort"), rule.get("toPort")
            if not any(rule.get(name) for name in _SOURCES):
                yield path, f"one of {', '.join(_SOURCES)} must be given"
            if rule.get("protocol") == "-1":
                if (low, high) != (0, 0):
                    yield path, f"fromPort ({low}) and toPort ({high}) must both be 0 to use the 'ALL' \"-1\" protocol"
            elif reason := _ports_fit(str(rule.get("protocol")), low, high):
                yield path, reason


def _other_peer(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """A rule's peer may change, but not into one of another kind."""
    if [name for name in _PEERS if name in old] != [name for name in _PEERS if name in new]:
        yield from _PEERS


def _identity(rule: Mapping[str, Any]) -> tuple[Any, ...]:
    return (_number(rule["ipProtocol"]), *(rule.get(name) for name in (*_PEERS, "fromPort", "toPort")))


def _once(context: Context) -> str | None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html."""
    if not context.writing:
        return None
    group = context["securityGroupId"]
    others = [o for o in context.objects(context.token) if o.get("securityGroupId") == group and o.id != context.id]
    if any(_identity(other.inputs) == _identity(context.inputs) for other in others):
        return f"InvalidPermission.Duplicate: the specified rule already exists in {group}"
    if len(others) >= _MOST:
        return f"RulesPerSecurityGroupLimitExceeded: {group} has {_MOST} rules in this direction"
    return None


def _group_vpc(context: Context) -> str | None:
    group = context.find(context["securityGroupId"], GROUP, DEFAULT_GROUP)
    return None if group is None else group.get("vpcId")


def _names_another(context: Context, other: Object) -> bool:
    """A rule of another group, resource or inline, that names this one; a group's own rules go with it."""
    if other.token in RULES:
        return bool(other.get("referencedSecurityGroupId") == context.id != other.get("securityGroupId"))
    return other.id != context.id and any(v == context.id for path in _GROUPS for _, v in at(other.inputs, path))


def _name_free(context: Context) -> str | None:
    """Case makes no difference, and every VPC has a group named default.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
    """
    name, vpc = full_name(context), context["vpcId"]
    groups = context.objects(GROUP) if context.operation == "create" else ()
    taken = {str(one.get("name")).casefold() for one in groups if one.get("vpcId") == vpc}
    if context.operation == "create" and name.casefold() in {"default", *taken}:
        return f"InvalidGroup.Duplicate: The security group '{name}' already exists for VPC '{vpc}'"
    return None


def full_name(context: Context) -> str:
    """The name given or made; with a prefix the provider appends 26 digits."""
    given = context.inputs.get("name")
    return str(given) if given else f"{context['namePrefix']}{context.digits(26, 'name')}"


def _rule(token: str) -> ResourceType:
    return ResourceType(
        token=token,
        source="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
        sources=("https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html",),
        id=hexid("sgr-"),
        computed={"arn": arn("ec2", "security-group-rule/{id}"), "securityGroupRuleId": "{id}"},
        replace_on=("securityGroupId",),
        replace_when=(_other_peer,),
        references=(
            Reference("securityGroupId", (GROUP, DEFAULT_GROUP)),
            Reference("referencedSecurityGroupId", (GROUP, DEFAULT_GROUP)),
            Reference("prefixListId", ENDPOINT),
        ),
        checks=(
            exactly_one(*_PEERS),
            cidr("cidrIpv4"),
            _rule_fits,
            matches("prefixListId", r"pl-[0-9a-f]+", "the id of a prefix list (pl-…)"),
            matches("description", _DESCRIPTION, _DESCRIPTION_WORDS),
            holds("description", lambda text: len(text) <= 255, "a description has at most 255 characters"),
            tag_rule(),
        ),
        guards=(
            of_one_vpc(
                "referencedSecurityGroupId",
                _group_vpc,
                f"{_DIFFERENT}: {{value}} lies in {{other}}, the rule's group in {{vpc}}",
            ),
            _once,
        ),
        blind_spots=(_BESIDE, *_LIST),
    )


_INLINE: Final = (tag_rule(), _inline_fit, cidr("ingress[*].cidrBlocks[*]"), cidr("egress[*].cidrBlocks[*]"))
_GROUPS: Final = ("ingress[*].securityGroups[*]", "egress[*].securityGroups[*]")
_NAMED: Final = tuple(Reference(path, (GROUP, DEFAULT_GROUP)) for path in _GROUPS)
_NEAR: Final = tuple(
    of_one_vpc(path, given_vpc, f"{_DIFFERENT}: {{value}} lies in {{other}}, the rule's group in {{vpc}}")
    for path in _GROUPS
)


TYPES: Final = (
    ResourceType(
        token=GROUP,
        source="https://docs.aws.amazon.com/vpc/latest/userguide/creating-security-groups.html",
        sources=("https://docs.aws.amazon.com/vpc/latest/userguide/deleting-security-groups.html",),
        id=hexid("sg-"),
        name=Name(
            longest=255,
            pattern=r"(?!sg-)[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]+",
            allowed=r"a-zA-Z0-9 ._\-",
            lower=False,
            unique_in=None,  # see _name_free
            excludes=("namePrefix",),
        ),
        computed={"arn": arn("ec2", "security-group/{id}"), "ownerId": "{account}"},
        input_defaults={"description": "Managed by Pulumi", "revokeRulesOnDelete": False},
        # Without rules in the program the provider removes the one that AWS adds: every destination, every port.
        defaults={"ingress": [], "egress": [], "name": full_name},
        replace_on=("description", "namePrefix", "vpcId"),
        references=(IN_VPC, *_NAMED),
        checks=(
            NEEDS_VPC,
            not_together("name", "namePrefix"),
            matches("namePrefix", r"(?!sg-).{1,229}", "at most 229 characters, not beginning with sg-"),
            matches("description", _DESCRIPTION, _DESCRIPTION_WORDS),
            holds("description", lambda text: 0 < len(text) <= 255, "a description has 1 to 255 characters"),
            *_INLINE,
        ),
        guards=(
            *_NEAR,
            _name_free,
            not_deleted_while_others(
                *RULES,
                GROUP,
                belongs=_names_another,
                reason=f"{DEPENDENCY}: resource {{id}} has a dependent object: {{other}} names it",
            ),
        ),
        unordered=("ingress", "egress"),
        in_use=DEPENDENCY,
        blind_spots=(_BESIDE, *_LIST, "Two inline rules that say the same are not refused."),
    ),
    ResourceType(
        token=DEFAULT_GROUP,
        source="https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html",
        id=output_of("vpcId", "defaultSecurityGroupId", VPC),
        computed={
            "arn": arn("ec2", "security-group/{id}"),
            "ownerId": "{account}",
            "name": "default",
            "description": "default VPC security group",
        },
        replace_on=("vpcId",),
        references=(Reference("vpcId", VPC), *_NAMED),
        checks=(NEEDS_VPC, *_INLINE),
        guards=_NEAR,
        unordered=("ingress", "egress"),
        blind_spots=(
            _BESIDE,
            *_LIST,
            "Deleting it only forgets it, there as here; its rules stay as they are.",
            "Two resources that adopt one group fight there; here the second is refused.",
        ),
    ),
    *(_rule(token) for token in RULES),
)
