"""PostgreSQL's own programs: where they are, and which version."""

import os
import re
import subprocess
from pathlib import Path

from operations.swap.refusal import Refusal
from operations.wording import say

__all__ = ["DEBIAN", "MissingToolError", "folder_with", "major", "version"]

DEBIAN = Path("/usr/lib/postgresql")
"""Debian and Ubuntu keep every major version's programs in a folder of its number, only the clients' wrappers on PATH."""


class MissingToolError(Refusal):
    """A program of PostgreSQL is not on this machine."""


def folder_with(*programs: str) -> Path:
    """The folder that holds all of these programs, the newest version's. Raises MissingToolError with how to install them."""
    found = [folder for folder in _folders() if all(os.access(folder / program, os.X_OK) for program in programs)]
    if len(found) > 1:
        return max(found, key=lambda folder: major(version(folder / programs[0])))
    if found:
        return found[0]
    raise MissingToolError(
        say(
            f"{', '.join(programs)}: not found (PATH, {DEBIAN}/*/bin). Debian, Ubuntu: apt-get install postgresql",
            f"{'、'.join(programs)} がありません(PATH、{DEBIAN}/*/bin)。Debian、Ubuntu: apt-get install postgresql",
        )
    )


def version(program: Path) -> str:
    """What the program says of its version: `15.18`."""
    said = subprocess.run([program, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout  # noqa: S603
    found = re.search(r"\d+(\.\d+)?\S*", said)
    return found[0] if found else said.strip()


def major(text: str) -> int:
    """The major version of `15.18`."""
    return int(re.match(r"\d*", text)[0] or 0)  # type: ignore[index]


def _folders() -> list[Path]:
    """Debian's folders first: what is on PATH there is a wrapper that chooses a version by itself."""
    on_path = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    return list(dict.fromkeys([*sorted(DEBIAN.glob("*/bin")), *on_path]))
