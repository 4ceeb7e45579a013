"""What a municipality changes in a running production stack: exactly these operations, and nothing that holds data is lost.

What is expected is in changes/<cloud>.json; each change of it was previewed by itself. Update on purpose:
./machikumo test tests/engine/test_settings_changes.py --update-inventories
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from operations.engine import Engine
from operations.environment import ROOT
from sandbox.cloud import drift
from tests.engine.agreement import disagreements, guarded
from tests.engine.conftest import CLOUDS, PRODUCTION
from tests.engine.settings_changes import CHANGES, FOLDER, Change, Operations, performed, recorded, table, together

pytestmark = pytest.mark.engine

FIXED = {
    "aws": {"network_cidr": "10.32.0.0/16"},
    "azure": {"network_cidr": "10.32.0.0/16", "key_rotation_days": 180},
    "gcp": {"network_cidr": "10.32.0.0/16"},
    "oci": {"network_cidr": "10.32.0.0/16"},
}
"""What can't be changed once the stack stands, per cloud."""


class Settings:
    """The stack's file, changed as a person would."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._file = engine.project / f"Pulumi.{PRODUCTION}.yaml"

    def change(self, values: Mapping[str, Any]) -> str:
        """Write these values, and leave out what becomes None; the text as it was before."""
        before = self._file.read_text()
        content = yaml.safe_load(before)
        changed = {**content["config"], **{f"machikumo:{key}": value for key, value in values.items()}}
        content["config"] = {key: value for key, value in changed.items() if value is not None}
        self._file.write_text(yaml.safe_dump(content, allow_unicode=True))
        return before

    def make(self, change: Change, cloud: str) -> str:
        before = self.change(change.settings(cloud))
        if change.secret:
            self._engine.set_config("machikumo:database_password", "Another-1-for-this-test", secret=True)
        return before

    def restore(self, text: str) -> None:
        self._file.write_text(text)


def keep(cloud: str, name: str, operations: Operations) -> None:
    FOLDER.mkdir(exist_ok=True)
    found = {**recorded(cloud), name: operations}
    ordered = {name: found[name] for changes in CHANGES for name in changes if name in found}
    (FOLDER / f"{cloud}.json").write_text(json.dumps(ordered, indent=1) + "\n")


@pytest.mark.parametrize("cloud", CLOUDS)
def test_every_change_does_exactly_what_is_recorded_and_keeps_all_data(
    cloud: str, standing: Callable[[str], Engine], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    engine = standing(cloud)
    settings, before = Settings(engine), guarded(engine.export())
    for changes in CHANGES:
        here = {name: change for name, change in changes.items() if cloud not in change.left_out}
        if not here:
            continue
        if request.config.getoption("--update-inventories"):
            for name, change in here.items():
                text = settings.make(change, cloud)
                keep(cloud, name, performed(engine.preview()))
                settings.restore(text)
        for change in here.values():
            settings.make(change, cloud)
        made = engine.up("--skip-preview")
        known = recorded(cloud)
        assert performed(made) == together(known[name] for name in here)
        assert {urn for step, urn in made.steps if "replace" in step or "delete" in step} & set(before) == set()
    state = engine.export()
    assert guarded(state) == before
    assert disagreements(state, drift.books(tmp_path / "cloud")) == ([], [])
    assert engine.preview("--refresh", "--expect-no-changes").changes.keys() == {"same"}

    settings.change(FIXED[cloud])
    refused = engine.up("--skip-preview", check=False)
    assert refused.code != 0
    assert {key for key in ("network_cidr", "key_rotation_days") if f"machikumo:{key}" in refused.errors[0]} == set(
        FIXED[cloud]
    )
    assert performed(refused) == {}


def test_the_table_for_people_says_what_is_recorded() -> None:
    page = (ROOT / "docs" / "settings-changes.md").read_text()
    shown = page.partition("<!-- changes -->\n")[2].partition("\n<!-- /changes -->")[0]
    assert shown == table(), "python -m tests.engine.settings_changes"
