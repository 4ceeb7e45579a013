"""Swapping clouds by one setting: whole in a verification stack, refused where production data would go."""

from collections.abc import Callable
from pathlib import Path

import pytest

from operations.engine import Engine
from sandbox.cloud import drift
from tests.engine.conftest import VERIFICATION

pytestmark = pytest.mark.engine


def test_one_setting_moves_a_verification_stack_through_all_four_clouds(
    stack: Callable[..., Engine], tmp_path: Path
) -> None:
    engine = stack(VERIFICATION, "aws")
    engine.up("--skip-preview")
    keys = set(engine.outputs())
    for cloud, package in (("azure", "azure-native"), ("gcp", "gcp"), ("oci", "oci")):
        engine.set_config("machikumo:cloud", cloud)
        engine.up("--skip-preview")
        assert {token.split(":")[0] for token, _, _ in drift.contents(tmp_path / "cloud")} == {package}
        assert set(engine.outputs()) == keys


def test_production_data_is_not_lost_by_changing_the_cloud(standing: Callable[[str], Engine], tmp_path: Path) -> None:
    engine = standing("aws")
    before = {id_ for _, id_, _ in drift.contents(tmp_path / "cloud")}
    engine.set_config("machikumo:cloud", "gcp")
    refused = engine.up(check=False)
    assert refused.code != 0
    assert "protect" in refused.stdout + refused.stderr
    assert {id_ for _, id_, _ in drift.contents(tmp_path / "cloud")} == before
