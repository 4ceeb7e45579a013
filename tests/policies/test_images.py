"""What the name of an image says."""

from typing import Any

import pytest

from policies.facts import extract
from policies.facts.images import fixed
from policies.facts.resources import World
from policies.facts.vocabulary import UNKNOWN, Service
from tests.policies.bare import bare


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


@pytest.mark.parametrize(
    ("arns", "private"),
    [
        ([], UNKNOWN),
        ([UNKNOWN, "odd", "arn:aws:s3:::bucket", "arn:aws:iam::aws:policy/x"], UNKNOWN),
        (["arn:aws:iam::111122223333:role/app"], True),
        (["arn:aws:iam::999999999999:role/app"], False),
        (["arn:aws:iam::999999999999:role/app", "arn:aws:iam::111122223333:role/app"], True),
    ],
)
def test_a_registry_of_aws_is_the_customers_where_the_stack_has_something_in_its_account(
    arns: list[Any], private: Any
) -> None:
    function = {"imageUri": "111122223333.dkr.ecr.ap-northeast-1.amazonaws.com/app@sha256:0f1e"}
    others = [bare("aws:s3/bucket:Bucket", f"b{number}", {"arn": arn}) for number, arn in enumerate(arns)]
    found = extract(World([bare("aws:lambda/function:Function", "thing", function), *others], complete=True))
    assert [fact.image_private for fact in found if isinstance(fact, Service)] == [private]
