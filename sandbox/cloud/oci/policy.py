"""IAM policy statements and matching rules of dynamic groups, read by their grammar.

    statement  := ("allow" | "deny") subject "to" (verb resource-type | "{" PERMISSION, … "}") "in" location ["where" condition]
    subject    := "any-user" | "any-group" | "service" name, … | ("group" | "dynamic-group") (["domain"/]name | "id" OCID), …
    location   := "tenancy" | "compartment" (name[:name…] | "id" OCID)
    condition  := ("any" | "all") "{" condition, … "}" | variable comparison
    comparison := ("=" | "!=" | "before" | "after") value | ["not"] "in" "(" value, … ")" | "between" value "and" value
    value      := 'text' | /pattern with * at its ends/ | variable

Keywords may be written in any case; spaces and line breaks mean nothing. Statements across tenancies (define, endorse, admit)
are no part of it.
https://docs.oracle.com/en-us/iaas/Content/Identity/Concepts/policysyntax.htm
https://docs.oracle.com/en-us/iaas/Content/Identity/policysyntax/denypolicies.htm
https://docs.oracle.com/en-us/iaas/Content/Identity/Concepts/policyadvancedfeatures.htm
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, TypeVar

from sandbox.cloud.oci.statement import Comparison, Condition, Effect, Named, Quantified, Statement, Subject, Value

VERBS: Final = ("inspect", "read", "use", "manage")
_ACROSS: Final = ("define", "endorse", "admit")
_NAME: Final = r"[\w.@+-]+"
_OCID: Final = r"ocid1\.[a-z0-9]+\.[\w-]*\.[\w-]*\.[\w.-]+"
_VARIABLE: Final = r"[A-Za-z][\w-]*(?:\.[\w-]+)+"
Part = TypeVar("Part")


class PolicySyntaxError(ValueError):
    """What the service can't read in a statement, and where."""


@lru_cache(maxsize=1024)
def statement(text: str) -> Statement:
    """The statement that `text` is. Raises PolicySyntaxError."""
    reader = _Reader(text)
    found = reader.statement()
    reader.end()
    return found


def matching_rule(text: str) -> Condition:
    """The condition that a dynamic group's rule is. Raises PolicySyntaxError."""
    reader = _Reader(text)
    found = reader.condition()
    reader.end()
    return found


class _Reader:
    """A recursive descent over one text."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0

    def statement(self) -> Statement:
        if self._accept(*_ACROSS):
            raise self._wrong(
                "statements across tenancies (define, endorse, admit) are not known here; 'allow' or 'deny'"
            )
        effect: Effect = "deny" if self._accept("deny") else "allow"
        if effect == "allow":
            self._keyword("allow")
        subject = self._subject()
        self._keyword("to")
        verb, resource, permissions = self._what()
        self._keyword("in")
        compartment = self._location()
        condition = self.condition() if self._accept("where") else None
        return Statement(
            effect=effect,
            subject=subject,
            verb=verb,
            resource=resource,
            permissions=permissions,
            compartment=compartment,
            condition=condition,
        )

    def condition(self) -> Condition:
        for quantifier in ("any", "all"):
            if self._accept(quantifier):
                self._symbol("{")
                members = self._listed(self.condition)
                self._symbol("}")
                return Quantified(quantifier="any" if quantifier == "any" else "all", members=members)
        return self._comparison()

    def end(self) -> None:
        if self._rest():
            raise self._wrong("nothing more")

    def _subject(self) -> Subject:
        if self._accept("any-user"):
            return Subject(kind="any-user")
        if self._accept("any-group"):
            return Subject(kind="any-group")
        if self._accept("service"):
            return Subject(
                kind="service", names=self._listed(lambda: Named(name=self._take(_NAME, "a service's name")))
            )
        if self._accept("dynamic-group"):
            return Subject(kind="dynamic-group", names=self._listed(self._named))
        if self._accept("group"):
            return Subject(kind="group", names=self._listed(self._named))
        raise self._wrong("any-user, any-group, service, group or dynamic-group")

    def _named(self) -> Named:
        if self._accept("id"):
            return Named(name=self._take(_OCID, "an OCID"), by_id=True)
        first = self._group_name()
        if not self._accepts_symbol("/"):
            return Named(name=first)
        return Named(name=self._group_name(), domain=first)

    def _group_name(self) -> str:
        return self._text_value() if self._rest().startswith("'") else self._take(_NAME, "a name")

    def _what(self) -> tuple[str, str, frozenset[str]]:
        if self._accepts_symbol("{"):
            permissions = self._listed(lambda: self._take(r"[A-Z][A-Z0-9_]*", "a permission such as BUCKET_READ"))
            self._symbol("}")
            return "", "", frozenset(permissions)
        for verb in VERBS:
            if self._accept(verb):
                return verb, self._take(r"[A-Za-z][\w-]*", "a resource type").lower(), frozenset()
        raise self._wrong("inspect, read, use, manage or { permissions }")

    def _location(self) -> Named | None:
        if self._accept("tenancy"):
            return None
        if not self._accept("compartment"):
            raise self._wrong("tenancy or compartment")
        if self._accept("id"):
            return Named(name=self._take(_OCID, "an OCID"), by_id=True)
        return Named(name=self._take(rf"{_NAME}(?::{_NAME})*", "a compartment's name"))

    def _comparison(self) -> Comparison:
        variable = self._take(_VARIABLE, "a variable such as target.key.id, any { or all {")
        for symbol in ("!=", "="):
            if self._accepts_symbol(symbol):
                return Comparison(variable=variable, operator=symbol, values=(self._value(),))
        for word in ("before", "after"):
            if self._accept(word):
                return Comparison(variable=variable, operator=word, values=(self._value(),))
        if self._accept("between"):
            first = self._value()
            self._keyword("and")
            return Comparison(variable=variable, operator="between", values=(first, self._value()))
        operator = "not in" if self._accept("not") else "in"
        if not self._accept("in"):
            raise self._wrong("=, !=, in, before, after or between")
        self._symbol("(")
        values = self._listed(self._value)
        self._symbol(")")
        return Comparison(variable=variable, operator=operator, values=values)

    def _value(self) -> Value:
        rest = self._rest()
        if rest.startswith("'"):
            return Value(kind="text", written=self._text_value())
        if rest.startswith("/"):
            return Value(
                kind="pattern", written=self._take(r"/\*?[^/*]+\*?/", "a pattern with * at its ends only")[1:-1]
            )
        return Value(kind="variable", written=self._take(_VARIABLE, "a text in single quotes"))

    def _text_value(self) -> str:
        return self._take(r"'[^']+'", "a text in single quotes")[1:-1]

    def _listed(self, part: Callable[[], Part]) -> tuple[Part, ...]:
        parts = [part()]
        while self._accepts_symbol(","):
            parts.append(part())
        return tuple(parts)

    def _rest(self) -> str:
        self._at += len(self._text[self._at :]) - len(self._text[self._at :].lstrip())
        return self._text[self._at :]

    def _take(self, pattern: str, wanted: str) -> str:
        found = re.match(pattern, self._rest())
        if found is None:
            raise self._wrong(wanted)
        self._at += found.end()
        return found[0]

    def _accept(self, *words: str) -> bool:
        found = re.match(r"[A-Za-z][\w-]*", self._rest())
        if found is None or found[0].lower() not in words:
            return False
        self._at += found.end()
        return True

    def _keyword(self, word: str) -> None:
        if not self._accept(word):
            raise self._wrong(f"'{word}'")

    def _accepts_symbol(self, symbol: str) -> bool:
        if not self._rest().startswith(symbol):
            return False
        self._at += len(symbol)
        return True

    def _symbol(self, symbol: str) -> None:
        if not self._accepts_symbol(symbol):
            raise self._wrong(f"'{symbol}'")

    def _wrong(self, wanted: str) -> PolicySyntaxError:
        found = re.match(r"\S+", self._rest())
        there = f"'{found[0]}'" if found else "the end"
        return PolicySyntaxError(f"{wanted} expected, not {there} (at {self._at + 1})")
