"""Stacks as an earlier release left them: one production stack a cloud, its state and its cloud, small enough to keep.

At each release, in its own checkout: `python -m tests.engine.releases NAME` writes releases/NAME/<cloud>.json.gz. It is never
written again. Nothing secret is in it: password and passphrase are those below, and open nothing.
"""

import gzip
import json
import sqlite3
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from operations.engine import Engine
from operations.environment import engine_folder
from operations.example import example, reopened
from operations.sandbox_process import running_sandbox
from operations.state import portable
from sandbox.cloud.outputs import rendered
from sandbox.cloud.server import PACKAGES
from sandbox.cloud.store import FILE, Store
from sandbox.cloud.value import at, decode, reveal

__all__ = ["FOLDER", "STACK", "open_state", "unpack"]

FOLDER = Path(__file__).with_name("releases")
STACK = "011002-resident-record-production"
_CLOUDS = ("aws", "azure", "gcp", "oci")
_PASSWORD, _PASSPHRASE = "Only-for-this-fixture-1", "fixture"
_PACKAGES = {package.name: package for package in PACKAGES}
_OBJECTS = "SELECT token, scope, id, urn, unique_name, inputs, outputs, hidden FROM objects ORDER BY number"


def record(name: str) -> None:
    """Deploy the production example with this checkout, and keep what it left."""
    for cloud in _CLOUDS:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary) / "stack"
            folder.mkdir()
            (folder / "passphrase").write_text(_PASSPHRASE)
            with running_sandbox(Path(temporary) / "cloud") as ports:
                stack = example(STACK, cloud=cloud, folder=folder, engine=engine_folder(), ports=ports, policies=False)
                stack.set_config("machikumo:database_password", _PASSWORD, secret=True)
                stack.up("--skip-preview")
                state = portable(stack.export())
            config = yaml.safe_load((folder / f"Pulumi.{STACK}.yaml").read_text())["config"]
            config.pop("machikumo:database_password")
            base = sqlite3.connect(Path(temporary) / "cloud" / FILE)
            kept = {
                "config": config,
                "state": state,
                "objects": base.execute(_OBJECTS).fetchall(),
                "taken": base.execute("SELECT token, unique_name FROM taken").fetchall(),
            }
            base.close()
        text = json.dumps(kept, ensure_ascii=False, sort_keys=True)
        assert temporary not in text, "a path of this machine is in it"
        (FOLDER / name).mkdir(parents=True, exist_ok=True)
        (FOLDER / name / f"{cloud}.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))


def unpack(name: str, cloud: str, folder: Path) -> Mapping[str, Any]:
    """Lay out cloud and stack in `folder`, and return what else was kept.

    A real cloud does not change with a release of the kit, so the objects are as they were. How the sandbox finds them (scope, what
    they are known as, what they refer to) is its own affair and worked out by today's rows.
    """
    kept: dict[str, Any] = json.loads(gzip.decompress((FOLDER / name / f"{cloud}.json.gz").read_bytes()))
    places = _places(kept["state"])
    store = Store(folder / "cloud")
    for token, _, id_, urn, unique_name, *texts in kept["objects"]:
        package = _PACKAGES[token.partition(":")[0]]
        row = package.types[token]
        inputs, outputs = (decode(json.loads(text)) for text in texts[:2])
        plain: dict[str, Any] = {**places[urn], **reveal(outputs), **reveal(inputs)}
        links = {
            (path, value, f" {reference.tokens if isinstance(reference.tokens, str) else ' '.join(reference.tokens)} ")
            for reference in row.references
            if reference.blocks_deletion
            for path, value in at(plain, reference.path)
            if isinstance(value, str)
        }
        store.save(
            None,
            key=(token, str(rendered(package.scope if row.scope is None else row.scope, plain)), id_),
            urn=urn,
            unique_name=unique_name,
            trees=(inputs, outputs, json.loads(texts[2])),
            handles={id_} | {str(plain[name]) for name in row.known_as if plain.get(name)},
            links=links,
        )
    store.close()
    (folder / "stack").mkdir()
    (folder / "stack" / "passphrase").write_text(_PASSPHRASE)
    (folder / "stack" / f"Pulumi.{STACK}.yaml").write_text(yaml.safe_dump({"config": kept["config"]}))
    return kept


def _places(state: Mapping[str, Any]) -> dict[str, Mapping[str, str]]:
    """URN of a resource → where its provider puts it."""
    resources = state["deployment"]["resources"]
    configured = {f"{one['urn']}::{one['id']}": one for one in resources if one["type"].startswith("pulumi:providers:")}
    return {
        one["urn"]: _PACKAGES[(provider := configured[one["provider"]])["type"].rpartition(":")[2]].place(
            provider["inputs"]
        )
        for one in resources
        if one["custom"] and one.get("provider") in configured
    }


def open_state(folder: Path, state: Mapping[str, Any], *, engine: Path, ports: Mapping[str, int]) -> Engine:
    """The unpacked stack with the state that was kept."""
    stack = reopened(STACK, folder=folder, engine=engine, ports=ports, policies=False)
    stack.init()
    stack.set_config("machikumo:database_password", _PASSWORD, secret=True)
    stack.replace(state)
    return stack


if __name__ == "__main__":
    record(sys.argv[1])
