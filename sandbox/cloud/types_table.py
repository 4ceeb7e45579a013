"""`python -m sandbox.cloud types [--json]`: what the sandbox knows of each resource type, from the rows themselves."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from sandbox.cloud.package import Package
from sandbox.cloud.resource_type import ResourceType
from sandbox.cloud.schema import schema
from sandbox.cloud.server import PACKAGES


def _named(functions: tuple[Callable[..., Any], ...]) -> str:
    """The rules by name, `one of ×3`: a rule's name is that of the function that is it or made it."""
    made_by = (getattr(rule, "__qualname__", type(rule).__qualname__).split(".")[0] for rule in functions)
    names = Counter(name.strip("_").replace("_", " ") for name in made_by)
    return ", ".join(f"{name} ×{count}" if count > 1 else name for name, count in names.items())


def _behaviours(package: Package, row: ResourceType) -> Iterator[str]:
    if row.name:
        scope = {None: "not unique", "": "unique in the world"}.get(
            row.name.unique_in, f"unique in `{row.name.unique_in}`"
        )
        kept = ", stays taken" if row.name.stays_taken else ""
        yield f"name: {row.name.shortest}–{row.name.longest} characters, {scope}{kept}"
    if row.references:
        paths = ", ".join(f"`{one.path}`{' (in use)' if one.blocks_deletion else ''}" for one in row.references)
        yield f"references: {paths}"
    if row.checks:
        yield f"values: {_named(row.checks)}"
    guards = (*package.guards, *row.guards)
    if guards:
        yield f"refusals: {_named(guards)}"
    fixed = [*row.replace_on, *([row.name.property] if row.name and row.name.replaces else [])]
    if fixed:
        yield f"replaced by: {', '.join(f'`{path}`' for path in fixed)}"
    if row.replace_when:
        yield f"replaced when: {_named(row.replace_when)}"
    if row.later:
        yield f"filled in later: {', '.join(f'`{name}`' for name in row.later)}"


def entries() -> list[dict[str, Any]]:
    """One entry a type: cloud, type, schema (counts, from the installed SDK), behaviours, sources, blind spots."""
    found = []
    for package in PACKAGES:
        for token, row in sorted(package.types.items()):
            types = schema(package.sdk, token)
            assert types is not None
            inputs, needed, outputs = len(types.inputs.shapes), len(types.inputs.required), len(types.outputs.shapes)
            found.append(
                {
                    "cloud": package.folder,
                    "type": token,
                    "schema": f"{package.sdk}: {inputs} inputs ({needed} required), {outputs} outputs",
                    "behaviours": list(_behaviours(package, row)),
                    "sources": [row.source, *row.sources],
                    "blind_spots": list(row.blind_spots),
                }
            )
    return found


def markdown() -> str:
    """The same as a document."""
    lines = [
        "# What the local cloud knows, type by type",
        "",
        "Made by `./machikumo sandbox types > docs/sandbox-types.md`; a test holds it against the rows. The schema is the installed",
        "SDK's; *behaviours* are what the sandbox does beyond it; *in use* means that the object referred to can't be deleted;",
        "*blind spots* are what the real cloud does and the sandbox does not. Nothing here was verified on a real account.",
    ]
    cloud = ""
    for entry in entries():
        if entry["cloud"] != cloud:
            cloud = entry["cloud"]
            lines += ["", f"## {cloud}"]
        lines += ["", f"### `{entry['type']}`", "", f"- schema: {entry['schema']}"]
        lines += [f"- {behaviour}" for behaviour in entry["behaviours"]]
        lines += [f"- blind spot: {spot}" for spot in entry["blind_spots"] or ("none noted: not reviewed yet",)]
        lines += [f"- source: {page}" for page in entry["sources"]]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """The command."""
    text = json.dumps(entries(), ensure_ascii=False, indent=2) + "\n" if "--json" in arguments else markdown()
    sys.stdout.write(text)
    return 0
