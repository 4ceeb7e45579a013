"""Whether several clouds keep the same promises: their facts compared field by field."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from policies.facts.vocabulary import Fact

__all__ = ["Declared", "differences"]

_Row = tuple[tuple[str, Any], ...]
_Group = tuple[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Declared:
    """A difference that is known and has a reason.

    With `value` the facts of that kind whose field has the value are left out on that cloud (an extra flow, a delivery store);
    without, the field is not compared between that cloud and the others. `role` limits it to one component.
    """

    cloud: str
    kind: str
    """Name of the fact's class."""
    field: str
    reason: str
    role: str | None = None
    value: Any = None


def differences(facts_by_cloud: Mapping[str, Iterable[Fact]], declared: Iterable[Declared] = ()) -> list[str]:
    """What differs, one line each, sorted; [] where the clouds are equal apart from what is declared.

    The first cloud is the measure. Facts pair by kind and role, as multisets; kinds without pairs (flows) as one set. A declaration
    that hides nothing is a difference too, so that none outlives its reason.
    """
    clouds = list(facts_by_cloud)
    known = list(declared)
    used: set[Declared] = set()
    grouped = {cloud: _grouped(cloud, facts_by_cloud[cloud], known, used) for cloud in clouds}
    lines: list[str] = []
    for cloud in clouds[1:]:
        measure, other = grouped[clouds[0]], grouped[cloud]
        for group in sorted(measure.keys() | other.keys()):
            skipped = {d for d in known if d.value is None and d.cloud in (clouds[0], cloud) and _covers(d, group)}
            first, second = measure.get(group, []), other.get(group, [])
            for difference in skipped:
                if not _equal(*(_without(rows, {d.field for d in skipped - {difference}}) for rows in (first, second))):
                    used.add(difference)
            hidden = {d.field for d in skipped}
            lines += _compared(clouds[0], cloud, group, _without(first, hidden), _without(second, hidden))
    lines += [
        f"declared, but nothing differs: {d.cloud} {d.kind}.{d.field} ({d.reason})" for d in known if d not in used
    ]
    return sorted(lines)


def _grouped(cloud: str, facts: Iterable[Fact], known: list[Declared], used: set[Declared]) -> dict[_Group, list[_Row]]:
    groups: dict[_Group, list[_Row]] = defaultdict(list)
    for fact in facts:
        if not fact.COMPARED:
            continue
        group = (type(fact).__name__, fact.role if fact.ROLES_PAIRED else "")
        left_out = [
            d
            for d in known
            if d.value is not None
            and d.cloud == cloud
            and _covers(d, (group[0], fact.role))
            and getattr(fact, d.field) == d.value
        ]
        used.update(left_out)
        row = tuple((f.name, getattr(fact, f.name)) for f in fields(fact) if f.compare)
        if not left_out and (fact.ROLES_PAIRED or row not in groups[group]):
            groups[group].append(row)
    return groups


def _covers(declared: Declared, group: _Group) -> bool:
    return declared.kind == group[0] and declared.role in (None, group[1])


def _without(rows: list[_Row], hidden: set[str]) -> Counter[_Row]:
    return Counter(tuple(item for item in row if item[0] not in hidden) for row in rows)


def _equal(first: Counter[_Row], second: Counter[_Row]) -> bool:
    return first == second


def _compared(one: str, two: str, group: _Group, first: Counter[_Row], second: Counter[_Row]) -> Iterator[str]:
    only_first, only_second = list((first - second).elements()), list((second - first).elements())
    label = f"{group[0]} {group[1]}".strip()
    if len(only_first) == len(only_second) == 1:
        pairs = zip(only_first[0], only_second[0], strict=True)
        yield from (f"{label}.{name}: {one} {_shown(a)}, {two} {_shown(b)}" for (name, a), (_, b) in pairs if a != b)
        return
    for cloud, rows in ((one, only_first), (two, only_second)):
        yield from (f"{label}: only on {cloud}: {', '.join(f'{n}={_shown(v)}' for n, v in row)}" for row in rows)


def _shown(value: Any) -> str:
    return repr(sorted(value)) if isinstance(value, frozenset) else repr(value)
