"""The hand-written AWS stack as files: an exported state, and previews of it."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.policies.aws_stack import REGION, sound

STACK = "111122-resident-record-production"
PREFIX = f"urn:pulumi:{STACK}::machikumo::"
ROOT = f"{PREFIX}pulumi:pulumi:Stack::machikumo-{STACK}"
PROVIDER = f"{PREFIX}pulumi:providers:aws::aws"
DATABASE = f"{PREFIX}aws:rds/instance:Instance::ledger"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE, SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"

Entry = dict[str, Any]
Edit = Callable[[dict[str, Entry]], None]


def entries(*edits: Edit) -> list[Entry]:
    """The resources of a state, changed by URN's name before they are written."""
    resources = sound().values()
    components = [
        {"urn": f"{PREFIX}my:c:Part::{role}", "type": "my:c:Part", "custom": False, "parent": ROOT}
        for role in dict.fromkeys(resource.role for resource in resources)
    ]
    own: dict[str, Entry] = {
        resource.name: {
            "urn": resource.urn,
            "type": resource.type,
            "custom": True,
            "id": resource.id,
            "inputs": dict(resource.properties),
            "outputs": {},
            "parent": f"{PREFIX}my:c:Part::{resource.role}",
            "provider": f"{PROVIDER}::p",
        }
        for resource in resources
    }
    for edit in edits:
        edit(own)
    return [
        {"urn": ROOT, "type": "pulumi:pulumi:Stack", "custom": False},
        {"urn": PROVIDER, "type": "pulumi:providers:aws", "custom": True, "id": "p", "inputs": {"region": REGION}},
        *components,
        *own.values(),
    ]


def with_inputs(name: str, **inputs: Any) -> Edit:
    def edit(own: dict[str, Entry]) -> None:
        own[name]["inputs"].update(inputs)

    return edit


ONE_ZONE = with_inputs("ledger", multiAz=False)
"""Violates `ha-multi-az` and nothing else."""
OPEN_QUESTION = with_inputs("ledger", multiAz=UNKNOWN)
"""Leaves `ha-multi-az` unknown and nothing else."""


def state(*edits: Edit) -> dict[str, Any]:
    return {"version": 3, "deployment": {"manifest": {}, "resources": entries(*edits)}}


def preview(*edits: Edit, op: str = "create") -> dict[str, Any]:
    """What the engine writes: new inputs; for an unchanged resource the old state beside."""
    steps = []
    for entry in entries(*edits):
        new = {key: value for key, value in entry.items() if key not in ("id", "outputs")}
        steps.append({"op": op, "urn": entry["urn"], "newState": new, **({"oldState": entry} if op == "same" else {})})
    return {"steps": steps, "changeSummary": {op: len(steps)}}


def file(folder: Path, document: Mapping[str, Any], name: str = "state.json") -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)
