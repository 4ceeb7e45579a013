"""The engine's books against the cloud's."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

Entry = tuple[str, str, str]
"""URN, type, id."""


def disagreements(state: Mapping[str, Any], books: Iterable[Entry]) -> tuple[list[Entry], list[Entry]]:
    """What the cloud holds and the state does not know (orphans, doubles), and what the state believes in and the cloud lacks."""
    managed = (one for one in state["deployment"].get("resources", ()) if one["custom"] and not one.get("external"))
    known = Counter((one["urn"], one["type"], one["id"]) for one in managed if not one["type"].startswith("pulumi:"))
    held = Counter(books)
    return sorted((held - known).elements()), sorted((known - held).elements())


def guarded(state: Mapping[str, Any]) -> dict[str, str]:
    """URN → id of all that production can't lose."""
    return {one["urn"]: one["id"] for one in state["deployment"].get("resources", ()) if one.get("protect")}
