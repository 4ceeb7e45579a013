"""How every extractor tells where a stack lies."""

from collections.abc import Callable, Iterable, Iterator

from policies.facts.answers import every, some
from policies.facts.resources import Resource
from policies.facts.vocabulary import LandingUnit, Maybe

__all__ = ["landed"]


def landed(
    resources: Iterable[Resource],
    pinned: Callable[[Resource], Maybe[bool]],
    root: Callable[[Resource], Maybe[bool]] = lambda _: False,
) -> Iterator[LandingUnit]:
    """One fact for all `resources`, none where there are none."""
    found = [(resource, pinned(resource), root(resource)) for resource in resources]
    for resource, *_ in [*(one for one in found if one[1] is not True or one[2] is not False), *found][:1]:
        yield LandingUnit(
            urn=resource.urn,
            role=resource.role,
            pinned=every(*(one[1] for one in found)),
            root=some(*(one[2] for one in found)),
        )
