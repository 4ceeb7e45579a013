"""Random sequences: settings changed, clouds that fail, runs killed, things changed by hand; after each, what must hold.

A sequence is determined by its cloud and its seed. It starts from a copy of the deployed production example.
"""

from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any, Final

from operations.promises import Capabilities, Outcome, outcomes
from sandbox.cloud import drift, faults
from sandbox.cloud.faults import Fault, Kind
from tests.engine.agreement import guarded
from tests.torture.ground import WRITES, Ground, KillPoint

Settings = dict[str, Any]
FLOW: Final = {"from": "172.22.0.0/16", "port": 443, "why": "出張所の業務端末(専用線経由)"}
LINES: Final = ("general", "special", "water")
DIGITS: Final = "0123456789"
FAILURES: Final[tuple[Kind, ...]] = ("throttled", "unavailable", "quota", "unready", "lost", "dropped", "unsettled")
LABELS: Final = ("tags", "labels", "freeformTags")
LATE_CALLS: Final = 5
BEFORE: Final = (0, 0, 1, 2, 8)
"""Writing calls that go well before one fails or is killed: most changes make one or two, another line makes dozens."""


def another_line(settings: Settings, random: Random) -> None:
    """Another accounting line: the tags of nearly everything."""
    settings["accounting_line"] = random.choice([line for line in LINES if line != settings["accounting_line"]])


def longer_retention(settings: Settings, random: Random) -> None:
    """Records are kept longer; shorter is what production must not become."""
    settings["retention_days"] = int(settings["retention_days"]) + random.choice((365, 730))


def longer_logs(settings: Settings, random: Random) -> None:
    """Logs are kept longer."""
    settings["log_retention_days"] = int(settings["log_retention_days"]) + random.choice((365, 730))


def other_flows(settings: Settings, _random: Random) -> None:
    """One flow more, or one of those less."""
    more = [flow for flow in settings["flows"] if flow["from"] != FLOW["from"]]
    settings["flows"] = more if len(more) < len(settings["flows"]) else [*more, FLOW]


def other_size(settings: Settings, random: Random) -> None:
    """Another size of database and containers."""
    settings["size"] = random.choice([size for size in ("medium", "large") if size != settings["size"]])


def other_recovery(settings: Settings, random: Random) -> None:
    """Another window of recovery."""
    settings["recovery_days"] = random.choice([days for days in (14, 21, 35) if days != int(settings["recovery_days"])])


def another_image(settings: Settings, random: Random) -> None:
    """Another image of the application."""
    settings["image"] = f"application@sha256:{''.join(random.choice(DIGITS) for _ in range(64))}"


CHANGES: Final = (another_line, longer_retention, longer_logs, other_flows, other_size, other_recovery, another_image)


class Sequence:
    """One sequence on one ground; `steps` says what is being done and raises AssertionError where something is not kept.

    `killed`: the points at which an `up` was killed; a point further on than a run's last call kills nothing.
    """

    def __init__(self, ground: Ground, cloud: str, seed: int, capabilities: Capabilities) -> None:
        self._ground, self._cloud, self._capabilities = ground, cloud, capabilities
        # A string: its seed is the same in every process and Python.
        self._random = Random(f"{cloud} {seed}")
        self._kept = guarded(ground.state)
        self.killed: list[KillPoint] = []

    def steps(self, number: int) -> Iterator[str]:
        """Do `number` random steps, then an `up` after which nothing is to do; yields descriptions, each before it is done."""
        for _ in range(number):
            kind: Callable[[], Iterator[str]] = self._random.choice(
                (self._changed, self._brought_up, self._failed, self._killed, self._drifted)
            )
            yield from kind()
        yield from self._brought_up()
        assert self._ground.engine.preview("--expect-no-changes").changes.keys() == {"same"}

    def _change(self) -> str:
        change = self._random.choice(CHANGES)
        self._ground.change(lambda settings: change(settings, self._random))
        return change.__name__

    def _changed(self) -> Iterator[str]:
        yield self._change()

    def _brought_up(self) -> Iterator[str]:
        yield "up"
        self._ground.engine.up("--skip-preview")
        self._promised(self._held())

    def _held(self) -> Mapping[str, Any]:
        """The state: it is what the cloud holds, and nothing protected is gone or another."""
        state = self._ground.agreed()
        now = guarded(state)
        assert {urn: now.get(urn) for urn in self._kept} == self._kept
        self._kept = now
        return state

    def _promised(self, state: Mapping[str, Any]) -> None:
        found = outcomes(state, self._cloud, self._capabilities)
        broken = [promise for promise, kind in found.items() if kind in (Outcome.BROKEN, Outcome.UNPROVED)]
        assert broken == []

    def _failed(self) -> Iterator[str]:
        kind = self._random.choice(FAILURES)
        times = LATE_CALLS if kind == "unsettled" else self._random.choice((1, 0))
        fault = Fault(kind=kind, operation=WRITES, skip=self._random.choice(BEFORE), times=times)
        yield f"{self._change()}, up while {kind} after {fault.skip} calls, {times or 'all'}"
        faults.inject(self._ground.cloud, fault)
        ended = self._ground.engine.up("--skip-preview", check=False)
        faults.clear(self._ground.cloud)
        if ended.code == 0:
            self._promised(self._held())
        else:
            self._ground.recover()
            self._held()

    def _killed(self) -> Iterator[str]:
        point = KillPoint(
            operation=WRITES,
            nth=self._random.choice(BEFORE),
            moment=self._random.choice(("before", "during", "after")),
            at_once=self._random.choice((1, 8)),
        )
        yield f"{self._change()}, up killed {point}"
        if self._ground.kill(point):
            self.killed.append(point)
        self._ground.recover()
        self._held()

    def _drifted(self) -> Iterator[str]:
        state = self._ground.state
        resources = [one for one in state["deployment"]["resources"] if one["custom"] and "id" in one]
        # What nothing else is made of; `dependencies` would also count what only came later in the program.
        used = {urn for one in resources for urns in one.get("propertyDependencies", {}).values() for urn in urns or ()}
        leaves = [one for one in resources if one["urn"] not in used and _may_go(one)]
        labelled = [(one, name) for one in resources for name in LABELS if one.get("outputs", {}).get(name)]
        if self._random.random() < 0.5:
            gone = self._random.choice(leaves)["urn"]
            yield f"deleted by hand: {gone}"
            drift.delete(self._ground.cloud, gone)
        else:
            one, name = self._random.choice(labelled)
            yield f"{name} changed by hand: {one['urn']}"
            drift.put(self._ground.cloud, one["urn"], f"{name}.stack", "somebody-elses")
        self._ground.engine.refresh("--skip-preview")
        self._held()


def _may_go(one: Mapping[str, Any]) -> bool:
    return not one.get("protect") and not one["type"].startswith("pulumi:")
