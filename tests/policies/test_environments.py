"""Environments apart: the unit that a stack lies in on each cloud, who named it, and tags of another environment."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from policies.facts.resources import Resource, World
from policies.facts.vocabulary import ENVIRONMENTS, UNKNOWN
from policies.judge import Answer, judge
from tests.policies.bare import ODD, bare

SLUG = "gov-env-separation"
ONE, TWO = "111122223333", "444455556666"
TENANCY = "ocid1.tenancy.oc1..one"
Made = tuple[str, str, Mapping[str, Any], Mapping[str, Any]]
"""Logical name, type, properties, the provider's inputs."""


def arn(account: str, kind: str = "kms") -> dict[str, str]:
    return {"arn": f"arn:aws:{kind}:ap-northeast-1:{account}:thing/x"}


def aws(name: str, account: str = ONE, **provider: Any) -> Made:
    allowed = {"allowedAccountIds": json.dumps([account])}
    return (name, "aws:kms/key:Key", arn(account), provider or allowed)


def azure(name: str, subscription: str = "S-1", **provider: Any) -> Made:
    found = {"id": f"/subscriptions/{subscription}/resourceGroups/g/providers/p/{name}"}
    return (name, "azure-native:network:VirtualNetwork", found, provider or {"subscriptionId": subscription.lower()})


def gcp(name: str, project: str = "town", **provider: Any) -> Made:
    return (name, "gcp:pubsub/topic:Topic", {"project": project}, provider or {"project": project})


def oci(name: str, compartment: str = "ocid1.compartment.oc1..one", **provider: Any) -> Made:
    return (name, "oci:Core/vcn:Vcn", {"compartmentId": compartment}, provider or {"tenancyOcid": TENANCY})


KEPT: dict[str, list[Made]] = {
    "aws": [aws("a"), aws("b"), ("c", "aws:kms/alias:Alias", {}, {"allowedAccountIds": json.dumps([ONE])})],
    "aws by a list": [aws("a", allowedAccountIds=[ONE])],
    "aws by a role": [aws("a", assumeRoles=json.dumps([{"roleArn": f"arn:aws:iam::{ONE}:role/deployer"}]))],
    "aws before it is made": [("a", "aws:kms/key:Key", {"arn": UNKNOWN}, {"allowedAccountIds": f'["{ONE}"]'})],
    "azure": [
        azure("a"),
        azure("b"),
        ("r", "azure-native:authorization:RoleAssignment", {"id": "/subscriptions/x/y"}, {}),
    ],
    "gcp": [gcp("a"), gcp("b"), ("m", "gcp:projects/iAMMember:IAMMember", {"project": "hub"}, {})],
    "oci": [
        oci("a"),
        oci("b", "ocid1.compartment.oc1..two"),
        ("g", "oci:Identity/group:Group", {"compartmentId": TENANCY}, {}),
    ],
}
# What nobody named, or what may hold everything.
UNNAMED: dict[str, list[Made]] = {
    "aws by whoever deploys": [aws("a", region="ap-northeast-1")],
    "aws in one of two": [aws("a", allowedAccountIds=json.dumps([ONE, TWO]))],
    "aws by what is not known": [aws("a", allowedAccountIds=UNKNOWN)],
    "aws by no json": [aws("a", allowedAccountIds="[")],
    "aws by an unknown role": [aws("a", assumeRoles=[{"roleArn": UNKNOWN}])],
    "azure": [azure("a", location="japaneast")],
    "gcp": [gcp("a", region="asia-northeast1")],
    "oci in the root": [oci("a"), oci("b", TENANCY)],
    "oci in a compartment that is not known": [
        ("a", "oci:Core/vcn:Vcn", {"compartmentId": UNKNOWN}, {"tenancyOcid": TENANCY})
    ],
}


def resource(made: Made, *, stack: str = "011002-resident-record-production") -> Resource:
    name, token, properties, provider = made
    found = bare(token, name, properties)
    urn = f"urn:pulumi:{stack}::machikumo::{token}::{name}"
    inputs = {key: value for key, value in properties.items() if key not in ("arn", "project", "id")}
    return replace(found, urn=urn, provider=provider, id=properties.get("id", UNKNOWN), inputs=inputs)


def told(
    made: list[Made], *, complete: bool = True, stack: str = "a-production", tags: Any = None
) -> dict[Answer, set[str]]:
    """The answers, with whom they are about ("" for the whole stack)."""
    resources = [resource(one, stack=stack) for one in made]
    if tags is not None:
        resources = [replace(one, properties={**one.properties, "tags": tags}) for one in resources]
    found: dict[Answer, set[str]] = {}
    for verdict in judge(World(resources, complete=complete)):
        if verdict.rule.slug == SLUG:
            found.setdefault(verdict.answer, set()).add("" if verdict.whole else verdict.urn.rpartition("::")[2])
    return found


@pytest.mark.parametrize("made", KEPT.values(), ids=KEPT)
def test_a_stack_in_one_unit_that_it_names_keeps_the_rule(made: list[Made]) -> None:
    assert told(made).keys() == {Answer.HOLDS}


@pytest.mark.parametrize("made", UNNAMED.values(), ids=UNNAMED)
def test_a_unit_that_nobody_named_is_for_the_organisation_to_name(made: list[Made]) -> None:
    found = told(made)
    assert (found[Answer.UNKNOWN], Answer.VIOLATED in found) == ({""}, False)


def test_a_stack_that_shows_no_unit_is_for_the_organisation_to_name() -> None:
    assert told([("g", "oci:Identity/group:Group", {"compartmentId": TENANCY}, {})]) == {
        Answer.HOLDS: {"g"},
        Answer.UNKNOWN: {""},
    }


def test_a_project_that_the_program_names_by_itself_is_named() -> None:
    asked = replace(resource(gcp("a", region="asia-northeast1")), inputs={"project": "town"})
    verdicts = judge(World([asked], complete=True))
    assert {one.answer for one in verdicts if one.rule.slug == SLUG} == {Answer.HOLDS}


@pytest.mark.parametrize(
    ("stack", "tags", "violated"),
    [
        ("a-production", {"environment": "verification"}, True),
        ("a-production", {"Environment": "Dev"}, True),
        ("a-production", {"env": "検証"}, True),
        ("a-verification", {"environment": "production"}, True),
        ("production", {"environment": "staging"}, True),
        ("a-verification", {"environment": "staging"}, False),
        ("a-production", {"environment": "prod"}, False),
        ("a-production", {"environment": "blue"}, False),
        ("a-blue", {"environment": "development"}, False),
        ("a-production", {"stage": "development"}, False),
        ("a-production", {"environment": UNKNOWN}, False),
        ("a-production", UNKNOWN, False),
    ],
)
def test_a_tag_of_another_environment_than_the_stacks_is_refused(stack: str, tags: Any, violated: Any) -> None:
    found = told([aws("a")], stack=stack, tags=tags)
    assert found.get(Answer.VIOLATED, set()) == ({"a"} if violated else set())
    assert Answer.UNKNOWN not in found


def test_the_words_for_environments_are_in_lower_case() -> None:
    assert all(word == word.lower() for word in ENVIRONMENTS)


@pytest.mark.parametrize("made", [*KEPT.values(), *UNNAMED.values()], ids=[*KEPT, *UNNAMED])
def test_one_resource_alone_shows_no_lack_and_no_odd_value_stops_the_reading(made: list[Made]) -> None:
    assert "" not in set().union(*told(made, complete=False).values())
    for name, token, properties, provider in made:
        for odd in ODD:
            for key in properties:
                told([(name, token, {**properties, key: odd}, provider)])
            for key in provider:
                told([(name, token, properties, {**provider, key: odd})])
