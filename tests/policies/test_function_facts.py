"""Functions, web apps and node pools of bare resources on each cloud: what holds, what breaks, what stays open."""

from dataclasses import replace

import pytest

from policies.judge import Answer
from tests.policies.bare import Example, Properties, answers, broken, known, label, left_open, survives_odd_values
from tests.policies.functions import EXAMPLES, aws, azure

GENERAL = frozenset({"gov-classified-types", "gov-mandatory-tags", "gov-region-japan-only"})


@pytest.mark.parametrize("example", EXAMPLES, ids=label)
def test_what_is_set_as_it_should_be_breaks_nothing_and_leaves_nothing_open(example: Example) -> None:
    assert known(example.token)
    assert answers(Answer.VIOLATED, example, example.good) == set()
    assert answers(Answer.UNKNOWN, example, example.good) == set()


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


def test_nodes_without_a_template_are_judged_by_what_the_group_says() -> None:
    group = next(one for one in EXAMPLES if one.token == "aws:eks/nodeGroup:NodeGroup")
    plain = {**group.good, "launchTemplate": None}
    assert answers(Answer.VIOLATED, group, plain) == {aws.DISK, aws.PATCHES}
    for change, slug in (
        ({"remoteAccess": {"ec2SshKey": "office"}}, aws.BASTION),
        ({"amiType": "AL2_x86_64"}, aws.METADATA),
        ({"subnetIds": ["subnet-a", "open"]}, aws.PUBLIC),
    ):
        assert answers(Answer.VIOLATED, group, {**plain, **change}) == {aws.DISK, aws.PATCHES, slug}
    elsewhere = replace(group, beside={})
    assert answers(Answer.UNKNOWN, elsewhere, group.good) >= {aws.PUBLIC, aws.METADATA, aws.BASTION}


def test_without_a_diagnostic_setting_nobody_keeps_what_an_app_writes_or_is_asked() -> None:
    app = next(one for one in EXAMPLES if one.token == "azure-native:web:WebApp")
    beside = {name: found for name, found in app.beside.items() if name != "setting"}
    assert answers(Answer.VIOLATED, replace(app, beside=beside), app.good) == {azure.LOGS, azure.REQUESTS}


def test_nodes_are_kept_and_entered_as_their_cluster_says() -> None:
    pool = next(one for one in EXAMPLES if one.token == "azure-native:containerservice:AgentPool")
    old = {**pool.good, "resourceName": "old"}
    assert answers(Answer.VIOLATED, pool, old) == {azure.DISK, azure.PATCHES, azure.BASTION}
