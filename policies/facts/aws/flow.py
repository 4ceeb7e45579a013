"""Security-group rules: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html."""

from collections.abc import Iterator, Mapping
from typing import Any

from policies.facts.answers import when
from policies.facts.aws.network import DEFAULT_GROUP, ENDPOINT
from policies.facts.reading import is_set, items, number, text
from policies.facts.resources import Resource, World, tier_of
from policies.facts.vocabulary import ANYWHERE, SERVICES, UNKNOWN, Fact, Flow, Maybe, Unknown

GROUP = "aws:ec2/securityGroup:SecurityGroup"
_INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
_EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
_PEERS = (("cidrBlocks", "cidr"), ("ipv6CidrBlocks", "cidr"), ("prefixListIds", "list"), ("securityGroups", "group"))
KNOWN = frozenset({GROUP, _INGRESS, _EGRESS})


def facts(world: World) -> Iterator[Fact]:
    for token, inward in ((_INGRESS, True), (_EGRESS, False)):
        for rule in world.of(token):
            group = world.target(rule, "securityGroupId", GROUP, DEFAULT_GROUP)
            own = UNKNOWN if group is None else tier_of(group)
            yield _flow(rule, rule.properties, own, _peer(world, rule), inward=inward)
    for group in world.of(GROUP, DEFAULT_GROUP):
        for name, inward in (("ingress", True), ("egress", False)):
            for rule in items(group.properties.get(name)):
                if isinstance(rule, Mapping):
                    for peer in _peers(world, group, rule):
                        yield _flow(group, rule, tier_of(group), peer, inward=inward)


def _flow(resource: Resource, rule: Mapping[str, Any], own: Maybe[str], peer: Maybe[str], *, inward: bool) -> Fact:
    protocol = when(text(rule, "ipProtocol" if "ipProtocol" in rule else "protocol"), _protocol)
    return Flow(
        urn=resource.urn,
        role=resource.role,
        source=peer if inward else own,
        destination=own if inward else peer,
        protocol=protocol,
        ports=_ports(rule, protocol),
        reason_given=is_set(rule, "description"),
    )


def _protocol(name: str) -> str:
    return {"-1": "any", "all": "any", "6": "tcp", "17": "udp", "1": "icmp", "icmpv6": "icmp", "58": "icmp"}.get(
        name.lower(), name.lower()
    )


def _ports(rule: Mapping[str, Any], protocol: Maybe[str]) -> Maybe[tuple[int, int]]:
    if protocol in ("any", "icmp"):
        return (0, 65535) if protocol == "any" else (0, 0)
    first, last = number(rule, "fromPort", default=0), number(rule, "toPort", default=65535)
    return UNKNOWN if isinstance(first, Unknown) or isinstance(last, Unknown) else (first, last)


def _peer(world: World, rule: Resource) -> Maybe[str]:
    """The other end of a rule that has one peer."""
    for name in ("cidrIpv4", "cidrIpv6"):
        if rule.properties.get(name) is not None:
            return when(text(rule, name), _range)
    if is_set(rule, "prefixListId") is not False:
        return SERVICES if world.target(rule, "prefixListId", ENDPOINT) else text(rule, "prefixListId")
    group = world.target(rule, "referencedSecurityGroupId", GROUP, DEFAULT_GROUP)
    return text(rule, "referencedSecurityGroupId") if group is None else tier_of(group)


def _peers(world: World, group: Resource, rule: Mapping[str, Any]) -> Iterator[Maybe[str]]:
    """The other ends of a rule written inside its group."""
    for name, kind in _PEERS:
        for value in items(rule.get(name)):
            if not isinstance(value, str):
                yield UNKNOWN
            elif kind == "cidr":
                yield _range(value)
            else:
                named = {identity.id: identity for identity in world.of(ENDPOINT if kind == "list" else GROUP)}
                yield tier_of(named[value]) if value in named else value
    if rule.get("self") is True:
        yield tier_of(group)


def _range(cidr: str) -> str:
    return ANYWHERE if cidr in ("0.0.0.0/0", "::/0") else cidr
