"""What a store can hold of an object beside its bytes: its limits as data, and an object without what it can't hold."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from operations.swap.store import Described, Unheld

__all__ = ["Limits", "standing", "without"]

HEADER = re.compile(r"[!-~](?:[ -~]*[!-~])?")
"""What arrives in an HTTP header as it was sent: visible ASCII, no space at its ends."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a store takes. Patterns have to match the whole."""

    properties: frozenset[str]
    held: str | None = None
    """The property that it takes only where objects can have a retention of their own."""
    headers: bool = True
    """Properties and metadata travel as HTTP headers; else as JSON, which carries any text."""
    metadata_name: re.Pattern[str]
    metadata_empty: bool = True
    metadata_bytes: int
    """Of all names and values together, in UTF-8."""
    tags: int
    """How many an object may have."""
    tag: re.Pattern[str]

    def broken(
        self, described: Described, *, locks: bool, store: str, kept: datetime | None = None
    ) -> Iterator[Unheld]:
        """What it can't hold; `store` names a loss that has no name of its own. `kept`: until when all that is put now is kept anyway."""
        known = self.properties | ({self.held} if locks else set())
        for name, value in described.properties.items():
            if name not in known or (self.headers and not HEADER.fullmatch(value)):
                yield Unheld(kind="object-property", name=name)
        large = _size(described.metadata) > self.metadata_bytes
        for name, value in described.metadata.items():
            fits = HEADER.fullmatch(value) if self.headers and value else value or self.metadata_empty
            if large or not fits or not self.metadata_name.fullmatch(name):
                yield Unheld(kind="object-metadata", name=name)
        for number, (name, value) in enumerate(described.tags.items(), 1):
            if number > self.tags or not self.tag.fullmatch(name + value):
                yield Unheld(kind="object-tags", name=name)
        if described.until is not None and not locks and (kept is None or kept < described.until):
            yield Unheld(kind="object-retention", name=store)


def standing(described: Described) -> Described:
    """The same without a retention that is over: no store takes one."""
    over = described.until is not None and described.until <= datetime.now(UTC)
    return replace(described, until=None) if over else described


def without(described: Described, unheld: Collection[Unheld]) -> Described:
    """The same less what can't be held."""
    dropped = {(one.kind, one.name) for one in unheld}

    def left(kind: str, named: Mapping[str, str]) -> dict[str, str]:
        return {name: value for name, value in named.items() if (kind, name) not in dropped}

    return replace(
        described,
        properties=left("object-property", described.properties),
        metadata=left("object-metadata", described.metadata),
        tags=left("object-tags", described.tags),
        until=None if "object-retention" in {kind for kind, _ in dropped} else described.until,
    )


def _size(metadata: Mapping[str, str]) -> int:
    return sum(len(text.encode()) for pair in metadata.items() for text in pair)
