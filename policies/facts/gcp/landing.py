"""The Google Cloud project, by the provider's or the program's own: https://www.pulumi.com/registry/packages/gcp/api-docs/provider/."""

from collections.abc import Iterator

from policies.facts.answers import some
from policies.facts.landing import landed
from policies.facts.reading import is_set
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import Fact, Maybe

KNOWN: frozenset[str] = frozenset()

# Grants lie where what they are about does; the rest is the organisation's.
_ELSEWHERE = ("iam", "gcp:organizations/", "gcp:folder/", "gcp:orgpolicy/", "sharedvpc")


def facts(world: World) -> Iterator[Fact]:
    yield from landed((one for one in world.resources if one.package == "gcp" and not _is_elsewhere(one)), _pinned)


def _is_elsewhere(resource: Resource) -> bool:
    return any(word in resource.type.lower() for word in _ELSEWHERE)


def _pinned(resource: Resource) -> Maybe[bool]:
    """What the program asked for counts: the cloud tells a project back of every resource."""
    return some(is_set(resource.provider or {}, "project"), is_set(resource.inputs or {}, "project"))
