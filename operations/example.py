"""An example stack made ready to run: a copy of its file, the cloud chosen, an image and a password that no one keeps."""

import os
import secrets
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from operations.engine import Engine
from operations.environment import ROOT, engine_environment

IMAGE = "application@sha256:" + "0" * 64
"""Stands for an image that was pushed; the sandbox holds no images."""

PASSPHRASE_BYTES = 24


def example(
    stack: str,
    *,
    cloud: str,
    folder: Path,
    engine: Path,
    ports: Mapping[str, int],
    policies: bool = True,
    settings: Mapping[str, str] | None = None,
) -> Engine:
    """Make `stack` ready in `folder`: its own project file, its own copy of the stack file, its own state.

    The engine writes into the stack file (`stack init` adds a salt); so nothing of the checkout's is touched.

    `settings` are further keys of the `machikumo` namespace, set as `pulumi config set` would.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "stacks" / "config" / f"Pulumi.{stack}.yaml", folder)
    made = reopened(stack, folder=folder, engine=engine, ports=ports, policies=policies)
    made.init()
    for key, value in {"cloud": cloud, "image": IMAGE, **(settings or {})}.items():
        made.set_config(f"machikumo:{key}", value)
    # Of every kind of characters: one in 800 random texts has letters only, which Azure refuses.
    made.set_config("machikumo:database_password", f"Aa1-{secrets.token_urlsafe(PASSPHRASE_BYTES)}", secret=True)
    return made


def reopened(stack: str, *, folder: Path, engine: Path, ports: Mapping[str, int], policies: bool = True) -> Engine:
    """The stack that `example` made in `folder`, or in the folder that this one is a copy of."""
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(_project(folder)))
    environment = engine_environment(
        engine=engine, ports=ports, state=folder / "state", passphrase=_passphrase(folder / "passphrase")
    )
    pack = ROOT / "policies" if policies else None
    return Engine(project=folder, stack=stack, environment=environment, policy_pack=pack)


def _project(folder: Path) -> dict[str, Any]:
    """The checkout's project file, as seen from `folder`: the same program, settings beside it, this interpreter."""
    project: dict[str, Any] = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
    project["main"] = os.path.relpath(ROOT / project["main"], folder)
    project["stackConfigDir"] = "."
    project["runtime"]["options"]["virtualenv"] = sys.prefix
    return project


def _passphrase(file: Path) -> str:
    """A passphrase of this folder's own, readable by its owner only: the state can be opened again, by nobody else."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(PASSPHRASE_BYTES))
    return file.read_text()
