"""Functions for rows: what a cloud refuses in the inputs alone. Paths are as in `sandbox.cloud.value.at`.

Each returns a check; an absent value passes (the schema says what is required) and an unknown one is decided later.
"""

import ipaddress
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from sandbox.cloud.resource_type import Check
from sandbox.cloud.value import at

Inputs = Mapping[str, Any]
Problems = Iterator[tuple[str, str]]


def holds(path: str, condition: Callable[[Any], bool], reason: str) -> Check:
    """Every value at `path` fulfils `condition`; `reason` is the cloud's refusal and may say `{value}`."""

    def check(inputs: Inputs) -> Problems:
        for where, value in at(inputs, path):
            if not condition(value):
                yield where, reason.replace("{value}", str(value))

    return check


def one_of(path: str, allowed: Collection[Any]) -> Check:
    """A fixed list of values that the SDK's schema does not hold."""
    listed = ", ".join(sorted(map(str, allowed)))
    return holds(path, lambda value: value in allowed, f"'{{value}}' is not one of: {listed}")


def between(path: str, least: float, most: float) -> Check:
    """A number (or a string of digits) in a closed range."""
    return holds(path, lambda value: least <= float(value) <= most, f"{{value}} is not between {least} and {most}")


def matches(path: str, pattern: str, words: str) -> Check:
    """A string that matches the whole pattern; `words` say the rule to a person."""
    return holds(path, lambda value: re.fullmatch(pattern, value) is not None, f"'{{value}}' is refused: {words}")


def cidr(path: str, largest: int = 0, smallest: int = 32) -> Check:
    """An IPv4 range written with its network address, with a prefix length from `largest` to `smallest`."""

    def check(inputs: Inputs) -> Problems:
        for where, value in at(inputs, path):
            try:
                length = ipaddress.IPv4Network(value).prefixlen
            except ValueError as error:
                yield where, f"'{value}' is no IPv4 range: {error}"
                continue
            if not largest <= length <= smallest:
                yield where, f"'{value}' is refused: the prefix length must be /{largest} to /{smallest}"

    return check


def together(*names: str) -> Check:
    """All of these top-level inputs, or none."""

    def check(inputs: Inputs) -> Problems:
        given = [name for name in names if inputs.get(name) is not None]
        if given and len(given) < len(names):
            missing = [name for name in names if name not in given]
            yield missing[0], f"'{missing[0]}' is required with '{given[0]}'"

    return check


def not_together(*names: str) -> Check:
    """At most one of these top-level inputs."""

    def check(inputs: Inputs) -> Problems:
        given = [name for name in names if inputs.get(name) is not None]
        if len(given) > 1:
            yield given[1], f"'{given[1]}' conflicts with '{given[0]}'"

    return check


def exactly_one(*names: str) -> Check:
    """One of these top-level inputs, and only one."""

    def check(inputs: Inputs) -> Problems:
        given = [name for name in names if name in inputs]
        if len(given) != 1:
            yield names[0], f"exactly one of {', '.join(names)} is required, {len(given)} given"

    return check


def required(path: str, when: Callable[[Inputs], bool], reason: str) -> Check:
    """A top-level input that some other input makes necessary."""

    def check(inputs: Inputs) -> Problems:
        if when(inputs) and path not in inputs:
            yield path, reason

    return check
