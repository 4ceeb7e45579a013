"""What a store says of itself by its tags."""

from collections.abc import Mapping

from policies.facts.reading import read
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import Maybe

__all__ = ["of_evidence", "without_logs"]

_EVIDENCE = frozenset({"evidence", "forensics"})
_STATE = frozenset({"state", "iac-state", "pulumi-state"})


def of_evidence(resource: Resource, tags: str) -> bool:
    """Its tag `purpose` says that it keeps evidence. `tags`: the property that holds the tags."""
    return _said(resource, tags) in _EVIDENCE


def without_logs(world: World, resource: Resource, tags: str) -> Maybe[str]:
    """What a store is for into which no logs are delivered: states, if its tag says so, else the workload's records."""
    return world.absent("state" if _said(resource, tags) in _STATE else "records")


def _said(resource: Resource, tags: str) -> str:
    found = read(resource, tags)
    said = found.get("purpose") if isinstance(found, Mapping) else None
    return said.lower() if isinstance(said, str) else ""
