"""Parity: every field that differs is said, nothing else, and no declaration outlives its reason."""

from dataclasses import replace

from policies.facts.vocabulary import Database, Flow, Located, ObjectStore
from policies.parity import Declared, differences

STORE = ObjectStore(
    urn="urn:pulumi:s::p::t::records-bucket", role="records", tls_only=True, retention_days=30, retention_locked=True
)
FLOW = Flow(
    urn="urn:pulumi:s::p::t::rule", role="network", source="entry", destination="data", protocol="tcp", ports=(1, 1)
)


def test_equal_facts_with_other_names_do_not_differ() -> None:
    other = replace(STORE, urn="urn:pulumi:s::p::u::other")
    assert differences({"a": [STORE, FLOW], "b": [replace(FLOW, urn="x"), other], "c": [STORE, FLOW]}) == []


def test_one_broken_field_on_one_cloud_is_named() -> None:
    broken = replace(STORE, tls_only=False)
    assert differences({"a": [STORE], "b": [STORE], "c": [broken]}) == ["ObjectStore records.tls_only: a True, c False"]


def test_a_missing_fact_is_a_difference() -> None:
    assert len(differences({"a": [STORE], "b": []})) == 1
    assert len(differences({"a": [], "b": [STORE]})) == 1
    assert len(differences({"a": [STORE], "b": [STORE, STORE]})) == 1


def test_flows_compare_as_a_set_whatever_rules_say_them() -> None:
    assert differences({"a": [FLOW, replace(FLOW, urn="x", role="y")], "b": [FLOW]}) == []
    assert differences({"a": [FLOW], "b": [replace(FLOW, ports=(1, 2))]}) == ["Flow.ports: a (1, 1), b (1, 2)"]


def test_what_differs_by_nature_or_is_said_of_every_resource_is_not_compared() -> None:
    assert differences({"a": [STORE, Located(urn="x")], "b": [replace(STORE, retention_locked=False)]}) == []


def test_a_declared_field_is_not_compared_on_that_cloud_only() -> None:
    declared = [Declared(cloud="b", kind="ObjectStore", field="tls_only", reason="why")]
    broken = replace(STORE, tls_only=False)
    assert differences({"a": [STORE], "b": [broken]}, declared) == []
    assert differences({"a": [STORE], "b": [broken], "c": [broken]}, declared) == [
        "ObjectStore records.tls_only: a True, c False"
    ]


def test_a_declared_value_leaves_a_fact_out() -> None:
    extra = replace(FLOW, source="health-checks")
    declared = [Declared(cloud="b", kind="Flow", field="source", value="health-checks", reason="why")]
    assert differences({"a": [FLOW], "b": [FLOW, extra]}, declared) == []
    assert len(differences({"a": [FLOW, extra], "b": [FLOW]}, declared)) == 2


def test_two_declarations_for_one_fact_are_both_used() -> None:
    first = Database(urn="u", role="ledger", customer_key=True, recovery_days=7)
    declared = [
        Declared(cloud="b", kind="Database", field=name, reason="why") for name in ("customer_key", "recovery_days")
    ]
    assert differences({"a": [first], "b": [replace(first, customer_key=False, recovery_days=8)]}, declared) == []


def test_a_declaration_that_hides_nothing_is_a_difference() -> None:
    declared = [Declared(cloud="b", kind="ObjectStore", field="tls_only", reason="why")]
    assert differences({"a": [STORE], "b": [STORE]}, declared) == [
        "declared, but nothing differs: b ObjectStore.tls_only (why)"
    ]
