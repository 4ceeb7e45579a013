"""Faults seeded into what stands, one at a time: found by their rule and by no unrelated one (tests/policies/seeded)."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from policies.judge import Answer
from policies.state import judge_state
from tests.engine.conftest import Deployed
from tests.policies.organisation import own
from tests.policies.seeded import CLOUDS, faults, seeded

pytestmark = pytest.mark.engine


def said(state: Mapping[str, Any], answer: Answer) -> set[str]:
    return {one.rule.slug for one in own(judge_state(state).verdicts) if one.answer is answer}


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_fault_is_found_by_its_rule_and_by_no_unrelated_one(cloud: str, deployed: Callable[[str], Deployed]) -> None:
    state = deployed(cloud).state
    assert (said(state, Answer.VIOLATED), said(state, Answer.UNKNOWN)) == (set(), set())
    wrong = {}
    for fault in faults(cloud):
        document = seeded(state, fault)
        found = said(document, Answer.VIOLATED), said(document, Answer.UNKNOWN)
        if found != ({fault.rule} | fault.also, set()):
            wrong[fault.says] = found
    assert wrong == {}
