"""Coverage: what the extractors declare is what they do, and each way in which a rule is less than enforced."""

import ast
import importlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from policies.catalogue import catalogue
from policies.coverage import GOVERNANCE, Coverage, covered, of_control, of_rule
from policies.facts import CLOUDS, vocabulary
from policies.facts.vocabulary import Database, Fact, ImageRegistry, Key, LogArchive, Network
from policies.language import Message
from policies.rules import RULES, Facts, Rule
from policies.rules.rule import rule

KINDS = {
    name: kind
    for name, kind in vars(vocabulary).items()
    if isinstance(kind, type) and issubclass(kind, Fact) and kind not in (Fact, vocabulary.Oversight)
}


def overseen(cloud: str) -> set[type[Fact]]:
    """The kinds of oversight that a cloud's extractor names in a call (`overseen(world, Inventory, …)`)."""
    path = Path(vocabulary.__file__).parents[1] / cloud / "oversight.py"
    named = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    words = {word.id for call in named for word in call.args if isinstance(word, ast.Name)}
    return {KINDS[word] for word in words & KINDS.keys()}


def calls(cloud: str) -> Iterator[tuple[type[Fact], ast.Call]]:
    """Every place in a cloud's extractor where a fact is made."""
    for path in (Path(vocabulary.__file__).parents[1] / cloud).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            # Made from what the extractor places: policies/facts/reach, policies/facts/landing.py.
            made = {"reach": "Reach", "landed": "LandingUnit"}.get(name, name)
            if isinstance(node, ast.Call) and made in KINDS:
                yield KINDS[made], node


@pytest.mark.parametrize("cloud", CLOUDS)
def test_an_extractor_declares_the_kinds_it_makes_and_the_fields_it_never_offers(cloud: str) -> None:
    made = list(calls(cloud))
    unoffered = {
        (kind, word.arg)
        for kind, call in made
        for word in call.keywords
        if isinstance(word.value, ast.Name) and word.value.id == "NOT_OFFERED"
    }
    elsewhere = importlib.import_module(f"policies.facts.{cloud}.oversight").ELSEWHERE
    assert {kind for kind, _ in made} | overseen(cloud) | set(elsewhere) == CLOUDS[cloud].SAYS
    assert overseen(cloud) & set(elsewhere) == set()
    assert unoffered | {(kind, "lacks") for kind in elsewhere} == CLOUDS[cloud].UNOFFERED.keys()
    assert all(said.en.endswith(".") and said.ja.endswith("。") for said in CLOUDS[cloud].UNOFFERED.values())


def test_every_kind_of_fact_is_said_by_an_extractor_or_of_every_resource() -> None:
    said = frozenset[type[Fact]]().union(*(one.SAYS for one in CLOUDS.values()))
    assert said | GOVERNANCE == set(KINDS.values())


@rule("of-key", "…", title_ja="…", promise="encryption_key.rotates")
def of_key(key: Key) -> Iterator[Message]:
    yield from (Message(str(key.rotation_days), "") for _ in ())


@rule("of-registry", "…", title_ja="…")
def of_registry(registry: ImageRegistry | Database) -> Iterator[Message]:
    yield from (Message(str(registry.customer_key), "") for _ in ())


@rule("of-stack", "…", title_ja="…")
def of_stack(facts: Facts) -> Iterator[Message]:
    yield from (Message(archive.name, "") for archive in facts.of(LogArchive) if facts.of(Network))


def cloud(*says: type[Fact], unoffered: tuple[type[Fact], str] | None = None) -> Any:
    return SimpleNamespace(SAYS=frozenset(says), UNOFFERED={unoffered: Message("", "")} if unoffered else {})


@pytest.mark.parametrize(
    ("asked", "on", "declared", "coverage", "why"),
    [
        (of_key, cloud(Key), {}, Coverage.ENFORCED, ""),
        (of_key, cloud(), {}, Coverage.GAP, "Key"),
        (of_key, cloud(Key), {"encryption_key.rotates": "x"}, Coverage.SUBSTITUTE, "encryption_key.rotates"),
        (of_key, cloud(Key), {"encryption_key.rotates": None}, Coverage.NOT_OFFERED, "encryption_key.rotates"),
        (of_key, cloud(Key), {"encryption_key.other": None}, Coverage.ENFORCED, ""),
        (of_key, cloud(Key, unoffered=(Key, "rotation_days")), {}, Coverage.NOT_OFFERED, "Key.rotation_days"),
        (of_key, cloud(Key, unoffered=(Key, "users")), {}, Coverage.ENFORCED, ""),
        (of_registry, cloud(Database), {}, Coverage.GAP, "ImageRegistry"),
        (
            of_registry,
            cloud(Database, ImageRegistry, unoffered=(Database, "customer_key")),
            {},
            Coverage.NOT_OFFERED,
            "Database.customer_key",
        ),
        (of_stack, cloud(LogArchive), {}, Coverage.GAP, "Network"),
        (of_stack, cloud(LogArchive, Network), {}, Coverage.ENFORCED, ""),
    ],
)
def test_a_rule_is_enforced_only_where_its_facts_are_read_offered_and_promised(
    asked: Rule, on: Any, declared: dict[str, str | None], coverage: Coverage, why: str
) -> None:
    found = of_rule(asked, on, declared)
    assert (found.rule, found.coverage, found.why) == (asked, coverage, why)


def test_a_control_is_as_weak_as_its_weakest_rule_and_a_gap_without_any() -> None:
    control = catalogue().controls["12.4.2"]
    findings = of_control(control, CLOUDS["aws"], {"log_archive.customer_key": "x"})
    assert {finding.rule.slug for finding in findings} == set(control.rules)
    assert [finding.coverage for finding in findings].count(Coverage.SUBSTITUTE) == 1
    assert covered(findings) is Coverage.SUBSTITUTE
    assert covered(of_control(replace(control, rules=()), CLOUDS["aws"], {})) is Coverage.GAP


def test_every_rule_that_reads_resources_needs_a_kind_that_some_cloud_says() -> None:
    nowhere = cloud()
    free = {one.slug for one in RULES if of_rule(one, nowhere, {}).coverage is not Coverage.GAP}
    assert free == {one.slug for one in RULES if set(one.subjects) <= GOVERNANCE}
