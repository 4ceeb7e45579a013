"""Who reads a secret of AWS: roles, users, groups, holders elsewhere, and whom its own policy lets in or keeps out."""

from typing import Any

import pytest

from policies.facts import extract
from policies.facts.vocabulary import UNKNOWN, Secret
from policies.judge import Answer, judge
from tests.policies.aws_stack import ACCOUNT, READ_SECRET, ROLE, SECRET, Change, Stack, made, policy, world

ELSEWHERE = "arn:aws:iam::999999999999:root"
PERSON = f"arn:aws:iam::{ACCOUNT}:user/person"


def holder(kind: str, written: Any, **properties: Any) -> Change:
    def change(stack: Stack) -> None:
        token = kind[0].upper() + kind[1:]
        arn = f"arn:aws:iam::{ACCOUNT}:{kind}/person"
        stack["person"] = made(f"iam/{kind}:{token}", "person", "person", arn=arn, **properties)
        stack["given"] = made(f"iam/{kind}Policy:{token}Policy", "given", "given", policy=written, **{kind: "person"})

    return change


def own(*statements: dict[str, Any]) -> Change:
    def change(stack: Stack) -> None:
        token = "secretsmanager/secretPolicy:SecretPolicy"
        stack["own"] = made(token, "own", "password", secretArn=SECRET, policy=policy(*statements))

    return change


def readers(*changes: Change) -> Any:
    (found,) = (fact.readers for fact in extract(world(*changes)) if isinstance(fact, Secret))
    return found


def violated(*changes: Change) -> bool:
    return any(
        one.rule.slug == "secrets-one-reader" and one.answer is Answer.VIOLATED for one in judge(world(*changes))
    )


@pytest.mark.parametrize("kind", ["role", "user", "group"])
@pytest.mark.parametrize(
    ("statement", "reads"),
    [
        (READ_SECRET, True),
        ({"Action": "secretsmanager:Get*", "Resource": "*"}, True),
        ({"Action": "*", "Resource": "*"}, True),
        ({"Action": "secretsmanager:*Value", "Resource": SECRET.replace(":s", ":?")}, True),
        ({"NotAction": "iam:*", "Resource": "*"}, True),
        ({"Action": "secretsmanager:DescribeSecret", "Resource": SECRET}, False),
        ({"Action": "s3:*", "Resource": "*"}, False),
        ({"Action": "secretsmanager:GetSecretValue", "Resource": f"{SECRET}-of-another"}, False),
    ],
)
def test_whoever_holds_a_policy_that_reads_a_secret_is_a_reader(
    kind: str, statement: dict[str, Any], reads: bool
) -> None:
    change = holder(kind, policy(statement))
    assert readers(change) == {"workload"} | ({"person"} if reads else set())
    assert violated(change) is reads


def test_a_pattern_over_several_secrets_reads_each() -> None:
    def second(stack: Stack) -> None:
        arn = f"{SECRET}-second"
        stack["second"] = made("secretsmanager/secret:Secret", "second", "second", id=arn, arn=arn)

    every = holder("user", policy({"Action": "secretsmanager:GetSecretValue", "Resource": f"{SECRET}*"}))
    found = {fact.name: fact.readers for fact in extract(world(second, every)) if isinstance(fact, Secret)}
    assert found == {"secret": {"workload", "person"}, "second": {"person"}}


def test_a_policy_for_a_user_elsewhere_makes_a_reader_by_name() -> None:
    def given(stack: Stack) -> None:
        written = policy(READ_SECRET)
        stack["given"] = made("iam/userPolicy:UserPolicy", "given", "given", user="of-another-stack", policy=written)

    assert readers(given) == {"workload", "of-another-stack"}


@pytest.mark.parametrize(
    ("statement", "admitted"),
    [
        ({"Principal": {"AWS": ELSEWHERE}, "Action": "secretsmanager:GetSecretValue"}, {ELSEWHERE}),
        ({"Principal": {"AWS": ELSEWHERE}, "Action": "secretsmanager:Get*"}, {ELSEWHERE}),
        ({"Principal": {"AWS": ELSEWHERE}, "NotAction": "secretsmanager:DeleteSecret"}, {ELSEWHERE}),
        ({"Principal": {"AWS": ELSEWHERE}, "Action": "secretsmanager:DescribeSecret"}, set()),
        ({"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "*"}, {"lambda.amazonaws.com"}),
        ({"NotPrincipal": {"AWS": ELSEWHERE}, "Action": "*"}, {"anyone"}),
        ({"Principal": "*", "Action": "*"}, {"anyone"}),
        ({"Principal": {"AWS": ROLE}, "Action": "secretsmanager:GetSecretValue"}, set()),
    ],
)
def test_the_secrets_own_policy_lets_in_whom_it_names(statement: dict[str, Any], admitted: set[str]) -> None:
    assert readers(own({"Resource": "*", **statement})) == {"workload"} | admitted
    assert violated(own({"Resource": "*", **statement})) is bool(admitted)


REFUSED = {"Effect": "Deny", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}


@pytest.mark.parametrize(
    ("condition", "kept_out"),
    [
        ({"ArnNotEquals": {"aws:PrincipalArn": ROLE}}, True),
        ({"StringNotLike": {"aws:PrincipalArn": [ROLE]}}, True),
        ({"ArnNotEquals": {"aws:PrincipalArn": [ROLE, PERSON]}}, False),
        ({"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:*"}}, False),
        ({"ArnNotEquals": {"aws:PrincipalArn": ROLE}, "Bool": {"aws:ViaAWSService": "false"}}, False),
        ({"StringNotEquals": {"aws:PrincipalTag/team": "x"}}, False),
    ],
)
def test_who_is_refused_by_the_secrets_own_policy_is_no_reader(condition: dict[str, Any], kept_out: bool) -> None:
    change = (own({**REFUSED, "Condition": condition}), holder("user", policy(READ_SECRET)))
    assert readers(*change) == {"workload"} | (set() if kept_out else {"person"})


def test_what_nobody_knows_leaves_open_who_reads_until_there_are_two() -> None:
    assert readers(holder("user", UNKNOWN)) is UNKNOWN
    assert readers(holder("user", UNKNOWN), own({"Principal": {"AWS": ELSEWHERE}, "Action": "*"})) == {
        "workload",
        ELSEWHERE,
    }
