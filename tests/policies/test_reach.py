"""The graph's answers against a walk that asks every line about every point, on small random networks; and the arithmetic under it."""

from collections.abc import Sequence
from ipaddress import ip_address
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.facts.reach.graph import End, Layer, Line, among, from_internet, permitted, reaches, to_internet
from policies.facts.reach.space import (
    ADDRESSES,
    EVERYTHING,
    INTERNET,
    PORTS,
    PROTOCOLS,
    Box,
    Range,
    addresses,
    overlap,
    protocol_numbers,
    wide,
    without,
)
from policies.facts.vocabulary import UNKNOWN

Point = tuple[int, int, int, int]
TCP = (6, 6)


def ranges(first: int, last: int) -> st.SearchStrategy[Range]:
    return st.tuples(st.integers(first, last), st.integers(first, last)).map(lambda pair: (min(pair), max(pair)))


SMALL = st.tuples(ranges(0, 5), ranges(0, 5), ranges(0, 2), ranges(0, 3))
POINTS = list(product(range(6), range(6), range(3), range(4)))
GROUPS = st.sampled_from(["", "", "a", "b"])
LINES = st.lists(
    st.builds(
        lambda box, allows, order, group, sure: Line(
            own=box[0],
            peer=box[1],
            protocol=box[2],
            ports=box[3],
            allows=allows,
            order=order,
            group=group,
            sure=sure,
        ),
        SMALL,
        st.booleans(),
        st.integers(0, 3),
        GROUPS,
        st.just(True),
    ),
    max_size=5,
).map(tuple)


def inside(box: Box, point: Point) -> bool:
    return all(first <= value <= last for (first, last), value in zip(box, point, strict=True))


def lets(lines: Sequence[Line], point: Point, groups: frozenset[str]) -> bool:
    """First match by order; of equals a refusal."""
    matching = [line for line in lines if inside(line.box, point) and (not line.group or line.group in groups)]
    return min(matching, key=lambda line: (line.order, line.allows)).allows if matching else False


@settings(deadline=None, max_examples=60)
@given(SMALL, SMALL)
def test_boxes_overlap_and_are_cut_as_their_points(one: Box, other: Box) -> None:
    both = overlap(one, other)
    left = without([one], other)
    for point in POINTS:
        assert (both is not None and inside(both, point)) == (inside(one, point) and inside(other, point))
        assert sum(inside(box, point) for box in left) == (inside(one, point) and not inside(other, point))


@settings(deadline=None, max_examples=60)
@given(LINES, st.frozensets(st.sampled_from("ab")))
def test_what_a_filter_lets_through_is_what_its_first_matching_line_says(
    lines: tuple[Line, ...], groups: frozenset[str]
) -> None:
    boxes = permitted(lines, [EVERYTHING], groups, sure=True)
    for point in POINTS:
        assert any(inside(box, point) for box in boxes) == lets(lines, point, groups)


LAYERS = st.lists(st.builds(lambda inward, outward: Layer(inward=inward, outward=outward), LINES, LINES), max_size=2)
ENDS = st.builds(
    lambda own, groups, layers, tier: End(
        name="end", network="n", tier=tier, addresses=(own,), groups=groups, layers=tuple(layers)
    ),
    ranges(0, 5),
    st.frozensets(st.sampled_from("ab")),
    LAYERS,
    st.sampled_from(["entry", "application", "data"]),
)


def walks(one: End, other: End) -> bool:
    """From some address of the one to some of the other by some protocol and port, past every filter of both."""
    (own,), (peer,) = one.addresses, other.addresses
    return any(
        all(lets(layer.outward, (a, b, protocol, port), other.groups) for layer in one.layers)
        and all(lets(layer.inward, (b, a, protocol, port), one.groups) for layer in other.layers)
        for a in range(own[0], own[1] + 1)
        for b in range(peer[0], peer[1] + 1)
        for protocol, port in product(range(4), range(5))
    )


@settings(deadline=None, max_examples=60)
@given(ENDS, ENDS)
def test_one_end_reaches_another_where_some_packet_passes_every_filter(one: End, other: End) -> None:
    assert reaches(one, other) is walks(one, other)


@settings(deadline=None, max_examples=60)
@given(st.lists(ENDS, max_size=4))
def test_a_tier_is_reached_from_those_that_hold_an_end_which_reaches_one_of_its_own(ends: list[End]) -> None:
    expected = {
        (b.network, b.tier): frozenset(a.tier for a in ends for c in ends if c.tier == b.tier != a.tier and walks(a, c))
        for b in ends
    }
    assert among(ends) == expected


BLOCKS = [first << 24 for first in range(1, 224)]
"""One address of each /8 that may be public."""
PUBLIC = [block + (1 << 16) * 200 for block in BLOCKS if any(a <= block + (1 << 16) * 200 <= b for a, b in INTERNET)]
OPENINGS = st.lists(
    st.builds(
        lambda first, length, ports, allows, order: Line(
            peer=(first << 24, ((first >> length << length) + (1 << length) << 24) - 1),
            ports=ports,
            protocol=TCP,
            allows=allows,
            order=order,
        ),
        st.integers(1, 223),
        st.integers(0, 7),
        ranges(0, 9),
        st.booleans(),
        st.integers(0, 3),
    ),
    max_size=6,
).map(tuple)


@settings(deadline=None, max_examples=60)
@given(OPENINGS)
def test_a_port_is_open_to_the_internet_where_more_than_one_holders_block_gets_in(lines: tuple[Line, ...]) -> None:
    end = End(name="e", network="n", layers=(Layer(inward=lines),), way_in=True)
    found = from_internet(end)
    assert isinstance(found, frozenset)
    for port in range(11):
        passing = [peer for peer in PUBLIC if lets(lines, (0, peer, 6, port), frozenset())]
        opened = any(first <= port <= last for _, first, last in found)
        # Blocks that hold private ranges (10, 172, 192 …) count for less than a whole one: there, neither answer is asked for.
        if len(passing) > 3:
            assert opened
        if len(passing) <= 1:
            assert not opened


UNSURE = Line(sure=False)
SSH = Line(protocol=TCP, ports=(22, 22))
NO_SSH = Line(protocol=TCP, ports=(22, 22), allows=False)


@pytest.mark.parametrize(
    ("lines", "way", "expected"),
    [
        ((SSH,), True, {("tcp", 22, 22)}),
        ((SSH,), False, set()),
        ((SSH,), UNKNOWN, UNKNOWN),
        ((SSH, NO_SSH), True, set()),
        ((SSH, UNSURE), True, UNKNOWN),
        ((SSH, UNSURE), False, set()),
        ((SSH, Line(allows=False, sure=False)), True, UNKNOWN),
        ((Line(group="a"),), True, set()),
        ((Line(),), True, {("any", 0, 65535)}),
        ((), UNKNOWN, set()),
        ((Line(protocol=(1, 1)),), True, {("icmp", 0, 0)}),
        ((Line(protocol=(17, 17)), Line(protocol=(50, 50))), True, {("udp", 0, 65535), ("other", 0, 0)}),
        ((SSH, Line(protocol=TCP, ports=(23, 25))), True, {("tcp", 22, 25)}),
    ],
)
def test_the_internet_needs_a_way_and_a_filter_that_lets_it(
    lines: tuple[Line, ...], way: bool, expected: set[tuple[str, int, int]]
) -> None:
    end = End(name="e", network="n", layers=(Layer(inward=lines),), way_in=way)
    assert from_internet(end) == expected


def test_every_filter_on_the_way_has_to_let_it_and_none_lets_all() -> None:
    closed = Layer(inward=(Line(protocol=(17, 17)),))
    opened = Layer(inward=(SSH,))
    assert from_internet(End(name="e", network="n", layers=(opened, closed), way_in=True)) == frozenset()
    assert from_internet(End(name="e", network="n", way_in=True)) == {("any", 0, 65535)}


def test_an_end_that_lists_its_destinations_does_not_reach_the_internet() -> None:
    listed = Layer(outward=(Line(peer=(8 << 24, (9 << 24) - 1)),))
    assert to_internet(End(name="e", network="n", layers=(listed,), way_out=True)) is False
    assert to_internet(End(name="e", network="n", layers=(Layer(outward=(SSH,)),), way_out=True)) is True
    assert to_internet(End(name="e", network="n", layers=(Layer(outward=(SSH, UNSURE)),), way_out=True)) is True
    assert to_internet(End(name="e", network="n", layers=(Layer(outward=(UNSURE,)),), way_out=True)) is UNKNOWN
    assert to_internet(End(name="e", network="n", way_out=UNKNOWN)) is UNKNOWN


@pytest.mark.parametrize(
    ("cidrs", "expected"),
    [
        (["0.0.0.0/0"], True),
        (["::/0"], True),
        (["0.0.0.0/1"], True),
        (["2000::/3"], True),
        (["8.0.0.0/8"], False),
        (["8.0.0.0/8", "8.0.0.0/9"], False),
        (["8.0.0.0/8", "9.0.0.0/16"], True),
        (["10.0.0.0/8", "172.16.0.0/12", "fc00::/7"], False),
        (["2400::/12"], False),
        (["2400::/11"], True),
        ([], False),
    ],
)
def test_the_internet_is_more_than_any_one_registry_was_given(cidrs: list[str], expected: bool) -> None:
    assert wide(filter(None, map(addresses, cidrs))) is expected


@given(st.ip_addresses(v=4))
def test_an_address_is_public_where_the_registry_says_so(address: object) -> None:
    found = addresses(str(address))
    assert found is not None
    public = any(first <= found[0] <= last for first, last in INTERNET)
    said = ip_address(str(address))
    if public != (said.is_global and not said.is_multicast):  # smaller special blocks lie inside what is routed
        assert public
        assert not said.is_private or str(said).startswith(
            ("192.0.", "192.88.99.", "198.18.", "198.19.", "198.51.100.", "203.0.113.")
        )


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("tcp", (6, 6)),
        ("TCP", (6, 6)),
        ("17", (17, 17)),
        ("-1", PROTOCOLS),
        ("*", PROTOCOLS),
        ("58", (1, 1)),
        ("nonsense", None),
        ("300", None),
    ],
)
def test_protocols_are_read_by_name_and_number(word: str, expected: Range | None) -> None:
    assert protocol_numbers(word) == expected


def test_no_odd_text_is_a_range() -> None:
    assert [addresses(text) for text in ("", "x", "10.0.0.0/99", "::/0")] == [None, None, None, (1 << 32, ADDRESSES[1])]
    assert PORTS == (0, 65535)


def test_an_end_whose_addresses_are_not_known_yet_is_never_certain_to_be_reached() -> None:
    """In a preview a range that the cloud picks is every address: lines overlap it, and that says nothing."""
    open_ = (Layer(inward=(Line(),), outward=(Line(),)),)
    somewhere = addresses("10.0.0.0/24")
    assert somewhere
    known = End(name="known", network="n", addresses=(somewhere,), layers=open_)
    later = End(name="later", network="n", layers=open_)
    assert reaches(known, known) is True
    assert [reaches(known, later), reaches(later, known)] == [UNKNOWN, UNKNOWN]
    assert reaches(known, End(name="closed", network="n", layers=(Layer(),))) is False
