"""The check: every verdict on exported states and previews under the exceptions in force, and whether all is well."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import IntEnum
from pathlib import Path

from policies.documents import files, loaded, too_deep, world_of
from policies.facts.exported import NotAState
from policies.judge import Answer, Verdict, judge, weighed
from policies.language import Message
from policies.waivers import Exceptions, matches_nothing

__all__ = ["Checked", "Code", "Judged", "check"]


class Code(IntEnum):
    """The exit codes, best first."""

    ALL_HOLD = 0
    """Also what is waived, inherited, not offered by the cloud, or unknown and accepted; all of it is in the report."""
    VIOLATED = 1
    UNKNOWN = 2
    BROKEN_INPUT = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """One document and its verdicts."""

    name: str
    """The file as it was named, `-` for standard input."""
    stack: str
    """URN of the stack; "" where the document holds no resource."""
    preview: bool
    resources: int
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """Everything that a report says."""

    judged: tuple[Judged, ...] = ()
    exceptions: Exceptions = field(default_factory=Exceptions)
    problems: tuple[Message, ...] = ()
    """What is wrong with the input; the rest was judged all the same."""

    @property
    def code(self) -> Code:
        """The worst: broken input, then a violation, then an unknown that is not accepted."""
        if self.problems:
            return Code.BROKEN_INPUT
        open_answers = {verdict.answer for one in self.judged for verdict in one.verdicts if not verdict.accepted}
        return (
            Code.VIOLATED
            if Answer.VIOLATED in open_answers
            else Code.UNKNOWN
            if Answer.UNKNOWN in open_answers
            else Code.ALL_HOLD
        )


def check(given: Iterable[str], exceptions: Exceptions, today: date) -> Checked:
    """Judge the files and folders, none twice. What can't be read is a problem of the result, never an exception."""
    problems: list[Message] = []
    judged: dict[Path, Judged] = {}
    for path in _files(given, problems):
        if path.resolve() not in judged:
            try:
                judged[path.resolve()] = _judged(str(path), exceptions, today)
            except NotAState as error:
                problems.append(error.message)
            except RecursionError:
                problems.append(too_deep(str(path)))
    if not problems:
        problems += _idle(judged.values(), exceptions)
    return Checked(judged=tuple(judged.values()), exceptions=exceptions, problems=tuple(problems))


def _files(given: Iterable[str], problems: list[Message]) -> Iterator[Path]:
    for name in given:
        try:
            yield from files(name)
        except NotAState as error:
            problems.append(error.message)


def _judged(name: str, exceptions: Exceptions, today: date) -> Judged:
    world, preview = world_of(loaded(name), name)
    verdicts = weighed(judge(world), exceptions, today)
    return Judged(
        name=name,
        stack=world.stack,
        preview=preview,
        resources=sum(not one.is_component and one.package != "pulumi" for one in world.resources),
        verdicts=tuple(_accepted(verdict, exceptions) for verdict in verdicts) if preview else tuple(verdicts),
    )


def _accepted(verdict: Verdict, exceptions: Exceptions) -> Verdict:
    unknown = verdict.answer is Answer.UNKNOWN and verdict.rule.slug in exceptions.acceptable
    return replace(verdict, accepted=True) if unknown else verdict


def _idle(judged: Iterable[Judged], exceptions: Exceptions) -> Iterator[Message]:
    known = list(judged)
    open_answers = (
        (verdict.rule.slug, verdict.urn)
        for one in known
        for verdict in one.verdicts
        if verdict.answer in (Answer.VIOLATED, Answer.UNKNOWN, Answer.WAIVED)
    )
    stacks = {one.stack.removeprefix("urn:pulumi:").partition("::")[0] for one in known}
    return map(matches_nothing, exceptions.idle(open_answers, stacks))
