"""Identical: between every two clouds no fact is weaker, apart from what is declared with its reason (policies/parity.toml)."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import yaml

from operations.engine import Engine
from operations.environment import ROOT
from operations.promises import Capabilities, Outcome, outcomes
from policies.coverage import Coverage, of_rule
from policies.facts import CLOUDS as EXTRACTORS
from policies.facts.vocabulary import Identity
from policies.judge import weighed
from policies.parity import Difference, Side, differences, unused
from policies.parity_declared import declared
from policies.rules import RULES, Facts
from policies.state import judge_state
from policies.waiver_file import read_exceptions
from policies.waivers import today
from tests.engine.conftest import CLOUDS, PRODUCTION, VERIFICATION, Deployed, Moved

pytestmark = pytest.mark.engine

OWN = {("read-objects", "records"), ("write-objects", "records"), ("read-secret", "password")}
BESIDE: dict[str, set[tuple[str, str]]] = {
    "aws": {("use-key", "key")},  # S3 and Secrets Manager decrypt as the caller
    "azure": {("pull-images", "application")},  # the container service pulls as the workload
    "gcp": set(),
    "oci": {("pull-images", "application"), ("write-logs", "application")},  # so it does, and it logs as the workload
}
"""What the workload's identity may do beside its own records and secret."""

NOT_DEPLOYED = {
    "BackupVault",
    "Cache",
    "Cluster",
    "FileShare",
    "Machine",
    "PlainCredential",
    "PublicAddress",
    "StaticCredential",
    "Volume",
}
"""Kinds of fact of which the examples have none."""

HOLDS_HERE = {"aws": {"img-immutable-trusted"}, "oci": {"net-ddos-protection"}}
"""What the cloud cannot offer for some (clusters, public front ends), and holds for an example that has none of them."""

BY_ITSELF: dict[str, set[str]] = {
    "aws": {"gov-env-separation"},
    "azure": {"gov-config-inventory", "gov-env-separation"},
    "gcp": {"gov-env-separation"},
    "oci": {
        "gov-config-inventory"
    },  # the example lies in the root of its child tenancy, which a state cannot tell from another root
}
"""What the examples show of what the organisation may supply."""

WEAKENED: dict[str, tuple[str, Callable[[dict[str, Any]], None], str]] = {
    "azure": (
        "azure-native:storage:StorageAccount",
        lambda p: p.update(allowBlobPublicAccess=True),
        "anonymous_access",
    ),
    "gcp": ("gcp:storage/bucket:Bucket", lambda p: p.update(publicAccessPrevention="inherited"), "anonymous_access"),
    "oci": ("oci:ObjectStorage/bucket:Bucket", lambda p: p.update(accessType="ObjectRead"), "anonymous_access"),
    "aws": ("aws:rds/instance:Instance", lambda p: p.update(multiAz=False), "standby_in_second_zone"),
}
"""Per cloud: a type, a change that makes it weaker, the field in which parity must name it."""


SEEN_IN_A_PREVIEW = {"size": "medium", "zone": "internet"}
"""Settings whose effect is taken from a preview over what is deployed."""


def compared(states: Mapping[str, Mapping[str, Any]]) -> list[Difference]:
    """Every difference between every two clouds."""
    sides = [Side(name=cloud, cloud=cloud, facts=judge_state(state).facts) for cloud, state in states.items()]
    return differences(sides, declared())


def weaker(states: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str, Mapping[str, Any], tuple[str, ...]]]:
    """What nothing explains: thing, field, values, weaker side."""
    return [(one.thing, one.field, one.values, one.weaker) for one in compared(states) if one.counts]


def foreseen(engine: Engine) -> Mapping[str, Any]:
    """The state with the inputs of a preview laid over what is deployed."""
    state = engine.export()
    steps = [event["resourcePreEvent"]["metadata"] for event in engine.preview().events if "resourcePreEvent" in event]
    planned = {step["urn"]: step["new"]["inputs"] for step in steps if step.get("new")}
    assert any(step["op"] != "same" for step in steps)
    for resource in state["deployment"]["resources"]:
        before = resource.get("inputs", {})
        new = {key: value for key, value in planned[resource["urn"]].items() if value != before.get(key)}
        resource["inputs"] = {**before, **new}
        resource["outputs"] = {**resource.get("outputs", {}), **new}
    return state


def test_no_cloud_is_weaker_and_no_declaration_outlives_its_reason(deployed: Callable[[str], Deployed]) -> None:
    states = {cloud: deployed(cloud).state for cloud in CLOUDS}
    assert weaker(states) == []
    assert unused(compared(states), declared()) == []


def test_no_cloud_is_weaker_in_a_verification_stack(swapped: Mapping[str, Moved]) -> None:
    assert weaker({cloud: moved.state for cloud, moved in swapped.items()}) == []


@pytest.mark.parametrize("cloud", CLOUDS)
def test_another_size_and_zone_change_no_fact(
    cloud: str, standing: Callable[[str], Engine], deployed: Callable[[str], Deployed]
) -> None:
    """So what holds between every two clouds of the deployed size holds for this one."""
    engine = standing(cloud)
    for key, value in SEEN_IN_A_PREVIEW.items():
        engine.set_config(f"machikumo:{key}", value)
    states = {"deployed": deployed(cloud).state, "foreseen": foreseen(engine)}
    sides = [Side(name=name, cloud=cloud, facts=judge_state(state).facts) for name, state in states.items()]
    assert differences(sides) == []


def test_every_size_and_zone_of_the_examples_is_compared() -> None:
    files = (ROOT / "stacks" / "config").glob("Pulumi.*.yaml")
    shown = {path.name: yaml.safe_load(path.read_text())["config"] for path in files}
    compared_ones = [shown[f"Pulumi.{name}.yaml"] for name in (PRODUCTION, VERIFICATION)]
    for axis in ("size", "zone"):
        covered = {one[f"machikumo:{axis}"] for one in compared_ones} | {SEEN_IN_A_PREVIEW[axis]}
        assert {one[f"machikumo:{axis}"] for one in shown.values()} <= covered


def test_a_declaration_that_the_capability_table_makes_too_is_in_it() -> None:
    table = Capabilities.read().not_offered
    assert [one for one in declared() if one.promise and one.promise not in table[one.cloud]] == []


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_rule_counts_as_enforced_only_where_it_was_asked_and_answered(
    cloud: str, deployed: Callable[[str], Deployed]
) -> None:
    """Rules about what the examples do not deploy (a machine, a vault) are not asked of them; their own tests ask them."""
    report = judge_state(deployed(cloud).state)
    said = {type(fact) for fact in report.facts} | {Facts}
    rules = [one for one in RULES if not one.organisation and said & set(one.subjects)]
    unasked = [one for one in RULES if not one.organisation and one not in rules]
    assert {kind.__name__ for one in unasked for kind in one.subjects} == NOT_DEPLOYED
    asked = {verdict.rule.slug for verdict in report.verdicts if not verdict.rule.organisation}
    unoffered = {verdict.rule.slug for verdict in report.verdicts if verdict.answer == "not-offered"}
    found = [of_rule(one, EXTRACTORS[cloud], {}) for one in rules]
    holds_here = HOLDS_HERE.get(cloud, set())
    assert {one.rule.slug for one in found if one.coverage is Coverage.ENFORCED} == asked - unoffered - holds_here
    assert {one.rule.slug for one in found if one.coverage is Coverage.NOT_OFFERED} == unoffered | holds_here


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_workload_may_do_only_what_it_uses(cloud: str, deployed: Callable[[str], Deployed]) -> None:
    facts = judge_state(deployed(cloud).state).facts
    found = [fact.permissions for fact in facts if isinstance(fact, Identity) and fact.role == "workload"]
    assert found == [OWN | BESIDE[cloud]]


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_cloud_made_weaker_is_found(cloud: str, deployed: Callable[[str], Deployed]) -> None:
    token, weaken, field = WEAKENED[cloud]
    states = {name: copy.deepcopy(dict(deployed(name).state)) for name in CLOUDS}
    for resource in states[cloud]["deployment"]["resources"]:
        if resource["type"] == token:
            weaken(resource["inputs"])
            weaken(resource["outputs"])
    found = weaker(states)
    assert {(name, blamed) for _, name, _, blamed in found} == {(field, (cloud,))}
    assert {other for *_, values, _ in found for other in values} == set(CLOUDS)


@pytest.mark.parametrize("cloud", CLOUDS)
def test_every_rule_holds_and_nothing_is_unknown_once_deployed(cloud: str, deployed: Callable[[str], Deployed]) -> None:
    """With what the project's own waivers.toml says that the organisation supplies: exactly what no stack of the kit shows."""
    supplied = read_exceptions(ROOT / "waivers.toml", today=today())
    assert supplied.waivers == ()
    verdicts = weighed(judge_state(deployed(cloud).state).verdicts, supplied, today())
    assert [f"{v.answer}: {v}" for v in verdicts if v.answer not in ("holds", "not-offered", "inherited")] == []
    organisation = {rule.slug for rule in RULES if rule.organisation}
    assert {v.rule.slug for v in verdicts if v.answer == "inherited"} == organisation - BY_ITSELF[cloud]


@pytest.mark.parametrize("cloud", CLOUDS)
def test_every_promise_is_kept_or_declared(cloud: str, deployed: Callable[[str], Deployed]) -> None:
    capabilities = Capabilities.read()
    found = outcomes(deployed(cloud).state, cloud, capabilities)
    kept = set(capabilities.promises) - set(capabilities.not_offered[cloud])
    assert {promise for promise, outcome in found.items() if outcome is Outcome.KEPT} == kept
    assert set(found.values()) <= {Outcome.KEPT, Outcome.SUBSTITUTE, Outcome.NOT_OFFERED}
