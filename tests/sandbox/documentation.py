"""What the installed SDKs' documentation says of each input, the parts of inputs too."""

import inspect
import re
import typing
from collections.abc import Iterator, Mapping

from pulumi import _types as sdk

from sandbox.cloud import schema
from sandbox.cloud.resource_type import ResourceType


def _texts(arguments: type) -> Iterator[tuple[str, str]]:
    """Every property of an argument class with its documentation on one line."""
    names = sdk.input_type_py_to_pulumi_names(arguments)
    documentation = inspect.getdoc(arguments.__init__) or ""  # type: ignore[misc]
    for part in re.split(r"^:param ", documentation, flags=re.MULTILINE)[1:]:
        head, _, text = part.partition(": ")
        yield names[head.split()[-1]], " ".join(text.split())


def _inner(shape: schema.Shape, path: str) -> tuple[schema.ObjectOf, str] | None:
    if isinstance(shape, schema.ListOf):
        return _inner(shape.item, f"{path}[*]")
    if isinstance(shape, schema.OneOf):
        return next((found for option in shape.options if (found := _inner(option, path))), None)
    return (shape, path) if isinstance(shape, schema.ObjectOf) else None


def _walk(arguments: type, fields: schema.Fields, path: str = "", deep: int = 0) -> Iterator[tuple[str, str]]:
    yield from ((f"{path}{name}", text) for name, text in _texts(arguments))
    for name, shape in fields.shapes.items() if deep < 5 else ():
        found = _inner(shape, f"{path}{name}")
        if found is not None:
            yield from _walk(found[0].source, found[0].fields, f"{found[1]}.", deep + 1)


def documented(package: str, token: str) -> Mapping[str, str]:
    """Every input, the parts of inputs too, with its documentation."""
    types = schema.schema(package, token)
    assert types is not None
    resource = schema._resource_class(package, token)
    for overload in typing.get_overloads(resource.__init__):  # type: ignore[misc]
        annotation = overload.__annotations__.get("args")
        if annotation is not None:
            parts = typing.get_args(annotation) or (annotation,)
            return dict(_walk(next(part for part in parts if part is not type(None)), types.inputs))
    raise LookupError(token)


def replaced(row: ResourceType, path: str) -> bool:
    """Whether the row always replaces the object when the input at `path` changes."""
    named = {row.name.property} if row.name and row.name.replaces else set()
    return any(path == fixed or path.startswith((f"{fixed}.", f"{fixed}[")) for fixed in {*row.replace_on} | named)
