"""Auto-naming keeps every rule, whatever the logical name."""

import re

from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime.proto import provider_pb2

from sandbox.cloud import naming
from sandbox.cloud.resource_type import Name
from tests.sandbox.conftest import ACCOUNT, ALIAS, LOGS, Caller

RULES = (
    Name(property="accountName", longest=24, shortest=3, pattern="[a-z0-9]+", allowed="a-z0-9", separator=""),
    Name(longest=63, shortest=3, pattern="[a-z0-9]([a-z0-9-]*[a-z0-9])?"),
    Name(
        prefix="alias/", longest=20, shortest=14, pattern="alias/[a-zA-Z0-9/_-]+", allowed="a-zA-Z0-9/_-", lower=False
    ),
)
AUTONAMING = provider_pb2.CheckRequest.AutonamingOptions


@given(rule=st.sampled_from(RULES), name=st.text(min_size=1, max_size=120), seed=st.binary(max_size=8))
def test_an_automatic_name_keeps_its_rule(rule: Name, name: str, seed: bytes) -> None:
    made = naming.proposal(rule, name, seed)
    assert naming.refused(rule, made) is None
    assert re.search(r"[0-9a-f]{7}0*$", made)


@given(name=st.text(min_size=1, max_size=120), proposed=st.text(min_size=1, max_size=120))
def test_a_proposed_name_is_fitted_to_the_rule(name: str, proposed: str) -> None:
    for rule in RULES:
        made = naming.automatic(rule, name, b"", proposed, "PROPOSE", {})
        assert made is not None
        assert naming.refused(rule, made) is None


@given(name=st.text(min_size=1, max_size=60))
def test_two_seeds_give_two_names(name: str) -> None:
    assert all(naming.proposal(rule, name, b"1") != naming.proposal(rule, name, b"2") for rule in RULES)


def test_the_engines_proposal_is_taken(azure: Caller, aws: Caller) -> None:
    proposal = AUTONAMING(proposed_name="Machi-Records-1a2b", mode=AUTONAMING.PROPOSE)
    store = {"resourceGroupName": "rg", "kind": "StorageV2", "sku": {"name": "Standard_ZRS"}}
    assert azure.check(ACCOUNT, store, autonaming=proposal)[0]["accountName"] == "machirecords1a2b"
    assert aws.check(LOGS, {}, autonaming=proposal)[0]["name"] == "machi-records-1a2b"


def test_an_enforced_name_outside_the_rule_is_refused(aws: Caller) -> None:
    inputs, failures = aws.check(LOGS, {}, autonaming=AUTONAMING(proposed_name="x" * 21, mode=AUTONAMING.ENFORCE))
    assert inputs["name"] == "x" * 21
    assert failures == [("name", f"'{'x' * 21}' has 21 characters, 1 to 20 are allowed")]


def test_without_auto_naming_the_name_is_required(aws: Caller) -> None:
    assert aws.check(LOGS, {}, autonaming=AUTONAMING(mode=AUTONAMING.DISABLE))[1] == [
        ("name", "auto-naming is off: 'name' is required")
    ]


def test_an_automatic_name_is_kept_and_a_new_object_gets_a_new_one(aws: Caller) -> None:
    first, _ = aws.check(LOGS, {})
    assert aws.check(LOGS, {}, olds=first, randomSeed=b"other")[0]["name"] == first["name"]
    assert aws.check(LOGS, {}, randomSeed=b"other")[0]["name"] != first["name"]
    assert first["__defaults"] == ["name", "region"]


def test_a_given_name_that_breaks_the_rule_is_refused(aws: Caller) -> None:
    assert [path for path, _ in aws.check(ALIAS, {"name": "alias/aws/mine", "targetKeyId": "k"})[1]] == ["name"]
