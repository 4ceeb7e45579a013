"""Reading one resource's properties: plain values, never an exception, an unknown is `UNKNOWN`, a secret is never shown.

A path is dotted and camelCase ("encryption.keySource"). A step into a list takes the element of that number, or else goes on in the
list's only element; in a list of several it is `UNKNOWN` (use `read_all`). A key that itself holds dots: a tuple of steps.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, Protocol

from pulumi_policy import proxy

from policies.facts.vocabulary import UNKNOWN, Maybe, Unknown

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the engine's public mark of a secret
_SENTINELS = frozenset(value for name, value in vars(proxy).items() if name.startswith("UNKNOWN_"))

Path = str | tuple[str, ...]


class Hidden(Enum):
    """The type of `HIDDEN`: a secret that is set, and whose value this process cannot or shall not open."""

    HIDDEN = "hidden"


HIDDEN = Hidden.HIDDEN


class HasProperties(Protocol):
    """Anything with plain properties; in practice a `Resource`."""

    @property
    def properties(self) -> Mapping[str, Any]: ...


def plain(value: Any) -> Any:
    """The value as str, bool, int, float, None, list, dict, `UNKNOWN` or `HIDDEN`, whether it comes from the policy SDK's proxies
    (which raise on unknowns) or from an exported state (whose secrets are envelopes). Whole floats become ints.
    """
    if isinstance(value, str):
        return UNKNOWN if value in _SENTINELS else value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, Mapping):
        if _SIGNATURE in value:
            return _opened(value)
        return {str(key): _item(value, key) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_item(value, index) for index in range(len(value))]
    if value is None or isinstance(value, bool | int | Enum):
        return value
    return HIDDEN  # assets and archives: set, and nothing a policy reads


def _item(container: Any, key: Any) -> Any:
    try:
        return plain(container[key])
    except proxy.UnknownValueError:
        return UNKNOWN


def _opened(envelope: Mapping[str, Any]) -> Any:
    """What a secret's envelope holds in the open; hidden where it is encrypted, or an asset or a reference instead of a secret."""
    if _item(envelope, _SIGNATURE) == _SECRET:
        if "value" in envelope:
            return _item(envelope, "value")
        if isinstance(plaintext := envelope.get("plaintext"), str):
            try:
                return plain(json.loads(plaintext))
            except ValueError:
                return HIDDEN
    return HIDDEN


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
        return int(value)
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
        except ValueError:
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
        if isinstance(value, list) and not step.isdecimal():
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
