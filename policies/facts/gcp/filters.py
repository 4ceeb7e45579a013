"""Firewall rules and firewall policies, read into one shape: https://cloud.google.com/firewall/docs/firewall-policies-overview."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from policies.facts.answers import when
from policies.facts.gcp.network import FIREWALL, NETWORK
from policies.facts.reach import Line
from policies.facts.reach.space import ADDRESSES, PORTS, PROTOCOLS, Range, addresses, protocol_numbers
from policies.facts.reading import flag, is_set, items, number, read, read_all, strings, text
from policies.facts.resources import Resource, World, once
from policies.facts.vocabulary import UNKNOWN, Maybe, Unknown

_POLICIES = {
    "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule": (
        "gcp:compute/networkFirewallPolicy:NetworkFirewallPolicy",
        "gcp:compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation",
    ),
    "gcp:compute/regionNetworkFirewallPolicyRule:RegionNetworkFirewallPolicyRule": (
        "gcp:compute/regionNetworkFirewallPolicy:RegionNetworkFirewallPolicy",
        "gcp:compute/regionNetworkFirewallPolicyAssociation:RegionNetworkFirewallPolicyAssociation",
    ),
    "gcp:compute/firewallPolicyRule:FirewallPolicyRule": (
        "gcp:compute/firewallPolicy:FirewallPolicy",
        "gcp:compute/firewallPolicyAssociation:FirewallPolicyAssociation",
    ),
}
"""Rule, its policy, and what binds the policy to a network or (the last) to a folder or organisation above every network."""
_HIERARCHICAL = "gcp:compute/firewallPolicyRule:FirewallPolicyRule"
KNOWN = frozenset(_POLICIES).union(*_POLICIES.values())

# Levels in the order of evaluation; a priority has at most ten digits. https://cloud.google.com/firewall/docs/firewall-policies-overview#rule-evaluation
_LEVEL = 10**10
_IMPLIED = 9 * _LEVEL
_PROTOCOLS = {"all": "any", "6": "tcp", "17": "udp", "1": "icmp", "58": "icmp"}


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Statement:
    """One rule of either kind."""

    owner: Resource
    network: str
    """URN of the network; "" where it is bound above all of them."""
    inward: Maybe[bool]
    allows: Maybe[bool]
    """Unknown also for a rule that hands the decision on (`goto_next`)."""
    order: Maybe[int]
    protocols: tuple[tuple[Maybe[str], Maybe[tuple[int, int]]], ...]
    """As in Flow."""
    targets: frozenset[str]
    """Tags and service accounts of what it is for; none: everything in the network."""
    peers: tuple[Maybe[str], ...]
    """Ranges of the other side; () where none is named."""
    groups: frozenset[str]
    """Tags and service accounts of the other side."""
    own: tuple[Maybe[str], ...]
    """Ranges of the side it protects; () where none is named."""
    limited: bool = False
    """The other side is limited by something else too (names, regions, threat lists, network scope)."""
    described: Maybe[bool] = False

    def lines(self) -> Iterator[Line]:
        """As the graph takes them."""
        if self.limited and self.allows is True and not self.peers:
            return  # a list of names, regions or address groups is no whole internet
        peers: list[tuple[Maybe[str], str]] = [(range_, "") for range_ in self.peers]
        peers += [("", group) for group in sorted(self.groups)]
        for (protocol, ports), (peer, group), own in product(self.protocols, peers or [("", "")], self.own or ("",)):
            yield self._line(protocol, ports, peer, group, own)

    def _line(self, protocol: Maybe[str], ports: Maybe[Range], peer: Maybe[str], group: str, own: Maybe[str]) -> Line:
        numbers = when(protocol, protocol_numbers)
        sides = [
            ADDRESSES if side == "" else addresses(side) if isinstance(side, str) else None for side in (own, peer)
        ]
        unknown = isinstance(numbers, Unknown) or not numbers or isinstance(ports, Unknown) or None in sides
        return Line(
            allows=self.allows is not False,
            order=0 if isinstance(self.order, Unknown) else self.order,
            own=sides[0] or ADDRESSES,
            peer=sides[1] or ADDRESSES,
            group=group,
            protocol=PROTOCOLS if isinstance(numbers, Unknown) or not numbers else numbers,
            ports=PORTS if isinstance(ports, Unknown) or protocol == "icmp" else ports,
            sure=not unknown and not isinstance(self.allows, Unknown) and not isinstance(self.order, Unknown),
        )


ALLOWED_OUT = Line(order=_IMPLIED)
"""What every network is born with: everything may leave. https://cloud.google.com/firewall/docs/firewalls#default_firewall_rules"""


@once
def statements(world: World) -> tuple[Statement, ...]:
    """Every rule that is in force."""
    return tuple(_statements(world))


def _statements(world: World) -> Iterator[Statement]:
    for rule in world.of(FIREWALL):
        network = world.target(rule, "network", NETWORK)
        if network is not None and flag(rule, "disabled", default=False) is not True:
            yield _classic(rule, network)
    for token, (policy_token, join) in _POLICIES.items():
        for rule in world.of(token):
            if flag(rule, "disabled", default=False) is True:
                continue
            policy = world.target(rule, "firewallPolicy", policy_token)
            joins = () if policy is None else world.referring(policy, join, "firewallPolicy")
            for bound in joins:
                for network in [None] if token == _HIERARCHICAL else world.targets(bound, "attachmentTarget", NETWORK):
                    yield _of_policy(rule, network)


def _classic(rule: Resource, network: Resource) -> Statement:
    inward = when(text(rule, "direction", default="INGRESS"), lambda way: way == "INGRESS")
    allows = bool(read_all(rule, "allows"))
    far, near = ("source", "destination") if inward is not False else ("destination", "source")
    return Statement(
        owner=rule,
        network=network.urn,
        inward=inward,
        allows=allows,
        order=when(number(rule, "priority", default=1000), lambda priority: _LEVEL + priority),
        protocols=tuple(protocols(read_all(rule, "allows" if allows else "denies"), "protocol")),
        targets=_words(rule, "targetTags", "targetServiceAccounts"),
        peers=tuple(read_all(rule, f"{far}Ranges")),
        groups=_words(rule, "sourceTags", "sourceServiceAccounts") if inward is not False else frozenset(),
        own=tuple(read_all(rule, f"{near}Ranges")),
        described=when(text(rule, "description"), bool),
    )


def _of_policy(rule: Resource, network: Resource | None) -> Statement:
    """Before the network's own rules, or after them where the network says so, which is the default."""
    before = network is None or text(network, "networkFirewallPolicyEnforcementOrder") == "BEFORE_CLASSIC_FIREWALL"
    level = 0 if before else 2 * _LEVEL
    inward = when(text(rule, "direction", default="INGRESS"), lambda way: way == "INGRESS")
    far, near = ("src", "dest") if inward is not False else ("dest", "src")
    action = text(rule, "action")
    limits = ("AddressGroups", "Fqdns", "RegionCodes", "ThreatIntelligences", "NetworkScope", "NetworkContext")
    return Statement(
        owner=rule,
        network="" if network is None else network.urn,
        inward=inward,
        allows={"allow": True, "apply_security_profile_group": True, "deny": False}.get(action, UNKNOWN)
        if isinstance(action, str)
        else UNKNOWN,
        order=when(number(rule, "priority", default=0), lambda priority: level + priority),
        protocols=tuple(protocols(read_all(rule, "match.layer4Configs"), "ipProtocol")),
        targets=_words(rule, "targetSecureTags.name", "targetServiceAccounts"),
        peers=tuple(read_all(rule, f"match.{far}IpRanges")),
        groups=_words(rule, "match.srcSecureTags.name") if inward is not False else frozenset(),
        own=tuple(read_all(rule, f"match.{near}IpRanges")),
        limited=any(is_set(rule, f"match.{far}{limit}") is not False for limit in limits),
        described=when(text(rule, "description"), bool),
    )


def protocols(listed: list[Any], key: str) -> Iterator[tuple[Maybe[str], Maybe[tuple[int, int]]]]:
    """Protocol and range of ports, as in Flow, of every entry of a rule."""
    for one in listed:
        if not isinstance(one, Mapping):
            yield UNKNOWN, UNKNOWN
            continue
        protocol = when(text(one, key), lambda word: _PROTOCOLS.get(word.lower(), word.lower()))
        everything = (0, 0) if protocol == "icmp" else PORTS
        for ports in items(read(one, "ports")) or [None]:
            yield protocol, everything if ports is None else _range(ports)


def _range(ports: object) -> Maybe[tuple[int, int]]:
    first, _, last = str(ports).partition("-")
    digits = (
        isinstance(ports, str)
        and first.isascii()
        and first.isdigit()
        and (not last or (last.isascii() and last.isdigit()))
    )
    if not digits or len(first) > len("65535") or len(last) > len("65535"):
        return UNKNOWN
    return int(first), int(last or first)


def _words(rule: Resource, *paths: str) -> frozenset[str]:
    return frozenset(str(word) for path in paths for word in strings(read_all(rule, path)))
