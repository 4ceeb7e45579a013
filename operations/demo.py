"""`machikumo demo`: one municipality's system on every cloud of the sandbox, through the real engine, judged by the pack."""

import argparse
import json
import shutil
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from operations.engine import EngineError
from operations.environment import PRIVATE, engine_folder
from operations.example import example
from operations.promises import Capabilities, Outcome, outcomes
from operations.sandbox_process import SandboxError, running_sandbox
from operations.state import portable
from operations.wording import say

CLOUDS = ("aws", "azure", "gcp", "oci")
STACK = "011002-resident-record-production"
FOLDER = PRIVATE / "demo"
AT_ONCE = 2
"""Stacks deployed at the same time: a run keeps about one core busy."""


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """What one cloud came to: resources made, what a second `up` would change, outcome of every promise, seconds."""

    cloud: str
    resources: int
    changed_again: int
    promises: Mapping[str, Outcome]
    seconds: float

    @property
    def well(self) -> bool:
        """Nothing changes again, and every promise is kept or declared."""
        return not self.changed_again and not {Outcome.BROKEN, Outcome.UNPROVED} & set(self.promises.values())


def main(arguments: Sequence[str]) -> int:
    """Deploy, deploy again, judge, print the table; exit code 1 when a promise is broken or a second `up` changes something."""
    parser = argparse.ArgumentParser(
        prog="machikumo demo",
        description=say("Deploys the example to the local cloud.", "例の団体をローカルのクラウドに構築します。"),
    )
    parser.add_argument("--cloud", choices=CLOUDS, action="append", help=say("only this one", "このクラウドだけ"))
    clouds = tuple(parser.parse_args(arguments).cloud or CLOUDS)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    console = Console()
    engine = engine_folder()
    shutil.rmtree(FOLDER, ignore_errors=True)
    capabilities = Capabilities.read()
    console.print(say(f"{STACK} on {', '.join(clouds)}", f"{STACK} を {'、'.join(clouds)} に構築します"))
    try:
        with running_sandbox(FOLDER / "sandbox") as ports, ThreadPoolExecutor(AT_ONCE) as workers:

            def one(cloud: str) -> Deployment:
                return _deploy(cloud, engine, ports, capabilities, console)

            done = list(workers.map(one, clouds))
    except (EngineError, SandboxError) as error:
        console.print(str(error), style="red", markup=False, highlight=False)
        return 1
    console.print(_table(done))
    console.print(say(f"states: {FOLDER}/<cloud>.json", f"状態ファイル: {FOLDER}/<cloud>.json"), soft_wrap=True)
    return 0 if all(deployment.well for deployment in done) else 1


def _deploy(
    cloud: str, engine: Path, ports: Mapping[str, int], capabilities: Capabilities, console: Console
) -> Deployment:
    stack = example(STACK, cloud=cloud, folder=FOLDER / cloud, engine=engine, ports=ports)
    started = time.monotonic()
    first = stack.up()
    made = first.changes.get("create", 0)
    console.print(say(f"{cloud}: {made} resources", f"{cloud}: リソース {made} 件"))
    second = stack.up("--skip-preview")
    seconds = time.monotonic() - started
    state = stack.export()
    (FOLDER / f"{cloud}.json").write_text(json.dumps(portable(state), ensure_ascii=False, indent=1))
    return Deployment(
        cloud=cloud,
        resources=made,
        changed_again=sum(count for operation, count in second.changes.items() if operation != "same"),
        promises=outcomes(state, cloud, capabilities),
        seconds=seconds,
    )


def _table(done: Sequence[Deployment]) -> Table:
    table = Table(
        say("cloud", "クラウド"),
        say("promises kept", "守られた約束"),
        say("by substitute", "代替による"),
        say("not offered", "提供なし"),
        say("broken or unproved", "違反・未証明"),
        say("resources", "リソース"),
        say("changed by a 2nd up", "2回目のupの変更"),
        say("seconds", "秒"),
    )
    for deployment in done:
        outcome = list(deployment.promises.values())
        bad = [promise for promise, kind in deployment.promises.items() if kind in (Outcome.BROKEN, Outcome.UNPROVED)]
        table.add_row(
            deployment.cloud,
            f"{outcome.count(Outcome.KEPT)}/{len(outcome)}",
            str(outcome.count(Outcome.SUBSTITUTE)),
            str(outcome.count(Outcome.NOT_OFFERED)),
            ", ".join(bad) or "0",
            str(deployment.resources),
            str(deployment.changed_again),
            f"{deployment.seconds:.1f}",
        )
    return table
