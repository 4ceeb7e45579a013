"""`machikumo doctor`: what is found, what is missing, and the command that mends it."""

import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from operations.environment import PRIVATE, ROOT
from operations.swap.tools import MissingToolError, folder_with, version
from operations.wording import say

SDKS = ("pulumi", "pulumi-policy", "pulumi-aws", "pulumi-azure-native", "pulumi-gcp", "pulumi-oci")
GIB = 1024**3
ENGINE_NEEDS_GIB = 4
"""A first build: 1.6 GiB of build cache, the modules, the binary."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One row: what was looked at, what was found, and (where something is needed) the command that mends it."""

    subject: str
    found: str
    mend: str = ""


def main(arguments: Sequence[str]) -> int:
    """Print the table; exit code 1 when something needed is missing."""
    if arguments:
        print(say("usage: machikumo doctor", "使い方: machikumo doctor"))  # noqa: T201
        return 0 if arguments[0] in ("-h", "--help") else 2
    rows = tuple(findings())
    table = Table()
    for title in ("", say("checked", "項目"), say("found", "状態"), say("to mend it", "直すには")):
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row("✗" if row.mend else "✓", row.subject, row.found, row.mend)
    Console().print(table)
    return 1 if any(row.mend for row in rows) else 0


def findings() -> Iterator[Finding]:
    """Look at everything that the commands need."""
    yield Finding(subject="Python >= 3.11", found=platform.python_version())
    yield uv()
    yield environment()
    explained = explain()
    yield engine(explained)
    yield postgresql()
    yield from emulators()
    yield disk(engine_at_hand=bool(explained["built"]) or usable(explained["on_path"]))
    yield from (sdk(name) for name in SDKS)
    server = find_spec("sandbox.cloud") is not None
    yield Finding(
        subject=say("sandbox", "サンドボックス"),
        found="sandbox.cloud" if server else "-",
        mend="" if server else "git status sandbox",
    )


def explain() -> Mapping[str, Any]:
    """Ask the builder what it finds; it builds nothing."""
    command = [sys.executable, "-P", "-m", "sandbox.engine", "--explain"]
    answer: dict[str, Any] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)  # noqa: S603
    return answer


def usable(on_path: Mapping[str, Any] | None) -> bool:
    """Whether the `pulumi` on PATH is one that is used."""
    return on_path is not None and on_path["refused"] is None


def engine(explained: Mapping[str, Any]) -> Finding:
    """Judge what the builder explained: an engine on PATH, one built before, one that Go can build now, or none."""
    subject = say("Pulumi engine", "Pulumiエンジン")
    on_path, built, go = explained["on_path"], explained["built"], explained["go"]
    passed_over = "" if on_path is None or usable(on_path) else f" ({on_path['folder']}/pulumi: {on_path['refused']})"
    if usable(on_path):
        return Finding(subject=subject, found=f"{on_path['version']} {on_path['folder']}")
    if built:
        return Finding(subject=subject, found=f"v{explained['built_version']} {built}{passed_over}")
    numbers = tuple(int(part) for part in (go or "go0.0").removeprefix("go").split(".")[:2])
    if numbers >= (1, 26):
        later = say(
            "not built yet; the first command builds it with", "未ビルド。最初のコマンドが次のものでビルドします:"
        )
        return Finding(subject=subject, found=f"{later} {go}{passed_over}")
    return Finding(
        subject=subject,
        found=f"{go or '-'}{passed_over}",
        mend=say(
            "install Go >= 1.26 (https://go.dev/doc/install) or Pulumi >= 3.238 (https://www.pulumi.com/docs/install/)",
            "Go 1.26 以上(https://go.dev/doc/install)または Pulumi 3.238 以上(https://www.pulumi.com/docs/install/)を入れる",
        ),
    )


def uv() -> Finding:
    """Say which uv the launcher uses."""
    private = PRIVATE / "uv" / "bin" / "uv"
    found = str(private) if private.exists() else shutil.which("uv")
    later = say(
        "none; the launcher installs its own when the lock changes",
        "なし。requirements.lock が変わったときに自動で入れます",
    )
    return Finding(subject="uv", found=found or later)


def environment() -> Finding:
    """Compare the environment with the lock: the launcher leaves a mark when it has installed all of it."""
    whole = (PRIVATE / "venv" / "complete").is_file() and Path(sys.prefix) == PRIVATE / "venv"
    return Finding(
        subject=say("locked dependencies", "固定した依存パッケージ"),
        found=sys.prefix,
        mend="" if whole else f"rm -rf {PRIVATE / 'venv'} && {ROOT / 'machikumo'} doctor",
    )


def postgresql() -> Finding:
    """Look for PostgreSQL's programs: `swap` needs the clients, the tests the server too."""
    subject = say("PostgreSQL (for swap and test)", "PostgreSQL(swap と test に必要)")
    try:
        folder = folder_with("pg_dump", "pg_restore", "psql", "initdb", "pg_ctl")
    except MissingToolError as missing:
        return Finding(subject=subject, found="-", mend=str(missing))
    return Finding(subject=subject, found=f"{version(folder / 'pg_dump')} {folder}")


def emulators() -> Iterator[Finding]:
    """Look for what installs the stand-ins of object stores (tests/swap/emulators.py)."""
    for name, needed, page in (
        ("npm", "Node.js >= 20", "https://nodejs.org/"),
        ("go", "Go >= 1.26", "https://go.dev/doc/install"),
    ):
        found = shutil.which(name)
        yield Finding(
            subject=say(f"{needed} (for test)", f"{needed}(test に必要)"),
            found=found or "-",
            mend="" if found else page,
        )


def disk(*, engine_at_hand: bool) -> Finding:
    """Look at the free space where the checkout lies; a first build of the engine needs more."""
    free = shutil.disk_usage(ROOT).free / GIB
    needed = 1 if engine_at_hand else ENGINE_NEEDS_GIB
    short = say(f"free {needed} GiB or more", f"{needed} GiB 以上空ける")
    return Finding(subject=say("disk", "ディスク"), found=f"{free:.1f} GiB", mend="" if free >= needed else short)


def sdk(name: str) -> Finding:
    """Look for one SDK in this environment."""
    try:
        return Finding(subject=name, found=metadata.version(name))
    except metadata.PackageNotFoundError:
        return Finding(
            subject=name, found="-", mend=f"rm {PRIVATE / 'venv' / 'complete'} && {ROOT / 'machikumo'} doctor"
        )
