"""The file of exceptions, read: `waivers.toml` beside the project file, or the one that MACHIKUMO_WAIVERS names.

    [[waiver]]                      # any number of them
    rule = "ha-multi-az"
    resource = "urn:pulumi:011002-resident-record-production::machikumo::*::ledger-instance"
    reason = "…"
    owner = "…"
    approver = "…"
    approved = 2026-11-01           # not later than today in Japan
    expires = 2027-03-31            # its last day, at most one year after `approved`
    replaced_control = "17.2.1.1"   # optional: the control that another measure replaces

    [inherited.RULE]                # only rules marked `organisation`
    owner = "…"
    reason = "…"

    [preview]
    acceptable_until_deployed = ["RULE"]

The year counts from the approval, not from today: a file that is right stays right until its waivers expire.
"""

import os
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from policies.language import Message
from policies.rules import RULES, Rule
from policies.waivers import Exceptions, Supply, Waiver

__all__ = ["VARIABLE", "WaiverFileError", "exceptions_file", "parsed", "read_exceptions"]

VARIABLE = "MACHIKUMO_WAIVERS"
_BESIDE = Path(__file__).parents[1] / "waivers.toml"
_TABLES = ("waiver", "inherited", "preview")


class WaiverFileError(ValueError):
    """The file says what is not allowed; one message for each problem."""

    def __init__(self, problems: Iterable[Message]) -> None:
        self.problems = tuple(problems)
        super().__init__(*self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def exceptions_file() -> Path | None:
    """The file that is meant where nobody names one; None where there is none."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    return _BESIDE if _BESIDE.is_file() else None


def read_exceptions(path: Path | None, *, today: date, rules: Iterable[Rule] = RULES) -> Exceptions:
    """What the file says; nothing where there is none. `WaiverFileError` with all problems at once."""
    if path is None:
        return Exceptions()
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        why = error.strerror if isinstance(error, OSError) else f"no TOML: {error}"
        raise WaiverFileError([Message(f"{path}: {why}", f"{path}: 読めません: {why}")]) from error
    return parsed(document, str(path), today=today, rules=rules)


def parsed(document: Mapping[str, Any], name: str, *, today: date, rules: Iterable[Rule] = RULES) -> Exceptions:
    """The same from the parsed document; `name` is what messages call it."""
    reader = _Reader(name, today, {rule.slug: rule for rule in rules})
    found = reader.exceptions(document)
    if reader.problems:
        raise WaiverFileError(reader.problems)
    return found


@dataclass(frozen=True)
class _Key:
    """A key of a table: what may stand there, in words and as a test, with an example that shows how."""

    allowed: Message
    fits: Callable[[Any], bool]
    example: str
    required: bool = True


def _filled(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_date(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_pattern(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("urn:pulumi:")


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


_TEXT = Message("text, not empty", "空でない文字列")
_DATE = Message("a date without quotes and time", "引用符も時刻もない日付")
_URN = Message("a URN, in which * and ? may stand for any text and one character", "URN(* と ? は任意の文字列と一文字)")
_NAME = Message("the name of a rule", "規則の名前")
_RULE = _Key(_NAME, _filled, '"ha-multi-az"')
_WORDS = _Key(_TEXT, _filled, '"…"')

_WAIVER: Mapping[str, _Key] = {
    "rule": _RULE,
    "resource": _Key(_URN, _is_pattern, '"urn:pulumi:STACK::machikumo::*::NAME"'),
    "reason": _WORDS,
    "owner": _WORDS,
    "approver": _WORDS,
    "approved": _Key(_DATE, _is_date, "2026-11-01"),
    "expires": _Key(_DATE, _is_date, "2027-03-31"),
    "replaced_control": _Key(_TEXT, _filled, '"17.2.1.1"', required=False),
}
_SUPPLY: Mapping[str, _Key] = {"owner": _WORDS, "reason": _WORDS}
_PREVIEW: Mapping[str, _Key] = {
    "acceptable_until_deployed": _Key(Message("a list of rules", "規則の一覧"), _is_list, '["ha-multi-az"]')
}


class _Reader:
    """One reading; it goes on after a problem, so that all are told at once."""

    def __init__(self, name: str, today: date, rules: Mapping[str, Rule]) -> None:
        self.problems: list[Message] = []
        self._name = name
        self._today = today
        self._rules = rules

    def exceptions(self, document: Mapping[str, Any]) -> Exceptions:
        for key in document.keys() - set(_TABLES):
            self._unknown_key(key, key, document[key], _TABLES)
        listed = document.get("waiver", [])
        if not isinstance(listed, list):
            self._problem("waiver", listed, Message("tables", "表"), Message("write [[waiver]]", "[[waiver]] と書く"))
            listed = []
        tables = [(f"waiver[{number}]", table) for number, table in enumerate(listed, 1)]
        waivers = [self._waiver(where, table) for where, table in tables if self._keys(where, table, _WAIVER)]
        return Exceptions(
            waivers=tuple(waiver for waiver in waivers if waiver is not None),
            inherited={supply.rule: supply for supply in self._inherited(document.get("inherited", {}))},
            acceptable=frozenset(self._acceptable(document.get("preview", {}))),
        )

    def _waiver(self, where: str, table: Mapping[str, Any]) -> Waiver | None:
        rule = self._rule(f"{where}.rule", table["rule"], self._rules)
        if rule is not None and rule.never_waived is not None:
            allowed = Message("no waiver for this rule.", "この規則は適用除外できません。") + rule.never_waived
            cure = Message("remove the waiver and mend the resource", "適用除外を消し、資源を直す")
            self._problem(f"{where}.rule", rule.slug, allowed, cure)
            return None
        last = _a_year_after(table["approved"])
        if table["approved"] > self._today:
            allowed = Message(f"a date up to today, {self._today}", f"今日 {self._today} までの日付")
            cure = Message("write the day of the approval", "承認した日を書く")
            self._problem(f"{where}.approved", table["approved"], allowed, cure)
        if not table["approved"] <= table["expires"] <= last:
            allowed = Message(f"from {table['approved']} to {last}", f"{table['approved']} から {last} まで")
            cure = Message("shorten it; have it approved anew before it ends", "短くし、切れる前に改めて承認を得る")
            self._problem(f"{where}.expires", table["expires"], allowed, cure)
        return None if rule is None else Waiver(**table)

    def _inherited(self, tables: Any) -> Iterator[Supply]:
        if not isinstance(tables, Mapping):
            cure = Message("write [inherited.RULE]", "[inherited.規則] と書く")
            self._problem("inherited", tables, Message("tables", "表"), cure)
            return
        suppliable = {slug: rule for slug, rule in self._rules.items() if rule.organisation}
        for slug, table in tables.items():
            if self._keys(f"inherited.{slug}", table, _SUPPLY) and self._rule("inherited", slug, suppliable):
                yield Supply(rule=slug, **table)

    def _acceptable(self, table: Any) -> Iterator[str]:
        if table != {} and self._keys("preview", table, _PREVIEW):
            for slug in table["acceptable_until_deployed"]:
                if self._rule("preview.acceptable_until_deployed", slug, self._rules):
                    yield slug

    def _keys(self, where: str, table: Any, keys: Mapping[str, _Key]) -> bool:
        """Whether the table has every key that it must have, no other, and in each what may stand there."""
        before = len(self.problems)
        if not isinstance(table, Mapping):
            listed = ", ".join(keys)
            self._problem(where, table, Message(f"a table of {listed}", f"{listed} の表"), Message("", ""))
            return False
        for name in table.keys() - keys.keys():
            self._unknown_key(f"{where}.{name}", name, table[name], tuple(keys))
        for name, key in keys.items():
            missing = name not in table
            if (missing and key.required) or (not missing and not key.fits(table[name])):
                cure = Message(f"for example {name} = {key.example}", f"例: {name} = {key.example}")
                self._problem(f"{where}.{name}", None if missing else table[name], key.allowed, cure)
        return len(self.problems) == before

    def _rule(self, where: str, slug: str, among: Mapping[str, Rule]) -> Rule | None:
        if slug not in among:
            listed = Message("a rule an organisation can supply", "組織が提供できる規則")
            self._problem(where, slug, _NAME if among is self._rules else listed, _meant(slug, tuple(among)))
        return among.get(slug)

    def _unknown_key(self, where: str, name: str, value: Any, known: tuple[str, ...]) -> None:
        listed = ", ".join(known)
        allowed = Message(f"no such key; there are {listed}", f"このキーはありません。あるのは {listed}")
        self._problem(where, value, allowed, _meant(name, known))

    def _problem(self, where: str, value: Any, allowed: Message, cure: Message) -> None:
        given = "" if value is None else f" = {str(value)[:80]}"
        en = f"{self._name}: {where}{given}: {'missing' if value is None else 'not allowed'}."
        ja = f"{self._name}: {where}{given}: {'ありません' if value is None else '使えません'}。"
        self.problems.append(
            Message(
                f"{en}\n  allowed: {allowed.en}" + (f"\n  fix: {cure.en}" if cure.en else ""),
                f"{ja}\n  使える値: {allowed.ja}" + (f"\n  直し方: {cure.ja}" if cure.ja else ""),
            )
        )


def _meant(given: str, known: tuple[str, ...]) -> Message:
    """The nearest of the known words, as a question; nothing where none is near."""
    from difflib import get_close_matches

    near = get_close_matches(given, known, 1)
    return Message(f"did you mean {near[0]}?", f"{near[0]} ではありませんか") if near else Message("", "")


def _a_year_after(day: date) -> date:
    """The same day of the next year; the 28th where February has no 29th. The calendar's last day where there is no next year."""
    if day.year == date.max.year:
        return date.max
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)
