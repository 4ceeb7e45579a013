"""A dozen random sequences, three on each cloud: in each an `up` is killed, once before, once during, once after a call of
the engine to the cloud. `machikumo sandbox torture` runs hundreds (docs/sandbox.md).
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from operations.engine import Engine
from operations.promises import Capabilities
from tests.torture.ground import Ground
from tests.torture.sequences import Sequence

pytestmark = pytest.mark.engine

SEEDS = {
    "aws": {"before": 312, "during": 607, "after": 736},
    "azure": {"before": 531, "during": 568, "after": 561},
    "gcp": {"before": 653, "during": 661, "after": 159},
    "oci": {"before": 462, "during": 64, "after": 1014},
}
"""By the moment of the kill. Chosen for few runs of the engine, as the suite has fifteen minutes: on each cloud one sequence
has a fault besides, one a change by hand.
"""
STEPS = 3


@pytest.fixture(scope="session")
def capabilities() -> Capabilities:
    return Capabilities.read()


@pytest.mark.parametrize(
    ("cloud", "moment", "seed"),
    [(cloud, moment, seed) for cloud, seeds in SEEDS.items() for moment, seed in seeds.items()],
)
def test_kills_faults_and_changes_in_any_order_keep_state_promises_and_data(
    cloud: str,
    moment: str,
    seed: int,
    standing: Callable[[str], Engine],
    tmp_path: Path,
    capabilities: Capabilities,
) -> None:
    sequence = Sequence(Ground(engine=standing(cloud), cloud=tmp_path / "cloud"), cloud, seed, capabilities)
    for step in sequence.steps(STEPS):
        print(f"{cloud} {seed}: {step}")  # noqa: T201  shown when it fails
    assert [point.moment for point in sequence.killed] == [moment]
