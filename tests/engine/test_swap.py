"""Swapping clouds by one setting: whole in a verification stack, refused where production data would go."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from operations.engine import Engine
from sandbox.cloud import drift
from tests.engine.conftest import Moved

pytestmark = pytest.mark.engine


def test_one_setting_moves_a_verification_stack_through_all_four_clouds(swapped: Mapping[str, Moved]) -> None:
    packages = {"aws": ["aws"], "azure": ["azure-native"], "gcp": ["gcp"], "oci": ["oci"]}
    assert {cloud: moved.packages for cloud, moved in swapped.items()} == packages
    assert {tuple(moved.outputs) for moved in swapped.values()} == {tuple(swapped["aws"].outputs)}


def test_production_data_is_not_lost_by_changing_the_cloud(standing: Callable[[str], Engine], tmp_path: Path) -> None:
    engine = standing("aws")
    before = {id_ for _, id_, _ in drift.contents(tmp_path / "cloud")}
    engine.set_config("machikumo:cloud", "gcp")
    refused = engine.up(check=False)
    assert refused.code != 0
    told = refused.stdout + refused.stderr
    assert "machikumo:cloud" in told
    assert "docs/swap.md" in told
    assert {id_ for _, id_, _ in drift.contents(tmp_path / "cloud")} == before
