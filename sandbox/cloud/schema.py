"""The schema of a resource type, read from the installed SDK: properties, types, required values, enums.

Nothing is repeated here by hand. The class that the resource's `args` is annotated with gives the inputs, its `__init__`
the required ones, its annotations the types; the resource class gives the outputs. Only the type's own module is imported.
"""

import enum
import importlib
import importlib.util
import inspect
import json
import re
import sys
import threading
import typing
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pulumi
from pulumi import _types as sdk

_SCALARS: Final[Mapping[Any, str]] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    pulumi.Asset: "asset",
    pulumi.Archive: "asset",
}


_IMPORTING: Final = threading.RLock()


@dataclass(frozen=True)
class Scalar:
    """`any`, `string`, `integer`, `number`, `boolean` or `asset`."""

    kind: str


@dataclass(frozen=True)
class Enumeration:
    """One of a fixed set of strings or numbers."""

    values: tuple[Any, ...]


@dataclass(frozen=True)
class ListOf:
    """A list of one shape."""

    item: "Shape"


@dataclass(frozen=True)
class MapOf:
    """A map from strings to one shape."""

    item: "Shape"


@dataclass(frozen=True)
class ObjectOf:
    """An object with named properties; `fields` reads them on first use (shapes may contain themselves)."""

    source: type

    @property
    def fields(self) -> "Fields":
        """Its properties."""
        return _fields(self.source)


@dataclass(frozen=True)
class OneOf:
    """Any of several shapes."""

    options: tuple["Shape", ...]


Shape = Scalar | Enumeration | ListOf | MapOf | ObjectOf | OneOf


@dataclass(frozen=True)
class Fields:
    """Properties by their protocol (camelCase) names."""

    shapes: Mapping[str, Shape]
    required: frozenset[str]


@dataclass(frozen=True)
class Schema:
    """Inputs and outputs of one resource type."""

    inputs: Fields
    outputs: Fields


def _shape(annotation: Any) -> Shape:
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if annotation in _SCALARS:
        return Scalar(_SCALARS[annotation])
    if origin is not None and isinstance(origin, type):
        if issubclass(origin, str | bytes) or origin.__name__ in ("Awaitable", "Output"):
            return Scalar("any")
        if issubclass(origin, Mapping):
            return MapOf(_shape(parts[1]) if len(parts) == 2 else Scalar("any"))
        if issubclass(origin, Sequence):
            return ListOf(_shape(parts[0]) if parts else Scalar("any"))
    if isinstance(annotation, type):
        if issubclass(annotation, enum.Enum):
            return Enumeration(tuple(member.value for member in annotation))
        if sdk.is_input_type(annotation) or sdk.is_output_type(annotation):
            return ObjectOf(annotation)
        if issubclass(annotation, dict):
            return MapOf(Scalar("any"))
        if issubclass(annotation, list):
            return ListOf(Scalar("any"))
    if parts:
        return _union([part for part in parts if _counts(part)])
    return Scalar("any")


def _counts(part: Any) -> bool:
    """Inputs are annotated T | Awaitable[T] | Output[T], objects also as their dictionary form; only T counts."""
    origin = typing.get_origin(part)
    name = getattr(origin or part, "__name__", "")
    return part is not type(None) and name not in ("Awaitable", "Output") and not typing.is_typeddict(part)


def _union(parts: list[Any]) -> Shape:
    shapes = tuple(dict.fromkeys(_shape(part) for part in parts))
    enumerations = [shape for shape in shapes if isinstance(shape, Enumeration)]
    if enumerations:  # str | Enum is how azure-native writes an enum that may grow
        return Enumeration(tuple(value for shape in enumerations for value in shape.values))
    if any(isinstance(shape, ObjectOf) for shape in shapes):
        shapes = tuple(shape for shape in shapes if shape != MapOf(Scalar("any")))
    return shapes[0] if len(shapes) == 1 else OneOf(shapes) if shapes else Scalar("any")


@cache
def _fields(source: type) -> Fields:
    if sdk.is_input_type(source):
        names = sdk.input_type_py_to_pulumi_names(source)
        types: Mapping[str, Any] = sdk.input_type_types(source)
        parameters = list(inspect.signature(source.__init__).parameters.values())[1:]  # type: ignore[misc]
        needed = frozenset(names[p.name] for p in parameters if p.default is p.empty and p.name in names)
    elif sdk.is_output_type(source):
        types, needed = sdk.output_type_types(source), frozenset()
    else:
        types, needed = sdk.resource_types(source), frozenset()
        types = {name: kind for name, kind in types.items() if name not in ("id", "urn")}
    return Fields({name: _shape(kind) for name, kind in types.items()}, needed)


@cache
def _modules(package: str) -> Mapping[str, tuple[str, str]]:
    """Token → (Python package, class), from the SDK's own registration table, without importing the SDK."""
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    text = Path(spec.origin).read_text(encoding="utf-8")
    found = re.search(r'resource_modules="""(.*?)"""', text, re.DOTALL)
    assert found is not None
    return {token: (entry["fqn"], name) for entry in json.loads(found[1]) for token, name in entry["classes"].items()}


@contextmanager
def _alone(folder: str) -> Iterator[None]:
    """Import a module of a service without the service's other modules (hundreds, and seconds, for the large ones).

    The SDKs load a service as a whole at the first look at it. While it is not loaded yet, an empty package stands in its
    place; modules loaded meanwhile are the ones that a later whole import takes.
    """
    importlib.import_module(folder.partition(".")[0])
    lazy = sys.modules.get(folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the SDKs warn of their own deprecated modules as they load them
        if lazy is None or type(lazy) is ModuleType:
            yield
            return
        stand_in = ModuleType(folder)
        stand_in.__path__ = list(lazy.__path__)
        sys.modules[folder] = stand_in
        try:
            yield
        finally:
            sys.modules[folder] = lazy


def _resource_class(package: str, token: str) -> type:
    folder, name = _modules(package)[token]
    snake = re.sub(
        r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", token.split(":")[1].rpartition("/")[2] or name
    )
    likely = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
    root = importlib.util.find_spec(package)
    assert root is not None
    assert root.origin is not None
    place = Path(root.origin).parent.joinpath(*folder.split(".")[1:])
    for stem in (likely, snake.lower(), *sorted(path.stem for path in place.glob("*.py"))):
        path = place / f"{stem}.py"
        if path.exists() and f"\n            '{token}'," in path.read_text(encoding="utf-8"):
            with _alone(folder):
                found: type = getattr(importlib.import_module(f"{folder}.{stem}"), name)
            return found
    raise LookupError(f"the installed {package} has no module for {token}")


def schema(package: str, token: str) -> Schema | None:
    """The schema of a type of the SDK `package` (`pulumi_aws`), or None when that SDK has no such type."""
    with _IMPORTING:  # the SDKs' modules import each other in circles, which two threads must not enter at once
        return _schema(package, token)


@cache
def _schema(package: str, token: str) -> Schema | None:
    if token not in _modules(package):
        return None
    resource = _resource_class(package, token)
    for overload in typing.get_overloads(resource.__init__):  # type: ignore[misc]
        arguments = overload.__annotations__.get("args")
        if arguments is not None:
            options = [part for part in typing.get_args(arguments) or (arguments,) if part is not type(None)]
            return Schema(inputs=_fields(options[0]), outputs=_fields(resource))
    raise LookupError(f"{token}: the installed {package} names no arguments for it")
