"""How every extractor folds the resources of one kind of oversight into one fact."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from policies.facts.answers import when
from policies.facts.reading import HasProperties, number
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Maybe, Oversight

__all__ = ["Demands", "at_least", "implicit", "overseen"]

Demands = Callable[[World, Sequence[Resource]], Iterable[tuple[str, Maybe[bool]]]]
"""From the resources of a kind: what the kind demands, in its words, each with whether it is kept. A word may come several times."""


def overseen(world: World, kind: type[Oversight], found: Sequence[Resource], demands: Demands) -> Iterator[Oversight]:
    """The one fact of that kind, said of the first resource; none where there is none."""
    if found:
        answers = list(demands(world, found))
        missing = frozenset(word for word, kept in answers if kept is False)
        unknown = any(kept is UNKNOWN for _, kept in answers) and not missing
        yield kind(urn=found[0].urn, role=found[0].role, lacks=UNKNOWN if unknown else missing)


def implicit(world: World, kind: type[Oversight]) -> Iterator[Oversight]:
    """What the cloud does for every account, whatever is registered: said of the stack."""
    if world.complete and world.stack:
        yield kind(urn=world.stack, lacks=frozenset())


def at_least(resource: HasProperties, path: str, least: int, *, default: int) -> Maybe[bool]:
    """Whether a number is at least that."""
    return when(number(resource, path, default=default), lambda value: value >= least)
