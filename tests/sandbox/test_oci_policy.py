"""IAM policy statements in the sandbox's OCI: what is read, what is refused, and who is admitted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.oci import PACKAGE
from sandbox.cloud.oci.grants import holds
from sandbox.cloud.oci.policy import matching_rule
from sandbox.cloud.oci.policy_resources import FAMILIES, RESOURCE_TYPES, forbidden, permitted
from sandbox.cloud.server import Server
from tests.sandbox.conftest import Caller
from tests.sandbox.test_oci import (
    BUCKET,
    COMPARTMENT,
    DYNAMIC_GROUP,
    OSAKA,
    POLICY,
    TENANCY,
    Town,
    bucket,
    callers,
    group,
    policy,
)

HERE = f"in compartment id {COMPARTMENT}"


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with callers(state) as caller:
        yield Town(caller)


@pytest.mark.parametrize(
    ("condition", "fulfilled"),
    [
        ("target.key.id = 'K1'", True),
        ("target.key.id = 'k2'", False),
        ("target.key.id != 'k2'", True),
        ("target.key.id in ('k2', 'k1')", True),
        ("target.key.id not in ('k2', 'k3')", True),
        ("target.key.id = /k*/", True),
        ("target.key.id = /*2/", False),
        ("target.key.id = target.vault.id", False),
        ("target.bucket.name != 'a'", False),
        ("any {target.key.id = 'k2', request.operation = 'Encrypt'}", True),
        ("all {target.key.id = 'k1', request.operation = 'Decrypt'}", False),
        ("all {target.key.id = 'k1', any {request.operation = 'Decrypt', request.operation = 'Encrypt'}}", True),
    ],
)
def test_conditions_are_judged_and_what_the_request_lacks_fulfils_none(condition: str, fulfilled: bool) -> None:
    known = {"target.key.id": "k1", "target.vault.id": "v1", "request.operation": "Encrypt"}
    assert holds(matching_rule(condition), known) is fulfilled


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Allow everybody to read buckets in tenancy", "any-user, any-group, service, group or dynamic-group expected"),
        ("Allow group to read buckets in tenancy", "'to' expected, not 'read'"),
        ("Allow any-user read buckets in tenancy", "'to' expected, not 'read'"),
        ("Allow any-user to write buckets in tenancy", "inspect, read, use, manage or { permissions } expected"),
        ("Allow any-user to read buckets", "'in' expected, not the end"),
        ("Allow any-user to read buckets in region tokyo", "tenancy or compartment expected"),
        (f"Allow any-user to read buckets {HERE} if x.y = 'a'", "nothing more expected, not 'if'"),
        (f"Allow any-user to read buckets {HERE} where all {{x.y = 'a'", "'}' expected, not the end"),
        (f"Allow any-user to read buckets {HERE} where x.y = a", "a text in single quotes expected"),
        (f"Allow any-user to read buckets {HERE} where x.y ~ 'a'", "=, !=, in, before, after or between expected"),
        (f"Allow any-user to read buckets {HERE} where operation = 'a'", "a variable such as target.key.id"),
        (f"Allow any-user to {{bucket_read}} {HERE}", "a permission such as BUCKET_READ expected"),
        ("Define tenancy other as ocid1.tenancy.oc1..x", "define, endorse, admit"),
        ("Endorse group town to read buckets in any-tenancy", "define, endorse, admit"),
        (f"Allow any-user to read buckts {HERE}", "there is no resource type buckts"),
        ("Allow any-user to read buckets in tenancy", "speaks of the tenancy"),
    ],
)
def test_a_statement_that_the_service_does_not_take_is_refused_with_words(town: Town, text: str, words: str) -> None:
    right = f"Allow any-user to read buckets {HERE}"
    (failure,) = town.caller.check(POLICY, policy(right, text))[1]
    assert failure[0] == "statements[1]"
    assert words in failure[1]
    assert town.paths(POLICY, **policy(right)) == []


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ({"statements": []}, "statements"),
        ({"statements": [f"Allow any-user to read buckets {HERE}"] * 51}, "statements"),
        ({"versionDate": "April"}, "versionDate"),
        ({"description": "a" * 401}, "description"),
        ({"name": "with space"}, "name"),
    ],
)
def test_a_policys_values(town: Town, inputs: dict[str, Any], path: str) -> None:
    assert town.paths(POLICY, **{**policy(f"Allow any-user to read buckets {HERE}"), **inputs}) == [path]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("everything", "a variable such as target.key.id"),
        ("ALL {resource.type = 'a'", "'}' expected"),
        ("ALL {target.key.id = 'a'}", "'target.key.id' is nothing that a matching rule knows"),
    ],
)
def test_a_matching_rule_is_read(town: Town, rule: str, words: str) -> None:
    (failure,) = town.caller.check(DYNAMIC_GROUP, group(rule))[1]
    assert failure[0] == "matchingRule"
    assert words in failure[1]
    assert town.paths(DYNAMIC_GROUP, **{**group(), "description": "a" * 401}) == ["description"]
    whole = "ANY {instance.compartment.id = 'a', ALL {resource.type = 'b', tag.town.role.value = 'c'}}"
    assert town.paths(DYNAMIC_GROUP, **group(whole)) == []


def test_identity_resources_change_in_the_home_region_only(state: Path) -> None:
    running = Server(state, (PACKAGE,))
    osaka = Caller(running.ports["oci"], tenancyOcid=TENANCY, region=OSAKA)
    assert "home region ap-tokyo-1" in osaka.refusal(osaka.create, DYNAMIC_GROUP, group())
    assert "home region ap-tokyo-1" in osaka.refusal(
        osaka.create, POLICY, policy(f"Allow any-user to read repos {HERE}")
    )
    osaka.close()
    running.stop()


@pytest.mark.parametrize("spelled", ["town", "Default/town", "'default'/'town'", "TOWN"])
def test_a_dynamic_group_lies_in_the_root_and_must_be_there_before_a_statement_names_it(
    town: Town, spelled: str
) -> None:
    assert "root compartment" in town.refused(DYNAMIC_GROUP, **group(compartment=COMPARTMENT))
    text = f"Allow dynamic-group {spelled} to read repos {HERE}"
    assert "does not exist" in town.refused(POLICY, **policy(text))
    made = town.make(DYNAMIC_GROUP, **group(), name="town")[0]
    by_id = f"Allow dynamic-group id {made} to read repos {HERE}"
    assert town.make(POLICY, **policy(text, by_id))[1]["statements"] == [text, by_id]
    other = f"Allow dynamic-group village/town to read repos {HERE}"
    assert "does not exist" in town.refused(POLICY, "other", **policy(other))


def test_names_are_unique_in_the_tenancy(town: Town) -> None:
    for token, inputs in ((POLICY, policy(f"Allow any-user to read repos {HERE}")), (DYNAMIC_GROUP, group())):
        town.make(token, "first", **inputs, name="town")
        assert "town" in town.refused(token, "second", **inputs, name="town")


def test_verbs_build_on_each_other_and_families_on_their_members() -> None:
    assert permitted("read", "keys") == {"KEY_INSPECT", "KEY_READ"}
    assert permitted("use", "key-family") == permitted("manage", "keys")
    assert permitted("use", "keys") < permitted("use", "all-resources")
    assert permitted("use", "secret-family") == frozenset()
    assert forbidden("use", "keys") == {"KEY_ENCRYPT", "KEY_DECRYPT"}
    assert forbidden("manage", "keys") == frozenset()
    assert set(FAMILIES) < RESOURCE_TYPES


@pytest.mark.parametrize(
    ("texts", "let"),
    [
        (["Allow service objectstorage-ap-tokyo-1 to use keys in tenancy"], True),
        (["Allow service VaultSecret, objectstorage-ap-tokyo-1 to use key-family in tenancy"], True),
        ([f"Allow any-user to use keys in compartment id {COMPARTMENT}"], True),
        (["Allow any-user to use keys in compartment town"], True),
        (["Allow any-group to use keys in tenancy"], False),
        (["Allow service objectstorage-ap-osaka-1 to use keys in tenancy"], False),
        (["Allow service objectstorage-ap-tokyo-1 to read keys in tenancy"], False),
        (["Allow service objectstorage-ap-tokyo-1 to use vaults in tenancy"], False),
        (["Allow service objectstorage-ap-tokyo-1 to use keys in compartment id ocid1.compartment.oc1..other"], False),
        (["Allow any-user to use keys in tenancy where request.principal.type = 'postgresqldbsystem'"], False),
        (["Allow any-user to use keys in tenancy where target.key.id = 'another'"], False),
        (["Allow any-user to {KEY_READ, KEY_ENCRYPT} in tenancy", "Allow any-user to {KEY_DECRYPT} in tenancy"], True),
        (["Allow any-user to {KEY_READ, KEY_ENCRYPT} in tenancy"], False),
        (["Allow any-user to use keys in tenancy where request.permission != 'KEY_DECRYPT'"], False),
        (["Allow any-user to use keys in tenancy where request.region = 'nrt'"], True),
        (["Allow any-user to use keys in tenancy", "Deny any-user to use keys in tenancy"], False),
        (["Allow any-user to use keys in tenancy", "Deny group town to use keys in tenancy"], True),
    ],
)
def test_a_bucket_is_encrypted_when_statements_let_its_service_use_the_key(
    town: Town, texts: list[str], let: bool
) -> None:
    key = town.key()["id"]
    town.make(POLICY, **policy(*texts, compartment=TENANCY))
    if let:
        assert town.make(BUCKET, **bucket(kmsKeyId=key))
    else:
        assert "no policy lets 'objectstorage-ap-tokyo-1' use the key" in town.refused(BUCKET, **bucket(kmsKeyId=key))
