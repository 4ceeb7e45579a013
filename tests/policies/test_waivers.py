"""The file of exceptions: what it may say, and one message with key, value, what is allowed and the cure for each problem."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from policies.rules import RULES, Facts, Rule
from policies.waiver_file import VARIABLE, WaiverFileError, exceptions_file, parsed, read_exceptions
from policies.waivers import Exceptions, Supply, Waiver

TODAY = date(2026, 11, 25)
MFA = Rule("iam-mfa-required", "c", "t", None, (Facts,), lambda _: iter(()), organisation=True)
WAIVER: dict[str, Any] = {
    "rule": "ha-multi-az",
    "resource": "urn:pulumi:s::p::*",
    "reason": "r",
    "owner": "o",
    "approver": "a",
    "approved": date(2026, 11, 1),
    "expires": date(2027, 11, 1),
}


def read(document: dict[str, Any]) -> Exceptions:
    return parsed(document, "w.toml", today=TODAY, rules=[*RULES, MFA])


def problems(document: dict[str, Any]) -> list[str]:
    with pytest.raises(WaiverFileError) as caught:
        read(document)
    return [problem.en for problem in caught.value.problems]


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "w.toml"
    path.write_text(
        """
[[waiver]]
rule = "ha-multi-az"
resource = "urn:pulumi:s::p::*"
reason = "r"
owner = "o"
approver = "a"
approved = 2026-11-01
expires = 2027-11-01
replaced_control = "17.2.1.1"

[inherited.iam-mfa-required]
owner = "デジタル庁"
reason = "必須適用テンプレート"

[preview]
acceptable_until_deployed = ["img-private-registry"]
""",
        encoding="utf-8",
    )
    assert read_exceptions(path, today=TODAY, rules=[*RULES, MFA]) == Exceptions(
        waivers=(Waiver(**WAIVER, replaced_control="17.2.1.1"),),
        inherited={MFA.slug: Supply(rule=MFA.slug, owner="デジタル庁", reason="必須適用テンプレート")},
        acceptable=frozenset({"img-private-registry"}),
    )


def test_no_file_says_nothing() -> None:
    assert read_exceptions(None, today=TODAY) == Exceptions()


NEVER = (
    "w.toml: waiver[1].rule = net-database-not-public: not allowed.\n"
    "  allowed: no waiver for this rule. Residents' data would lie open to whoever asks; no reason outweighs that.\n"
    "  fix: remove the waiver and mend the resource"
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"rule": "net-database-not-public"}, NEVER),
        (
            {"rule": "ha-multi-za"},
            "w.toml: waiver[1].rule = ha-multi-za: not allowed.\n  allowed: the name of a rule\n  fix: did you mean ha-multi-az?",
        ),
        (
            {"rule": "qqqq"},
            "w.toml: waiver[1].rule = qqqq: not allowed.\n  allowed: the name of a rule",
        ),
        (
            {"expires": date(2027, 11, 2)},
            "w.toml: waiver[1].expires = 2027-11-02: not allowed.\n  allowed: from 2026-11-01 to 2027-11-01\n"
            "  fix: shorten it; have it approved anew before it ends",
        ),
        (
            {"expires": date(2026, 10, 31)},
            "w.toml: waiver[1].expires = 2026-10-31: not allowed.\n  allowed: from 2026-11-01 to 2027-11-01\n"
            "  fix: shorten it; have it approved anew before it ends",
        ),
        (
            {"approved": date(2026, 11, 26)},
            "w.toml: waiver[1].approved = 2026-11-26: not allowed.\n  allowed: a date up to today, 2026-11-25\n"
            "  fix: write the day of the approval",
        ),
        (
            {"expires": "2027-01-01"},
            "w.toml: waiver[1].expires = 2027-01-01: not allowed.\n  allowed: a date without quotes and time\n"
            "  fix: for example expires = 2027-03-31",
        ),
        (
            {"approved": datetime(2026, 11, 1, 9, 0)},  # noqa: DTZ001 - TOML's local date-time
            "w.toml: waiver[1].approved = 2026-11-01 09:00:00: not allowed.\n  allowed: a date without quotes and time\n"
            "  fix: for example approved = 2026-11-01",
        ),
        (
            {"owner": " "},
            'w.toml: waiver[1].owner =  : not allowed.\n  allowed: text, not empty\n  fix: for example owner = "…"',
        ),
        (
            {"resource": "*"},
            "w.toml: waiver[1].resource = *: not allowed.\n"
            "  allowed: a URN, in which * and ? may stand for any text and one character\n"
            '  fix: for example resource = "urn:pulumi:STACK::machikumo::*::NAME"',
        ),
        (
            {"aprover": "x"},
            "w.toml: waiver[1].aprover = x: not allowed.\n  allowed: no such key; there are rule, resource, reason, owner,"
            " approver, approved, expires, replaced_control\n  fix: did you mean approver?",
        ),
    ],
)
def test_what_a_waiver_may_not_say_is_told_with_the_cure(changes: dict[str, Any], expected: str) -> None:
    assert problems({"waiver": [{**WAIVER, **changes}]}) == [expected]


@pytest.mark.parametrize("key", [key for key in WAIVER if key != "replaced_control"])
def test_each_key_of_a_waiver_is_required(key: str) -> None:
    [problem] = problems({"waiver": [{name: value for name, value in WAIVER.items() if name != key}]})
    assert problem.startswith(f"w.toml: waiver[1].{key}: missing.\n  allowed: ")


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"wavier": []}, ["w.toml: wavier = []: not allowed."]),
        ({"waiver": {"rule": "x"}}, ["w.toml: waiver = {'rule': 'x'}: not allowed."]),
        ({"waiver": [3]}, ["w.toml: waiver[1] = 3: not allowed."]),
        ({"inherited": 3}, ["w.toml: inherited = 3: not allowed."]),
        ({"inherited": {"iam-mfa-required": {"owner": "o"}}}, ["w.toml: inherited.iam-mfa-required.reason: missing."]),
        (
            {"inherited": {"ha-multi-az": {"owner": "o", "reason": "r"}}},
            ["w.toml: inherited = ha-multi-az: not allowed."],
        ),
        (
            {"preview": {"acceptable_until_deployed": ["x"]}},
            ["w.toml: preview.acceptable_until_deployed = x: not allowed."],
        ),
        (
            {"preview": {"acceptable_until_deployed": 3}},
            ["w.toml: preview.acceptable_until_deployed = 3: not allowed."],
        ),
        ({"preview": 3, "other": 4}, ["w.toml: other = 4: not allowed.", "w.toml: preview = 3: not allowed."]),
    ],
)
def test_the_rest_of_the_file_is_held_to_its_shape(document: dict[str, Any], expected: list[str]) -> None:
    assert [problem.partition("\n")[0] for problem in problems(document)] == expected


def test_all_problems_are_told_at_once_and_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = {"waiver": [{**WAIVER, "rule": "x"}, {**WAIVER, "expires": TODAY.replace(year=2030)}]}
    assert len(problems(broken)) == 2
    with pytest.raises(WaiverFileError) as caught:
        read(broken)
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    assert str(caught.value).startswith("w.toml: waiver[1].rule = x: 使えません。\n  使える値: 規則の名前")


def test_a_year_from_a_29th_of_february_ends_on_the_28th() -> None:
    leap = {**WAIVER, "approved": date(2024, 2, 29)}
    assert read({"waiver": [{**leap, "expires": date(2025, 2, 28)}]}).waivers
    assert problems({"waiver": [{**leap, "expires": date(2025, 3, 1)}]})
    assert problems({"waiver": [{**WAIVER, "approved": date.max, "expires": date.max}]})


@pytest.mark.parametrize(("text", "told"), [("[", "no TOML: "), (None, "No such file or directory")])
def test_a_file_that_cannot_be_read_is_one_problem(text: str | None, told: str, tmp_path: Path) -> None:
    path = tmp_path / "w.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(WaiverFileError) as caught:
        read_exceptions(path, today=TODAY)
    [problem] = caught.value.problems
    assert problem.en.startswith(f"{path}: {told}")


def test_the_pattern_is_a_urn_in_which_only_star_and_question_mark_stand_for_other_text() -> None:
    waiver = Waiver(**{**WAIVER, "resource": "urn:pulumi:s::p::a$b:[c]::n?*"})
    fitting = ["n1", "n12", "nx::y"]
    assert [waiver.covers(f"urn:pulumi:s::p::a$b:[c]::{name}") for name in fitting] == [True] * 3
    assert not waiver.covers("urn:pulumi:s::p::a$b:[c]::n")
    assert not waiver.covers("urn:pulumi:s::p::a$b:c::n1")


def test_the_file_is_the_one_named_else_the_one_beside_the_project_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("policies.waiver_file._BESIDE", tmp_path / "waivers.toml")
    monkeypatch.delenv(VARIABLE, raising=False)
    assert exceptions_file() is None
    (tmp_path / "waivers.toml").write_text("")
    assert exceptions_file() == tmp_path / "waivers.toml"
    monkeypatch.setenv(VARIABLE, "elsewhere.toml")
    assert exceptions_file() == Path("elsewhere.toml")
