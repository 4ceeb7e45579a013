"""Differences between clouds that are known and have a reason: parity.toml, read."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from policies.facts.vocabulary import Fact
from policies.language import Message

__all__ = ["FILE", "Declared", "declared", "plain"]

FILE = Path(__file__).with_name("parity.toml")


@dataclass(frozen=True, kw_only=True, slots=True)
class Declared:
    """One difference. Without `value` the field is not counted between that cloud and the others; with it, facts of that kind whose
    field has the value are left out on that cloud (an extra flow, a delivery store). `role` limits it to one component.
    """

    cloud: str
    kind: str
    """Name of the fact's class."""
    field: str
    reason: Message
    role: str | None = None
    value: Any = None
    """As `plain` shows it."""
    promise: str | None = None
    """Where the capability table declares it too."""

    def covers(self, kind: str, role: str, field: str) -> bool:
        """Whether it is about this field."""
        return (self.kind, self.field) == (kind, field) and self.role in (None, role)

    def leaves_out(self, cloud: str, fact: Fact) -> bool:
        """Whether it leaves the fact out."""
        return (
            self.value is not None
            and self.cloud == cloud
            and self.covers(type(fact).__name__, fact.role, self.field)
            and plain(getattr(fact, self.field)) == self.value
        )


@cache
def declared() -> tuple[Declared, ...]:
    """The declarations of this checkout, read once."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["declared"]
    return tuple(_row(row) for row in rows)


def _row(row: Mapping[str, Any]) -> Declared:
    rest = {key: value for key, value in row.items() if key not in ("en", "ja")}
    return Declared(reason=Message(row["en"], row["ja"]), **rest)


def plain(value: Any) -> Any:
    """A field's value as JSON and TOML can write it: sets sorted, pairs as lists, unknowns by their word."""
    if isinstance(value, frozenset):
        return sorted(plain(item) for item in value)
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return getattr(value, "value", value)
