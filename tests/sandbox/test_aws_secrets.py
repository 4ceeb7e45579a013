"""What the sandbox's AWS Secrets Manager refuses."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.aws_data import SECRET, SECRET_POLICY, VERSION, policy
from tests.sandbox.aws_town import ACCOUNT, REGION, ROLE, Town, towns, trust


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with towns(state) as made:
        yield made


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Nothing is made in it: one for all."""
    with towns(tmp_path_factory.mktemp("cloud") / "state") as made:
        yield made


READ: dict[str, Any] = {"Action": "secretsmanager:GetSecretValue", "Resource": "*"}
EVERYONE: dict[str, Any] = {**READ, "Principal": "*"}
READER = f"arn:aws:iam::{ACCOUNT}:role/reader"
ONE_READER: dict[str, Any] = {
    **EVERYONE,
    "Effect": "Deny",
    "Condition": {"ArnNotEquals": {"aws:PrincipalArn": READER}},
}


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ({"name": "pass word"}, "name"),
        ({"name": "暗号"}, "name"),
        ({"name": "x" * 513}, "name"),
        *(({"recoveryWindowInDays": days}, "recoveryWindowInDays") for days in (1, 6, 31)),
        ({"description": "x" * 2049}, "description"),
        ({"policy": "{}"}, "policy"),
        ({"replicas": [{"region": "ap-northeast-3"}] * 2}, "replicas"),
        ({"replicas": [{"region": REGION}], "region": REGION}, "replicas"),
        ({"type": "Password"}, "type"),
        ({"tags": {"": "a"}}, "tags."),
    ],
)
def test_values_that_no_secret_takes(empty: Town, inputs: dict[str, Any], path: str) -> None:
    assert empty.paths(SECRET, **inputs) == [path]


def test_values_that_a_secret_takes(empty: Town) -> None:
    for days in (0, 7, 30):
        sound = {"name": "a/b_c+d=e.f@g-h", "recoveryWindowInDays": days, "replicas": [{"region": "ap-northeast-3"}]}
        assert empty.failures(SECRET, **sound) == []


def test_a_deleted_secrets_name_stays_taken_while_it_can_be_brought_back(town: Town) -> None:
    made, _ = town.make(SECRET, name="password")
    town.caller.delete(SECRET, made)
    assert "password' is still reserved by a deleted object" in town.refused(SECRET, name="password")
    gone, _ = town.make(SECRET, "other", name="other", recoveryWindowInDays=0)
    town.caller.delete(SECRET, gone)
    town.make(SECRET, "other", name="other")


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ({}, "secretString"),
        ({"secretString": ""}, "secretString"),
        ({"secretString": "x" * 65537}, "secretString"),
        ({"secretString": "a", "secretBinary": "YQ=="}, "secretBinary"),
        ({"secretBinary": "no base64"}, "secretBinary"),
        ({"secretStringWo": "a"}, "secretStringWoVersion"),
        ({"secretString": "a", "versionStages": ["x" * 257]}, "versionStages[0]"),
        ({"secretString": "a", "versionStages": [f"s{n}" for n in range(21)]}, "versionStages"),
    ],
)
def test_values_that_no_version_takes(empty: Town, inputs: dict[str, Any], path: str) -> None:
    assert empty.paths(VERSION, secretId="s", **inputs) == [path]


def test_a_version_belongs_to_a_secret_that_exists(town: Town) -> None:
    assert f"does not exist as {SECRET}" in town.refused(VERSION, secretId="nowhere", secretString="a")
    secret, _ = town.make(SECRET, name="password")
    town.make(VERSION, secretId=secret, secretBinary="YQ==")
    assert "secretString" in town.caller.diff(VERSION, {"secretString": "a"}, {"secretString": "b"}).replaces


def test_a_value_that_its_writer_may_not_read_has_to_be_write_only(town: Town) -> None:
    secret, _ = town.make(SECRET, name="password")
    town.make(SECRET_POLICY, secretArn=secret, policy=policy(ONE_READER))
    assert "explicit deny in a resource-based policy" in town.refused(VERSION, secretId=secret, secretString="a")
    town.make(VERSION, secretId=secret, secretStringWo="a", secretStringWoVersion=1)
    other, _ = town.make(SECRET, "other", name="other")
    town.make(VERSION, "other", secretId=other, secretString="a")


def test_a_policy_admits_nobody_in_particular_only_where_that_is_not_blocked(town: Town) -> None:
    secret, _ = town.make(SECRET, name="password")
    blocked = {"secretArn": secret, "blockPublicPolicy": True}
    assert "PublicPolicyException" in town.refused(SECRET_POLICY, **blocked, policy=policy(EVERYONE))
    town.make(SECRET_POLICY, **blocked, policy=policy(ONE_READER))
    other, _ = town.make(SECRET, "other", name="other")
    town.make(SECRET_POLICY, "other", secretArn=other, policy=policy(EVERYONE))


def test_a_policy_names_roles_that_exist(town: Town) -> None:
    secret, _ = town.make(SECRET, name="password")
    wanted = {"secretArn": secret, "policy": policy({**READ, "Principal": {"AWS": READER}})}
    assert "MalformedPolicyDocumentException: invalid principal in policy" in town.refused(SECRET_POLICY, **wanted)
    town.make(ROLE, name="reader", assumeRolePolicy=trust("ecs-tasks.amazonaws.com"))
    town.make(SECRET_POLICY, **wanted)


def test_a_policy_that_cannot_be_read_is_refused(empty: Town) -> None:
    assert empty.failures(SECRET_POLICY, secretArn="s", policy="{}") == [
        ("policy", "MalformedPolicyDocumentException: no JSON object with a Statement")
    ]
    assert f"does not exist as {SECRET}" in empty.refused(SECRET_POLICY, secretArn="s", policy=policy(EVERYONE))
