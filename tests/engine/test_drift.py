"""Ten ways in which a production stack drifts, on each cloud (drifts.toml): each is reported by its resource, and repaired."""

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from operations.engine import Engine
from sandbox.cloud import drift
from tests.engine.agreement import disagreements
from tests.engine.conftest import CLOUDS

pytestmark = pytest.mark.engine

DRIFTS: Mapping[str, list[dict[str, Any]]] = tomllib.loads(Path(__file__).with_name("drifts.toml").read_text())


def held(state: Path) -> dict[str, Mapping[str, Any]]:
    """`type name` to what the cloud answers of it now. Objects that the stack only adopted have no line of their own."""
    urns = {(token, id_): urn for urn, token, id_ in drift.books(state)}
    return {f"{token} {urns[token, id_].rpartition('::')[2]}": outputs for token, id_, outputs in drift.contents(state)}


def at(tree: Any, path: str) -> Any:
    """What lies at `a.b[0].c`; None where there is nothing."""
    for step in re.findall(r"[^.\[\]]+", path):
        tree = tree[int(step)] if isinstance(tree, list) else (tree or {}).get(step)
    return tree


@pytest.mark.parametrize("cloud", CLOUDS)
def test_ten_drifts_are_reported_by_name_and_repaired_by_the_next_up(
    cloud: str, standing: Callable[[str], Engine], tmp_path: Path
) -> None:
    engine, state = standing(cloud), tmp_path / "cloud"
    assert len({row["what"] for row in DRIFTS[cloud]}) >= 10
    before = held(state)
    urns = {f"{token} {urn.rpartition('::')[2]}": urn for urn, token, _ in drift.books(state)}
    expected: dict[str, set[str]] = {}
    for row in DRIFTS[cloud]:
        urn, path = urns[row["resource"]], row.get("path")
        properties = expected.setdefault(urn, set())
        if path is None:
            drift.delete(state, urn)
        else:
            drift.put(state, urn, path, row.get("value"), remove="value" not in row)
            properties.add(re.split(r"[.\[]", path)[0])

    found = engine.drifted().drifts
    assert {urn: set(properties) for _, urn, properties in found} == expected
    assert {urn for step, urn, _ in found if step == "delete"} == {urn for urn in expected if not expected[urn]}

    repaired = engine.up("--skip-preview", "--refresh")
    assert {step for step, _ in repaired.steps} == {"same", "update", "create", "refresh"}
    after = held(state)
    assert after.keys() == before.keys()
    wanted = {
        row["what"]: row["value"] if row.get("stays") else at(before[row["resource"]], row["path"])
        for row in DRIFTS[cloud]
        if "path" in row
    }
    assert {row["what"]: at(after[row["resource"]], row["path"]) for row in DRIFTS[cloud] if "path" in row} == wanted
    assert disagreements(engine.export(), drift.books(state)) == ([], [])
    assert engine.preview("--refresh", "--expect-no-changes").changes.keys() == {"same"}
