"""The outputs of a resource: echoed inputs in the outputs' shape, then defaults, then what the row computes."""

import string
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.conformity import problems, shaped
from sandbox.cloud.context import Context
from sandbox.cloud.package import Package
from sandbox.cloud.resource_type import Compute, ResourceType
from sandbox.cloud.schema import Fields
from sandbox.cloud.value import UNKNOWN, Secret, UnknownValue, unguarded

_FORMATTER: Final = string.Formatter()


class SandboxError(Exception):
    """A fault of the sandbox, not of the program under test: a row is missing or wrong."""


def rendered(compute: Compute, context: Mapping[str, Any]) -> Any:
    """A template's or function's value. Raises UnknownValue, or SandboxError for a name that is nowhere."""
    if not isinstance(compute, str):
        return compute(context)  # type: ignore[arg-type]  # functions are only ever given a Context
    try:
        return _FORMATTER.vformat(compute, (), context)
    except KeyError as error:
        token = context.token if isinstance(context, Context) else "the package"
        raise SandboxError(
            f"{token}: the template '{compute}' needs {error}, which is neither input, output nor place"
        ) from error


def _secret(compute: Compute, inputs: Mapping[str, Any]) -> bool:
    """Whether a template puts a secret input into its value."""
    if not isinstance(compute, str):
        return False
    names = {field.split("[")[0].split(".")[0] for _, field, _, _ in _FORMATTER.parse(compute) if field}
    return any(isinstance(inputs.get(name), Secret) for name in names)


def outputs(
    package: Package,
    row: ResourceType,
    fields: Fields,
    context: Context,
    inputs: Mapping[str, Any],
    *,
    creating: bool = False,
) -> dict[str, Any]:
    """All outputs as a tree. With `creating` (preview of a creation) whatever the cloud makes is unknown."""
    made: dict[str, Any] = {}
    for name, value in inputs.items():
        if name in fields.shapes:
            echoed = shaped(value, fields.shapes[name])
            if echoed is not None:
                made[name] = echoed
    for name, value in row.defaults.items():
        if name not in made:
            made[name] = UNKNOWN if creating else value(context) if callable(value) else value
    shared = {name: how for name, how in package.computed.items() if name in fields.shapes and name not in row.computed}
    later = {} if context.operation == "create" else row.later
    for name, how in {**shared, **row.computed, **later}.items():
        value = UNKNOWN if creating else _computed(how, context.with_outputs(made))
        if value is None:
            made.pop(name, None)
            continue
        hidden = name in row.secret_outputs or _secret(how, inputs)
        made[name] = Secret(value) if hidden else value
    wrong = list(problems(made, fields))
    if wrong:
        path, reason = wrong[0]
        raise SandboxError(f"the row of {row.token} gives an output of the wrong shape: {path}: {reason}")
    return made


def _computed(how: Compute, context: Context) -> Any:
    try:
        return unguarded(rendered(how, context))
    except UnknownValue:
        return UNKNOWN
