"""The language of IAM policy statements, read by recursive descent.

    allow|deny|endorse|admit SUBJECT, … to VERB TYPE|{PERMISSION, …} in PLACE [where CONDITION]
    define KIND NAME as OCID

https://docs.oracle.com/en-us/iaas/Content/Identity/policysyntax/policysyntax.htm
https://docs.oracle.com/en-us/iaas/Content/Identity/policysyntax/conditions.htm
"""

import re
from dataclasses import dataclass
from typing import Literal

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_NAME = re.compile(r"(?:'[^']*'|[^\s,{}()'=!/]+)(?:/(?:'[^']*'|[^\s,{}()'=!/]+))?")
_VARIABLE = re.compile(r"[A-Za-z][\w.-]*(?:'[^']*'[\w.-]*)*")
_VALUE = re.compile(r"'(?P<text>[^']*)'|(?P<pattern>/[^/]*/)|(?P<bare>[^\s,{}()'=!/]+)")
_OPERATOR = re.compile(r"!=|=|<=|>=|<|>|(?:not\s+in|in|before|after|between)\b", re.IGNORECASE)
_BLANK = re.compile(r"\s*")
_EFFECTS = ("allow", "deny", "endorse", "admit", "define")
_KINDS = ("group", "dynamic-group", "service", "resource")
_EVERYBODY = ("any-user", "any-group")
_DEEPEST = 20


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One condition. A value between slashes is a pattern (`*` any text) and keeps its slashes."""

    variable: str
    """Lower case."""
    operator: str
    """Lower case: `=`, `!=`, `in`, `not in`, `before`, `after`, `between`, `<`, `<=`, `>`, `>=`."""
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """Several conditions: all must hold, or any."""

    every: bool
    parts: tuple["Condition", ...]


Condition = Comparison | Conditions


@dataclass(frozen=True, kw_only=True)
class Subject:
    """`any-user` or `any-group`, or a kind (`group`, `dynamic-group`, `service`, `resource`) and a name or OCID."""

    kind: str
    name: str = ""
    by_id: bool = False


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One statement. Words of the language are in lower case, names and values as written."""

    effect: Literal["allow", "deny", "endorse", "admit", "define"]
    subjects: tuple[Subject, ...] = ()
    tenancy: str = ""
    """Of an admitted subject: the tenancy that it is of."""
    verb: str = ""
    what: str = ""
    rights: frozenset[str] = frozenset()
    place: str = ""
    """`tenancy`, `any-tenancy`, `tenancy NAME`, `compartment NAME` or `compartment id OCID`."""
    condition: Condition | None = None


class _Malformed(ValueError):  # noqa: N818 - says what it is
    """The text is no statement."""


def parse(text: str) -> Sentence | None:
    """The statement that the text is; None where it is none."""
    try:
        return _Reader(text).sentence()
    except _Malformed:
        return None


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._skip()

    def sentence(self) -> Sentence:
        effect = self._one_of(*_EFFECTS)
        if effect == "define":
            self._one_of("tenancy", "compartment", "group", "dynamic-group")
            self._take(_NAME)
            self._one_of("as")
            self._take(_NAME)
            self._end()
            return Sentence(effect="define")
        if effect == "deny":
            self._maybe("endorse", "admit")
        subjects, tenancy = self._subjects(), ""
        if self._maybe("of"):
            tenancy = self._place()
        self._one_of("to")
        verb, what, rights = self._action()
        self._one_of("in")
        place = self._place()
        if verb == "associate" and self._maybe("with"):
            self._take(_WORD)
            self._one_of("in")
            self._place()
        condition = self._condition(0) if self._maybe("where") else None
        self._end()
        return Sentence(
            effect=effect,  # type: ignore[arg-type]
            subjects=subjects,
            tenancy=tenancy,
            verb=verb,
            what=what,
            rights=rights,
            place=place,
            condition=condition,
        )

    def _subjects(self) -> tuple[Subject, ...]:
        everybody = self._maybe(*_EVERYBODY)
        if everybody:
            return (Subject(kind=everybody),)
        kind, found = self._one_of(*_KINDS), []
        while True:
            by_id = bool(self._maybe("id"))
            found.append(Subject(kind=kind, name=self._take(_NAME).replace("'", ""), by_id=by_id))
            if not self._mark(","):
                return tuple(found)
            kind = self._maybe(*_KINDS) or kind

    def _action(self) -> tuple[str, str, frozenset[str]]:
        if self._mark("{"):
            rights = [self._take(_WORD).upper()]
            while self._mark(","):
                rights.append(self._take(_WORD).upper())
            self._demand("}")
            return "", "", frozenset(rights)
        verb = self._one_of("inspect", "read", "use", "manage", "associate")
        return verb, self._take(_WORD).lower(), frozenset()

    def _place(self) -> str:
        word = self._one_of("tenancy", "any-tenancy", "compartment")
        if word == "any-tenancy":
            return word
        if word == "tenancy":
            following = self._peek(_WORD).lower()
            return word if following in ("", "where", "with", "to") else f"{word} {self._take(_NAME)}"
        by_id = "id " if self._maybe("id") else ""
        return f"{word} {by_id}{self._take(_NAME)}"

    def _condition(self, depth: int) -> Condition:
        before = self._at
        word = self._maybe("all", "any")
        if word and self._mark("{"):
            if depth == _DEEPEST:
                raise _Malformed
            parts = [self._condition(depth + 1)]
            while self._mark(","):
                parts.append(self._condition(depth + 1))
            self._demand("}")
            return Conditions(every=word == "all", parts=tuple(parts))
        self._at = before
        variable = self._take(_VARIABLE).lower()
        operator = re.sub(r"\s+", " ", self._take(_OPERATOR).lower())
        return Comparison(variable=variable, operator=operator, values=self._values(operator))

    def _values(self, operator: str) -> tuple[str, ...]:
        if self._mark("("):
            values = [self._value()]
            while self._mark(","):
                values.append(self._value())
            self._demand(")")
            return tuple(values)
        first = self._value()
        return (first, self._value()) if operator == "between" and self._maybe("and") else (first,)

    def _value(self) -> str:
        return re.sub(r"^'(.*)'$", r"\1", self._take(_VALUE), flags=re.DOTALL)

    def _take(self, kind: re.Pattern[str]) -> str:
        found = kind.match(self._text, self._at)
        if found is None:
            raise _Malformed
        self._at = found.end()
        self._skip()
        return found[0]

    def _peek(self, kind: re.Pattern[str]) -> str:
        found = kind.match(self._text, self._at)
        return found[0] if found else ""

    def _maybe(self, *words: str) -> str:
        found = self._peek(_WORD).lower()
        if found not in words:
            return ""
        self._take(_WORD)
        return found

    def _one_of(self, *words: str) -> str:
        found = self._maybe(*words)
        if not found:
            raise _Malformed
        return found

    def _mark(self, mark: str) -> bool:
        found = self._text.startswith(mark, self._at)
        if found:
            self._at += len(mark)
            self._skip()
        return found

    def _demand(self, mark: str) -> None:
        if not self._mark(mark):
            raise _Malformed

    def _skip(self) -> None:
        found = _BLANK.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _end(self) -> None:
        if self._at != len(self._text):
            raise _Malformed
