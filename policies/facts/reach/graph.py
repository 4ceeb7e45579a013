"""Who reaches whom, computed: each cloud's extractor says what stands where and what its filters do, and asks here.

Three answers as everywhere: a line of which something is unknown is read once as letting through everything it might and once
as nothing; where both readings agree, that is the answer.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from policies.facts.reach.space import (
    ADDRESSES,
    INTERNET,
    PORTS,
    PROTOCOL_WORDS,
    PROTOCOLS,
    Box,
    Range,
    carries,
    overlap,
    same_family,
    wide,
    without,
)
from policies.facts.vocabulary import UNKNOWN, Maybe, Unknown

__all__ = ["End", "Layer", "Line", "Services", "among", "from_internet", "permitted", "reaches", "to_internet"]

Services: TypeAlias = frozenset[tuple[str, int, int]]
"""Protocol (a word of `PROTOCOL_WORDS`, or `any` for all of everything) and first and last port; icmp and other have (0, 0)."""

_ANY: Services = frozenset({("any", *PORTS)})
_WHOLE: Services = frozenset({("tcp", *PORTS), ("udp", *PORTS), ("icmp", 0, 0), ("other", 0, 0)})


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One rule of a filter, seen from what stands behind the filter: `own` is that side, `peer` the other one."""

    allows: bool = True
    order: int = 0
    """The lowest that matches decides; of equals, a refusal."""
    own: Range = ADDRESSES
    peer: Range = ADDRESSES
    group: str = ""
    """Where given, the peer is whoever carries this group, and nobody else: never the internet."""
    protocol: Range = PROTOCOLS
    ports: Range = PORTS
    sure: bool = True
    """All of it is known; else what is unknown is given as everything."""

    @property
    def box(self) -> Box:
        """What it matches."""
        return self.own, self.peer, self.protocol, self.ports


@dataclass(frozen=True, kw_only=True, slots=True)
class Layer:
    """One filter. What no line matches is refused; a filter that lets it pass has a last line that says so."""

    inward: tuple[Line, ...] = ()
    outward: tuple[Line, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class End:
    """Something that stands in a network: an interface, or all that share a subnet and its filters."""

    name: str
    network: str
    """Ends of one network (and those peered with it, under one name) have routes to one another."""
    tier: Maybe[str] = UNKNOWN
    addresses: tuple[Range, ...] = (ADDRESSES,)
    """Every address where they are not known."""
    groups: frozenset[str] = frozenset()
    layers: tuple[Layer, ...] = ()
    """A connection passes only if all of them let it."""
    way_in: Maybe[bool] = UNKNOWN
    """It has a public address (or something public sends to it) and a route by which answers get back to the internet."""
    way_out: Maybe[bool] = UNKNOWN
    """A route and gateway lead from it to any address of the internet."""

    @property
    def located(self) -> bool:
        """Its addresses are known. Else it may be anywhere, and nothing that goes by addresses is certain of it."""
        return ADDRESSES not in self.addresses


def permitted(lines: Sequence[Line], wanted: Sequence[Box], groups: frozenset[str], *, sure: bool) -> list[Box]:
    """What of `wanted` the lines let through, from or to a peer that carries `groups`. `sure`: what they certainly let through."""
    asked = [line for line in lines if not line.group or line.group in groups]
    denies = [line for line in asked if not line.allows and (line.sure or sure)]
    found: list[Box] = []
    for line in asked:
        if line.allows and (line.sure or not sure):
            left = [part for box in wanted if (part := overlap(line.box, box))]
            for deny in denies:
                if left and deny.order <= line.order:
                    left = without(left, deny.box)
            found += left
    return found


def _through(end: End, wanted: list[Box], groups: frozenset[str], *, inward: bool, sure: bool) -> list[Box]:
    for layer in end.layers:
        wanted = permitted(layer.inward if inward else layer.outward, wanted, groups, sure=sure) if wanted else wanted
    return wanted


def _boxes(own: Iterable[Range], peers: Sequence[Range]) -> list[Box]:
    """Every pair of addresses, IPv4 with IPv4 and IPv6 with IPv6."""
    pairs = ((one, same) for one in own for peer in peers if (same := same_family(one, peer)))
    return [(one, peer, PROTOCOLS, PORTS) for one, peer in pairs]


def _open(end: End, *, inward: bool, sure: bool) -> Services:
    """What passes between the end and any address of the internet, routes left aside."""
    passed = _through(end, _boxes(end.addresses, INTERNET), frozenset(), inward=inward, sure=sure)
    found = frozenset(service for word in PROTOCOL_WORDS for service in _services(word, passed))
    return _ANY if found == _WHOLE else found


def _services(word: str, passed: Sequence[Box]) -> Iterator[tuple[str, int, int]]:
    """The ranges of ports at which the peers are the internet, cut where the boxes begin and end."""
    boxes = [(peer, ports) for _, peer, protocol, ports in passed if carries(protocol, word)]
    if word in ("icmp", "other"):
        if wide(peer for peer, _ in boxes):
            yield word, 0, 0
        return
    start = None
    for cut in sorted({first for _, (first, _) in boxes} | {last + 1 for _, (_, last) in boxes}):
        opens = wide(peer for peer, (first, last) in boxes if first <= cut <= last)
        if start is not None and not opens:
            yield word, start, cut - 1
        start = (cut if start is None else start) if opens else None


def _both(end: End, way: Maybe[bool], *, inward: bool) -> Maybe[Services]:
    if way is False:
        return frozenset()
    certain, possible = (_open(end, inward=inward, sure=sure) for sure in (True, False))
    if not possible:
        return frozenset()
    return certain if certain == possible and way is True else UNKNOWN


def from_internet(end: End) -> Maybe[Services]:
    """What anybody on the internet can reach of it: filters, a route back and a public address all let them."""
    return _both(end, end.way_in, inward=True)


def to_internet(end: End) -> Maybe[bool]:
    """It can open a connection to any address of the internet; a list of destinations is not any."""
    found = _both(end, end.way_out, inward=False)
    if not isinstance(found, Unknown):
        return bool(found)
    return True if end.way_out is True and _open(end, inward=False, sure=True) else UNKNOWN


def reaches(one: End, other: End) -> Maybe[bool]:
    """Whether `one` can open a connection to `other`: the sender's filters and the receiver's let it."""
    certain, possible = (_passes(one, other, sure=sure) for sure in (True, False))
    return certain if certain == possible else UNKNOWN


def _passes(one: End, other: End, *, sure: bool) -> bool:
    if sure and not (one.located and other.located):
        return False
    received = _through(other, _boxes(other.addresses, one.addresses), one.groups, inward=True, sure=sure)
    sent = [(peer, own, protocol, ports) for own, peer, protocol, ports in received]
    return bool(_through(one, sent, other.groups, inward=False, sure=sure))


def among(ends: Iterable[End]) -> Mapping[tuple[str, str], Maybe[frozenset[str]]]:
    """Network and tier to the other tiers of that network from which it is reached. Ends whose tier is unknown are left out.

    Of two tiers the search ends with the first two ends that reach one another; ends that are alike are asked once.
    """
    tiers: dict[str, dict[str, dict[object, End]]] = defaultdict(lambda: defaultdict(dict))
    for end in ends:
        if not isinstance(end.tier, Unknown):
            tiers[end.network][end.tier][end.addresses, end.groups, end.layers] = end
    return {
        (network, tier): _gathered(
            {other: _any(senders.values(), alike.values()) for other, senders in found.items() if other != tier}
        )
        for network, found in tiers.items()
        for tier, alike in found.items()
    }


def _any(senders: Iterable[End], receivers: Iterable[End]) -> Maybe[bool]:
    answer: Maybe[bool] = False
    for receiver in receivers:
        for sender in _possible(senders, receiver):
            found = reaches(sender, receiver)
            if found is True:
                return True
            answer = UNKNOWN if isinstance(found, Unknown) else answer
    return answer


def _possible(senders: Iterable[End], receiver: End) -> Iterator[End]:
    """Those whom the receiver's filters may let in: by their addresses, which many of them share, or by their groups."""
    named = {line.group for layer in receiver.layers for line in layer.inward if line.allows} - {""}
    let_in: dict[tuple[Range, ...], bool] = {}
    for one in senders:
        if one.addresses not in let_in:
            wanted = _boxes(receiver.addresses, one.addresses)
            let_in[one.addresses] = bool(_through(receiver, wanted, frozenset(), inward=True, sure=False))
        if let_in[one.addresses] or named & one.groups:
            yield one


def _gathered(answers: Mapping[str, Maybe[bool]]) -> Maybe[frozenset[str]]:
    if any(isinstance(answer, Unknown) for answer in answers.values()):
        return UNKNOWN
    return frozenset(tier for tier, answer in answers.items() if answer)
