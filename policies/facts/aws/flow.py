"""Security-group rules: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from policies.facts.answers import when
from policies.facts.aws.network import DEFAULT_GROUP, ENDPOINT
from policies.facts.flow_end import tier_or_network
from policies.facts.reach.space import addresses, wide
from policies.facts.reading import is_set, items, number, read, text
from policies.facts.resources import Resource, World, once
from policies.facts.vocabulary import ANYWHERE, SERVICES, UNKNOWN, Fact, Flow, Maybe, Unknown

GROUP = "aws:ec2/securityGroup:SecurityGroup"
_INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
_EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
_CLASSIC = "aws:ec2/securityGroupRule:SecurityGroupRule"
_RANGES, _LISTS, _GROUPS = (
    ("cidrIpv4", "cidrIpv6", "cidrBlocks", "ipv6CidrBlocks"),
    ("prefixListId", "prefixListIds"),
    ("referencedSecurityGroupId", "sourceSecurityGroupId", "securityGroups"),
)
KNOWN = frozenset({GROUP, _INGRESS, _EGRESS, _CLASSIC})

_OPEN: Mapping[str, Any] = {"protocol": UNKNOWN, "fromPort": UNKNOWN, "description": UNKNOWN}
"""A rule of which nothing is known."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Statement:
    """One peer of one rule, however it was written: inside its group, or as a resource of either kind."""

    owner: Resource
    """What a person has to change."""
    group: Resource | None
    """The group it belongs to; None where that lies outside the stack, or is not known."""
    inward: bool
    rule: Mapping[str, Any]
    cidr: Maybe[str] = ""
    peers: Resource | None = None
    """The peer, where it is a group or endpoint of the stack."""
    other: Maybe[str] = ""
    """The peer's id, where it is a group or list of ranges from elsewhere."""

    @property
    def protocol(self) -> Maybe[str]:
        """In the vocabulary's words."""
        return when(text(self.rule, "ipProtocol" if "ipProtocol" in self.rule else "protocol"), _protocol)

    @property
    def ports(self) -> Maybe[tuple[int, int]]:
        """As in Flow."""
        if self.protocol in ("any", "icmp"):
            return (0, 65535) if self.protocol == "any" else (0, 0)
        first, last = number(self.rule, "fromPort", default=0), number(self.rule, "toPort", default=65535)
        return UNKNOWN if isinstance(first, Unknown) or isinstance(last, Unknown) else (first, last)


def facts(world: World) -> Iterator[Fact]:
    for one in statements(world):
        own = UNKNOWN if one.group is None else tier_or_network(one.group)
        peer = _word(one)
        yield Flow(
            urn=one.owner.urn,
            role=one.owner.role,
            source=peer if one.inward else own,
            destination=own if one.inward else peer,
            protocol=one.protocol,
            ports=one.ports,
            reason_given=is_set(one.rule, "description"),
        )


@once
def statements(world: World) -> tuple[Statement, ...]:
    """Every rule of every group, one for each peer."""
    return tuple(_statements(world))


def _statements(world: World) -> Iterator[Statement]:
    for rule in world.of(_INGRESS, _EGRESS, _CLASSIC):
        inward = rule.type == _INGRESS or (rule.type == _CLASSIC and text(rule, "type") == "ingress")
        group = world.target(rule, "securityGroupId", GROUP, DEFAULT_GROUP)
        yield from _peers(world, rule, rule.properties, group, inward=inward)
    for group in world.of(GROUP, DEFAULT_GROUP):
        for name, inward in (("ingress", True), ("egress", False)):
            for rule in items(group.properties.get(name)):
                if isinstance(rule, Mapping):
                    yield from _peers(world, group, rule, group, inward=inward)
                else:
                    yield Statement(owner=group, group=group, inward=inward, rule=_OPEN, cidr=UNKNOWN)


def _peers(
    world: World, owner: Resource, rule: Mapping[str, Any], group: Resource | None, *, inward: bool
) -> Iterator[Statement]:
    for name in (*_RANGES, *_LISTS, *_GROUPS):
        for value in items(read(rule, name)):
            found = None
            if name not in _RANGES:
                types = (ENDPOINT,) if name in _LISTS else (GROUP, DEFAULT_GROUP)
                found = world.target(owner, name, *types) if owner is not group else _named(world).get(str(value))
            word = value if isinstance(value, str) else UNKNOWN
            cidr, other = (word, "") if name in _RANGES else ("", word)
            yield Statement(
                owner=owner, group=group, inward=inward, rule=rule, cidr=cidr, peers=found, other="" if found else other
            )
    if read(rule, "self") is True:
        yield Statement(owner=owner, group=group, inward=inward, rule=rule, peers=group)


@once
def _named(world: World) -> Mapping[str, Resource]:
    """Groups and endpoints by what a rule inside a group names: id, and an endpoint's list of ranges."""
    found = {str(one.id): one for one in world.of(GROUP, DEFAULT_GROUP, ENDPOINT)}
    return found | {str(one.properties.get("prefixListId")): one for one in world.of(ENDPOINT)}


def _word(one: Statement) -> Maybe[str]:
    if one.peers is not None:
        return SERVICES if one.peers.type == ENDPOINT else tier_or_network(one.peers)
    return when(one.cidr, _range) if one.cidr != "" else one.other


def _range(cidr: str) -> str:
    found = addresses(cidr)
    return ANYWHERE if found and wide([found]) else cidr


def _protocol(name: str) -> str:
    return {"-1": "any", "all": "any", "6": "tcp", "17": "udp", "1": "icmp", "icmpv6": "icmp", "58": "icmp"}.get(
        name.lower(), name.lower()
    )
