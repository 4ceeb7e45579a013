"""Holding inputs against the schema, and giving outputs the outputs' own shape."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.cloud.schema import Enumeration, Fields, ListOf, MapOf, ObjectOf, OneOf, Scalar, Shape
from sandbox.cloud.value import SIGNATURE, UNKNOWN, Secret

Problems = Iterator[tuple[str, str]]
_PYTHON: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


def _said(value: Any) -> str:
    words = {bool: "a boolean", str: "a string", int: "an integer", float: "a number", list: "a list", dict: "a map"}
    return words.get(type(value), type(value).__name__)


def problems(inputs: Mapping[str, Any], fields: Fields, open_enums: tuple[str, ...] = (), path: str = "") -> Problems:
    """(path, reason) for each unknown property, missing required value, wrong type and bad enum, nested ones too.

    Unknown values pass; secrets are looked into.
    """
    for name, value in inputs.items():
        where = f"{path}.{name}" if path else name
        if name.startswith("__"):  # bookkeeping of providers, no property
            continue
        if name not in fields.shapes:
            near = difflib.get_close_matches(name, fields.shapes, n=1)
            yield where, f"unknown property '{name}'" + (f" (did you mean '{near[0]}'?)" if near else "")
        elif value is not None:
            yield from _problems(value, fields.shapes[name], open_enums, where)
    for name in sorted(fields.required):
        if inputs.get(name) is None:
            yield (f"{path}.{name}" if path else name), f"required value '{name}' is missing"


def _problems(value: Any, shape: Shape, open_enums: tuple[str, ...], path: str) -> Problems:
    if isinstance(value, Secret):
        value = value.value
    if value is UNKNOWN or value is None:
        return
    match shape:
        case Scalar(kind="any"):
            return
        case Scalar(kind="asset"):
            if not (isinstance(value, Mapping) and SIGNATURE in value):
                yield path, f"expected an asset, got {_said(value)}"
        case Scalar(kind=kind):
            right = isinstance(value, _PYTHON[kind]) and (kind == "boolean" or not isinstance(value, bool))
            if not right:
                yield path, f"expected {'an' if kind == 'integer' else 'a'} {kind}, got {_said(value)}"
        case Enumeration(values=values):
            if isinstance(value, list | Mapping):
                yield path, f"expected one of {', '.join(map(str, values))}, got {_said(value)}"
            elif value not in values and _plain(path) not in open_enums:
                yield path, f"'{value}' is not one of: {', '.join(map(str, values))}"
        case ListOf(item=item):
            if not isinstance(value, list):
                yield path, f"expected a list, got {_said(value)}"
            else:
                for index, element in enumerate(value):
                    yield from _problems(element, item, open_enums, f"{path}[{index}]")
        case MapOf(item=item):
            if not isinstance(value, Mapping):
                yield path, f"expected a map, got {_said(value)}"
            else:
                for key, element in value.items():
                    yield from _problems(element, item, open_enums, f"{path}.{key}")
        case ObjectOf():
            if not isinstance(value, Mapping):
                yield path, f"expected an object, got {_said(value)}"
            else:
                yield from problems(value, shape.fields, open_enums, path)
        case OneOf(options=options):
            tried = [list(_problems(value, option, open_enums, path)) for option in options]
            yield from min(tried, key=len)


def _plain(path: str) -> str:
    """`a[0].b` as the row writes it: `a[*].b`."""
    return "".join("[*]" + part.partition("]")[2] if i else part for i, part in enumerate(path.split("[")))


def shaped(value: Any, shape: Shape) -> Any:
    """An input as an output of this shape, or None if it can't be one: an output never has the input's shape by accident."""
    if isinstance(value, Secret):
        inner = shaped(value.value, shape)
        return None if inner is None else Secret(inner)
    if value is UNKNOWN or value is None:
        return value
    match shape:
        case Scalar(kind=kind):
            fits = kind in ("any", "asset") or not next(_problems(value, shape, (), ""), None)
            return value if fits else None
        case Enumeration():
            return value
        case ListOf(item=item):
            return [shaped(element, item) for element in value] if isinstance(value, list) else None
        case MapOf(item=item):
            if isinstance(value, list):  # a set of ids in, a map of what each became out (userAssignedIdentities)
                return {key: {} for key in value if isinstance(key, str)}
            return {k: shaped(v, item) for k, v in value.items()} if isinstance(value, Mapping) else None
        case ObjectOf():
            if not isinstance(value, Mapping):
                return None
            named = {k: shaped(v, shape.fields.shapes[k]) for k, v in value.items() if k in shape.fields.shapes}
            return {k: v for k, v in named.items() if v is not None}
        case OneOf(options=options):
            return next((made for option in options if (made := shaped(value, option)) is not None), None)
