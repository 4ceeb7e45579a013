"""Network ACLs: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html."""

from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.aws.network import IN_VPC, SUBNET
from sandbox.cloud.aws.placement import adopted_vpc, adopts, given_vpc, of_one_vpc
from sandbox.cloud.aws.tags import tag_rule
from sandbox.cloud.checks import Problems, between, cidr, matches
from sandbox.cloud.context import Context
from sandbox.cloud.identity import arn, hexid
from sandbox.cloud.resource_type import Check, Reference, ResourceType

ACL: Final = "aws:ec2/networkAcl:NetworkAcl"
DEFAULT_ACL: Final = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
_MOST: Final = 20
"""Entries in each direction: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html."""
_BLIND: Final = (
    "A subnet that another ACL names moves there without a word; here both name it.",
    "The protocols other than all, tcp, udp and icmp are not held against IANA's list.",
)


def _entries_fit(inputs: Mapping[str, Any]) -> Problems:
    for way in ("ingress", "egress"):
        numbers: set[int] = set()
        for index, entry in enumerate(inputs.get(way) or []):
            path, ports = f"{way}[{index}]", (entry.get("fromPort"), entry.get("toPort"))
            if entry["ruleNo"] in numbers:
                yield f"{path}.ruleNo", f"NetworkAclEntryAlreadyExists: {entry['ruleNo']} is used twice"
            numbers.add(entry["ruleNo"])
            if len([name for name in ("cidrBlock", "ipv6CidrBlock") if entry.get(name)]) != 1:
                yield path, "InvalidParameterValue: exactly one of cidrBlock and ipv6CidrBlock"
            if entry["protocol"] in ("-1", "all"):
                if ports != (0, 0):
                    yield (
                        path,
                        f"fromPort and toPort must both be 0 to use the 'all' \"-1\" protocol, not {ports[0]} and {ports[1]}",
                    )
            elif not 0 <= ports[0] <= ports[1] <= 65535:
                yield path, f"InvalidParameterValue: invalid port range {ports[0]} to {ports[1]}"
        if len(numbers) > _MOST:
            yield way, f"NetworkAclEntryLimitExceeded: an ACL has at most {_MOST} entries in each direction"


_ENTRIES: Final[tuple[Check, ...]] = (
    _entries_fit,
    tag_rule(),
    *(
        check
        for way in ("ingress", "egress")
        for check in (
            cidr(f"{way}[*].cidrBlock"),
            matches(f"{way}[*].action", r"(?i:allow|deny)", "allow or deny"),
            matches(f"{way}[*].protocol", r"-1|all|tcp|udp|icmp|icmpv6|[0-9]{1,3}", "a protocol's name or number"),
            between(f"{way}[*].ruleNo", 1, 32766),
        )
    ),
)
_SETS: Final = ("ingress", "egress", "subnetIds")


def _adopted(context: Context) -> str | None:
    vpc = adopted_vpc(context, "defaultNetworkAclId")
    return None if vpc is None else vpc.id


TYPES: Final = (
    ResourceType(
        token=ACL,
        source="https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html",
        sources=("https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html",),
        id=hexid("acl-"),
        computed={"arn": arn("ec2", "network-acl/{id}"), "ownerId": "{account}"},
        defaults={"ingress": [], "egress": [], "subnetIds": []},
        replace_on=("vpcId",),
        references=(IN_VPC, Reference("subnetIds[*]", SUBNET)),
        checks=_ENTRIES,
        guards=(
            of_one_vpc("subnetIds[*]", given_vpc, "InvalidParameterValue: {value} lies in {other}, the ACL in {vpc}"),
        ),
        unordered=_SETS,
        blind_spots=(*_BLIND, "A deleted subnet is gone from its ACL there; here it stays named."),
    ),
    ResourceType(
        token=DEFAULT_ACL,
        source="https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html",
        id="{defaultNetworkAclId}",
        computed={
            "arn": arn("ec2", "network-acl/{id}"),
            "ownerId": "{account}",
            "vpcId": _adopted,
        },
        defaults={"ingress": [], "egress": []},
        replace_on=("defaultNetworkAclId",),
        references=(Reference("subnetIds[*]", SUBNET),),
        checks=_ENTRIES,
        guards=(
            adopts("defaultNetworkAclId", "InvalidNetworkAclID.NotFound"),
            of_one_vpc("subnetIds[*]", _adopted, "InvalidParameterValue: {value} lies in {other}, the ACL in {vpc}"),
        ),
        unordered=_SETS,
        blind_spots=(
            *_BLIND,
            "Subnets without an ACL of their own show in the default one's `subnetIds` there, not here.",
            "Two resources that adopt one ACL fight there; here the second is refused.",
        ),
    ),
)
