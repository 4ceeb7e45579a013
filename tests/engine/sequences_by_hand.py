"""A dozen random sequences; `machikumo sandbox torture` runs hundreds."""

from collections.abc import Callable
from pathlib import Path

import pytest

from operations.engine import Engine
from operations.promises import Capabilities
from tests.torture.ground import Ground
from tests.torture.sequences import Sequence

pytestmark = pytest.mark.engine

SEEDS = {"aws": (6, 20, 24), "azure": (11, 18, 23), "gcp": (4, 7, 12), "oci": (36, 37, 54)}
"""Chosen so that each has one `up` that fails or is killed before the last: the suite has fifteen minutes."""
STEPS = 3


@pytest.fixture(scope="session")
def capabilities() -> Capabilities:
    return Capabilities.read()


@pytest.mark.parametrize(("cloud", "seed"), [(cloud, seed) for cloud, seeds in SEEDS.items() for seed in seeds])
def test_a_random_sequence_keeps_state_promises_and_data(
    cloud: str, seed: int, standing: Callable[[str], Engine], tmp_path: Path, capabilities: Capabilities
) -> None:
    ground = Ground(engine=standing(cloud), cloud=tmp_path / "cloud")
    for step in Sequence(ground, cloud, seed, capabilities).steps(STEPS):
        print(f"{cloud} {seed}: {step}")  # noqa: T201  shown when it fails
