"""Exceptions: a waiver has an owner, a reason, an approver and an expiry; what the organisation above supplies has an owner.

They are written in one file (policies/waiver_file.py) that the check and the policy pack both read.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache

from policies.language import Message

__all__ = ["Exceptions", "Supply", "Waiver", "matches_nothing", "today"]

_JAPAN = timezone(timedelta(hours=9))


def today() -> date:
    """The date in Japan, wherever the check runs: approvals and expiries are dates of a Japanese office."""
    return datetime.now(UTC).astimezone(_JAPAN).date()


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiver:
    """One rule need not hold on the resources that fit, until the end of the day `expires`."""

    rule: str
    """Slug."""
    resource: str
    """A URN in which `*` stands for any text and `?` for one character; the stack's own URN for a rule about the whole stack."""
    reason: str
    owner: str
    approver: str
    approved: date
    expires: date
    """At most one year after `approved`."""
    replaced_control: str = ""
    """Id of the control that another measure replaces; "" for none."""

    @property
    def name(self) -> str:
        """How reports call it."""
        return f"{self.rule} @ {self.resource}"

    @property
    def terms(self) -> Message:
        """What is said of what it covers."""
        return Message(
            f"Waived until {self.expires} (owner {self.owner}, approved by {self.approver} on {self.approved}): {self.reason}",
            f"{self.expires} まで適用除外(責任者 {self.owner}、承認 {self.approver} {self.approved}): {self.reason}",
        )

    @property
    def expired(self) -> Message:
        """What is said of a violation that it no longer covers."""
        return Message(
            f"The waiver of {self.owner} expired on {self.expires}.",
            f"{self.owner} の適用除外は {self.expires} に期限切れとなりました。",
        )

    def covers(self, urn: str) -> bool:
        """Whether the URN fits."""
        return _pattern(self.resource).fullmatch(urn) is not None

    def is_asked_of(self, stacks: Iterable[str]) -> bool:
        """Whether one of these stacks (names) may hold what it is for."""
        named = self.resource.removeprefix("urn:pulumi:").partition("::")[0]
        return any(_pattern(named).fullmatch(stack) for stack in stacks)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    parts = ({"*": ".*", "?": "."}.get(letter) or re.escape(letter) for letter in text)
    return re.compile("".join(parts), re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Supply:
    """What a rule asks is supplied by the organisation above, and who there answers for it."""

    rule: str
    """Slug of a rule that is marked `organisation`."""
    owner: str
    reason: str
    """What supplies it, and where that is written."""

    @property
    def name(self) -> str:
        """How reports call it."""
        return self.rule

    @property
    def said(self) -> Message:
        """The verdict's message."""
        return Message(f"Inherited from {self.owner}: {self.reason}", f"{self.owner} から継承: {self.reason}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Exceptions:
    """All that one file says."""

    waivers: tuple[Waiver, ...] = ()
    inherited: Mapping[str, Supply] = field(default_factory=dict)
    """By slug."""
    acceptable: frozenset[str] = frozenset()
    """Slugs of rules that may be unknown in a preview; in a deployed state nothing may."""

    def covering(self, rule: str, urn: str) -> list[Waiver]:
        """The waivers for that rule on that resource, the one that expires last at the end."""
        found = [waiver for waiver in self.waivers if waiver.rule == rule and waiver.covers(urn)]
        return sorted(found, key=lambda waiver: waiver.expires)

    def idle(self, open_answers: Iterable[tuple[str, str]], stacks: Iterable[str]) -> list[Waiver]:
        """The waivers that cover nothing. `open_answers`: rule and URN of what is violated or unknown, waived or not.

        One whose pattern names a stack that is not among `stacks` is not asked.
        """
        urns: dict[str, set[str]] = defaultdict(set)
        for rule, urn in open_answers:
            urns[rule].add(urn)
        names = tuple(stacks)
        return [
            waiver
            for waiver in self.waivers
            if waiver.is_asked_of(names) and not any(waiver.covers(urn) for urn in urns[waiver.rule])
        ]


def matches_nothing(waiver: Waiver) -> Message:
    """What is said of an idle waiver."""
    return Message(
        f"waiver {waiver.name}: nothing it covers is violated or unknown. Remove it, or mend rule or resource.",
        f"適用除外 {waiver.name}: 対象となる違反も不明もありません。削除するか、rule または resource を直してください。",
    )
