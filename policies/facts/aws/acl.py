"""Network ACLs: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html."""

from collections.abc import Mapping
from typing import Any

from policies.facts.answers import when
from policies.facts.reach import Layer, Line
from policies.facts.reach.space import PORTS, addresses, protocol_numbers
from policies.facts.reading import flag, items, number, text
from policies.facts.resources import Resource, World, once
from policies.facts.vocabulary import Unknown

_ACL = "aws:ec2/networkAcl:NetworkAcl"
_ADOPTED = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
_RULE = "aws:ec2/networkAclRule:NetworkAclRule"
_JOIN = "aws:ec2/networkAclAssociation:NetworkAclAssociation"
KNOWN = frozenset({_ACL, _ADOPTED, _RULE, _JOIN})


def acls(world: World, subnet: Resource) -> tuple[Layer, ...]:
    """The subnet's network ACL; the default one lets everything through, unless it was adopted.

    https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
    """
    named = [
        *world.referring(subnet, _ACL, "subnetIds"),
        *world.referring(subnet, _ADOPTED, "subnetIds"),
        *(
            acl
            for join in world.referring(subnet, _JOIN, "subnetId")
            for acl in world.targets(join, "networkAclId", _ACL)
        ),
    ]
    return (_acl(world, named[0].urn),) if named else ()


@once
def _acl(world: World, urn: str) -> Layer:
    """Numbered rules; the lowest that matches decides. Replies are not looked at, so that too much is said to pass, never too little."""
    acl = world.get(urn)
    lines: dict[bool, list[Line]] = {True: [], False: []}
    if acl is not None:
        for name, inward in (("ingress", True), ("egress", False)):
            lines[inward] += [_numbered(rule, "ruleNo", "action") for rule in items(acl.properties.get(name))]
        for rule in world.referring(acl, _RULE, "networkAclId"):
            outward = flag(rule, "egress", default=False)
            if outward is not True:
                lines[True].append(_numbered(rule.properties, "ruleNumber", "ruleAction"))
            if outward is not False:
                lines[False].append(_numbered(rule.properties, "ruleNumber", "ruleAction"))
    return Layer(inward=tuple(lines[True]), outward=tuple(lines[False]))


def _numbered(rule: Any, order: str, action: str) -> Line:
    if not isinstance(rule, Mapping):
        return Line(sure=False)
    place, verb = number(rule, order, default=0), text(rule, action)
    peer = next(
        (
            addresses(cidr)
            for name in ("cidrBlock", "ipv6CidrBlock")
            if isinstance(cidr := rule.get(name), str) and cidr
        ),
        None,
    )
    protocol = when(text(rule, "protocol", default="-1"), protocol_numbers)
    first, last = number(rule, "fromPort", default=0), number(rule, "toPort", default=65535)
    if (
        isinstance(place, Unknown)
        or isinstance(verb, Unknown)
        or isinstance(protocol, Unknown)
        or not protocol
        or not peer
    ):
        return Line(sure=False)
    if isinstance(first, Unknown) or isinstance(last, Unknown):
        return Line(sure=False)
    carries = protocol[0] == protocol[1] and protocol[0] in (6, 17)
    return Line(
        allows=verb.lower() == "allow",
        order=place,
        peer=peer,
        protocol=protocol,
        ports=(first, last) if carries else PORTS,
    )
