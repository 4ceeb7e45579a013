"""Renewal of secrets: what is set on each cloud, to the day, and what stays for the organisation to name."""

from collections.abc import Mapping
from typing import Any

import pytest

from policies.facts import extract
from policies.facts.instants import days_between, soonest, whole_days
from policies.facts.resources import World
from policies.facts.vocabulary import UNKNOWN, Maybe, SecretRenewal
from policies.judge import Answer, judge
from tests.policies.bare import ODD, bare
from tests.policies.by_subject import Stack, changed

SLUG = "secrets-rotation"
DAY = 86_400
MADE = 1_775_001_600
SECRETS = {
    "aws": "aws:secretsmanager/secret:Secret",
    "azure": "azure-native:keyvault:Secret",
    "gcp": "gcp:secretmanager/secret:Secret",
    "oci": "oci:Vault/secret:Secret",
}


def rotated(**rules: Any) -> Stack:
    rotation = ("aws:secretsmanager/secretRotation:SecretRotation", {"secretId": "password", "rotationRules": rules})
    return {"password": (SECRETS["aws"], {}), "rotation": rotation}


def one(cloud: str, **properties: Any) -> Stack:
    return {"password": (SECRETS[cloud], properties)}


def expiring(**attributes: Any) -> Stack:
    return one("azure", properties={"attributes": attributes})


def turned(interval: Any, *, on: Any = True) -> Stack:
    return one("oci", rotationConfig={"isScheduledRotationEnabled": on, "rotationInterval": interval})


def ruled(*rules: Any, **more: Any) -> Stack:
    return one("oci", secretRules=list(rules), **more)


# Days that a stack's only secret lives; None: not known.
DAYS: list[tuple[Stack, int | None]] = [
    (rotated(automaticallyAfterDays=90), 90),
    (rotated(automaticallyAfterDays="91"), 91),
    (rotated(automaticallyAfterDays=UNKNOWN), None),
    (rotated(scheduleExpression="rate(30 days)"), 30),
    (rotated(scheduleExpression="rate(1 day)"), 1),
    (rotated(scheduleExpression="rate(36 hours)"), 2),
    (rotated(scheduleExpression="cron(0 16 1,15 * ? *)"), 31),
    (rotated(scheduleExpression="cron(0 16 1 1/6 ? *)"), None),
    (rotated(), 0),
    (expiring(expires=MADE + 90 * DAY, notBefore=MADE), 90),
    (expiring(expires=MADE + 90 * DAY + 1, created=MADE), 91),
    (expiring(expires=MADE + DAY, notBefore=MADE, created=MADE - 400 * DAY), 1),
    (expiring(expires=MADE), None),
    (expiring(expires=MADE, notBefore=UNKNOWN, created=MADE), None),
    (expiring(expires=UNKNOWN, created=MADE), None),
    (expiring(expires=MADE - DAY, created=MADE), 1),
    (one("gcp", rotation={"rotationPeriod": "7776000s"}), 90),
    (one("gcp", rotation={"rotationPeriod": "7776001s"}), 91),
    (one("gcp", ttl="86400.5s"), 1),
    (one("gcp", rotation={"rotationPeriod": "7776000s"}, ttl="864000s"), 10),
    (one("gcp", rotation={"rotationPeriod": UNKNOWN}, ttl="864000s"), None),
    (one("gcp", rotation={"rotationPeriod": "soon"}), None),
    (one("gcp", expireTime="2026-06-30T00:00:00Z", createTime="2026-04-01T00:00:00.000-07:00"), 90),
    (one("gcp", expireTime="2026-06-30T00:00:00Z"), None),
    (turned("P90D"), 90),
    (turned("P360D"), 360),
    (turned("P1M"), None),
    (turned("P30D", on=False), 0),
    (turned("P30D", on=UNKNOWN), None),
    (ruled({"ruleType": "SECRET_EXPIRY_RULE", "secretVersionExpiryInterval": "P60D"}), 60),
    (ruled({"ruleType": "SECRET_EXPIRY_RULE", "secretVersionExpiryInterval": UNKNOWN}), None),
    (
        ruled({"timeOfAbsoluteExpiry": "2027-11-26T11:49:09.600Z"}, timeCreated="2026-11-26 11:49:09 +0000 UTC"),
        365,
    ),
    (one("oci", rotationConfig={}, secretRules=[{"secretVersionExpiryInterval": "P7D"}]), 7),
]


def world(stack: Stack, *, complete: bool = True) -> World:
    return World([bare(token, name, found) for name, (token, found) in stack.items()], complete=complete)


def told(stack: Stack, *, complete: bool = True) -> dict[Answer, set[str]]:
    """The answers, with whom they are about ("" for the whole stack)."""
    found: dict[Answer, set[str]] = {}
    for verdict in judge(world(stack, complete=complete)):
        if verdict.rule.slug == SLUG:
            found.setdefault(verdict.answer, set()).add("" if verdict.whole else verdict.urn.rpartition("::")[2])
    return found


@pytest.mark.parametrize(("stack", "days"), DAYS)
def test_the_days_of_a_secret_are_counted_and_ninety_are_the_most(stack: Stack, days: int | None) -> None:
    [fact] = [fact for fact in extract(world(stack)) if isinstance(fact, SecretRenewal)]
    assert fact.days == (UNKNOWN if days is None else days)
    expected = Answer.UNKNOWN if days is None else Answer.HOLDS if 0 < days <= 90 else Answer.VIOLATED
    found = told(stack)
    assert found.keys() == {Answer.HOLDS, expected}  # the secret has a renewal, whatever it comes to
    assert found[expected] >= {fact.name}


@pytest.mark.parametrize("cloud", SECRETS)
def test_a_secret_without_a_renewal_is_for_the_organisation_to_name(cloud: str) -> None:
    assert told(one(cloud)) == {Answer.UNKNOWN: {""}}
    [message] = [one.message.en for one in judge(world(one(cloud))) if one.rule.slug == SLUG]
    assert message == (
        "Nothing in the stack shows it for password. Let each be renewed by itself, or end, within 90 days. "
        "Or name who supplies it: [inherited.secrets-rotation] in waivers.toml."
    )


def test_a_rotation_of_another_secret_renews_none_of_the_stack() -> None:
    other = changed(rotated(automaticallyAfterDays=30), {"rotation": {"secretId": "arn:elsewhere"}})
    assert told(other) == {Answer.HOLDS: {"rotation"}, Answer.UNKNOWN: {""}}


def test_a_stack_without_secrets_has_nothing_to_renew() -> None:
    assert told({"key": ("aws:kms/alias:Alias", {})}) == {Answer.HOLDS: {""}}


@pytest.mark.parametrize("stack", [stack for stack, _ in DAYS])
def test_one_resource_alone_shows_no_lack_and_no_odd_value_stops_the_reading(stack: Stack) -> None:
    assert "" not in set().union(*told(stack, complete=False).values())
    for name, (_, properties) in stack.items():
        for key in properties:
            for odd in ODD:
                told(changed(stack, {name: {key: odd}}))


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-04-01T00:00:00Z", "2026-04-02T00:00:00Z", 1),
        ("2026-04-01T09:00:00+09:00", "2026-04-02T00:00:01z", 2),
        ("2026-04-01 00:00:00 +0000 UTC", "2026-04-01T00:00:00.999999999Z", 0),
        ("2026-02-30T00:00:00Z", "2026-04-02T00:00:00Z", UNKNOWN),
        ("0001-01-01T00:00:00+09:00", "2026-04-02T00:00:00Z", UNKNOWN),
        ("2026-04-01", "2026-04-02T00:00:00Z", UNKNOWN),
        (UNKNOWN, "2026-04-02T00:00:00Z", UNKNOWN),
    ],
)
def test_days_that_have_begun_between_two_moments(start: Any, end: Any, days: Maybe[int]) -> None:
    assert days_between(start, end) == days


def test_the_soonest_term_counts_and_never_is_none() -> None:
    answers: Mapping[Any, Any] = {(): 0, (0,): 0, (0, 7): 7, (30, 7): 7, (7, UNKNOWN): UNKNOWN}
    assert {terms: soonest(terms) for terms in answers} == answers
    assert [whole_days(seconds) for seconds in (0, 1, DAY, DAY + 1)] == [0, 1, 1, 2]
