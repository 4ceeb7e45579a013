"""The kill points: where a run is killed, and what it was doing."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from random import Random
from typing import Final, Literal

from sandbox.cloud import drift
from tests.engine.agreement import guarded
from tests.torture.ground import Ground, KillPoint, Moment
from tests.torture.sequences import CHANGES, Settings

STATELESS: Final = (":FlowLog", ":Firewall", ":Log")
"""Ends of the tokens of something that every cloud has and that nothing else is made of."""
REACH: Final = {("fresh", "create"): 50, ("changed", "update"): 8}
"""How many such calls a kill point is drawn from, where there is more than one: the smallest stack makes 63 resources."""


Scene = Literal["fresh", "changed"]


@dataclass(frozen=True, kw_only=True)
class Kill:
    """A kill and its scene: `fresh`, the first `up` of a stack; `changed`, an `up` of a standing one whose settings are
    all changed and that lost an object by hand.
    """

    scene: Scene
    point: KillPoint

    def __str__(self) -> str:
        return f"{self.scene}: {self.point}"


_MOMENTS: Final[tuple[Moment, ...]] = ("before", "during", "after")
_KINDS: Final[tuple[tuple[Scene, str, Moment], ...]] = (
    *(("fresh", "create", moment) for moment in _MOMENTS),
    *(("changed", "update", moment) for moment in _MOMENTS),
    *(("changed", "create", moment) for moment in _MOMENTS),
    *(("changed", "delete", moment) for moment in _MOMENTS),
    ("fresh", "invoke", "before"),
)


ASK_NOTHING: Final = frozenset({"azure"})
"""Clouds on which the example reads nothing before it makes something: there is no such call to be killed at."""


def kills(number: int, cloud: str) -> Sequence[Kill]:
    """The first `number` kill points, the same ones in every run: every kind, then every kind again further on."""
    random, points = Random("kills"), list[Kill]()
    for turn, (scene, operation, moment) in enumerate(islice(cycle(_KINDS), number)):
        nth, at_once = random.randrange(REACH.get((scene, operation), 1)), 8 if turn >= len(_KINDS) else 1
        if operation == "invoke" and cloud in ASK_NOTHING:
            operation = "create"  # noqa: PLW2901  the first of all calls there
        points.append(Kill(scene=scene, point=KillPoint(operation=operation, nth=nth, moment=moment, at_once=at_once)))
    return points


def change_everything(ground: Ground) -> None:
    """The scene `changed`: its `up` makes, changes and deletes something on every cloud."""
    random = Random("everything")

    def change(settings: Settings) -> None:
        settings["flows"] = settings["flows"][:1]
        settings["supplied_by_templates"] = ["audit_trail"]
        for one in CHANGES:
            one(settings, random)

    ground.change(change)
    resources = ground.state["deployment"]["resources"]
    drift.delete(ground.cloud, next(one["urn"] for one in resources if one["type"].endswith(STATELESS)))
    ground.engine.refresh("--skip-preview")


def survive(ground: Ground, kill: Kill) -> None:
    """Kill, recover by the documented steps, end what was begun. AssertionError where anything is orphaned, doubled or lost."""
    kept = guarded(ground.state)
    assert ground.kill(kill.point), "the run ended before it was killed"
    ground.recover()
    kept |= _held(ground, kept)
    ground.engine.up("--skip-preview")
    _held(ground, kept)
    assert ground.engine.preview("--expect-no-changes").changes.keys() == {"same"}


def _held(ground: Ground, kept: dict[str, str]) -> dict[str, str]:
    now = guarded(ground.agreed())
    assert {urn: now.get(urn) for urn in kept} == kept
    return now
