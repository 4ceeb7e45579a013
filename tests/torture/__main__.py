"""`python -m tests.torture`: kill points and random sequences on every cloud, and a report. Usually `machikumo sandbox torture`.

Deploys the production example once on each cloud; every kill and every sequence runs on a copy. Each result is one line of
results.jsonl in `.machikumo/torture`: an interrupted series goes on with --resume, and the report says what was run.
"""

import argparse
import json
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from subprocess import TimeoutExpired
from typing import Any, Final

from operations.engine import EngineError
from operations.environment import PRIVATE, engine_folder
from operations.example import example, reopened
from operations.interrupted import UndecidableError
from operations.promises import Capabilities
from operations.sandbox_process import running_sandbox
from sandbox.engine.warm import warm_programs
from tests.torture.ground import Ground
from tests.torture.kills import change_everything, kills, survive
from tests.torture.report import Result, again, written
from tests.torture.sequences import Sequence

CLOUDS: Final = ("aws", "azure", "gcp", "oci")
STACK: Final = "011002-resident-record-production"
FOLDER: Final = PRIVATE / "torture"
RESULTS: Final = FOLDER / "results.jsonl"
STEPS: Final = 3
"""Of a sequence."""

Job = tuple[str, str, int]
"""Cloud, kind (kill or sequence), and the kill's number or the sequence's seed."""


def main(arguments: list[str]) -> int:
    """Run, print one line for each result, write the report; exit code 1 when something was not kept."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    if not options.resume and not options.only:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    done: list[Result] = []
    if RESULTS.exists() and not options.only:
        done = [json.loads(line) for line in RESULTS.read_text().splitlines()]
    had = {(one["cloud"], one["kind"], one["what"]) for one in done}
    jobs = [job for job in _jobs(options) if job not in had]
    for cloud in options.clouds:
        _source(cloud)
    with warm_programs(), ThreadPoolExecutor(options.at_once) as workers:
        for result in workers.map(_run, jobs):
            done.append(result)
            print(f"{len(done):>4} {_line(result)}", flush=True)  # noqa: T201
            if not options.only:
                _kept(options, done)
    return 1 if any(one["fault"] for one in done) else 0


def _kept(options: argparse.Namespace, done: list[Result]) -> None:
    """The last result, and the report as far as it goes: what is cut off leaves both."""
    with RESULTS.open("a") as file:
        file.write(json.dumps(done[-1], ensure_ascii=False) + "\n")
    version = engine_folder().name.partition("-")[0]
    asked = f"{options.kills} kill points on each of {len(options.clouds)} clouds, {options.sequences} sequences"
    options.report.write_text(written(done, asked=asked, engine=version, ended=datetime.now(UTC)))


def _jobs(options: argparse.Namespace) -> list[Job]:
    """Kills first, the clouds in turn: a series that is cut off has done something of everything."""
    if options.only:
        kind, _, what = options.only.partition(":")
        return [(cloud, kind, int(what)) for cloud in options.clouds]
    points = [(cloud, "kill", number) for number in range(1, options.kills + 1) for cloud in options.clouds]
    seeds = range(options.first_seed, options.first_seed + options.sequences)
    turns = [(options.clouds[turn % len(options.clouds)], "sequence", seed) for turn, seed in enumerate(seeds)]
    return [*points, *turns]


def _source(cloud: str) -> Path:
    """The deployed example of this cloud, to be copied."""
    folder = FOLDER / f"source-{cloud}"
    if not (folder / "deployed").exists():
        shutil.rmtree(folder, ignore_errors=True)
        with _opened(folder, cloud, fresh=True) as ground:
            ground.engine.up("--skip-preview")
        (folder / "deployed").touch()
    return folder


@contextmanager
def _opened(folder: Path, cloud: str, *, fresh: bool) -> Iterator[Ground]:
    with running_sandbox(folder / "cloud") as ports:
        where: dict[str, Any] = {
            "folder": folder / "stack",
            "engine": engine_folder(),
            "ports": ports,
            "policies": False,
        }
        engine = example(STACK, cloud=cloud, **where) if fresh else reopened(STACK, **where)
        yield Ground(engine=engine, cloud=folder / "cloud")


@cache
def _capabilities() -> Capabilities:
    return Capabilities.read()


def _run(job: Job) -> Result:
    """One kill or one sequence, on its own copy; the copy is left behind only where something was not kept."""
    cloud, kind, what = job
    folder, said, started = FOLDER / f"{cloud}-{kind}-{what}", list[str](), time.monotonic()
    shutil.rmtree(folder, ignore_errors=True)
    fault = ""
    try:
        for step in _killed(folder, cloud, what) if kind == "kill" else _sequence(folder, cloud, what):
            said.append(step)
    except (AssertionError, EngineError, UndecidableError, LookupError, ValueError, TimeoutExpired) as error:
        fault = f"{type(error).__name__}: {error}"[-2000:]
    if not fault:
        shutil.rmtree(folder, ignore_errors=True)
    seconds = round(time.monotonic() - started, 1)
    return {"cloud": cloud, "kind": kind, "what": what, "said": said, "fault": fault, "seconds": seconds}


def _killed(folder: Path, cloud: str, number: int) -> Iterator[str]:
    kill = kills(number, cloud)[-1]
    yield str(kill)
    fresh = kill.scene == "fresh"
    if not fresh:
        shutil.copytree(_source(cloud), folder)
    with _opened(folder, cloud, fresh=fresh) as ground:
        if not fresh:
            change_everything(ground)
        survive(ground, kill)


def _sequence(folder: Path, cloud: str, seed: int) -> Iterator[str]:
    shutil.copytree(_source(cloud), folder)
    with _opened(folder, cloud, fresh=False) as ground:
        yield from Sequence(ground, cloud, seed, _capabilities()).steps(STEPS)


def _line(result: Result) -> str:
    head = f"{result['cloud']:<6}{result['kind']} {result['what']:<4}{result['seconds']:>7.1f} s"
    if not result["fault"]:
        return f"{head}  kept  {'; '.join(result['said'])}"
    return f"{head}  NOT KEPT\n      {'; '.join(result['said'])}\n      {result['fault']}\n      {again(result)}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="machikumo sandbox torture", description=__doc__)
    parser.add_argument("--kills", type=int, default=20, metavar="N", help="kill points on each cloud (20)")
    parser.add_argument(
        "--sequences", type=int, default=300, metavar="N", help="random sequences over all clouds (300)"
    )
    parser.add_argument("--first-seed", type=int, default=0, metavar="SEED", help="of the sequences (0)")
    parser.add_argument(
        "--clouds", type=lambda text: text.split(","), default=list(CLOUDS), metavar="aws,azure,gcp,oci"
    )
    parser.add_argument("--only", metavar="kill:NUMBER|sequence:SEED", help="this one, on each of the clouds")
    parser.add_argument("--at-once", type=int, default=2, metavar="N", help="stacks at the same time (2)")
    parser.add_argument("--resume", action="store_true", help="go on with what was begun and add to its results")
    parser.add_argument(
        "--report", type=Path, default=FOLDER / "report.md", metavar="FILE", help="docs/torture.md, say"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
