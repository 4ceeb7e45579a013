"""Bare resources of any cloud, placed and tagged as they should be, and what the rules say of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from policies.facts import CLOUDS, extract
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN
from policies.judge import Answer, judge

TAGS = dict.fromkeys(("municipality-code", "system-id", "environment", "accounting-line", "stack"), "x")
PLACES: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "aws": ({"tags": TAGS}, {"region": "ap-northeast-1"}),
    "azure-native": ({"tags": TAGS, "location": "japaneast"}, {}),
    "gcp": (
        {"labels": TAGS, "resourceLabels": TAGS, "location": "asia-northeast1"},
        {"region": "asia-northeast1", "project": "town"},
    ),
    "oci": ({"freeformTags": TAGS}, {"region": "ap-tokyo-1"}),
}
"""By package: what a resource needs to be placed and tagged, and its provider's inputs."""

ODD = (UNKNOWN, None, [], {}, [UNKNOWN], [None], "odd", "", 7, -1.5, True, {"a": UNKNOWN}, [{"a": [1]}], [["x"]])
"""Values of types that no provider takes there."""

Properties = Mapping[str, Any]
Beside = Mapping[str, tuple[str, Properties]]


@dataclass(frozen=True, kw_only=True)
class Example:
    """One type on one cloud: properties with which everything holds, and by rule what breaks it or leaves it open."""

    token: str
    good: Properties
    broken: Iterable[tuple[str, Properties]] = ()
    """Slug and the properties that break that rule and no other."""
    open: Iterable[tuple[str, Properties]] = ()
    """Slug and the properties that leave it open and break nothing."""
    bare: frozenset[str] = frozenset()
    """What is broken where everything is left to the cloud's defaults."""
    beside: Beside = field(default_factory=dict)
    """Other resources of the stack, by name: type and properties. A name is an id too."""

    @property
    def name(self) -> str:
        return self.token.partition(":")[2]


def bare(token: str, name: str, properties: Properties) -> Resource:
    package = token.partition(":")[0]
    own, provider = PLACES[package]
    return Resource(
        urn=f"urn:pulumi:011002-resident-record-production::machikumo::{token}::{name}",
        type=token,
        name=name,
        role=name,
        id=name,
        properties={**own, **properties},
        provider=provider,
    )


def world(example: Example, properties: Properties, *, complete: bool = True) -> World:
    """The example's resource with these properties, and what is beside it."""
    others = [bare(token, name, found) for name, (token, found) in example.beside.items()]
    return World([*others, bare(example.token, "thing", properties)], complete=complete)


def answers(answer: Answer, example: Example, properties: Properties) -> set[str]:
    """Slugs of the rules that answer so on the example's resource."""
    told = judge(world(example, properties))
    return {one.rule.slug for one in told if one.answer is answer and one.urn.endswith("::thing")}


def broken(examples: Iterable[Example]) -> list[tuple[Example, str, Properties]]:
    """A row for each broken property, for `parametrize`."""
    return [(one, slug, change) for one in examples for slug, change in one.broken]


def left_open(examples: Iterable[Example]) -> list[tuple[Example, str, Properties]]:
    """A row for each unknown property."""
    return [(one, slug, change) for one in examples for slug, change in one.open]


def label(value: object) -> str | None:
    """What a row is called."""
    return value.name if isinstance(value, Example) else value if isinstance(value, str) else None


def survives_odd_values(example: Example, into: Callable[[World], Iterable[object]] = extract) -> int:
    """Read the example with every odd value in every property; how many worlds were read."""
    count = 0
    for name in {**example.good, **dict(pair for _, change in example.broken for pair in change.items())}:
        for odd in ODD:
            for complete in (True, False):
                list(into(world(example, {**example.good, name: odd}, complete=complete)))
                count += 1
    return count


def known(token: str) -> bool:
    """An extractor reads the type."""
    return any(token in extractor.KNOWN for extractor in CLOUDS.values())
