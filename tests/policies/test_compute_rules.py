"""Each rule on facts about compute and what holds data beside stores: a passing, a failing and an unknown example."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from policies.facts.vocabulary import UNKNOWN, Cache, Cluster, Fact, FileShare, Machine, Queue, Volume
from policies.judge import Answer, judge_facts
from policies.rules import RULES
from tests.policies.test_rules import URN, slugs

GOOD: dict[type[Fact], Fact] = {
    type(fact): fact
    for fact in (
        Machine(
            urn=URN,
            public=False,
            metadata_guarded=True,
            verified_boot=True,
            password_login=False,
            brokered_login=True,
            patched=True,
            time_from_provider=True,
        ),
        Cluster(
            urn=URN,
            api_public=False,
            cloud_identity_only=True,
            secrets_customer_key=True,
            images_admitted=True,
            version="1.35",
            version_supported=True,
        ),
        Cache(urn=URN, customer_key=True, tls_enforced=True, public=False),
        Volume(urn=URN, customer_key=True),
        FileShare(urn=URN, customer_key=True),
        Queue(urn=URN, customer_key=True, open_to_anyone=False),
    )
}

# Rule, kind of fact, the change that breaks exactly this rule.
BROKEN: list[tuple[str, type[Fact], dict[str, Any]]] = [
    ("net-no-public-ip-on-compute", Machine, {"public": True}),
    ("iam-instance-metadata-hardened", Machine, {"metadata_guarded": False}),
    ("host-secure-boot", Machine, {"verified_boot": False}),
    ("net-admin-via-bastion", Machine, {"password_login": True}),
    ("net-admin-via-bastion", Machine, {"brokered_login": False}),
    ("vuln-patching-automated", Machine, {"patched": False}),
    ("mon-time-sync", Machine, {"time_from_provider": False}),
    ("net-k8s-api-private", Cluster, {"api_public": True}),
    ("net-k8s-api-private", Cluster, {"cloud_identity_only": False}),
    ("crypto-k8s-secrets", Cluster, {"secrets_customer_key": False}),
    ("img-immutable-trusted", Cluster, {"images_admitted": False}),
    ("vuln-supported-versions", Cluster, {"version_supported": False}),
    ("crypto-cache-cmk", Cache, {"customer_key": False}),
    ("tls-database-required", Cache, {"tls_enforced": False}),
    ("net-database-not-public", Cache, {"public": True}),
    ("crypto-block-storage-cmk", Volume, {"customer_key": False}),
    ("crypto-file-storage-cmk", FileShare, {"customer_key": False}),
    ("crypto-logs-queues-cmk", Queue, {"customer_key": False}),
    ("iam-no-public-principal", Queue, {"open_to_anyone": True}),
]


def test_a_fact_that_is_as_it_should_be_violates_nothing_and_leaves_nothing_open() -> None:
    for fact in GOOD.values():
        assert {v.answer for v in judge_facts([fact], complete=False)} == {Answer.HOLDS}, fact


@pytest.mark.parametrize(("slug", "kind", "change"), BROKEN, ids=[f"{s}-{list(c)}" for s, _, c in BROKEN])
def test_a_broken_fact_violates_its_rule_and_no_other(slug: str, kind: type[Fact], change: Mapping[str, Any]) -> None:
    fact = replace(GOOD[kind], **change)
    assert slugs(Answer.VIOLATED, fact) == {slug}
    (told,) = (v for v in judge_facts([fact], complete=False) if v.answer is Answer.VIOLATED)
    assert fact.name in told.message.en
    assert any("\u3041" <= letter <= "\u9fff" for letter in told.message.ja)


@pytest.mark.parametrize(("slug", "kind", "field"), sorted({(s, k, next(iter(c))) for s, k, c in BROKEN}, key=str))
def test_an_unknown_value_neither_passes_nor_fails(slug: str, kind: type[Fact], field: str) -> None:
    fact = replace(GOOD[kind], **{field: UNKNOWN})
    assert slugs(Answer.VIOLATED, fact) == set()
    assert slug in slugs(Answer.UNKNOWN, fact)
    assert slug not in slugs(Answer.HOLDS, fact)
    assert slugs(Answer.VIOLATED, kind(urn=URN)) == set()


def test_every_rule_about_these_kinds_has_a_failing_example() -> None:
    assert {(slug, kind) for slug, kind, _ in BROKEN} == {
        (rule.slug, kind) for rule in RULES for kind in rule.subjects if kind in GOOD
    }
