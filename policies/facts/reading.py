"""Reading one resource's properties: plain values, never an exception, an unknown is `UNKNOWN`, a secret is never shown.

A path is dotted and camelCase ("encryption.keySource"). A step into a list takes the element of that number, or else goes on in the
list's only element; in a list of several it is `UNKNOWN` (use `read_all`). A key that itself holds dots: a tuple of steps.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, Protocol

from policies.facts.vocabulary import UNKNOWN, Maybe, Unknown

SENTINELS = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
"""What the engine writes for a value that is not known yet. Those of the policy SDK, not imported from it: it takes half a second."""

SIGNATURE = "4dabf18193072939515e22adb298388d"
"""The key that marks an object as a secret, an asset, an archive or a reference instead of a value."""

BLINDED = "[secret]"
"""What the engine writes for a secret in a preview's JSON, and shows a policy where it can't decrypt it."""

_DIGITS = 18
"""A longer number is no setting of anything."""

Path = str | tuple[str, ...]


class Hidden(Enum):
    """The type of `HIDDEN`: a secret that is set, and whose value this process cannot or shall not open."""

    HIDDEN = "hidden"


HIDDEN = Hidden.HIDDEN


class HasProperties(Protocol):
    """Anything with plain properties; in practice a `Resource`."""

    @property
    def properties(self) -> Mapping[str, Any]: ...


def plain(value: Any, unknown: type[Exception] | tuple[()] = ()) -> Any:
    """The value as str, bool, int, float, None, list, dict, `UNKNOWN` or `HIDDEN`. Whole floats become ints.

    `unknown` is what a container of the policy SDK raises for an unknown item. A secret's envelope is `HIDDEN`, also where it holds
    the value in the open: no verdict depends on how a state was exported, and no report can show it.
    """
    if isinstance(value, str):
        return UNKNOWN if value in SENTINELS else HIDDEN if value == BLINDED else value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, Mapping):
        return HIDDEN if SIGNATURE in value else {str(key): _item(value, key, unknown) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_item(value, index, unknown) for index in range(len(value))]
    if value is None or isinstance(value, bool | int | Enum):
        return value
    return HIDDEN  # assets and archives: set, and nothing a policy reads


def _item(container: Any, key: Any, unknown: type[Exception] | tuple[()]) -> Any:
    try:
        return plain(container[key], unknown)
    except unknown:
        return UNKNOWN


def read(resource: HasProperties | Mapping[str, Any], path: Path) -> Any:
    """The value at `path`; None where it is not set, `UNKNOWN` where it is unknown, hidden, or in a list of several."""
    value = _walk(resource if isinstance(resource, Mapping) else resource.properties, _steps(path))
    return UNKNOWN if value is HIDDEN else value


def first(resource: HasProperties | Mapping[str, Any], *paths: Path) -> Any:
    """What the first of the paths holds that holds anything (an unknown value counts); None where none does."""
    return next((value for path in paths if (value := read(resource, path)) is not None), None)


def read_all(resource: HasProperties | Mapping[str, Any], path: Path) -> list[Any]:
    """All values at `path`, going into every element of every list on the way; a list at the end is flattened.

    [] where nothing is set; an element is `UNKNOWN` where it, or something above it, is.
    """
    return list(_spread(resource if isinstance(resource, Mapping) else resource.properties, _steps(path)))


def is_set(resource: HasProperties | Mapping[str, Any], path: Path) -> Maybe[bool]:
    """Whether something (not empty) is there; a hidden secret is."""
    value = _walk(resource if isinstance(resource, Mapping) else resource.properties, _steps(path))
    if value is HIDDEN:
        return True
    return UNKNOWN if value is UNKNOWN else value not in (None, "", [], {})


def flag(resource: HasProperties | Mapping[str, Any], path: Path, *, default: bool) -> Maybe[bool]:
    """A boolean, also where it is spelled as text; `default` is the cloud's own where it is not set."""
    value = read(resource, path)
    if value is None:
        return default
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    return value if isinstance(value, bool) else UNKNOWN


def number(resource: HasProperties | Mapping[str, Any], path: Path, *, default: int) -> Maybe[int]:
    """A whole number, also where it is spelled as text; `default` is the cloud's own where it is not set."""
    value = read(resource, path)
    if value is None:
        return default
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        return int(value) if len(value) <= _DIGITS else UNKNOWN
    return value if isinstance(value, int) and not isinstance(value, bool) else UNKNOWN


def text(resource: HasProperties | Mapping[str, Any], path: Path, *, default: str = "") -> Maybe[str]:
    """A string; `default` is the cloud's own where it is not set."""
    value = read(resource, path)
    if value is None:
        return default
    return value if isinstance(value, str) else UNKNOWN


def document(resource: HasProperties | Mapping[str, Any], path: Path) -> Maybe[Mapping[str, Any]] | None:
    """A JSON object (policy document), given as text or as an object; None where not set, `UNKNOWN` where it can't be parsed."""
    value = read(resource, path)
    if isinstance(value, str):
        try:
            value = plain(json.loads(value))
        except (ValueError, RecursionError):
            return UNKNOWN
    return value if value is None or isinstance(value, Mapping) else UNKNOWN


def items(value: Any) -> list[Any]:
    """A list as it is, one value as a list of one, None as []: for documents that allow both (IAM's Action, Principal)."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def strings(value: Any) -> Iterator[Maybe[str]]:
    """Every string in a value, at any depth, and `UNKNOWN` for each part that is unknown or hidden."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Unknown | Hidden):
        yield UNKNOWN
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def _steps(path: Path) -> Sequence[str]:
    return path.split(".") if isinstance(path, str) else path


def _walk(value: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        while isinstance(value, list) and not step.isdecimal():
            if len(value) > 1:
                return UNKNOWN
            value = value[0] if value else None
        if isinstance(value, list):
            value = value[int(step)] if int(step) < len(value) else None
        elif isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, Unknown | Hidden):
            return UNKNOWN
        else:
            return None
    return value


def _spread(value: Any, steps: Sequence[str]) -> Iterator[Any]:
    if isinstance(value, list):
        for element in value:
            yield from _spread(element, steps)
    elif isinstance(value, Unknown | Hidden):
        yield UNKNOWN
    elif not steps:
        if value is not None:
            yield value
    elif isinstance(value, Mapping):
        yield from _spread(value.get(steps[0]), steps[1:])
