"""The table of controls: the page in the repository is what the code makes, and every format names every control."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from operations import controls
from operations.__main__ import main
from operations.controls_page import LEGEND, Notes, cell, page
from operations.promises import Capabilities
from policies.catalogue import catalogue
from policies.coverage import of_control
from policies.facts import CLOUDS
from policies.rules import RULES

PAGE = Path(__file__).parents[2] / "docs" / "controls.md"


@pytest.fixture(scope="module")
def capabilities() -> Capabilities:
    return Capabilities.read()


def test_the_page_in_the_repository_is_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["controls", "--format", "markdown"]) == 0
    assert capsys.readouterr().out == PAGE.read_text(encoding="utf-8"), "./machikumo controls --format markdown"


def test_the_clouds_of_the_verifier_are_those_of_the_capability_table(capabilities: Capabilities) -> None:
    assert list(CLOUDS) == list(capabilities.not_offered)


def test_the_json_names_every_control_with_its_rules_or_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["controls", "--format", "json"]) == 0
    given = json.loads(capsys.readouterr().out)
    everything = [*catalogue().chapters, *catalogue().controls.values()]
    assert [one["id"] for one in given["controls"]] == [one.id for one in everything]
    assert {bool(one["clouds"]) == (one["reason"] is None) for one in given["controls"]} == {True}
    registry = next(one for one in given["controls"] if one["id"] == "8.1.2.7.PB")
    found = registry["clouds"]["oci"]
    assert found["coverage"] == "not offered"
    assert list(found["rules"]) == [
        rule.slug for rule in RULES if rule.slug in catalogue().controls["8.1.2.7.PB"].rules
    ]
    assert found["rules"]["crypto-image-registry-cmk"] == "not offered"
    assert found["rules"]["crypto-database-cmk"] == "enforced"
    assert "ImageRegistry.customer_key" in found["because"]
    assert registry["clouds"]["aws"]["coverage"] == "enforced"


@pytest.mark.parametrize(("language", "words"), [("C.UTF-8", ("gap", "operator")), ("ja_JP.UTF-8", ("未対応", "団体"))])
def test_the_table_speaks_the_language_of_the_terminal_and_claims_no_conformity(
    language: str, words: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", language)
    monkeypatch.setenv("COLUMNS", "200")
    assert controls.main([]) == 0
    shown = capsys.readouterr().out
    for one in catalogue().controls.values():
        assert (f" {one.id} " in shown) is (one.reason is None), one.id
    assert all(word in shown for word in words)
    assert (LEGEND[-1].ja if language.startswith("ja") else LEGEND[-1].en) in shown


def test_a_cell_says_the_weakest_answer_how_many_are_enforced_and_why(capabilities: Capabilities) -> None:
    notes = Notes(capabilities)
    control = catalogue().controls["8.1.2.7.PB"]
    shown = [
        cell(
            cloud,
            of_control(control, CLOUDS[cloud], capabilities.substitutes(cloud)),
            notes,
            lambda english, _: english,
        )
        for cloud in ("aws", "oci", "oci")
    ]
    words, enforced, reasons = shown[1].partition("/")[0], shown[1].partition("/")[2], notes.texts()
    assert shown[0] == "enforced"
    assert shown[1] == shown[2]
    assert words.startswith("not offered ")
    assert enforced.startswith(f"{len(control.rules)} [1")
    assert "1. **oci, `ImageRegistry.customer_key`**: A container repository takes no customer key." in list(reasons)


def test_a_gap_that_the_capability_table_declares_is_told_with_its_substitute(capabilities: Capabilities) -> None:
    shown = page(catalogue(), capabilities)
    entry = capabilities.not_offered["azure"]["secret.customer_key"]
    assert entry.reason in shown
    nothing = replace(entry, substitute=None)
    without = replace(capabilities, not_offered={**capabilities.not_offered, "azure": {"secret.customer_key": nothing}})
    assert "Nothing takes its place." in page(catalogue(), without)
    assert "Nothing takes its place." not in shown
