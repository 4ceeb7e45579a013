"""A stack that an earlier release of the kit left standing is taken over by this one, and no data is lost."""

from pathlib import Path

import pytest

from operations.sandbox_process import running_sandbox
from sandbox.cloud import drift
from tests.engine.agreement import disagreements, guarded
from tests.engine.conftest import CLOUDS
from tests.engine.releases import FOLDER, open_state, unpack

RELEASES = sorted(folder.name for folder in FOLDER.iterdir())
MEBIBYTE = 2**20


@pytest.mark.engine
@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("cloud", CLOUDS)
def test_an_update_of_the_kit_keeps_all_data_of_a_standing_stack(
    cloud: str, release: str, engine: Path, tmp_path: Path
) -> None:
    kept = unpack(release, cloud, tmp_path)
    before, books = guarded(kept["state"]), tmp_path / "cloud"
    assert before != {}
    with running_sandbox(books) as ports:
        stack = open_state(tmp_path / "stack", kept["state"], engine=engine, ports=ports)
        assert disagreements(stack.export(), drift.books(books)) == ([], [])
        updated = stack.up("--skip-preview")
        assert {urn for step, urn in updated.steps if "replace" in step or "delete" in step} & set(before) == set()
        after = stack.export()
        assert {urn: guarded(after).get(urn) for urn in before} == before
        assert disagreements(after, drift.books(books)) == ([], [])
        assert stack.preview("--refresh", "--expect-no-changes").changes.keys() == {"same"}


def test_every_release_has_every_cloud_and_all_are_small() -> None:
    kept = sorted(FOLDER.rglob("*.gz"))
    assert [(file.parent.name, file.name) for file in kept] == [
        (release, f"{cloud}.json.gz") for release in RELEASES for cloud in CLOUDS
    ]
    assert sum(file.stat().st_size for file in kept) < MEBIBYTE
