"""How the sandbox's AWS reads policies: their grammar by kind, what they answer, and whose roles they may name."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.aws.documents import BUCKET, IDENTITY, SECRET, TRUST, problems
from sandbox.cloud.aws.documents import KEY as KEY_POLICY
from sandbox.cloud.aws.evaluation import Request, allowed, denied, public
from tests.sandbox.aws_data import ROLE_POLICY, policy
from tests.sandbox.aws_town import ACCOUNT, ROLE, Town, towns, trust


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with towns(state) as made:
        yield made


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Nothing is made in it: one for all."""
    with towns(tmp_path_factory.mktemp("cloud") / "state") as made:
        yield made


RIGHT: dict[str, Any] = {"Action": "s3:GetObject", "Resource": "*"}
OF_BUCKET: dict[str, Any] = {"Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}
TAKEN: dict[str, Any] = {"Principal": {"Service": "s3.amazonaws.com"}, "Action": "sts:AssumeRole"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("no json", "no JSON object with a Statement"),
        ("[]", "no JSON object with a Statement"),
        ('{"Version": "2012-10-17"}', "no JSON object with a Statement"),
        ('{"Statement": []}', "no statement"),
        (policy(RIGHT, Version="2012-10-18"), "the version must be 2012-10-17 or 2008-10-17, not 2012-10-18"),
        (policy(RIGHT, Statements=[]), "unknown element Statements"),
        (policy({**RIGHT, "Effect": "Maybe"}), "a statement has Effect Allow or Deny"),
        (policy({**RIGHT, "Condtion": {}}), "unknown element Condtion"),
        (policy({"Resource": "*"}), "a statement names an Action"),
        (policy({**RIGHT, "Action": []}), "policy statement must contain actions"),
        (policy({**RIGHT, "Action": "GetObject"}), "'GetObject' is no action that this kind of policy may name"),
        (policy({**RIGHT, "NotAction": "s3:*"}), "a statement has Action or NotAction, not both"),
        (policy({"Action": "s3:*"}), "a statement names a Resource"),
        (policy({"Action": "s3:*", "Resource": "bucket"}), "resource bucket must be in ARN format or '*'"),
        (policy({"Action": "s3:*", "Resource": []}), "resource [] must be in ARN format or '*'"),
        (policy({**RIGHT, "Principal": "*"}), "a statement of an identity names no Principal"),
        (policy({**RIGHT, "Sid": "a b"}), "a statement id has letters and digits only, not 'a b'"),
        (
            policy({**RIGHT, "Sid": "a"}, {**RIGHT, "Sid": "a"}),
            "statement ids (SID) in a single policy must be unique",
        ),
        (policy({**RIGHT, "Condition": []}), "a Condition is an object"),
        (policy({**RIGHT, "Condition": {"StringEqual": {"aws:a": "b"}}}), "invalid condition type: StringEqual"),
        (policy({**RIGHT, "Condition": {"NullIfExists": {"aws:a": "b"}}}), "invalid condition type: NullIfExists"),
        (policy({**RIGHT, "Condition": {"Bool": {}}}), "Bool compares condition keys with values"),
        (
            policy({**RIGHT, "Condition": {"Bool": {"secure": "a"}}}),
            "Bool: 'secure' is no condition key with values",
        ),
        (policy({**RIGHT, "Condition": {"Bool": {"aws:a": []}}}), "Bool: 'aws:a' is no condition key with values"),
        ('{"Statement": [], "Id": "団体"}', "characters beyond Latin-1"),
        pytest.param(
            policy({**RIGHT, "Action": ["s3:" + "x" * 10240]}),
            "LimitExceeded: 10329 characters, 10240 at most",
            id="too long",
        ),
    ],
)
def test_an_identity_policy_that_iam_cannot_read(text: str, problem: str) -> None:
    assert problem in list(problems(text, IDENTITY))


@pytest.mark.parametrize(
    ("kind", "statement", "problem"),
    [
        (TRUST, {**TAKEN, "Resource": "*"}, "has prohibited field Resource"),
        (TRUST, {**TAKEN, "Action": "s3:GetObject"}, "'s3:GetObject' is no action that this kind of policy may name"),
        (TRUST, {"Action": "sts:AssumeRole"}, "a statement here names a Principal"),
        (TRUST, {**TAKEN, "Principal": {"Service": "s3"}}, "invalid principal in policy: Service s3"),
        (TRUST, {**TAKEN, "Principal": {"Services": "s3"}}, "'Services' is no kind of principal, or names none"),
        (TRUST, {**TAKEN, "Principal": {"AWS": []}}, "'AWS' is no kind of principal, or names none"),
        (TRUST, {**TAKEN, "Principal": {}}, "'{}' is no principal"),
        (TRUST, {**TAKEN, "Principal": "somebody"}, "'somebody' is no principal"),
        (TRUST, {**TAKEN, "NotPrincipal": "*"}, "a statement has Principal or NotPrincipal, not both"),
        (
            TRUST,
            {**TAKEN, "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/*"}},
            f"invalid principal in policy: AWS arn:aws:iam::{ACCOUNT}:role/*",
        ),
        (BUCKET, {**OF_BUCKET, "Action": "ec2:*"}, "'ec2:*' is no action that this kind of policy may name"),
        (BUCKET, {"Principal": "*", "Action": "s3:*"}, "a statement names a Resource"),
        (BUCKET, RIGHT, "a statement here names a Principal"),
        (SECRET, {"Principal": "*", "Action": "secretsmanager:*"}, "a statement names a Resource"),
    ],
)
def test_each_kind_of_policy_has_its_own_elements(kind: Any, statement: dict[str, Any], problem: str) -> None:
    assert list(problems(policy(statement), kind)) == [problem]


@pytest.mark.parametrize(
    ("kind", "statement"),
    [
        (IDENTITY, {**RIGHT, "Condition": {"ForAnyValue:StringLikeIfExists": {"aws:PrincipalOrgPaths": ["o/*"]}}}),
        (IDENTITY, {**RIGHT, "Condition": {"Bool": {"aws:SecureTransport": True}}}),
        (IDENTITY, {"NotAction": "iam:*", "NotResource": "arn:aws:s3:::a"}),
        (TRUST, TAKEN),
        (TRUST, {**TAKEN, "Principal": {"AWS": [ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root"]}}),
        (KEY_POLICY, {"Principal": {"AWS": "*"}}),
        (KEY_POLICY, {"Sid": "Enable IAM user permissions", "Principal": {"AWS": ACCOUNT}, "Action": "kms:*"}),
        (BUCKET, {**OF_BUCKET, "Sid": "with spaces"}),
        (BUCKET, {**OF_BUCKET, "Action": "*"}),
    ],
)
def test_a_sound_policy_passes(kind: Any, statement: dict[str, Any]) -> None:
    assert list(problems(policy(statement), kind)) == []


def test_white_space_counts_in_a_bucket_policy_and_not_in_an_identitys() -> None:
    spread = json.dumps(json.loads(policy(RIGHT)), indent=200)
    assert len(spread) > 2048
    assert list(problems(json.dumps(json.loads(policy(TAKEN)), indent=200), TRUST)) == []
    (problem,) = problems(policy(OF_BUCKET) + " " * 20480, BUCKET)
    assert problem.startswith("LimitExceeded")


READER = f"arn:aws:iam::{ACCOUNT}:role/reader"
ASKED = Request(
    principal=READER, action="s3:GetObject", resource="arn:aws:s3:::a/b", conditions={"aws:sourcevpc": "vpc-1"}
)
ANY: dict[str, Any] = {"Principal": "*", "Action": "s3:*", "Resource": "*"}


@pytest.mark.parametrize(
    ("statement", "applies"),
    [
        (ANY, True),
        ({**ANY, "Principal": {"AWS": "*"}}, True),
        ({**ANY, "Principal": {"AWS": READER}}, True),
        ({**ANY, "Principal": {"AWS": ACCOUNT}}, True),
        ({**ANY, "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}, True),
        ({**ANY, "Principal": {"AWS": "arn:aws:iam::999900009999:root"}}, False),
        ({**ANY, "Principal": {"Service": "s3.amazonaws.com"}}, False),
        ({"NotPrincipal": {"AWS": READER}, "Action": "s3:*", "Resource": "*"}, False),
        ({"NotPrincipal": {"AWS": f"{READER}2"}, "Action": "s3:*", "Resource": "*"}, True),
        ({**ANY, "Action": "S3:getobject"}, True),
        ({**ANY, "Action": ["s3:Get?bject", "ec2:*"]}, True),
        ({**ANY, "Action": "s3:Put*"}, False),
        ({"Principal": "*", "NotAction": "s3:Put*", "Resource": "*"}, True),
        ({"Principal": "*", "NotAction": "s3:Get*", "Resource": "*"}, False),
        ({**ANY, "Resource": "arn:aws:s3:::a/*"}, True),
        ({**ANY, "Resource": "arn:aws:s3:::a"}, False),
        ({"Principal": "*", "Action": "s3:*", "NotResource": "arn:aws:s3:::a/*"}, False),
        ({"Principal": "*", "Action": "s3:*"}, False),
        ({**ANY, "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}}, True),
        ({**ANY, "Condition": {"StringEquals": {"AWS:sourceVPC": ["vpc-2", "vpc-1"]}}}, True),
        ({**ANY, "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-2"}}}, False),
        ({**ANY, "Condition": {"StringNotEquals": {"aws:SourceVpc": ["vpc-2", "vpc-1"]}}}, False),
        ({**ANY, "Condition": {"StringNotEquals": {"aws:SourceVpc": "vpc-2"}}}, True),
        ({**ANY, "Condition": {"StringLike": {"aws:SourceVpc": "vpc-?"}}}, True),
        ({**ANY, "Condition": {"StringEqualsIgnoreCase": {"aws:SourceVpc": "VPC-1"}}}, True),
        ({**ANY, "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}}, False),
        ({**ANY, "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}}, True),
        ({**ANY, "Condition": {"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}}, True),
        ({**ANY, "Condition": {"ForAllValues:StringEquals": {"aws:SourceVpce": "vpce-1"}}}, True),
        ({**ANY, "Condition": {"Null": {"aws:SourceVpce": "true"}}}, True),
        ({**ANY, "Condition": {"Null": {"aws:SourceVpc": "true"}}}, False),
        ({**ANY, "Condition": {"StringLike": {"aws:SourceVpc": "vpc-*"}, "Null": {"aws:SourceVpc": "true"}}}, False),
    ],
)
def test_a_statement_applies_or_not(statement: dict[str, Any], applies: bool) -> None:
    assert allowed(policy(statement), ASKED) is applies
    assert denied(policy({**statement, "Effect": "Deny"}), ASKED) is applies


@pytest.mark.parametrize(
    ("operator", "key", "given", "holds"),
    [
        ("NumericLessThan", "s3:TlsVersion", "1.2", False),
        ("NumericGreaterThanEquals", "s3:TlsVersion", "1.2", True),
        ("Bool", "aws:SecureTransport", False, False),
        ("Bool", "aws:SecureTransport", "TRUE", True),
        ("IpAddress", "aws:SourceIp", "10.0.0.0/8", True),
        ("NotIpAddress", "aws:SourceIp", "10.0.0.0/8", False),
        ("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:role/*", True),
        ("ArnNotEquals", "aws:PrincipalArn", READER, False),
    ],
)
def test_values_are_compared_by_their_kind(operator: str, key: str, given: Any, holds: bool) -> None:
    conditions = {
        "s3:tlsversion": "1.3",
        "aws:securetransport": "true",
        "aws:sourceip": "10.1.2.3",
        "aws:principalarn": READER,
    }
    asked = Request(principal=READER, action="s3:GetObject", conditions=conditions)
    assert allowed(policy({**ANY, "Condition": {operator: {key: given}}}), asked) is holds


def test_a_denial_outweighs_every_permission() -> None:
    denial = {**ANY, "Effect": "Deny", "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}}
    assert not allowed(policy(ANY, denial), ASKED)
    assert allowed(policy(ANY, {**denial, "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-2"}}}), ASKED)


@pytest.mark.parametrize(
    ("statement", "open_"),
    [
        (OF_BUCKET, True),
        ({**OF_BUCKET, "Principal": {"AWS": ["*"]}}, True),
        ({**OF_BUCKET, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}, True),
        ({**OF_BUCKET, "Condition": {"StringLike": {"aws:SourceVpc": "vpc-*"}}}, True),
        ({**OF_BUCKET, "Condition": {"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}}, True),
        ({**OF_BUCKET, "Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}}, True),
        ({**OF_BUCKET, "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}}, True),
        ({**OF_BUCKET, "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}}, False),
        ({**OF_BUCKET, "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}, False),
        ({**OF_BUCKET, "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{ACCOUNT}:*"}}}, False),
        ({**OF_BUCKET, "Principal": {"AWS": "999900009999"}}, False),
        ({**OF_BUCKET, "Principal": {"Service": "s3.amazonaws.com"}}, False),
        ({**OF_BUCKET, "Effect": "Deny"}, False),
        ({"NotPrincipal": {"AWS": ACCOUNT}, "Action": "s3:*", "Resource": "*"}, True),
    ],
)
def test_a_policy_is_public_when_nobody_in_particular_is_admitted(statement: dict[str, Any], open_: bool) -> None:
    assert public(policy(statement)) is open_


def test_a_trust_names_roles_that_exist(town: Town) -> None:
    other = policy({**TAKEN, "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/first"}})
    assert "invalid principal in policy" in town.refused(ROLE, name="second", assumeRolePolicy=other)
    town.make(ROLE, "first", name="first", assumeRolePolicy=trust("s3.amazonaws.com"))
    town.make(ROLE, "second", name="second", assumeRolePolicy=other)
    linked = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS"
    abroad = "arn:aws:iam::999900009999:role/anybody"
    outside = policy({**TAKEN, "Principal": {"AWS": [linked, abroad]}})
    town.make(ROLE, "third", name="third", assumeRolePolicy=outside)


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ({"name": "AWSServiceRoleForRDS"}, "name"),
        ({"name": "役割"}, "name"),
        ({"name": "x" * 65}, "name"),
        ({"path": "team/"}, "path"),
        ({"path": "/team"}, "path"),
        ({"description": "市役所"}, "description"),
        ({"description": "x" * 1001}, "description"),
        ({"maxSessionDuration": 3599}, "maxSessionDuration"),
        ({"maxSessionDuration": 43201}, "maxSessionDuration"),
        ({"permissionsBoundary": "Boundary"}, "permissionsBoundary"),
        ({"managedPolicyArns": ["ReadOnlyAccess"]}, "managedPolicyArns[0]"),
        ({"managedPolicyArns": [f"arn:aws:iam::aws:policy/P{n}" for n in range(11)]}, "managedPolicyArns"),
        ({"inlinePolicies": [{"name": "a", "policy": "{}"}]}, "inlinePolicies[0].policy"),
        ({"inlinePolicies": [{"name": "a", "policy": policy(RIGHT)}] * 2}, "inlinePolicies"),
        ({"tags": {"aws:cloudformation": "a"}}, "tags.aws:cloudformation"),
        ({"assumeRolePolicy": policy(RIGHT)}, "assumeRolePolicy"),
    ],
)
def test_values_that_no_role_takes(empty: Town, inputs: dict[str, Any], path: str) -> None:
    sound = {"assumeRolePolicy": trust("s3.amazonaws.com"), "path": "/team/", "maxSessionDuration": 43200}
    assert empty.failures(ROLE, **sound) == []
    assert set(empty.paths(ROLE, **{**sound, **inputs})) == {path}


def test_a_roles_name_is_taken_whatever_its_case_and_its_path_is_in_its_arn(town: Town) -> None:
    sound = {"assumeRolePolicy": trust("s3.amazonaws.com")}
    _, outputs = town.make(ROLE, "first", name="Reader", path="/team/", **sound)
    assert outputs["arn"] == f"arn:aws:iam::{ACCOUNT}:role/team/Reader"
    assert "Role with name Reader already exists" in town.refused(ROLE, "second", name="reader", **sound)
    assert "path" in town.caller.diff(ROLE, {"path": "/a/"}, {"path": "/b/"}).replaces


def test_a_role_stays_while_it_has_policies_unless_they_may_go_with_it(town: Town) -> None:
    sound = {"assumeRolePolicy": trust("s3.amazonaws.com")}
    kept, _ = town.make(ROLE, "kept", name="kept", **sound)
    given, _ = town.make(ROLE, "given", name="given", forceDetachPolicies=True, **sound)
    rights, _ = town.make(ROLE_POLICY, "kept", role=kept, policy=policy(RIGHT))
    town.make(ROLE_POLICY, "given", role=given, policy=policy(RIGHT))
    assert "DeleteConflict: cannot delete entity kept" in town.refusal_of_delete(ROLE, kept)
    town.caller.delete(ROLE, given)
    town.caller.delete(ROLE_POLICY, rights)
    town.caller.delete(ROLE, kept)


def test_inline_policies_of_a_role_have_a_common_limit(town: Town) -> None:
    role, _ = town.make(ROLE, assumeRolePolicy=trust("s3.amazonaws.com"))
    long = policy({**RIGHT, "Action": ["s3:" + "x" * 5000]})
    town.make(ROLE_POLICY, "first", role=role, policy=long)
    town.make(ROLE_POLICY, "second", role=role, policy=policy({**RIGHT, "Action": ["s3:" + "x" * 5000]}))
    assert "exceed 10240 characters" in town.refused(ROLE_POLICY, "third", role=role, policy=policy(RIGHT))


def test_a_policy_belongs_to_a_role_that_exists_by_its_name(empty: Town) -> None:
    assert "does not exist as aws:iam/role:Role" in empty.refused(ROLE_POLICY, role="nobody", policy=policy(RIGHT))
    assert empty.paths(ROLE_POLICY, role=f"arn:aws:iam::{ACCOUNT}:role/a", policy=policy(RIGHT)) == ["role"]
