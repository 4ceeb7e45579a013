"""A first `up` that fails in the middle, in each way that reaches the user, and the next one that ends it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
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
IN_THE_MIDDLE = 6
"""Creations that go well before one fails."""
LATE_GRANT: Mapping[str, tuple[str, str]] = {
    "aws": ("aws:iam/*", ""),
    "azure": ("azure-native:authorization:RoleAssignment", "KeyVaultAccessForbidden"),
    "gcp": ("gcp:kms/*IAMMember", "may not use the key"),
    "oci": ("oci:Identity/policy:Policy", ""),
}
"""By cloud, what is granted late, and the refusal; none where the provider waits by itself (sandbox/cloud/patience.py)."""
LATE_CALLS, LATE_CALLS_WAITED = 10_000, 8
"""Until it takes effect: longer than the run, and less than the attempts of a provider that waits."""
DATABASE = {"azure": "*::key-database-*", "gcp": "*::key-database-*"}
"""Whose grant it is, where there are several."""


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

    # A grant that takes effect only after the run: whose provider does not wait, the user hears the cloud's refusal.
    grant, refusal = LATE_GRANT[cloud]
    late = Fault(kind="unsettled", operation="create", type=grant, urn=DATABASE.get(cloud, "*"), times=LATE_CALLS)
    if refusal:
        assert fails(late, refusal) == ([], [])
        faults.settle(state)

    # An answer that was lost: the cloud has what the engine never heard of. It is new and empty: it goes, by hand.
    faults.inject(state, Fault(kind="lost", operation="create"))
    assert engine.up("--skip-preview", "--parallel", "1", check=False).code != 0
    faults.clear(state)
    (orphan,), lost = disagreements(engine.export(), drift.books(state))
    assert lost == []
    drift.delete(state, orphan[0])

    if not refusal:
        faults.inject(state, replace(late, times=LATE_CALLS_WAITED))
    engine.up("--skip-preview")
    assert [hits for *_, hits in faults.struck(state)] == ([] if refusal else [1])
    assert disagreements(engine.export(), drift.books(state)) == ([], [])
    assert engine.preview("--expect-no-changes").changes.keys() == {"same"}
