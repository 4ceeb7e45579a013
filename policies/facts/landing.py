"""How every extractor finds the units that a stack's resources lie in."""

from collections.abc import Iterable, Iterator, Sequence

from policies.facts.resources import Resource
from policies.facts.vocabulary import UNKNOWN, Maybe

__all__ = ["landed"]


def landed(placed: Iterable[tuple[Resource, Maybe[str]]]) -> Iterator[tuple[Maybe[str], Sequence[Resource], bool]]:
    """Each unit with its resources, and whether it holds the most (of several with as many, the first).

    Resources of which it is not known count only where it is known of none.
    """
    found: dict[Maybe[str], list[Resource]] = {}
    for resource, unit in placed:
        found.setdefault(unit, []).append(resource)
    if len(found) > 1:
        found.pop(UNKNOWN, None)
    main = max(found, key=lambda unit: len(found[unit]), default=None)
    for unit, resources in found.items():
        yield unit, resources, unit == main
