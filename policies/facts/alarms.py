"""What every extractor does with alarms: what several tell of together, and whether anybody hears them."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from policies.facts.answers import some
from policies.facts.reading import Path, is_set, read_all
from policies.facts.resources import Resource, World, identities, once
from policies.facts.vocabulary import Maybe

__all__ = ["by_name", "heard", "parts"]

Needs = Mapping[str, frozenset[str]]
"""Word to everything that has to be told of; {} where nothing can be changed."""


def parts(named: Mapping[str, Iterable[str]], needs: Needs) -> Mapping[str, frozenset[str]]:
    """Of each alarm (URN) that tells of something needed, the words of which all alarms together tell completely.

    `named`: what an alarm tells of, `*` for any text.
    """
    wanted = frozenset[str]().union(*needs.values())
    told = {urn: frozenset(one for one in wanted if _any(one, patterns)) for urn, patterns in named.items()}
    all_told = frozenset[str]().union(*told.values())
    complete = [word for word, ones in needs.items() if ones <= all_told]
    return {
        urn: frozenset(word for word in complete if not needs[word] or needs[word] & ones)
        for urn, ones in told.items()
        if ones
    }


def _any(one: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(one, pattern) for pattern in patterns)


def heard(world: World, alarm: Resource, path: Path, topic: str, subscription: str, at: str) -> Maybe[bool]:
    """Whether the alarm names somebody at `path`. A topic that the stack makes needs a subscription, which names it at `at`."""
    topics = world.targets(alarm, path, topic)
    if not topics or len(read_all(alarm, path)) > len(topics):
        return is_set(alarm, path)
    return some(*(bool(world.referring(one, subscription, at)) or world.absent(value=False) for one in topics))


@once
def by_name(world: World, *types: str) -> Mapping[str, Resource]:
    """The resources of these types by everything that a text may call them."""
    found = ((one, resource) for resource in world.of(*types) for one in (*identities(resource), _shown(resource)))
    return {one: resource for one, resource in found if one}


def _shown(resource: Resource) -> str:
    value = resource.properties.get("displayName")
    return value if isinstance(value, str) else ""
