"""Worlds from the policy SDK and from exported states, and the joins within them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pulumi_policy import (
    PolicyProviderResource,
    PolicyResource,
    PolicyResourceOptions,
    ResourceValidationArgs,
    StackValidationArgs,
)
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy

from policies.facts.exported import world_of_state
from policies.facts.registered import world_of_resource, world_of_stack
from policies.facts.resources import Resource, World, customer_key, tier_of
from policies.facts.vocabulary import UNKNOWN
from policies.judge import Answer
from policies.state import NotAState, judge_state

STACK = "urn:pulumi:011002-resident-record-production::machikumo::"
STACK_URN = f"{STACK}pulumi:pulumi:Stack::machikumo-x"


def options(parent: str = "", *, protect: bool = False) -> PolicyResourceOptions:
    return PolicyResourceOptions(protect, [], None, [], None, [], parent)


def resource(
    token: str, name: str, *, parent: str = "", custom: bool = True, depends: Any = None, **properties: Any
) -> PolicyResource:
    provider = (
        PolicyProviderResource("pulumi:providers:a", unknown_checking_proxy({"region": "r"}), "urn:p", "p")
        if custom
        else None
    )
    return PolicyResource(
        token,
        unknown_checking_proxy(properties),
        f"{STACK}{token}::{name}",
        name,
        options(parent),
        provider,
        None,
        [],
        depends or {},
    )


def test_one_resource_alone_is_an_incomplete_world_in_which_absence_is_unknown() -> None:
    args = ResourceValidationArgs(
        "a:b:C", unknown_checking_proxy({"n": 1.0}), f"{STACK}a:b:C::n", "n", options(f"{STACK}my:c:D::records"), None
    )
    world = world_of_resource(args)
    assert world.absent(value=False) is UNKNOWN
    assert [(r.type, r.role, dict(r.properties)) for r in world.resources] == [("a:b:C", "records", {"n": 1})]


def test_the_role_is_the_nearest_components_name() -> None:
    component = resource("my:c:D", "records", parent=STACK_URN, custom=False)
    child = resource("a:b:Store", "records-store", parent=component.urn)
    grandchild = resource("a:b:Policy", "records-policy", parent=child.urn)
    alone = resource("a:b:Store", "alone", parent=STACK_URN)
    world = world_of_stack(StackValidationArgs([component, child, grandchild, alone]))
    assert [r.role for r in world.resources] == ["records", "records", "records", "alone"]
    assert [r.is_component for r in world.resources] == [True, False, False, False]
    assert world.component_of(world.resources[2]) is world.resources[0]
    assert world.resources[1].provider == {"region": "r"}


def test_resources_join_by_urn_while_ids_are_unknown() -> None:
    store, other = resource("a:b:Store", "one"), resource("a:b:Store", "two")
    policy = resource("a:b:Policy", "policy", store=UNKNOWN_STRING_VALUE, depends={"store": [store]})
    world = world_of_stack(StackValidationArgs([store, other, policy]))
    first, second, third = world.resources
    assert world.targets(third, "store", "a:b:Store") == (first,)
    assert world.referring(first, "a:b:Policy", "store") == (third,)
    assert world.referring(second, "a:b:Policy", "store") == ()


def test_resources_join_by_id_or_name_where_no_dependency_is_recorded() -> None:
    one = Resource(urn="u::1", type="a:b:Store", name="one", id="id-1", properties={"name": "physical-1"}, provider={})
    two = Resource(urn="u::2", type="a:b:Store", name="two", id="id-2", properties={"name": "physical-2"}, provider={})
    by_id = Resource(urn="u::3", type="a:b:Policy", name="p", properties={"store": "id-2"}, provider={})
    by_name = Resource(
        urn="u::4", type="a:b:Policy", name="q", properties={"store": {"ref": ["physical-1"]}}, provider={}
    )
    both = Resource(
        urn="u::5",
        type="a:b:Policy",
        name="r",
        properties={"store": "id-2"},
        provider={},
        property_dependencies={"store": ("u::1", "u::2")},
    )
    world = World([one, two, by_id, by_name, both], complete=True)
    assert world.targets(by_id, "store", "a:b:Store") == (two,)
    assert world.targets(by_name, "store", "a:b:Store") == (one,)
    assert world.targets(both, "store", "a:b:Store") == (two,), "the value tells which of two dependencies is meant"
    assert world.target(by_id, "store", "a:b:Policy") is None


@pytest.mark.parametrize(
    ("properties", "depends", "expected"),
    [
        ({"key": "arn:somewhere"}, {}, True),
        ({}, {}, False),
        ({"key": ""}, {}, False),
        ({"key": UNKNOWN}, {}, UNKNOWN),
        ({"key": UNKNOWN}, {"key": ("u::key",)}, True),
    ],
)
def test_a_customer_key_is_one_of_the_stack_or_one_named(
    properties: Mapping[str, Any], depends: Any, expected: Any
) -> None:
    key = Resource(urn="u::key", type="a:b:Key", name="key", properties={}, provider={})
    store = Resource(
        urn="u::s", type="a:b:Store", name="s", properties=properties, provider={}, property_dependencies=depends
    )
    assert customer_key(World([key, store], complete=True), store, "key", "a:b:Key") is expected


@pytest.mark.parametrize(
    ("name", "properties", "tier"),
    [
        ("network-entry-a", {}, "entry"),
        ("network-services", {}, "services"),
        ("database", {}, UNKNOWN),
        ("entry-to-data", {}, UNKNOWN),
        ("plain", {"tags": {"tier": "data"}}, "data"),
        ("plain", {"labels": {"tier": "gold"}}, UNKNOWN),
    ],
)
def test_the_tier_is_the_only_tier_word_in_the_name_or_its_tag(
    name: str, properties: Mapping[str, Any], tier: Any
) -> None:
    assert tier_of(Resource(urn="u", type="t", name=name, properties=properties, provider={})) == tier


def state(*resources: Mapping[str, Any]) -> dict[str, Any]:
    return {"version": 3, "deployment": {"manifest": {}, "resources": list(resources)}}


def entry(token: str, name: str, **more: Any) -> dict[str, Any]:
    return {"urn": f"{STACK}{token}::{name}", "type": token, "custom": True, **more}


def test_an_exported_state_is_read_with_outputs_over_inputs_provider_and_dependencies() -> None:
    provider = entry("pulumi:providers:aws", "aws", id="uuid", inputs={"region": "ap-northeast-1"})
    component = entry("my:c:D", "records") | {"custom": False}
    bucket = entry(
        "aws:s3/bucket:Bucket",
        "records-bucket",
        id="records-1234",
        parent=component["urn"],
        provider=f"{provider['urn']}::uuid",
        inputs={"forceDestroy": True, "n": 1.0},
        outputs={"forceDestroy": False, "arn": "arn:x"},
        propertyDependencies={"n": [component["urn"]], "m": None},
        protect=True,
    )
    gone = entry("aws:s3/bucket:Bucket", "old") | {"delete": True}
    world = world_of_state(state(provider, component, bucket, gone))
    assert [r.name for r in world.resources] == ["aws", "records", "records-bucket"]
    found = world.resources[2]
    assert (found.id, found.role, found.protect) == ("records-1234", "records", True)
    assert found.properties == {"forceDestroy": False, "n": 1, "arn": "arn:x"}
    assert found.provider == {"region": "ap-northeast-1"}
    assert found.property_dependencies == {"n": (component["urn"],)}
    assert world.complete


def test_a_state_file_is_judged_without_an_engine(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text(json.dumps(state(entry("random:index/randomId:RandomId", "r"))), encoding="utf-8")
    report = judge_state(path)
    assert [v.rule.slug for v in report.answered(Answer.VIOLATED)] == ["resource-unclassified"]


@pytest.mark.parametrize(
    "document", [{}, {"deployment": {}}, {"deployment": {"manifest": {}, "resources": 3}}, state({"urn": 1})]
)
def test_what_is_no_state_is_refused(document: Mapping[str, Any]) -> None:
    with pytest.raises(NotAState):
        judge_state(document)


def test_a_file_that_is_no_json_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(NotAState, match=r"broken\.json"):
        judge_state(path)
