"""A run killed before, during and after a call of the engine to the cloud: recovered by the documented steps (docs/recovery.md)."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from operations.example import example
from sandbox.cloud import drift
from tests.engine.agreement import disagreements, guarded
from tests.engine.conftest import CLOUDS, PRODUCTION
from tests.torture.ground import Ground, KillPoint

pytestmark = pytest.mark.engine

POINTS = (
    (KillPoint(operation="create", nth=4, moment="before"), {(1, 0)}),
    (KillPoint(operation="create", nth=10, moment="during"), {(1, 1)}),
    # The engine may have begun the next call already, and the cloud may have done it.
    (KillPoint(operation="create", nth=12, moment="after"), {(0, 0), (1, 0), (1, 1)}),
)
"""With what a kill leaves: operations that are pending, objects of the cloud that the engine does not know."""


def recovered(ground: Ground) -> None:
    """The documented command; on the local cloud its books say what exists."""
    where = ("--cwd", str(ground.engine.project), "--sandbox", str(ground.cloud))
    command = [sys.executable, "-P", "-m", "operations", "recover", "--stack", ground.engine.stack, *where, "--yes"]
    subprocess.run(command, env=ground.engine._environment, stdout=subprocess.DEVNULL, check=True)


@pytest.mark.parametrize("cloud", CLOUDS)
def test_an_up_killed_three_times_is_recovered_and_ended(
    cloud: str, engine: Path, sandbox: Mapping[str, int], tmp_path: Path
) -> None:
    # No policy pack: what the pack says of a stack is tested elsewhere.
    stack = example(PRODUCTION, cloud=cloud, folder=tmp_path / "stack", engine=engine, ports=sandbox, policies=False)
    ground = Ground(engine=stack, cloud=tmp_path / "cloud")
    kept: dict[str, str] = {}
    for point, left in POINTS:
        assert ground.kill(point)
        state = stack.export()
        orphans, missing = disagreements(state, drift.books(ground.cloud))
        assert (len(state["deployment"].get("pending_operations", ())), len(orphans)) in left
        assert missing == []

        recovered(ground)
        held = guarded(ground.agreed())
        assert {urn: held.get(urn) for urn in kept} == kept
        kept = held

    stack.up("--skip-preview")
    held = guarded(ground.agreed())
    assert {urn: held.get(urn) for urn in kept} == kept
    assert stack.preview("--expect-no-changes").changes.keys() == {"same"}
