"""A verification stack's life on each cloud, from the first `up` to `destroy`; and what production refuses. Drift: test_drift."""

from collections.abc import Callable
from pathlib import Path

import pytest

from operations.engine import Engine
from sandbox.cloud import drift
from tests.engine.agreement import guarded
from tests.engine.conftest import CLOUDS, VERIFICATION

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_verification_stack_is_made_as_previewed_and_leaves_nothing(
    cloud: str, stack: Callable[..., Engine], tmp_path: Path
) -> None:
    engine, state = stack(VERIFICATION, cloud), tmp_path / "cloud"
    previewed = engine.preview().changes
    assert previewed.keys() == {"create"}
    assert drift.contents(state) == []
    assert engine.up("--skip-preview").changes == previewed
    assert engine.preview("--refresh", "--expect-no-changes").changes.keys() == {"same"}

    engine.destroy()
    assert drift.books(state) == []
    assert engine.export()["deployment"].get("resources", []) == []


@pytest.mark.parametrize("cloud", CLOUDS)
def test_production_data_survives_destroy(cloud: str, standing: Callable[[str], Engine], tmp_path: Path) -> None:
    engine = standing(cloud)
    before = drift.books(tmp_path / "cloud")
    one = min(guarded(engine.export()))
    for words in ((), ("--target", one, "--target-dependents")):
        refused = engine.destroy(*words, check=False)
        assert refused.code != 0
        assert "protect" in refused.stdout + refused.stderr
        assert drift.books(tmp_path / "cloud") == before
