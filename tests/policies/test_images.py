"""What the name of an image says."""

from typing import Any

import pytest

from policies.facts.images import fixed
from policies.facts.vocabulary import UNKNOWN


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("nginx", False),
        ("nginx:latest", False),
        ("town.example:5000/app", False),
        ("town.example:5000/app:latest", False),
        ("", False),
        ("nginx:1.27", True),
        ("town.example:5000/app:20260401", True),
        ("nginx@sha256:0f1e", True),
        ("nginx:latest@sha256:0f1e", True),
        (UNKNOWN, UNKNOWN),
        (None, UNKNOWN),
    ],
)
def test_an_image_is_fixed_by_a_digest_or_a_tag_that_is_not_the_last_one_pushed(image: Any, expected: Any) -> None:
    assert fixed(image) is expected
