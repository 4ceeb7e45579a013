"""What changed between two sets of inputs, and whether it can be changed in place."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.cloud import naming
from sandbox.cloud.package import Package
from sandbox.cloud.resource_type import ResourceType
from sandbox.cloud.value import reveal

Kind = Literal["ADD", "DELETE", "UPDATE"]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """`changes` by path, the paths among them that `replaces`, and whether the old one must go first."""

    changes: Mapping[str, Kind]
    replaces: frozenset[str]
    delete_before_replace: bool


def _changes(old: Any, new: Any, path: str) -> Iterator[tuple[str, Kind]]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in [*old, *(key for key in new if key not in old)]:
            where = f"{path}.{key}" if path else str(key)
            if key not in new:
                yield where, "DELETE"
            elif key not in old:
                yield where, "ADD"
            else:
                yield from _changes(old[key], new[key], where)
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            where = f"{path}[{index}]"
            if index >= len(new):
                yield where, "DELETE"
            elif index >= len(old):
                yield where, "ADD"
            else:
                yield from _changes(old[index], new[index], where)
    elif old != new:
        yield path, "UPDATE"


def _visible(tree: Mapping[str, Any]) -> dict[str, Any]:
    revealed: dict[str, Any] = reveal(tree)
    return {name: value for name, value in revealed.items() if not name.startswith("__") and value is not None}


def _spelled(item: Any) -> str:
    """The same for equal items, in whatever order their keys came."""
    return json.dumps(item, sort_keys=True, default=repr)


def _ordered(tree: Any, path: str, patterns: tuple[str, ...]) -> Any:
    """The tree with every list at one of the patterns sorted: what the provider keeps as a set has no order."""
    if isinstance(tree, Mapping):
        return {key: _ordered(value, f"{path}.{key}" if path else str(key), patterns) for key, value in tree.items()}
    if not isinstance(tree, list):
        return tree
    items = [_ordered(item, f"{path}[*]", patterns) for item in tree]
    return sorted(items, key=_spelled) if path in patterns else items


def covers(pattern: str, path: str) -> bool:
    """Whether a row's path (`a[*].b`) is the changed path, a part of it, or (a whole object came or went) holds it."""
    expression = "".join(r"\[\d+\]" if part == "[*]" else re.escape(part) for part in re.split(r"(\[\*\])", pattern))
    under = re.match(rf"{expression}(?=$|[.\[])", path) is not None
    plain = re.sub(r"\[\d+\]", "[*]", path)
    return under or pattern.startswith((f"{plain}.", f"{plain}["))


def difference(package: Package, row: ResourceType, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Difference:
    """Old inputs against new ones."""
    old, new = _visible(olds), _visible(news)
    # A provider that has learned a default since fills it in; the cloud had it all the time.
    new = {name: value for name, value in new.items() if name in old or name not in news.get(naming.DEFAULTS, ())}
    if row.unordered:
        old, new = _ordered(old, "", row.unordered), _ordered(new, "", row.unordered)
    changes = dict(_changes(old, new, ""))
    fixed = [*row.replace_on, *package.replace_on, *(path for rule in row.replace_when for path in rule(old, new))]
    if row.name and row.name.replaces:
        fixed.append(row.name.property)
    replaces = frozenset(path for path in changes if any(covers(pattern, path) for pattern in fixed))
    kept = bool(
        row.name
        and row.name.unique_in is not None
        and row.name.property not in changes
        and row.name.property in news
        and row.name.property not in news.get(naming.DEFAULTS, ())
    )
    return Difference(
        changes=changes, replaces=replaces, delete_before_replace=bool(replaces) and (kept or row.delete_before_replace)
    )
