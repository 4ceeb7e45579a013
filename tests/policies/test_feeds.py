"""Log groups that are sent to an archive of AWS: whole, or only what a pattern lets through."""

from typing import Any

import pytest

from policies.facts import extract
from policies.facts.vocabulary import UNKNOWN, LogArchive, ObjectStore
from tests.policies.aws_stack import Change, Stack, world


def sent(pattern: Any) -> Change:
    def change(stack: Stack) -> None:
        stack["application-log-archive"].properties["filterPattern"] = pattern

    return change


@pytest.mark.parametrize(
    ("pattern", "whole"), [(None, True), ("", True), (" ", True), ("ERROR", False), ("{ $.none = 1 }", False)]
)
def test_an_archive_has_a_kind_of_log_only_where_no_pattern_picks_from_it(pattern: Any, whole: bool) -> None:
    found = list(extract(world(sent(pattern))))
    (kinds,) = (fact.kinds for fact in found if isinstance(fact, LogArchive) and fact.role == "archive")
    assert ("application" in kinds) is whole
    assert {fact.purpose for fact in found if isinstance(fact, ObjectStore) and fact.role == "archive"} == {
        "archive",
        "delivery",
    }


def test_a_bucket_into_which_a_part_of_a_log_is_written_is_an_archive_still() -> None:
    def alone(stack: Stack) -> None:
        for name, one in list(stack.items()):
            if one.type.endswith(("cloudtrail/trail:Trail", "FlowLog", "BucketLogging", "BucketReplicationConfig")):
                del stack[name]

    found = [fact for fact in extract(world(alone, sent("ERROR"))) if isinstance(fact, ObjectStore)]
    assert {fact.purpose for fact in found if fact.name == "archive"} == {"archive"}
    facts = extract(world(alone, sent(UNKNOWN)))
    (kinds,) = (fact.kinds for fact in facts if isinstance(fact, LogArchive) and fact.name == "archive")
    assert kinds == {"application"}
