"""The check on states and previews: what is judged, what is refused, what waivers and the organisation above make of a verdict."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from policies import judge as judgement
from policies.check import Checked, Code, check
from policies.facts.vocabulary import Database, Undecided
from policies.judge import Answer
from policies.language import Message
from policies.rules import RULES, Facts, Rule
from policies.waiver_file import parsed
from policies.waivers import Exceptions, Supply, Waiver
from tests.policies import state_files
from tests.policies.organisation import SUPPLIED
from tests.policies.state_files import DATABASE, ONE_ZONE, OPEN_QUESTION, ROOT, STACK, file, preview, state

TODAY = date(2026, 11, 25)
unchanged = partial(preview, op="same")
SAME = unchanged()


def waiver(**changes: Any) -> Waiver:
    said = {"reason": "r", "owner": "情報政策課", "approver": "a", "approved": date(2026, 1, 1), "expires": TODAY}
    return Waiver(**{"rule": "ha-multi-az", "resource": "urn:pulumi:*::ledger", **said, **changes})


def checked(*paths: str, exceptions: Exceptions | None = None, today: date = TODAY) -> Checked:
    given = exceptions or Exceptions()
    return check(paths, replace(given, inherited=given.inherited or SUPPLIED), today)


def remarkable(result: Checked) -> list[tuple[str, str, str]]:
    return [
        (verdict.rule.slug, str(verdict.answer), verdict.urn)
        for judged in result.judged
        for verdict in judged.verdicts
        if verdict.answer not in (Answer.HOLDS, Answer.INHERITED)
    ]


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")


def test_a_state_in_which_all_holds_is_0(tmp_path: Path) -> None:
    result = checked(file(tmp_path, state()))
    assert (result.code, remarkable(result)) == (Code.ALL_HOLD, [])
    [judged] = result.judged
    assert (judged.stack, judged.preview) == (ROOT, False)
    assert judged.resources == len(state_files.sound())


@pytest.mark.parametrize(
    ("edits", "code", "expected"),
    [
        ([ONE_ZONE], Code.VIOLATED, [("ha-multi-az", "violated", DATABASE)]),
        ([OPEN_QUESTION], Code.UNKNOWN, [("ha-multi-az", "unknown", DATABASE)]),
    ],
)
@pytest.mark.parametrize("document", [state, unchanged])
def test_a_violation_is_1_and_an_unknown_is_2_in_states_and_in_previews(
    document: Any, edits: Any, code: Code, expected: Any, tmp_path: Path
) -> None:
    result = checked(file(tmp_path, document(*edits)))
    assert (result.code, remarkable(result)) == (code, expected)


def test_a_violation_outweighs_an_unknown_and_broken_input_outweighs_both(tmp_path: Path) -> None:
    paths = [file(tmp_path, state(ONE_ZONE), "one.json"), file(tmp_path, state(OPEN_QUESTION), "two.json")]
    assert checked(*paths).code is Code.VIOLATED
    result = checked(*paths, str(tmp_path / "gone.json"))
    assert (result.code, len(result.judged)) == (Code.BROKEN_INPUT, 2)
    assert [str(problem) for problem in result.problems] == [f"{tmp_path}/gone.json: No such file or directory"]


def test_a_folder_is_judged_at_any_depth_and_no_file_twice(tmp_path: Path) -> None:
    one, two = file(tmp_path, state(), "a/one.json"), file(tmp_path, SAME, "b/c/two.json")
    result = checked(str(tmp_path), one)
    assert [(judged.name, judged.preview) for judged in result.judged] == [(one, False), (two, True)]


def test_a_folder_with_another_json_file_or_with_none_is_refused(tmp_path: Path) -> None:
    assert [str(one) for one in checked(str(tmp_path)).problems] == [f"{tmp_path}: no *.json in this folder"]
    other = file(tmp_path, {"name": "package"})
    assert [str(one) for one in checked(str(tmp_path)).problems] == [
        f"{other}: neither an exported state nor a preview: expected what `pulumi stack export` or"
        " `pulumi preview --json --show-sames` writes"
    ]


SHOWS_ALL = "the preview leaves out 3 resources: write it with `pulumi preview --json --show-sames`"
FINISHED = "the preview failed or did not finish: what it shows is not the whole stack"


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({**SAME, "steps": SAME["steps"][:-3]}, SHOWS_ALL),
        ({**SAME, "diagnostics": [{"severity": "error", "message": "boom"}]}, FINISHED),
        ({"steps": SAME["steps"]}, FINISHED),
        ({"changeSummary": {"same": 1}}, "the preview has no list of steps"),
        ({"steps": [3], "changeSummary": {}}, "the preview has no list of steps"),
        ({"deployment": {"manifest": {}, "resources": 3}}, "its resources are no list"),
        ({"deployment": {"manifest": {}, "resources": [{"urn": 1}]}}, "it holds a resource without urn or type"),
    ],
)
def test_what_does_not_show_the_whole_stack_is_refused(document: Any, problem: str, tmp_path: Path) -> None:
    path = file(tmp_path, document)
    result = checked(path)
    assert (result.code, [str(one) for one in result.problems]) == (Code.BROKEN_INPUT, [f"{path}: {problem}"])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("[]", "no JSON object"),
        ("[" * 100_000, "values are nested too deeply"),
        ('{"deployment": {"manifest": {}, "resources": [{"urn": "u", "type": "t", "inputs": %s}]}}', None),
    ],
)
def test_what_is_no_document_is_refused_with_one_message(text: str, problem: str | None, tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text(text % ('{"a":' * 400 + "1" + "}" * 400) if "%" in text else text)
    expected = f"{path}: {problem or 'values are nested too deeply'}"
    assert [str(one) for one in checked(str(path)).problems] == [expected]


def test_a_preview_keeps_of_an_unchanged_resource_what_the_cloud_had_computed(tmp_path: Path) -> None:
    """A join by an id that only the old state holds: without it the rights on the secret would lead nowhere."""
    assert remarkable(checked(file(tmp_path, SAME))) == []
    for step in SAME["steps"]:
        assert "id" not in step["newState"]


def test_a_resource_that_a_preview_deletes_is_not_judged(tmp_path: Path) -> None:
    document = unchanged(ONE_ZONE)
    [step] = [step for step in document["steps"] if step["urn"] == DATABASE]
    step["op"] = "delete"
    del step["newState"]
    document["changeSummary"] = {"same": len(document["steps"]) - 1, "delete": 1}
    assert remarkable(checked(file(tmp_path, document))) == []


def test_an_updated_resource_keeps_its_id_but_not_an_input_that_was_taken_away(tmp_path: Path) -> None:
    document = unchanged()
    [step] = [step for step in document["steps"] if step["urn"] == DATABASE]
    step["op"] = "update"
    step["oldState"]["outputs"] = {"multiAz": True}
    step["newState"]["inputs"] = {k: v for k, v in step["newState"]["inputs"].items() if k != "multiAz"}
    document["changeSummary"] = {"same": len(document["steps"]) - 1, "update": 1}
    assert remarkable(checked(file(tmp_path, document))) == [("ha-multi-az", "violated", DATABASE)]


def test_an_unknown_is_accepted_in_a_preview_only(tmp_path: Path) -> None:
    exceptions = Exceptions(acceptable=frozenset({"ha-multi-az"}))
    assert checked(file(tmp_path, unchanged(OPEN_QUESTION)), exceptions=exceptions).code is Code.ALL_HOLD
    assert checked(file(tmp_path, unchanged(ONE_ZONE)), exceptions=exceptions).code is Code.VIOLATED
    assert checked(file(tmp_path, state(OPEN_QUESTION)), exceptions=exceptions).code is Code.UNKNOWN


@pytest.mark.parametrize("edit", [ONE_ZONE, OPEN_QUESTION])
def test_a_waiver_covers_until_the_end_of_its_last_day(edit: Any, tmp_path: Path) -> None:
    exceptions = Exceptions(waivers=(waiver(),))
    path = file(tmp_path, state(edit))
    assert remarkable(checked(path, exceptions=exceptions)) == [("ha-multi-az", "waived", DATABASE)]
    assert checked(path, exceptions=exceptions).code is Code.ALL_HOLD
    late = checked(path, exceptions=exceptions, today=date(2026, 11, 26))
    assert late.code in (Code.VIOLATED, Code.UNKNOWN)
    [back] = [one for one in late.judged[0].verdicts if one.answer not in (Answer.HOLDS, Answer.INHERITED)]
    assert back.message.en.endswith(" The waiver of 情報政策課 expired on 2026-11-25.")
    assert back.message.ja.endswith("情報政策課 の適用除外は 2026-11-25 に期限切れとなりました。")


def test_of_two_waivers_the_one_in_force_counts_and_the_expired_one_is_not_idle(tmp_path: Path) -> None:
    renewed = waiver(expires=date(2027, 1, 1))
    exceptions = Exceptions(waivers=(renewed, waiver(expires=date(2026, 2, 1))))
    result = checked(file(tmp_path, state(ONE_ZONE)), exceptions=exceptions)
    assert result.code is Code.ALL_HOLD
    assert [one.by for one in result.judged[0].verdicts if isinstance(one.by, Waiver)] == [renewed]


@pytest.mark.parametrize(
    "idle",
    [
        waiver(rule="ha-network-two-zones"),
        waiver(resource="urn:pulumi:*::ledgers"),
        waiver(resource=f"urn:pulumi:{STACK}::machikumo::?ledger"),
    ],
)
def test_a_waiver_that_covers_nothing_is_broken_input_by_name(idle: Waiver, tmp_path: Path) -> None:
    result = checked(file(tmp_path, state(ONE_ZONE)), exceptions=Exceptions(waivers=(idle,)))
    assert result.code is Code.BROKEN_INPUT
    assert [str(problem) for problem in result.problems] == [
        f"waiver {idle.rule} @ {idle.resource}: nothing it covers is violated or unknown."
        " Remove it, or mend rule or resource."
    ]


def test_a_waiver_for_another_stack_is_not_asked_here(tmp_path: Path) -> None:
    other = waiver(resource="urn:pulumi:342084-resident-record-production::*")
    assert checked(file(tmp_path, state()), exceptions=Exceptions(waivers=(other,))).code is Code.ALL_HOLD


def test_a_rule_that_is_never_waived_is_not_waived_even_past_the_file(tmp_path: Path) -> None:
    never = {rule.slug for rule in RULES if rule.never_waived}
    assert never == {"net-object-storage-not-public", "net-database-not-public", "iam-no-public-principal"}
    smuggled = waiver(rule="net-database-not-public")
    public = state_files.with_inputs("ledger", publiclyAccessible=True)
    result = checked(file(tmp_path, state(public)), exceptions=Exceptions(waivers=(smuggled,)))
    assert ("net-database-not-public", "violated", DATABASE) in remarkable(result)


def _asks(_facts: Facts) -> Iterator[Message]:
    yield Message("No multi-factor authentication.", "多要素認証がありません。")


def _asks_one(_database: Any) -> Iterator[Message]:
    yield Message("Its own fault.", "これ自体の問題です。")


def _does_not_show(_facts: Facts) -> Iterator[Message]:
    raise Undecided(Message("Nothing in the stack shows it.", "スタックの中には見当たりません。"))


@pytest.fixture
def organisation(monkeypatch: pytest.MonkeyPatch) -> Rule:
    """A rule about the whole stack that the organisation above may keep."""
    rule = Rule(
        "iam-mfa-required", "Everybody signs in with two factors.", "多要素認証", None, (Facts,), _does_not_show, True
    )
    monkeypatch.setattr(judgement, "_rules_by_subject", lambda: {Facts: [rule]})
    return rule


def test_what_the_organisation_supplies_is_inherited_by_name_and_never_holds(
    organisation: Rule, tmp_path: Path
) -> None:
    path = file(tmp_path, state())
    alone = check([path], Exceptions(), TODAY)
    assert (alone.code, remarkable(alone)) == (Code.UNKNOWN, [("iam-mfa-required", "unknown", ROOT)])
    written = {"inherited": {organisation.slug: {"owner": "デジタル庁", "reason": "必須適用テンプレート"}}}
    exceptions = parsed(written, "waivers.toml", today=TODAY, rules=[organisation])
    result = checked(path, exceptions=exceptions)
    assert result.code is Code.ALL_HOLD
    [verdict] = result.judged[0].verdicts
    assert (verdict.rule.slug, verdict.answer, verdict.urn) == ("iam-mfa-required", Answer.INHERITED, ROOT)
    assert verdict.message.en == "Inherited from デジタル庁: 必須適用テンプレート"
    assert verdict.by == Supply(rule="iam-mfa-required", owner="デジタル庁", reason="必須適用テンプレート")


def test_a_resource_of_the_stacks_own_inherits_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    one = Rule("x", "c", "t", None, (Database,), _asks_one, True)
    monkeypatch.setattr(judgement, "_rules_by_subject", lambda: {Database: [one]})
    exceptions = Exceptions(inherited={"x": Supply(rule="x", owner="o", reason="r")})
    assert remarkable(checked(file(tmp_path, state()), exceptions=exceptions)) == [("x", "violated", DATABASE)]


def test_an_inherited_answer_is_not_given_to_an_unmarked_rule(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    plain = Rule("y", "c", "t", None, (Facts,), _asks)
    monkeypatch.setattr(judgement, "_rules_by_subject", lambda: {Facts: [plain]})
    exceptions = Exceptions(inherited={"y": Supply(rule="y", owner="o", reason="r")})
    assert remarkable(checked(file(tmp_path, state()), exceptions=exceptions)) == [("y", "violated", ROOT)]


def test_what_the_whole_stack_shows_to_be_wrong_is_inherited_from_nobody(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shows = Rule("x", "c", "t", None, (Facts,), _asks, True)
    monkeypatch.setattr(judgement, "_rules_by_subject", lambda: {Facts: [shows]})
    exceptions = Exceptions(inherited={"x": Supply(rule="x", owner="o", reason="r")})
    assert remarkable(checked(file(tmp_path, state()), exceptions=exceptions)) == [("x", "violated", ROOT)]


def test_an_empty_stack_is_judged_and_holds(tmp_path: Path) -> None:
    document = json.loads('{"version": 3, "deployment": {"manifest": {}}}')
    result = checked(file(tmp_path, document))
    assert (result.code, result.judged[0].stack) == (Code.ALL_HOLD, "")


def test_the_name_of_a_file_stays_on_one_line(tmp_path: Path) -> None:
    path = file(tmp_path, {}, "a\n::error::b.json")
    [problem] = checked(path).problems
    assert problem.en.startswith(f"{tmp_path}/a\\u000a::error::b.json: neither")
