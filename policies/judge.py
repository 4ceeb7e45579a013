"""The judgement: every rule on every fact, with three answers."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from policies.facts import extract
from policies.facts.resources import World
from policies.facts.vocabulary import Fact, Undecided, Unknown, Unoffered
from policies.language import Message
from policies.rules import RULES, Facts, Rule

__all__ = ["Answer", "Verdict", "judge", "judge_facts"]


class Answer(StrEnum):
    """What a rule says of a fact."""

    HOLDS = "holds"
    VIOLATED = "violated"
    UNKNOWN = "unknown"
    """It cannot be told yet. Neither a pass nor a violation; a finished state should have none, and a CI fails on it."""
    NOT_OFFERED = "not-offered"
    """The cloud lets nobody decide it. Listed beside what is unknown; the capability table says what takes its place."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule's answer on one resource."""

    rule: Rule
    answer: Answer
    urn: str
    """The resource to change; "" where the rule is about the whole stack."""
    message: Message
    """The offending fact and the cure, or what is unknown; the condition where it holds."""

    def __str__(self) -> str:
        return f"[{self.rule.slug}] {self.message}"


def judge(world: World) -> list[Verdict]:
    """Every verdict on the world. Rules about the whole stack are asked only of a complete world."""
    return judge_facts(extract(world), complete=world.complete)


def judge_facts(facts: Iterable[Fact], *, complete: bool) -> list[Verdict]:
    """The same from facts; one pass, each fact shown only to the rules of its kind."""
    known, rules = list(facts), _rules_by_subject()
    verdicts = [verdict for fact in known for rule in rules.get(type(fact), ()) for verdict in _ask(rule, fact)]
    if complete:
        verdicts += [verdict for rule in rules.get(Facts, ()) for verdict in _ask(rule, Facts(known))]
    return verdicts


@cache
def _rules_by_subject() -> dict[type, list[Rule]]:
    found: dict[type, list[Rule]] = defaultdict(list)
    for rule in RULES:
        for subject in rule.subjects:
            found[subject].append(rule)
    return found


def _ask(rule: Rule, subject: Fact | Facts) -> Iterator[Verdict]:
    urn = subject.urn if isinstance(subject, Fact) else ""
    violated = False
    try:
        for message in rule.check(subject):
            violated = True
            yield Verdict(rule, Answer.VIOLATED, urn, message)
    except Unoffered:
        if not violated:
            yield Verdict(rule, Answer.NOT_OFFERED, urn, _unoffered(subject))
        return
    except Undecided:
        if not violated:  # one violation is enough: what is unknown beside it changes nothing
            yield Verdict(rule, Answer.UNKNOWN, urn, _open(subject))
        return
    if not violated:
        yield Verdict(rule, Answer.HOLDS, urn, Message(rule.condition, rule.title_ja))


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
