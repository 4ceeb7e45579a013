"""A stack on a local cloud of its own, and what is done to it: settings changed, runs killed, runs recovered."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal

import yaml

from operations.engine import Engine
from operations.recovery import Seen, recover
from sandbox.cloud import drift, faults
from sandbox.cloud.faults import Fault
from tests.engine.agreement import disagreements

LOOK_AGAIN = 0.02
WRITES = "[cud]*"
"""Create, update and delete, as a glob of a call's kind."""

Moment = Literal["before", "during", "after"]


@dataclass(frozen=True, kw_only=True)
class KillPoint:
    """Where a run is killed with SIGKILL.

    operation  kind of the call: create, update, delete or a glob of them (or invoke, where there is no `after`).
    nth        calls of that kind that go well before, 0 for none.
    moment     before: the call was begun (and written down by the engine), the cloud has not done it.
               during: the cloud has done it, the engine has not heard of it.
               after: the engine has taken the answer.
    at_once    calls that the engine makes at the same time.
    """

    operation: str
    nth: int
    moment: Moment
    at_once: int = 1

    def __str__(self) -> str:
        kind = "write" if self.operation == WRITES else self.operation
        return f"{self.moment} {kind} {self.nth + 1}, {self.at_once} at once"


@dataclass(frozen=True, kw_only=True)
class Ground:
    """`engine`: the stack. `cloud`: state folder of its local cloud."""

    engine: Engine
    cloud: Path

    def change(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Change the stack's settings; keys without their namespace."""
        file = self.engine.project / f"Pulumi.{self.engine.stack}.yaml"
        whole = yaml.safe_load(file.read_text())
        settings = {key.removeprefix("machikumo:"): value for key, value in whole["config"].items()}
        change(settings)
        whole["config"] = {f"machikumo:{key}": value for key, value in settings.items()}
        file.write_text(yaml.safe_dump(whole, allow_unicode=True))

    def kill(self, point: KillPoint) -> bool:
        """Run `up` and kill it, with every process it started, at the point; False when it ended before that."""
        log = self.cloud / "killed.json"
        log.unlink(missing_ok=True)
        # After the nth call: the next one of that kind is not let through.
        held = Fault(kind="held", operation=point.operation, skip=point.nth + (point.moment == "after"))
        faults.inject(self.cloud, replace(held, after=point.moment == "during"))
        words = ("--yes", "--skip-preview", "--non-interactive", "--parallel", str(point.at_once))
        with subprocess.Popen(
            ["pulumi", "up", *words, "-s", self.engine.stack, "--event-log", str(log)],
            cwd=self.engine.project,
            env=self.engine._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as run:
            while run.poll() is None and not self._reached(point, log):
                time.sleep(LOOK_AGAIN)
            reached = run.poll() is None
            if reached:
                os.killpg(run.pid, signal.SIGKILL)
        faults.clear(self.cloud)
        self._settled()
        self._written_down()
        return reached

    def _written_down(self) -> None:
        """Whatever the cloud has done and the engine does not know, the engine had written down before it asked."""
        orphans, gone = disagreements(self.state, drift.books(self.cloud))
        operations = self.state["deployment"].get("pending_operations", ())
        named = {(one["type"], one["resource"]["urn"]) for one in operations}
        unexpected = {("creating", urn) for urn, *_ in orphans} | {("deleting", urn) for urn, *_ in gone}
        assert unexpected <= named, unexpected - named

    def _reached(self, point: KillPoint, log: Path) -> bool:
        if point.moment != "after":
            return any(hits for _, kind, _, hits in faults.struck(self.cloud) if kind == "held")
        lines = log.read_text().splitlines() if log.exists() else []
        ends = (json.loads(line).get("resOutputsEvent") for line in lines if line.endswith("}"))
        return sum(fnmatchcase(_call(one["metadata"]), point.operation) for one in ends if one) > point.nth

    def _settled(self) -> None:
        """Wait until the calls that were under way when their caller died are through."""
        before = None
        while before != (before := drift.contents(self.cloud)):
            time.sleep(LOOK_AGAIN * 5)

    def recover(self) -> None:
        """The documented recovery, without the `up` that ends it; the cloud's books say what exists."""
        books = tuple((urn, id_) for urn, _, id_ in drift.books(self.cloud))
        list(recover(self.engine, Seen(books=books), perform=True))

    @property
    def state(self) -> Mapping[str, Any]:
        """What `pulumi stack export` would say, read from the file: a process less."""
        file = self.engine.project / "state" / ".pulumi" / "stacks" / "machikumo" / f"{self.engine.stack}.json"
        return {"deployment": json.loads(file.read_text())["checkpoint"].get("latest") or {}}

    def agreed(self) -> Mapping[str, Any]:
        """The engine's state, which must be what the cloud holds: nothing orphaned, doubled or lost, nothing pending."""
        state = self.state
        found = (*disagreements(state, drift.books(self.cloud)), state["deployment"].get("pending_operations", []))
        assert found == ([], [], []), found
        return state


def _call(step: Mapping[str, Any]) -> str:
    """The kind of call that this step of the engine was; empty when it was none."""
    record = step.get("new") or step["old"]
    # The engine calls them create-replacement and delete-replaced when they are parts of a replacement.
    return step["op"].partition("-")[0] if record.get("custom") and not step["type"].startswith("pulumi:") else ""
