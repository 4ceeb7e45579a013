"""What a rule, and so a control, comes to on each cloud: asked literally, kept by a substitute, not offered, or not asked at all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import CodeType

from policies.catalogue import Control
from policies.facts import vocabulary
from policies.facts.extractor import Extractor
from policies.facts.vocabulary import Fact
from policies.rules import RULES, Facts, Rule

__all__ = ["Coverage", "Finding", "covered", "of_control", "of_rule"]


class Coverage(IntEnum):
    """What a rule comes to on one cloud, the weakest first. A control is as weak as its weakest rule."""

    GAP = 0
    """No rule is asked here."""
    NOT_OFFERED = 1
    """The cloud lets nobody decide it, and nothing takes its place."""
    SUBSTITUTE = 2
    """The promise behind it is not kept literally here; the capability table declares what keeps it instead."""
    ENFORCED = 3
    """It is asked of every deployment; a violation stops it. What the organisation above supplies has to be named."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What one rule comes to on one cloud."""

    rule: Rule
    coverage: Coverage
    why: str = ""
    """Where it is not enforced: the promise that is declared, the field that is not offered (`Kind.field`), or the kind of fact
    that is not read."""


def of_rule(rule: Rule, extractor: Extractor, declared: Mapping[str, str | None]) -> Finding:
    """`declared`: promises that the cloud does not keep literally, each with its substitute or None (the capability table)."""
    unread = sorted(kind.__name__ for kind in _kinds(rule) if kind not in extractor.SAYS)
    if unread:
        return Finding(rule=rule, coverage=Coverage.GAP, why=unread[0])
    if rule.promise is not None and rule.promise in declared:
        kept = Coverage.SUBSTITUTE if declared[rule.promise] else Coverage.NOT_OFFERED
        return Finding(rule=rule, coverage=kept, why=rule.promise)
    unoffered = [
        f"{kind.__name__}.{name}"
        for kind, name in extractor.UNOFFERED
        if kind in _kinds(rule) and name in set(_names(rule.check.__code__))
    ]
    if unoffered:
        return Finding(rule=rule, coverage=Coverage.NOT_OFFERED, why=unoffered[0])
    return Finding(rule=rule, coverage=Coverage.ENFORCED)


def of_control(control: Control, extractor: Extractor, declared: Mapping[str, str | None]) -> tuple[Finding, ...]:
    """What each of the control's rules comes to, in the order of `RULES`; () where it has none."""
    return tuple(of_rule(rule, extractor, declared) for rule in RULES if rule.slug in control.rules)


def covered(findings: tuple[Finding, ...]) -> Coverage:
    """What a control comes to: its weakest rule; a gap without any."""
    return min((finding.coverage for finding in findings), default=Coverage.GAP)


def _kinds(rule: Rule) -> frozenset[type[Fact]]:
    """The kinds of fact that the rule needs; for one about the whole stack, those that its code names."""
    named = (getattr(vocabulary, name, None) for name in _names(rule.check.__code__))
    kinds = (*named, *rule.subjects) if Facts in rule.subjects else rule.subjects
    return frozenset(kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Fact)) - GOVERNANCE


GOVERNANCE = frozenset(
    {
        vocabulary.Classified,
        vocabulary.Located,
        vocabulary.PlainCredential,
        vocabulary.StateFile,
        vocabulary.Tagged,
    }
)
"""Said of every resource of every cloud, or of the state itself, by no extractor."""


def _names(code: CodeType) -> Iterator[str]:
    """The globals and attributes that the code uses, its inner functions' included."""
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)
