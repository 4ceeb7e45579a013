"""The catalogue in ismap.toml, read: which controls a rule bears on, who answers for them, why a control has no rule.

Evidence, never conformity: the catalogue says what a rule that holds is evidence for.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from policies.language import Message

__all__ = ["Answers", "Catalogue", "Control", "Guidance", "Item", "catalogue"]

FILE = Path(__file__).with_name("ismap.toml")


class Answers(StrEnum):
    """Who answers for a control in a municipality's system."""

    MUNICIPALITY = "municipality"
    """団体: decides, approves, reviews."""
    OPERATOR = "operator"
    """運用管理補助者: whoever writes and runs the stack for the municipality."""
    PROVIDER = "provider"
    """クラウド事業者: what only the cloud's own statement and audit can show; a rule shows the customer's half."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Control:
    """One control (or a whole chapter that no rule can show), in this kit's own words."""

    id: str
    gist: Message
    answers: Answers
    verified: bool
    """The gist was made from a sentence of the criteria; else from general knowledge of the standards behind them."""
    rules: tuple[str, ...]
    """Slugs of the rules that are evidence for it."""
    planned: tuple[str, ...]
    """Slugs of rules not built yet that will be."""
    reason: Message | None
    """Why there is no rule and none is planned."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One chapter, section or item of a guidance, and the rules this kit proposes for it."""

    id: str
    heading: str
    """As in the source, Japanese."""
    rules: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Guidance:
    """A guideline or law beside ISMAP."""

    name: Message
    verified: bool
    """The items' numbers and headings were seen in the source."""
    items: tuple[Item, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalogue:
    """The whole file."""

    edition: str
    absent: frozenset[str]
    """Ids that the numbering skips."""
    controls: Mapping[str, Control]
    """By id, in the order of the criteria."""
    chapters: tuple[Control, ...]
    """Whole chapters that no rule can show; their id is the chapter's number."""
    planned: Mapping[str, tuple[str, ...]]
    """Slug of a rule not built yet to ids."""
    without_control: Mapping[str, Message]
    """Slug of a rule to the reason why it bears on no control."""
    guidance: tuple[Guidance, ...]

    def controls_of(self, slug: str) -> tuple[str, ...]:
        """Ids of the controls that the rule of this slug is evidence for; () where it has none."""
        return tuple(control.id for control in self.controls.values() if slug in control.rules)


@cache
def catalogue() -> Catalogue:
    """The catalogue of this checkout, read once. KeyError or ValueError where the file is malformed."""
    given = tomllib.loads(FILE.read_text(encoding="utf-8"))
    planned = {slug: tuple(ids) for slug, ids in given["planned"].items()}
    reasons = {name: _message(entry) for name, entry in given["reasons"].items()}

    def control(id_: str, entry: Mapping[str, Any]) -> Control:
        return Control(
            id=id_,
            gist=_message(entry),
            answers=Answers(entry["answers"]),
            verified=entry.get("verified", False),
            rules=tuple(entry.get("rules", ())),
            planned=tuple(slug for slug, ids in planned.items() if id_ in ids),
            reason=reasons[entry["reason"]] if "reason" in entry else None,
        )

    return Catalogue(
        edition=given["edition"],
        absent=frozenset(given["absent"]),
        controls={id_: control(id_, entry) for id_, entry in given["controls"].items()},
        chapters=tuple(control(id_, entry) for id_, entry in given["chapters"].items()),
        planned=planned,
        without_control={slug: _message(entry) for slug, entry in given["without_control"].items()},
        guidance=tuple(_guidance(entry) for entry in given["guidance"].values()),
    )


def _guidance(entry: Mapping[str, Any]) -> Guidance:
    items = tuple(Item(id=one["item"], heading=one["ja"], rules=tuple(one["rules"])) for one in entry["items"])
    return Guidance(name=_message(entry), verified=entry["verified"], items=items)


def _message(entry: Mapping[str, Any]) -> Message:
    return Message(entry["en"], entry["ja"])
