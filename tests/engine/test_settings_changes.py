"""What a municipality changes in a running production stack: done in place, and nothing that holds data is made anew."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from operations.engine import Engine
from sandbox.cloud import drift
from tests.engine.agreement import disagreements
from tests.engine.conftest import CLOUDS, PRODUCTION

pytestmark = pytest.mark.engine

CHANGES = {"accounting_line": "special", "retention_days": 2190, "log_retention_days": 2190}
FLOW = {"from": "172.22.0.0/16", "port": 443, "why": "出張所の業務端末(専用線経由)"}


def guarded(state: Mapping[str, Any]) -> dict[str, str]:
    """URN → id of all that production can't lose."""
    return {one["urn"]: one["id"] for one in state["deployment"]["resources"] if one.get("protect")}


@pytest.mark.parametrize("cloud", CLOUDS)
def test_longer_retention_another_flow_and_another_account_line_keep_all_data(
    cloud: str, standing: Callable[[str], Engine], tmp_path: Path
) -> None:
    engine = standing(cloud)
    before = guarded(engine.export())
    file = tmp_path / "stack" / f"Pulumi.{PRODUCTION}.yaml"
    settings = yaml.safe_load(file.read_text())
    values = settings["config"]
    values.update({f"machikumo:{key}": value for key, value in CHANGES.items()})
    values["machikumo:flows"] = [*values["machikumo:flows"], FLOW]
    file.write_text(yaml.safe_dump(settings, allow_unicode=True))

    engine.up("--skip-preview")
    state = engine.export()
    assert guarded(state) == before
    assert disagreements(state, drift.books(tmp_path / "cloud")) == ([], [])
    assert engine.preview("--expect-no-changes").changes.keys() == {"same"}
