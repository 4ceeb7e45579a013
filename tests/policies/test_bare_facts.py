"""Databases, caches, functions, web apps and node pools of bare resources on each cloud: what holds, what breaks, what stays open."""

import pytest

from policies.judge import Answer
from tests.policies import databases, functions
from tests.policies.bare import Example, Properties, answers, broken, known, label, left_open, survives_odd_values

EXAMPLES = [*databases.EXAMPLES, *functions.EXAMPLES]
GENERAL = frozenset({"resource-unclassified", "gov-mandatory-tags", "gov-region-japan-only"})


@pytest.mark.parametrize("example", EXAMPLES, ids=label)
def test_what_is_set_as_it_should_be_breaks_nothing_and_leaves_nothing_open(example: Example) -> None:
    assert known(example.token)
    assert answers(Answer.VIOLATED, example, example.good) == set()
    assert answers(Answer.UNKNOWN, example, example.good) == set()


@pytest.mark.parametrize("example", databases.EXAMPLES, ids=label)
def test_a_database_is_judged_itself(example: Example) -> None:
    assert answers(Answer.HOLDS, example, example.good) - GENERAL


@pytest.mark.parametrize(("example", "slug", "change"), broken(EXAMPLES), ids=label)
def test_a_change_breaks_its_rule_and_no_other(example: Example, slug: str, change: Properties) -> None:
    assert answers(Answer.VIOLATED, example, {**example.good, **change}) == {slug}


@pytest.mark.parametrize(("example", "slug", "change"), left_open(EXAMPLES), ids=label)
def test_what_is_not_known_leaves_its_rule_open(example: Example, slug: str, change: Properties) -> None:
    assert answers(Answer.VIOLATED, example, {**example.good, **change}) == set()
    assert slug in answers(Answer.UNKNOWN, example, {**example.good, **change})


@pytest.mark.parametrize("example", EXAMPLES, ids=label)
def test_left_to_the_clouds_defaults_exactly_this_is_broken(example: Example) -> None:
    assert answers(Answer.VIOLATED, example, {}) - GENERAL == example.bare


@pytest.mark.parametrize("example", EXAMPLES, ids=label)
def test_odd_values_are_read_without_an_exception(example: Example) -> None:
    assert survives_odd_values(example) > 0
