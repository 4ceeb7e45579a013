"""One provider package of the sandbox: its rows, and what holds for all of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.cloud.context import Context, Object
from sandbox.cloud.resource_type import Compute, Guard, Invoke, ResourceType


@dataclass(frozen=True, kw_only=True)
class Package:
    """`name` as the engine calls it, `folder` under sandbox/cloud, `sdk` the Python module that holds the schema.

    place         provider configuration (plain) → the names that templates know; raises ValueError naming a missing key.
    scope         template that tells equal ids in two places apart ("" where ids are complete).
    replace_on    inputs that no type of the package changes in place.
    computed      outputs that every type with such a property has, unless its row says otherwise.
    fill          inputs that the provider fills in during Check when absent (a region, a location).
    guards        refusals that no row repeats (management locks).
    moves         configuration keys whose change makes the provider, and so all its resources, new.
    region        the region an object lies in, from its scope and id; empty: none, or the cloud does not mind.
    """

    name: str
    folder: str
    sdk: str
    place: Callable[[Mapping[str, Any]], Mapping[str, str]]
    types: Mapping[str, ResourceType]
    invokes: Mapping[str, Invoke]
    scope: str = ""
    replace_on: tuple[str, ...] = ()
    computed: Mapping[str, Compute] = field(default_factory=dict)
    fill: Callable[[Context], Mapping[str, Any]] = lambda _: {}
    guards: tuple[Guard, ...] = ()
    moves: tuple[str, ...] = ()
    region: Callable[[Object], str] = lambda _: ""


def collected(*parts: Iterable[ResourceType]) -> dict[str, ResourceType]:
    """All rows by token; a token that two files describe is an error."""
    rows: dict[str, ResourceType] = {}
    for row in (row for part in parts for row in part):
        if row.token in rows:
            raise ValueError(f"two rows for {row.token}")
        rows[row.token] = row
    return rows
