"""Small readers of trees that several rows share."""

from collections.abc import Mapping
from typing import Any

from sandbox.cloud.context import Context, Object


def own(context: Context, name: str, *tokens: str) -> Object | None:
    """The object that an input names, None when the input is absent or names nothing."""
    value = context.inputs.get(name)
    return None if value is None else context.find(value, *tokens)


def identity(context: Context, value: Any, *tokens: str) -> str:
    """The id of the object that a name, id or self link stands for, so that three spellings are one."""
    found = context.find(value, *tokens) if isinstance(value, str) and value else None
    return str(value) if found is None else found.id


def repeated(values: list[Any]) -> list[Any]:
    """Those that occur a second time."""
    return [value for index, value in enumerate(values) if value in values[:index]]


def given(inputs: Mapping[str, Any], *names: str) -> list[str]:
    """Which of these top-level inputs are there."""
    return [name for name in names if inputs.get(name) is not None]
