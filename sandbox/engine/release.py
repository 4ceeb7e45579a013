"""Which engine is acceptable, and where a built one lies."""

import json
import os
import platform
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from shutil import which

BUILT_VERSION = "3.259.0"
"""The release that go.mod pins, and that requirements.lock pins for the SDK."""

OLDEST = (3, 238, 0)
"""The oldest engine that runs this project; below major version 4."""

OLDEST_GO = (1, 26)
"""What go.mod asks for."""

RECIPE = Path(__file__).parent
LAUNCHER = "pulumi-language-python"
LAUNCHER_SOURCE = "pulumi-language-python.sh"
EXECUTOR = "pulumi-language-python-exec"
RECORD = "built.json"
SDK = "github.com/pulumi/pulumi/sdk/v3"
BUILD = (
    *("go", "build", "-v", "-mod=readonly", "-buildvcs=false", "-trimpath", "-tags", "osusergo,grpcnotrace"),
    *("-ldflags", f"-s -w -X {SDK}/go/common/version.Version=v{BUILT_VERSION}"),
)
ARCHITECTURES: Mapping[str, str] = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True, kw_only=True)
class OnPath:
    """A `pulumi` on PATH: its folder, what it calls itself, and why it cannot be used (None: it can)."""

    folder: Path
    version: str
    refused: str | None


def version_numbers(text: str) -> tuple[int, int, int] | None:
    """Read `v3.259.0`, `go1.26.8` or `go1.26` as three numbers; None where there are none."""
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else None


def pulumi_version(program: Path) -> str:
    """Return what `pulumi version` prints, or an empty text where the program does not run."""
    environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        answer = subprocess.run(  # noqa: S603 # a program that PATH or our own build names
            [program, "version"], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


def engine_on_path() -> OnPath | None:
    """Look for `pulumi` on PATH; a version outside >=3.238,<4 or one without its Python language host is refused."""
    found = which("pulumi")
    if found is None:
        return None
    program = Path(found)
    version = pulumi_version(program)
    numbers = version_numbers(version)
    beside = program.resolve().parent / LAUNCHER
    refused = None
    if numbers is None:
        refused = "its version cannot be read"
    elif not OLDEST <= numbers < (4, 0, 0):
        refused = "its version is outside >=3.238,<4"
    elif which(LAUNCHER) is None and not os.access(beside, os.X_OK):
        refused = f"{LAUNCHER} is neither beside it nor on PATH"
    return OnPath(folder=program.parent, version=version, refused=refused)


def recipe_digest() -> str:
    """Return the digest of all that decides the build: a changed recipe is a changed engine."""
    digest = sha256()
    for name in ("go.mod", "go.sum", LAUNCHER_SOURCE):
        digest.update((RECIPE / name).read_bytes())
    digest.update("\0".join(BUILD).encode())
    return digest.hexdigest()


def cache_folder() -> Path:
    """Return the folder of this user's built engine for this machine: it need not exist."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    machine = platform.machine().lower()
    return cache / "machikumo" / "engine" / f"v{BUILT_VERSION}-{ARCHITECTURES.get(machine, machine)}"


def built_engine(folder: Path) -> Path | None:
    """Return the folder when a whole engine of this recipe lies there; None for none, a half one or another one.

    The record is the last file a build writes; it holds the size of every other, so that a truncated copy is seen.
    """
    try:
        record = json.loads((folder / RECORD).read_text())
        sizes = {name: (folder / name).stat().st_size for name in record["sizes"]}
        whole = all(os.access(folder / name, os.X_OK) for name in sizes) and {"pulumi", LAUNCHER, EXECUTOR} == set(
            sizes
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    wanted = {"version": BUILT_VERSION, "recipe": recipe_digest(), "sizes": sizes}
    return folder if whole and record == wanted else None
