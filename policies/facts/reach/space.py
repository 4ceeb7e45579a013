"""What a filter can tell apart, as boxes: own addresses, the peer's addresses, protocols and ports, each one range of whole numbers.

IPv4 and IPv6 lie behind one another on one line of addresses, so that `0.0.0.0/0` never stands for `::/0`.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from ipaddress import ip_network

from policies.facts.vocabulary import UNKNOWN, Maybe

__all__ = [
    "ADDRESSES",
    "EVERYTHING",
    "INTERNET",
    "PORTS",
    "PROTOCOLS",
    "PROTOCOL_WORDS",
    "Box",
    "Range",
    "addresses",
    "carries",
    "everywhere",
    "overlap",
    "protocol_numbers",
    "same_family",
    "wide",
    "without",
]

Range = tuple[int, int]
"""First and last, both included."""
Box = tuple[Range, Range, Range, Range]
"""Own addresses, the peer's addresses, protocol numbers, ports at the destination."""

_IPV6 = 1 << 32
ADDRESSES: Range = (0, _IPV6 + (1 << 128) - 1)
PROTOCOLS: Range = (0, 255)
PORTS: Range = (0, 65535)
EVERYTHING: Box = (ADDRESSES, ADDRESSES, PROTOCOLS, PORTS)

# https://www.iana.org/assignments/protocol-numbers; ICMP of IPv6 counts as ICMP.
_NUMBERS = {"icmp": 1, "icmpv6": 1, "ipv6-icmp": 1, "58": 1, "tcp": 6, "udp": 17, "esp": 50, "ah": 51, "sctp": 132}
_WORDS = {"icmp": 1, "tcp": 6, "udp": 17}
PROTOCOL_WORDS = (*_WORDS, "other")

_NOT_PUBLIC = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
)
"""https://www.iana.org/assignments/iana-ipv4-special-registry; above 223 lie multicast and reserved addresses."""


@cache
def addresses(cidr: str) -> Range | None:
    """The addresses of a CIDR (or of one address); None where it is none."""
    try:
        block = ip_network(cidr.strip(), strict=False)
    except ValueError:
        return None
    first = int(block.network_address) + (_IPV6 if block.version == 6 else 0)
    return first, first + block.num_addresses - 1


def _public() -> Iterator[Range]:
    start = 0
    for first, last in sorted(found for cidr in (*_NOT_PUBLIC, "224.0.0.0/3") if (found := addresses(cidr))):
        if start < first:
            yield start, first - 1
        start = last + 1
    yield _IPV6 + (0b001 << 125), _IPV6 + (0b010 << 125) - 1  # 2000::/3


INTERNET: tuple[Range, ...] = tuple(_public())
"""The addresses that are routed on the internet."""


def wide(ranges: Iterable[Range]) -> bool:
    """Whether together they hold more of the internet than any one registry was ever given: more than an IPv4 /8 or an IPv6 /12.

    https://www.iana.org/assignments/ipv4-address-space, https://www.iana.org/assignments/ipv6-unicast-address-assignments
    """
    old = new = 0
    end = -1
    for first, last in sorted(part for one in ranges for net in INTERNET if (part := _common(one, net))):
        new_part = max(0, last - max(first, end + 1) + 1)
        if first < _IPV6:
            old += new_part
        else:
            new += new_part
        end = max(end, last)
    return old > 1 << 24 or new > 1 << 116


def everywhere(cidrs: Iterable[object]) -> Maybe[bool]:
    """Whether a list of blocks lets in the internet, by one block or by several together; unknown where a block that might is."""
    blocks = [addresses(cidr) if isinstance(cidr, str) else None for cidr in cidrs]
    return wide(block for block in blocks if block) or (UNKNOWN if None in blocks else False)


def protocol_numbers(word: str) -> Range | None:
    """Numbers for a protocol's name or number; None where the name is not known."""
    word = word.lower()
    if word in ("any", "all", "-1", "*"):
        return PROTOCOLS
    number = _NUMBERS.get(word, int(word) if word.isascii() and word.isdigit() and len(word) < 4 else None)
    return None if number is None or number > PROTOCOLS[1] else (number, number)


def carries(numbers: Range, word: str) -> bool:
    """Whether a range of protocols holds one that the word means."""
    if word in _WORDS:
        return numbers[0] <= _WORDS[word] <= numbers[1]
    return numbers[1] - numbers[0] + 1 > sum(numbers[0] <= number <= numbers[1] for number in _WORDS.values())


def same_family(own: Range, peer: Range) -> Range | None:
    """The part of `peer` that something with these addresses can speak to; all of it where they are of both families."""
    if own[1] < _IPV6:
        return _common(peer, (0, _IPV6 - 1))
    return _common(peer, (_IPV6, ADDRESSES[1])) if own[0] >= _IPV6 else peer


def _common(one: Range, other: Range) -> Range | None:
    first, last = max(one[0], other[0]), min(one[1], other[1])
    return (first, last) if first <= last else None


def overlap(one: Box, other: Box) -> Box | None:
    """What both hold."""
    own, peer = _common(one[0], other[0]), _common(one[1], other[1])
    protocol, ports = _common(one[2], other[2]), _common(one[3], other[3])
    if own is None or peer is None or protocol is None or ports is None:
        return None
    return own, peer, protocol, ports


def without(boxes: Sequence[Box], gone: Box) -> list[Box]:
    """What is left of the boxes; they stay apart from one another where they were."""
    return [part for box in boxes for part in _without(box, gone)]


def _without(box: Box, gone: Box) -> Iterator[Box]:
    if overlap(box, gone) is None:
        yield box
        return
    left = list(box)
    for side, (first, last) in enumerate(gone):
        low, high = left[side]
        for part in ((low, first - 1), (last + 1, high)):
            if part[0] <= part[1]:
                yield _with(left, side, part)
        left[side] = max(low, first), min(high, last)


def _with(box: Sequence[Range], side: int, part: Range) -> Box:
    own, peer, protocol, ports = [part if number == side else old for number, old in enumerate(box)]
    return own, peer, protocol, ports
