"""A move whose runs are killed and refused at every stage that makes, exchanges or deletes: recovered, it ends as if they had not been."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from operations.engine import Engine
from sandbox.cloud import faults
from sandbox.cloud.faults import Fault
from tests.engine.agreement import guarded
from tests.engine.data import Data
from tests.engine.moves import EVERYTHING, RETAINED, Move, may
from tests.torture.ground import WRITES, Ground, KillPoint

pytestmark = pytest.mark.engine

MIDDLE = KillPoint(operation=WRITES, nth=3, moment="during")


def interrupted(move: Move, ground: Ground, *points: KillPoint) -> None:
    """Kill the run at each point and recover by the documented steps; then give it again to its end."""
    before = guarded(ground.agreed())
    for point in points:
        assert ground.kill(point), point
        ground.recover()
        held = {one["urn"]: one.get("id") for one in ground.agreed()["deployment"]["resources"]}
        assert {urn: held.get(urn) for urn in before} == before
    move.stack.up("--skip-preview")
    ground.agreed()
    assert move.stack.preview("--expect-no-changes").changes.keys() == {"same"}


def test_a_move_that_is_interrupted_at_every_stage_ends_as_one_that_is_not(
    standing: Callable[[str], Engine], data: Callable[[str, str], Data], tmp_path: Path
) -> None:
    cloud, other = "gcp", "oci"
    move, held = Move(standing(cloud), tmp_path), data(cloud, other)
    ground = Ground(engine=move.stack, cloud=tmp_path / "cloud")
    outputs = sorted(move.stack.outputs())

    move.plan(other)
    move.take_first(other)
    interrupted(move, ground, replace(MIDDLE, nth=20))
    assert move.held() == {cloud: EVERYTHING, other: EVERYTHING}
    move.step()
    held.copied(cloud, other)
    held.counter.stop()
    move.take()
    # The last thing that goes is the right to write records.
    interrupted(move, ground, replace(MIDDLE, nth=3))
    assert move.records() == may(cloud, other)

    held.carried(cloud, other)
    move.take()
    # The cloud refuses, for a while longer than its provider tries again; then the run is killed.
    faults.inject(ground.cloud, Fault(kind="throttled", operation=WRITES, skip=1, times=0))
    assert move.stack.up("--skip-preview", check=False).code != 0
    faults.clear(ground.cloud)
    interrupted(move, ground, replace(MIDDLE, nth=0))
    held.serves(other)
    assert move.records() == may(cloud, other, write=other)
    assert move.held() == {cloud: EVERYTHING, other: EVERYTHING}
    assert sorted(move.stack.outputs()) == sorted([*outputs, *(f"swap_{key}" for key in outputs)])
    assert move.broken() == set()

    move.settle_begun_on("2026-01-01")
    move.take()
    interrupted(move, ground, replace(MIDDLE, nth=0))
    assert move.held() == {cloud: EVERYTHING, other: EVERYTHING}
    move.take()
    # What is deleted here is guarded no more.
    assert ground.kill(MIDDLE)
    ground.recover()
    move.stack.up("--skip-preview")
    ground.agreed()
    assert move.stack.preview("--expect-no-changes").changes.keys() == {"same"}
    assert move.held() == {cloud: RETAINED, other: EVERYTHING}
    assert move.broken() == set()
    held.whole(other)
