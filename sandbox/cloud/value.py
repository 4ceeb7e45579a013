"""Property values: protocol form (Struct, signatures) to and from plain Python, with unknown and secret values.

In a decoded tree an unknown value is `UNKNOWN`, a secret is `Secret(value)`, a whole number is an int, and everything
else is plain. `reveal` drops the secret wrappers; `guarded` makes reading an unknown value raise `UnknownValue`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf import json_format, struct_pb2

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # a mark of the protocol
UNKNOWN_MARK: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
# One mark for each kind of value; engines send the first for nearly everything.
UNKNOWN_MARKS: Final = frozenset(
    {
        UNKNOWN_MARK,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)


class Unknown:
    """The type of `UNKNOWN`: a value that only a real run can tell."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


class UnknownValue(Exception):  # noqa: N818  not an error: the answer is not known yet
    """A function read a value that is unknown at preview."""


@dataclass(frozen=True)
class Secret:
    """A value that state files hold encrypted."""

    value: Any


def decode(value: Any) -> Any:
    """Protocol form (already plain JSON) to a tree."""
    if isinstance(value, Mapping):
        if value.get(SIGNATURE) == SECRET:
            return Secret(decode(value.get("value")))
        return {key: decode(item) for key, item in value.items()}
    if isinstance(value, list):
        return [decode(item) for item in value]
    if isinstance(value, str) and value in UNKNOWN_MARKS:
        return UNKNOWN
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def encode(value: Any) -> Any:
    """A tree to protocol form."""
    if isinstance(value, Secret):
        return {SIGNATURE: SECRET, "value": encode(value.value)}
    if isinstance(value, Mapping):
        return {key: encode(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [encode(item) for item in value]
    return UNKNOWN_MARK if value is UNKNOWN else value


def from_struct(struct: struct_pb2.Struct) -> dict[str, Any]:
    """A message's properties as a tree."""
    tree: dict[str, Any] = decode(json_format.MessageToDict(struct))
    return tree


def to_struct(tree: Mapping[str, Any]) -> struct_pb2.Struct:
    """A tree as a message's properties. Absent (None) values are left out at the top."""
    struct = struct_pb2.Struct()
    struct.update({key: encode(item) for key, item in tree.items() if item is not None})
    return struct


def reveal(value: Any) -> Any:
    """The tree without secret wrappers."""
    if isinstance(value, Secret):
        return reveal(value.value)
    if isinstance(value, Mapping):
        return {key: reveal(item) for key, item in value.items()}
    return [reveal(item) for item in value] if isinstance(value, list) else value


def has_unknown(value: Any) -> bool:
    """Whether any part is unknown."""
    if isinstance(value, Secret):
        return has_unknown(value.value)
    if isinstance(value, Mapping):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return value is UNKNOWN


def known(value: Any) -> Any:
    """The value, or `UnknownValue` when it is the unknown one."""
    if value is UNKNOWN:
        raise UnknownValue
    return value


class Guarded(Mapping[str, Any]):
    """A mapping in which reading an unknown value raises `UnknownValue`; asking whether a key is there does not."""

    def __init__(self, tree: Mapping[str, Any]) -> None:
        self._tree = tree

    def __getitem__(self, key: str) -> Any:
        return guarded(self._tree[key])

    def __contains__(self, key: object) -> bool:
        return key in self._tree

    def __iter__(self) -> Iterator[str]:
        return iter(self._tree)

    def __len__(self) -> int:
        return len(self._tree)


def guarded(value: Any) -> Any:
    """A revealed tree in which unknown values can't be read; the tree itself when nothing in it is unknown."""
    if not has_unknown(value):
        return value
    if isinstance(value, Mapping):
        return Guarded(value)
    if isinstance(value, list):
        return [guarded(item) for item in value]
    return known(value)


def unguarded(value: Any) -> Any:
    """The tree again of what a function gave back, its unknown parts included."""
    if isinstance(value, Guarded):
        return value._tree  # noqa: SLF001
    if isinstance(value, Mapping):
        return {key: unguarded(item) for key, item in value.items()}
    return [unguarded(item) for item in value] if isinstance(value, list) else value


_STEP: Final = re.compile(r"[^.\[\]]+|\[(?:\*|\d+)\]")


def at(tree: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every (concrete path, value) under `path` (`a.b`, `a[*].b`, `a[0]`) that is there; reading unknown ones raises."""
    yield from _walk(tree, _STEP.findall(path), "")


def one(tree: Any, path: str, otherwise: Any = None) -> Any:
    """The first value under `path`, else `otherwise`."""
    return next((value for _, value in at(tree, path)), otherwise)


def _walk(value: Any, steps: list[str], done: str) -> Iterator[tuple[str, Any]]:
    if value is None:
        return
    if not steps:
        yield done, known(value)
        return
    step, rest = steps[0], steps[1:]
    if step.startswith("["):
        if isinstance(known(value), list):
            for index, item in enumerate(value):
                if step in ("[*]", f"[{index}]"):
                    yield from _walk(item, rest, f"{done}[{index}]")
    elif isinstance(known(value), Mapping) and step in value:
        yield from _walk(value[step], rest, f"{done}.{step}" if done else step)
