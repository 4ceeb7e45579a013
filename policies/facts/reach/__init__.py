"""Network exposure, computed: from routes, gateways, public addresses and filters to who reaches whom."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from policies.facts.answers import every, gather, some
from policies.facts.reach.graph import End, Layer, Line, among, from_internet, to_internet
from policies.facts.resources import Resource
from policies.facts.vocabulary import SERVICES, UNKNOWN, Maybe, Reach, Unknown

__all__ = ["End", "Layer", "Line", "Placed", "reach"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """An end with what a person has to change to close it."""

    end: End
    owner: Resource
    """The subnet, group or network whose filters decide."""
    inspected: Maybe[bool] = False
    """As in Reach."""


def reach(placed: Iterable[Placed]) -> Iterator[Reach]:
    """One fact for each tier of each network, and for each end whose tier is unknown; private endpoints have none: they send nothing."""
    known = [one for one in placed if all(_allows(layer) for layer in one.end.layers)]
    tiers = among(one.end for one in known)
    groups: dict[tuple[str, str], list[Placed]] = defaultdict(list)
    for one in known:
        tier = one.end.tier
        groups[one.end.network, one.owner.urn if isinstance(tier, Unknown) else f"{tier} "].append(one)
    for (network, _), members in groups.items():
        owner, tier = members[0].owner, members[0].end.tier
        if tier == SERVICES:
            continue
        open_to = gather(from_internet(one.end) for one in members)
        yield Reach(
            urn=owner.urn,
            role=owner.role,
            tier=tier,
            from_internet=open_to
            if isinstance(open_to, Unknown)
            else frozenset[tuple[str, int, int]]().union(*open_to),
            from_tiers=_tiers(tiers.get((network, tier)) if isinstance(tier, str) else UNKNOWN),
            to_internet=some(*(to_internet(one.end) for one in members)),
            inspected=every(*(one.inspected for one in members)),
        )


def _allows(layer: Layer) -> bool:
    """A filter without a line that allows lets nothing through; whoever stands behind it is not asked about."""
    return any(line.allows for line in (*layer.inward, *layer.outward))


def _tiers(found: Maybe[frozenset[str]] | None) -> Maybe[frozenset[str]]:
    return UNKNOWN if found is None or isinstance(found, Unknown) else found - {SERVICES}
