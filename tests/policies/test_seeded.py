"""The list of seeded faults: long enough, about rules that exist, each once, and in the docs. What finds them: tests/engine/test_seeded_faults.py."""

from dataclasses import replace
from pathlib import Path

import pytest

from policies.rules import RULES
from tests.policies.seeded import CLOUDS, faults
from tests.policies.seeded.__main__ import page

DOCS = Path(__file__).parents[2] / "docs" / "seeded-faults.md"
SLUGS = {rule.slug for rule in RULES}


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_cloud_has_at_least_forty_faults_each_once_and_of_rules_that_exist(cloud: str) -> None:
    found = list(faults(cloud))
    assert len(found) >= 40
    assert {fault.rule for fault in found} | {slug for fault in found for slug in fault.also} <= SLUGS
    changes = [repr(replace(fault, says="", rule="")) for fault in found]
    assert len(set(changes)) == len(changes)
    assert all(fault.says[:1].isupper() and "|" not in fault.says for fault in found)


def test_the_docs_are_what_the_list_says() -> None:
    assert DOCS.read_text(encoding="utf-8") == page()
