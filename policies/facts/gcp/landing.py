"""Google Cloud projects, by the resource's own, else by its provider's.

https://www.pulumi.com/registry/packages/gcp/api-docs/provider/
"""

from collections.abc import Iterator

from policies.facts.answers import every, some
from policies.facts.landing import landed
from policies.facts.reading import is_set, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Fact, LandingUnit, Maybe

KNOWN: frozenset[str] = frozenset()

# Grants lie where what they are about does; the rest is the organisation's.
_ELSEWHERE = ("iam", "gcp:organizations/", "gcp:folder/", "gcp:orgpolicy/", "sharedvpc")


def facts(world: World) -> Iterator[Fact]:
    own = [one for one in world.resources if one.package == "gcp" and not _is_elsewhere(one)]
    for unit, resources, main in landed((one, _project(one)) for one in own):
        yield LandingUnit(
            urn=resources[0].urn,
            role=resources[0].role,
            unit=unit,
            main=main,
            pinned=every(*(_pinned(one) for one in resources)),
            root=False,
        )


def _is_elsewhere(resource: Resource) -> bool:
    return any(word in resource.type.lower() for word in _ELSEWHERE)


def _project(resource: Resource) -> Maybe[str]:
    own = is_set(resource, "project")
    named = UNKNOWN if own is UNKNOWN else text(resource if own else resource.provider or {}, "project")
    return named.rpartition("/")[2] or UNKNOWN if isinstance(named, str) else UNKNOWN


def _pinned(resource: Resource) -> Maybe[bool]:
    """By the provider, or by the program: the cloud tells a project back of every resource."""
    return some(is_set(resource.provider or {}, "project"), is_set(resource.inputs or {}, "project"))
