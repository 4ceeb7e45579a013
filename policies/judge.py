"""The judgement: every rule on every fact, with three answers; then what waivers and the organisation above make of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache

from policies.facts import extract
from policies.facts.resources import World
from policies.facts.vocabulary import Fact, Undecided, Unknown, Unoffered
from policies.language import Message
from policies.rules import RULES, Facts, Rule
from policies.waivers import Exceptions, Supply, Waiver

__all__ = ["Answer", "Verdict", "judge", "judge_facts", "weighed"]


class Answer(StrEnum):
    """What a rule says of a fact."""

    HOLDS = "holds"
    VIOLATED = "violated"
    UNKNOWN = "unknown"
    """It cannot be told yet. Neither a pass nor a violation; a finished state should have none, and a CI fails on it."""
    NOT_OFFERED = "not-offered"
    """The cloud lets nobody decide it. Listed beside what is unknown; the capability table says what takes its place."""
    WAIVED = "waived"
    """It is violated or unknown, and a waiver in force covers it."""
    INHERITED = "inherited"
    """Not in this stack: the organisation above supplies it, as its named owner answers for."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule's answer on one resource."""

    rule: Rule
    answer: Answer
    urn: str
    """The resource to change; the stack's own URN where the rule is about the whole stack ("" where facts alone are judged)."""
    message: Message
    """The offending fact and the cure, or what is unknown; the condition where it holds."""
    by: Waiver | Supply | None = None
    """What made it waived or inherited; the waiver that has expired where a violation is back."""
    whole: bool = False
    """It is about the stack as a whole, not about one of its resources."""
    accepted: bool = False
    """It is unknown, and may be until the stack is deployed."""

    def __str__(self) -> str:
        return f"[{self.rule.slug}] {self.message}"


def judge(world: World) -> list[Verdict]:
    """Every verdict on the world. Rules about the whole stack are asked only of a complete world."""
    return judge_facts(extract(world), complete=world.complete, stack=world.stack)


def judge_facts(facts: Iterable[Fact], *, complete: bool, stack: str = "") -> list[Verdict]:
    """The same from facts; one pass, each fact shown only to the rules of its kind. `stack`: the URN for what is about the whole."""
    known, rules = list(facts), _rules_by_subject()
    verdicts = [
        verdict for fact in known for rule in rules.get(type(fact), ()) for verdict in _ask(rule, fact, fact.urn)
    ]
    if complete:
        verdicts += [verdict for rule in rules.get(Facts, ()) for verdict in _ask(rule, Facts(known), stack)]
    return verdicts


def weighed(verdicts: Iterable[Verdict], exceptions: Exceptions, today: date) -> list[Verdict]:
    """The verdicts under the exceptions in force today; which waivers were used is in `Verdict.by`.

    A waiver covers what is violated or unknown. After its last day the violation is back, and its message says since when.
    What the organisation supplies answers only what the whole stack does not show: what it shows, and a resource of its own, is judged as ever.
    """
    return [_weighed(verdict, exceptions, today) for verdict in verdicts]


def _weighed(verdict: Verdict, exceptions: Exceptions, today: date) -> Verdict:
    if verdict.answer not in (Answer.VIOLATED, Answer.UNKNOWN):
        return verdict
    rule = verdict.rule
    supply = exceptions.inherited.get(rule.slug)
    if supply is not None and rule.organisation and verdict.whole and verdict.answer is Answer.UNKNOWN:
        return replace(verdict, answer=Answer.INHERITED, by=supply, message=supply.said)
    waivers = [] if rule.never_waived else exceptions.covering(rule.slug, verdict.urn)
    in_force = next((waiver for waiver in waivers if today <= waiver.expires), None)
    if in_force is not None:
        return replace(verdict, answer=Answer.WAIVED, by=in_force)
    if waivers:
        return replace(verdict, by=waivers[-1], message=verdict.message + waivers[-1].expired)
    return verdict


@cache
def _rules_by_subject() -> dict[type, list[Rule]]:
    found: dict[type, list[Rule]] = defaultdict(list)
    for rule in RULES:
        for subject in rule.subjects:
            found[subject].append(rule)
    return found


def _ask(rule: Rule, subject: Fact | Facts, urn: str) -> Iterator[Verdict]:
    def answer(answer: Answer, message: Message) -> Verdict:
        return Verdict(rule, answer, urn, message, whole=isinstance(subject, Facts))

    violated = False
    try:
        for message in rule.check(subject):
            violated = True
            yield answer(Answer.VIOLATED, message)
    except Unoffered:
        if not violated:
            yield answer(Answer.NOT_OFFERED, _unoffered(subject))
        return
    except Undecided as undecided:
        if not violated:  # one violation is enough: what is unknown beside it changes nothing
            said = undecided.args[0] if undecided.args else _open(subject)
            yield answer(Answer.UNKNOWN, said)
        return
    if not violated:
        yield answer(Answer.HOLDS, Message(rule.condition, rule.title_ja))


def _open(subject: Fact | Facts) -> Message:
    if isinstance(subject, Facts):
        return Message("It cannot be told yet for the stack.", "スタックについてまだ判定できません。")
    fields = ", ".join(subject.unknown_fields()) or "values"
    return Message(
        f"It cannot be told yet for {subject.name}: unknown {fields}.",
        f"{subject.name} についてまだ判定できません。不明な項目: {fields}。",
    )


def _unoffered(subject: Fact | Facts) -> Message:
    named = (
        [name for name, value in subject.items() if value is Unknown.NOT_OFFERED] if isinstance(subject, Fact) else []
    )
    whose = subject.name if isinstance(subject, Fact) else ""
    return Message(
        f"The cloud offers no choice for {whose}: {', '.join(named)}. The capability table names the substitute.",
        f"このクラウドでは {whose} の {', '.join(named)} を選べません。代替は能力表にあります。",
    )
