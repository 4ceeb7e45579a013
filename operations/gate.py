"""`machikumo test`: the gate. Format, lint, types and all tests, the real engine included."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from operations.environment import PRIVATE, ROOT, engine_folder
from operations.wording import say

PROGRAMS = Path(sys.executable).parent


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the gate: how it is shown, and its command."""

    name: str
    command: tuple[str, ...]


def steps(pytest_arguments: Sequence[str]) -> tuple[Step, ...]:
    """Return the steps in order; pytest is the last, so that its own summary ends the output of the tools."""
    python = (sys.executable, "-m")
    return (
        Step(name="ruff format --check", command=(str(PROGRAMS / "ruff"), "format", "--check", ".")),
        Step(name="ruff check", command=(str(PROGRAMS / "ruff"), "check", ".")),
        Step(name="mypy", command=(*python, "mypy")),
        Step(name="pytest", command=(*python, "pytest", "-n", "2", "--dist", "worksteal", *pytest_arguments)),
    )


def main(arguments: Sequence[str]) -> int:
    """Run every step, whatever failed before; exit code 0 only when all passed."""
    if list(arguments[:1]) in (["-h"], ["--help"]):
        print(say("machikumo test [pytest's arguments…]", "machikumo test [pytestの引数…]"))  # noqa: T201
        return 0
    engine_folder()
    environment = {
        **os.environ,
        "RUFF_CACHE_DIR": str(PRIVATE / "cache" / "ruff"),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(PRIVATE / "cache" / "hypothesis"),
        "PATH": os.pathsep.join([str(PROGRAMS), os.environ.get("PATH", "")]),
    }
    summary: list[str] = []
    failed = 0
    for step in steps(arguments):
        print(f"── {step.name}", flush=True)  # noqa: T201
        started = time.monotonic()
        code = subprocess.run(step.command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False).returncode  # noqa: S603
        failed += code != 0
        verdict = say("ok", "合格") if code == 0 else say(f"FAILED (exit {code})", f"不合格(終了コード {code})")
        summary.append(f"{step.name:<20} {time.monotonic() - started:7.1f} s  {verdict}")
    print("\n".join(["──", *summary]), flush=True)  # noqa: T201
    return 1 if failed else 0
