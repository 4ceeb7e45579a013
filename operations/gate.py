"""`machikumo test`: the gate. Format, lint, types and all tests, the real engine included."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, STDOUT

from operations.environment import PRIVATE, ROOT, engine_folder
from operations.wording import say

PROGRAMS = Path(sys.executable).parent


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the gate: how it is shown, and its command."""

    name: str
    command: tuple[str, ...]
    beside: bool = False
    """It runs beside the others, and what it says is shown after them: types take one core for minutes."""


def steps(pytest_arguments: Sequence[str]) -> tuple[Step, ...]:
    """Return the steps in order."""
    python = (sys.executable, "-m")
    return (
        Step(name="ruff format --check", command=(str(PROGRAMS / "ruff"), "format", "--check", ".")),
        Step(name="ruff check", command=(str(PROGRAMS / "ruff"), "check", ".")),
        Step(name="mypy", command=(*python, "mypy"), beside=True),
        # Before the tests, which fetch nothing.
        Step(name="emulators", command=(*python, "tests.swap.emulators")),
        # Two cores are busy with three workers: a third of an engine test's time is waiting.
        Step(name="pytest", command=(*python, "pytest", "-n", "3", "--dist", "worksteal", *pytest_arguments)),
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
    all_steps = steps(arguments)
    with ThreadPoolExecutor() as threads:
        beside = {step: threads.submit(_run, step, environment, PIPE) for step in all_steps if step.beside}
        ended = {step: _run(step, environment) for step in all_steps if not step.beside}
        ended |= {step: future.result() for step, future in beside.items()}
    for step in beside:
        print(f"── {step.name}\n{ended[step].said}", end="", flush=True)  # noqa: T201
    lines = [f"{step.name:<20} {ended[step].seconds:7.1f} s  {_verdict(ended[step].code)}" for step in all_steps]
    print("\n".join(["──", *lines]), flush=True)  # noqa: T201
    return 1 if any(one.code for one in ended.values()) else 0


@dataclass(frozen=True, kw_only=True)
class _Ended:
    code: int
    seconds: float
    said: str


def _run(step: Step, environment: Mapping[str, str], output: int | None = None) -> _Ended:
    """`output`: where its words go (PIPE: into what is returned); None: straight to the terminal, under a line with its name."""
    if output is None:
        print(f"── {step.name}", flush=True)  # noqa: T201
    started = time.monotonic()
    ran = subprocess.run(  # noqa: S603
        step.command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is None else STDOUT,
        text=True,
        check=False,
    )
    return _Ended(code=ran.returncode, seconds=time.monotonic() - started, said=ran.stdout or "")


def _verdict(code: int) -> str:
    return say("ok", "合格") if code == 0 else say(f"FAILED (exit {code})", f"不合格(終了コード {code})")
