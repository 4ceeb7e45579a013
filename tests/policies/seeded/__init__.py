"""Seeded faults: one change to a good state each, the rule that has to find it, and the rules that by nature find it too.

`<cloud>.toml`, any number of

    [[fault]]
    rule = "crypto-key-rotation"        # slug of the rule that it belongs to
    says = "The key's rotation is off"  # the fault in words, for the table in docs
    resource = "key-key"                # logical name of one resource of the state (with `type`, part of its type, where two share it)
    set = { enableKeyRotation = false } # properties by dotted path; the same in inputs and outputs
    unset = ["policy"]                  # properties that are taken away
    remove = true                       # the whole resource is taken away
    also = ["…"]                        # rules that speak too, because they judge the same property

A fault with `add` registers one more resource: `add = { type = "…", name = "…", inputs = { … } }`.
"""

import copy
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["CLOUDS", "Fault", "faults", "seeded"]

CLOUDS = tuple(sorted(path.stem for path in Path(__file__).parent.glob("*.toml")))
"""Those that have a list."""

_KEYS = frozenset({"rule", "says", "resource", "type", "set", "unset", "remove", "add", "also"})


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One entry of a file."""

    rule: str
    says: str
    resource: str = ""
    type: str = ""
    set: Mapping[str, Any] = field(default_factory=dict)
    unset: tuple[str, ...] = ()
    remove: bool = False
    add: Mapping[str, Any] = field(default_factory=dict)
    also: frozenset[str] = frozenset()


def faults(cloud: str) -> Iterator[Fault]:
    """The faults of a cloud, in the order of its file."""
    written = tomllib.loads((Path(__file__).parent / f"{cloud}.toml").read_text(encoding="utf-8"))
    for entry in written["fault"]:
        assert entry.keys() <= _KEYS, entry
        lists = {"unset": tuple(entry.get("unset", ())), "also": frozenset(entry.get("also", ()))}
        yield Fault(**{**entry, **lists})


def seeded(state: Mapping[str, Any], fault: Fault) -> dict[str, Any]:
    """A copy of the exported state with the fault in it."""
    document = copy.deepcopy(dict(state))
    resources = document["deployment"]["resources"]
    if fault.add:
        resources.append(_added(resources, fault.add))
        return document
    found = [one for one in resources if _is(one, fault)]
    assert len(found) == 1, (fault, [one["urn"] for one in found])
    if fault.remove:
        resources.remove(found[0])
    for path in (*fault.unset, *fault.set):
        # What the property points to is told by its strings alone: in a deployed state every id is known.
        found[0].get("propertyDependencies", {}).pop(path.partition(".")[0], None)
    for side in ("inputs", "outputs"):
        properties = found[0].setdefault(side, {})
        for path in fault.unset:
            _at(properties, path.split(".")[:-1]).pop(path.split(".")[-1], None)
        for path, value in fault.set.items():
            _put(properties, path.split("."), copy.deepcopy(value))
    return document


def _is(one: Mapping[str, Any], fault: Fault) -> bool:
    return bool(one.get("custom")) and one["urn"].rpartition("::")[2] == fault.resource and fault.type in one["type"]


def _added(resources: list[dict[str, Any]], add: Mapping[str, Any]) -> dict[str, Any]:
    """Under the stack's own root, by the provider of its cloud."""
    root = next(one["urn"] for one in resources if one["type"] == "pulumi:pulumi:Stack")
    package = add["type"].partition(":")[0]
    provider = next(one for one in resources if one["type"] == f"pulumi:providers:{package}")
    head = root.partition("::pulumi:pulumi:Stack")[0]
    return {
        "urn": f"{head}::{add['type']}::{add['name']}",
        "type": add["type"],
        "custom": True,
        "id": add.get("id", add["name"]),
        "parent": root,
        "provider": f"{provider['urn']}::{provider['id']}",
        "inputs": dict(add["inputs"]),
        "outputs": dict(add["inputs"]),
    }


def _at(value: Any, steps: list[str]) -> Any:
    for step in steps:
        value = value[int(step)] if isinstance(value, list) else value.setdefault(step, {})
    return value


def _put(properties: dict[str, Any], steps: list[str], new: Any) -> None:
    parent = _at(properties, steps[:-1])
    if isinstance(parent, list):
        parent[int(steps[-1])] = new
    else:
        parent[steps[-1]] = new
