"""Which of several clouds keeps less: their facts compared pair by pair, field by field, and the weaker one named."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import Field, dataclass, fields
from itertools import combinations
from typing import Any

from policies.facts.vocabulary import Fact, Unknown
from policies.language import Message
from policies.parity_declared import Declared, plain

__all__ = ["Difference", "Side", "differences", "unused"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One deployed stack: what it is called in the result, its cloud, its facts."""

    name: str
    cloud: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One value in which two sides differ."""

    thing: str
    """Kind of fact and role (`ObjectStore records`). Where roles are not paired the kind, and of two that differ in a field the others'
    values (`Flow (source=…, protocol=tcp)`)."""
    field: str
    """"" where one side has a fact that the other has not."""
    values: Mapping[str, Any]
    """Side to value; to the whole fact (a mapping) or None where `field` is ""."""
    weaker: tuple[str, ...]
    """Sides: one, both (each allows or lacks what the other does not), or none where the field has no direction."""
    declared: tuple[Declared, ...] = ()
    """The known reasons."""
    nature: Message | None = None
    """The reason why clouds differ in this field by nature."""

    @property
    def counts(self) -> bool:
        """Nothing explains it."""
        return not self.declared and not self.nature


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pair:
    """Two sides, or two facts of theirs, with what is declared between them."""

    one: Side
    two: Side
    known: tuple[Declared, ...]

    def declared(self, kind: str, role: str, field: str) -> tuple[Declared, ...]:
        clouds = {self.one.cloud, self.two.cloud}
        return tuple(d for d in self.known if d.value is None and d.cloud in clouds and d.covers(kind, role, field))


def differences(sides: Sequence[Side], declared: Iterable[Declared] = ()) -> list[Difference]:
    """Every difference between every two sides, what is declared or natural included (`Difference.counts`).

    Facts pair by kind and role, as multisets; kinds without pairs (flows) as one set; of what is said of every resource, only the
    weakest count.
    """
    known = tuple(declared)
    return [
        difference
        for one, two in combinations(sides, 2)
        for difference in _between(_Pair(one=one, two=two, known=known))
    ]


def unused(found: Iterable[Difference], declared: Iterable[Declared]) -> list[Declared]:
    """The declarations that explain no difference: they have outlived their reason."""
    used = {id(one) for difference in found for one in difference.declared}
    return [one for one in declared if id(one) not in used]


def _between(pair: _Pair) -> Iterator[Difference]:
    first, second = _grouped(pair.one), _grouped(pair.two)
    for kind, role in sorted(first.keys() | second.keys(), key=lambda group: (group[0].__name__, group[1])):
        ours, theirs = first.get((kind, role), []), second.get((kind, role), [])
        if kind.COMPARED:
            yield from _matched(pair, kind, role, ours, theirs)
        else:
            yield from _weakest(pair, kind, ours, theirs)


def _grouped(side: Side) -> Mapping[tuple[type[Fact], str], list[Fact]]:
    groups: dict[tuple[type[Fact], str], list[Fact]] = defaultdict(list)
    for fact in side.facts:
        paired = fact.COMPARED and fact.ROLES_PAIRED
        group = groups[type(fact), fact.role if paired else ""]
        if paired or fact not in group:  # facts are equal where their compared fields are
            group.append(fact)
    return groups


def _matched(pair: _Pair, kind: type[Fact], role: str, first: list[Fact], second: list[Fact]) -> Iterator[Difference]:
    left: dict[str, list[Fact]] = {}
    for side, facts in ((pair.one, first), (pair.two, second)):
        reasons = [tuple(d for d in pair.known if d.leaves_out(side.cloud, fact)) for fact in facts]
        yield from (_only(pair, side, role, fact, why) for fact, why in zip(facts, reasons, strict=True) if why)
        left[side.name] = [fact for fact, why in zip(facts, reasons, strict=True) if not why]
    ours, theirs = left[pair.one.name], left[pair.two.name]
    partners = _partners(pair, ours, theirs, len(_compared(kind)) if kind.ROLES_PAIRED else 1)
    for i, j in partners.items():
        yield from _fields(pair, role, ours[i], theirs[j])
    yield from (_only(pair, pair.one, role, fact, ()) for i, fact in enumerate(ours) if i not in partners)
    yield from (_only(pair, pair.two, role, fact, ()) for j, fact in enumerate(theirs) if j not in partners.values())


def _partners(pair: _Pair, ours: list[Fact], theirs: list[Fact], most: int) -> dict[int, int]:
    """Whom each is compared with, those alike first; never two that differ in more than `most` fields."""
    partners: dict[int, int] = {}
    for apart, i, j in sorted(
        (len(_unlike(pair, a, b)), i, j) for i, a in enumerate(ours) for j, b in enumerate(theirs)
    ):
        if apart <= most and i not in partners and j not in partners.values():
            partners[i] = j
    return partners


def _unlike(pair: _Pair, a: Fact, b: Fact) -> list[str]:
    """Fields in which they differ without a declaration."""
    kind = type(a)
    names = [field.name for field in _compared(kind) if getattr(a, field.name) != getattr(b, field.name)]
    return [name for name in names if not pair.declared(kind.__name__, a.role, name)]


def _fields(pair: _Pair, role: str, a: Fact, b: Fact) -> Iterator[Difference]:
    kind = type(a)
    for field in fields(a):
        nature = field.metadata.get("differs")
        if nature is None and not (a.production or b.production):
            nature = field.metadata.get("outside production")
        one, two = getattr(a, field.name), getattr(b, field.name)
        if (field.compare or nature) and one != two:
            yield Difference(
                thing=_thing(kind, role) if kind.ROLES_PAIRED else _alike(a, b),
                field=field.name,
                values={pair.one.name: one, pair.two.name: two},
                weaker=_weaker(pair, field, one, two),
                declared=pair.declared(kind.__name__, a.role, field.name),
                nature=nature,
            )


def _weakest(pair: _Pair, kind: type[Fact], first: list[Fact], second: list[Fact]) -> Iterator[Difference]:
    """A side is weaker where a resource of its is weaker than every one of the other's."""
    for field in _compared(kind):
        for facts, others in ((first, second), (second, first)):
            values = [getattr(other, field.name) for other in others]
            for fact in facts:
                value = getattr(fact, field.name)
                if values and all(_is_weaker(field, value, other) for other in values):
                    ours = facts is first
                    yield Difference(
                        thing=f"{kind.__name__} {fact.name}",
                        field=field.name,
                        values={
                            pair.one.name: value if ours else values[0],
                            pair.two.name: values[0] if ours else value,
                        },
                        weaker=(pair.one.name if ours else pair.two.name,),
                    )


def _only(pair: _Pair, side: Side, role: str, fact: Fact, reasons: tuple[Declared, ...]) -> Difference:
    """A fact that only `side` has."""
    kind = type(fact)
    other = pair.two if side is pair.one else pair.one
    whole = {field.name: getattr(fact, field.name) for field in _compared(kind)}
    return Difference(
        thing=_thing(kind, role),
        field="",
        values={one.name: whole if one is side else None for one in (pair.one, pair.two)},
        weaker={"stronger": (other.name,), "weaker": (side.name,), "neither": ()}[kind.EXTRA_IS],
        declared=reasons,
    )


def _thing(kind: type[Fact], role: str) -> str:
    return f"{kind.__name__} {role}".strip()


def _alike(a: Fact, b: Fact) -> str:
    """Which of many the two are that no role tells apart: by what they have in common."""
    same = [field.name for field in _compared(type(a)) if getattr(a, field.name) == getattr(b, field.name)]
    return f"{type(a).__name__} ({', '.join(f'{name}={_text(plain(getattr(a, name)))}' for name in same)})"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _compared(kind: type[Fact]) -> list[Field[Any]]:
    return [field for field in fields(kind) if field.compare]


def _weaker(pair: _Pair, field: Field[Any], one: Any, two: Any) -> tuple[str, ...]:
    sides = ((pair.one, one, two), (pair.two, two, one))
    return tuple(side.name for side, value, other in sides if _is_weaker(field, value, other))


def _is_weaker(field: Field[Any], value: Any, other: Any) -> bool:
    """What is not known, or nobody can decide, is weaker than whatever is known: it proves nothing."""
    order = field.metadata.get("weaker")
    if order is None:
        return False
    if isinstance(value, Unknown) or isinstance(other, Unknown):
        return isinstance(value, Unknown) and not isinstance(other, Unknown)
    return bool(order(value, other))
