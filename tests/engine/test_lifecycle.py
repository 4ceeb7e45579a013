"""A verification stack's life on each cloud: up, drift, repair, destroy; and what production refuses."""

from collections.abc import Callable
from pathlib import Path

import pytest

from operations.engine import Engine
from sandbox.cloud import drift
from tests.engine.conftest import CLOUDS, VERIFICATION

pytestmark = pytest.mark.engine

OPENED = {
    "aws": ("aws:rds/instance:Instance", "publiclyAccessible", True),
    "azure": ("azure-native:storage:StorageAccount", "allowBlobPublicAccess", True),
    "gcp": ("gcp:storage/bucket:Bucket", "publicAccessPrevention", "inherited"),
    "oci": ("oci:ObjectStorage/bucket:Bucket", "accessType", "ObjectRead"),
}
"""What somebody changes by hand behind the engine's back: a database or a store is opened."""

LEAVES = (":FlowLog", ":Firewall", ":Log")
"""Ends of the tokens of something that every cloud has and that nothing else is made of."""


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_verification_stack_lives_repairs_drift_and_leaves_nothing(
    cloud: str, stack: Callable[..., Engine], tmp_path: Path
) -> None:
    engine, state = stack(VERIFICATION, cloud), tmp_path / "cloud"
    assert engine.preview().changes.keys() == {"create"}
    assert drift.contents(state) == []
    engine.up("--skip-preview")
    assert engine.preview("--expect-no-changes").changes.keys() == {"same"}

    records = engine.outputs()["records_bucket"]
    lost = next(id_ for token, id_, _ in drift.contents(state) if token.endswith(LEAVES))
    drift.delete(state, lost)
    token, name, value = OPENED[cloud]
    opened, before = next((id_, has[name]) for kind, id_, has in drift.contents(state) if kind == token)
    drift.put(state, opened, name, value)
    found = engine.refresh()
    assert (found.changes["delete"], found.changes["update"]) == (1, 1)
    repaired = engine.up("--skip-preview")
    assert repaired.changes["create"] == 1
    assert [has[name] for _, id_, has in drift.contents(state) if id_ == opened and name in has] == [before]
    assert engine.outputs()["records_bucket"] == records
    assert engine.preview("--expect-no-changes").changes.keys() == {"same"}

    engine.destroy()
    assert drift.contents(state) == []


@pytest.mark.parametrize("cloud", CLOUDS)
def test_production_data_survives_destroy(cloud: str, standing: Callable[[str], Engine], tmp_path: Path) -> None:
    engine = standing(cloud)
    before = [(token, id_) for token, id_, _ in drift.contents(tmp_path / "cloud")]
    refused = engine.destroy(check=False)
    assert refused.code != 0
    assert "protect" in refused.stdout + refused.stderr
    assert [(token, id_) for token, id_, _ in drift.contents(tmp_path / "cloud")] == before
