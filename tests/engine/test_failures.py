"""A first `up` that fails in the middle, in each way that reaches the user, and the next one that ends it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from operations.engine import Engine
from sandbox.cloud import drift, faults
from sandbox.cloud.faults import Fault
from sandbox.cloud.patience import PATIENCE
from tests.engine.agreement import disagreements
from tests.engine.conftest import CLOUDS, VERIFICATION

pytestmark = pytest.mark.engine

PACKAGE = {"aws": "aws", "azure": "azure-native", "gcp": "gcp", "oci": "oci"}
IN_THE_MIDDLE = 12
"""Creations that go well before one fails."""


def failing(kind: Any, **more: Any) -> Fault:
    """A failure of one creation, once IN_THE_MIDDLE others went well."""
    return Fault(kind=kind, operation="create", skip=IN_THE_MIDDLE, **more)


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_failed_up_is_ended_by_the_next_and_nothing_is_orphaned(
    cloud: str, stack: Callable[..., Engine], tmp_path: Path
) -> None:
    engine, state, words = stack(VERIFICATION, cloud), tmp_path / "cloud", PATIENCE[PACKAGE[cloud]].words

    def fails(fault: Fault, said: str) -> tuple[list[Any], list[Any]]:
        faults.inject(state, fault)
        ended = engine.up("--skip-preview", "--parallel", "1", check=False)
        assert (ended.code != 0, any(said in error for error in ended.errors)) == (True, True), ended.errors
        faults.clear(state)
        return disagreements(engine.export(), drift.books(state))

    assert fails(failing("quota"), words["quota"]) == ([], [])
    assert fails(failing("throttled", times=0), words["throttled"]) == ([], [])
    assert fails(failing("unready"), words["unready"]) == ([], [])

    # An answer that was lost: the cloud has what the engine never heard of. It is new and empty: it goes, by hand.
    faults.inject(state, Fault(kind="lost", operation="create"))
    assert engine.up("--skip-preview", "--parallel", "1", check=False).code != 0
    faults.clear(state)
    (orphan,), lost = disagreements(engine.export(), drift.books(state))
    assert lost == []
    drift.delete(state, orphan[0])

    engine.up("--skip-preview")
    assert disagreements(engine.export(), drift.books(state)) == ([], [])
    assert engine.preview("--expect-no-changes").changes.keys() == {"same"}
