"""The twelve ordered pairs of clouds, by hand: `pytest -n 2 tests/engine/all_pairs.py`. The suite has two of them (test_stages.py)."""

from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import pytest

from operations.engine import Engine
from tests.engine.conftest import CLOUDS
from tests.engine.moves import Move, there

pytestmark = pytest.mark.engine


@pytest.mark.parametrize(("cloud", "other"), permutations(CLOUDS, 2))
def test_production_moves_between_every_two_clouds(
    standing: Callable[[str], Engine], tmp_path: Path, cloud: str, other: str
) -> None:
    there(Move(standing(cloud), tmp_path), cloud, other)
