"""The catalogue: total both ways, in its own words, and honest about what is unverified."""

import re
import tomllib
from typing import Any

from policies.catalogue import FILE, Answers, catalogue
from policies.rules import RULES

GIVEN: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
ID = re.compile(r"\d{1,2}(?:\.\d{1,2}){2,3}(?:\.P|\.B|\.PB)?")
JAPANESE = re.compile(r"[\u3041-\u9fff]")
CONFORMITY = re.compile(r"\b(compliant|conforms?|certified)\b|準拠|適合", re.IGNORECASE)
SLUGS = {rule.slug for rule in RULES}


def numbered(id_: str) -> tuple[int, ...]:
    """`8.1.2.7.PB` by its numbers; a letter comes after all numbers of its parent."""
    return tuple(int(part) if part.isdigit() else {"P": 1, "B": 2, "PB": 3}[part] for part in id_.split("."))


def test_every_rule_bears_on_controls_that_exist_or_says_why_on_none() -> None:
    named = {slug for control in catalogue().controls.values() for slug in control.rules}
    assert named | catalogue().without_control.keys() == SLUGS
    assert named & catalogue().without_control.keys() == set()


def test_every_control_has_rules_or_planned_ones_or_a_reason_why_none() -> None:
    everything = [*catalogue().controls.values(), *catalogue().chapters]
    silent = [control.id for control in everything if not (control.rules or control.planned or control.reason)]
    both = [control.id for control in everything if control.reason and (control.rules or control.planned)]
    assert (silent, both) == ([], [])


def test_a_planned_rule_is_not_built_and_names_controls_that_exist() -> None:
    assert catalogue().planned.keys() & SLUGS == set(), "built: move its controls' `planned` into their `rules`"
    for slug, ids in catalogue().planned.items():
        assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", slug)
        assert ids
        assert set(ids) <= catalogue().controls.keys(), slug


def test_a_rule_finds_its_controls_in_the_order_of_the_criteria() -> None:
    assert catalogue().controls_of("crypto-key-rotation") == ("10.1.2.1", "10.1.2.9", "10.1.2.16")
    assert catalogue().controls_of("resource-unclassified") == ()


def test_ids_are_spelled_alike_listed_once_in_order_and_none_is_one_that_the_numbering_skips() -> None:
    ids = list(catalogue().controls)
    assert [id_ for id_ in ids if not ID.fullmatch(id_)] == []
    assert ids == sorted(ids, key=numbered)
    assert catalogue().absent & set(ids) == set()
    assert catalogue().edition == "ismap@2024-07"


def test_all_basic_statements_are_there() -> None:
    basic = [id_ for id_ in catalogue().controls if id_.endswith(("B", ".PB"))]
    assert len(basic) == 31


def test_the_provider_answers_for_what_the_criteria_give_to_providers() -> None:
    wrong = [
        control.id
        for control in catalogue().controls.values()
        if control.id.endswith((".P", ".PB")) and control.answers is not Answers.PROVIDER
    ]
    assert wrong == []


def test_every_gist_is_one_short_sentence_in_both_languages_and_claims_no_conformity() -> None:
    for control in [*catalogue().controls.values(), *catalogue().chapters]:
        assert re.fullmatch(r"[ -~]{10,110}\.", control.gist.en), control.id
        assert re.fullmatch(r"[^\n]{5,60}。", control.gist.ja), control.id
        assert JAPANESE.search(control.gist.ja), control.id
    said = [GIVEN["reasons"], GIVEN["controls"], GIVEN["chapters"], GIVEN["without_control"]]
    texts = [entry[language] for table in said for entry in table.values() for language in ("en", "ja")]
    assert [text for text in texts if CONFORMITY.search(text)] == []


def test_no_entry_has_a_key_that_nobody_reads_and_every_reason_is_used() -> None:
    entries = [*GIVEN["controls"].values(), *GIVEN["chapters"].values()]
    assert {key for entry in entries for key in entry} == {"en", "ja", "answers", "verified", "rules", "reason"}
    assert {entry["reason"] for entry in entries if "reason" in entry} == GIVEN["reasons"].keys()
    assert [entry for entry in entries if entry.get("verified", True) is not True] == []


def test_guidance_says_whether_its_numbers_were_seen_in_the_source() -> None:
    assert {name: entry["verified"] for name, entry in GIVEN["guidance"].items()} == {
        "guideline": True,
        "law": True,
        "common-standards": False,
    }
    for guidance in catalogue().guidance:
        ids = [item.id for item in guidance.items]
        assert len(ids) == len(set(ids))
        assert {slug for item in guidance.items for slug in item.rules} <= SLUGS
        # Chapters and items only: clauses below a chapter of the guideline are unverified and not named.
        assert not guidance.verified or all(re.fullmatch(r"\d", id_) for id_ in ids)


def test_every_rule_with_a_control_has_a_chapter_of_the_guideline() -> None:
    guideline = catalogue().guidance[0]
    assert {slug for item in guideline.items for slug in item.rules} == SLUGS - catalogue().without_control.keys()
