"""What a store says of itself by its tags."""

from collections.abc import Mapping

from policies.facts.reading import read
from policies.facts.resources import Resource

_EVIDENCE = {"evidence", "forensics"}


def of_evidence(resource: Resource, tags: str) -> bool:
    """Its tag `purpose` says that it keeps evidence. `tags`: the property that holds the tags."""
    found = read(resource, tags)
    said = found.get("purpose") if isinstance(found, Mapping) else None
    return isinstance(said, str) and said.lower() in _EVIDENCE
