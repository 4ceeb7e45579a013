"""What the organisation above supplies: for tests of what a stack keeps by itself."""

from collections.abc import Iterable

from policies.judge import Answer, Verdict
from policies.rules import RULES
from policies.waivers import Supply

SUPPLIED = {
    rule.slug: Supply(rule=rule.slug, owner="デジタル庁", reason="必須適用テンプレート")
    for rule in RULES
    if rule.organisation
}


def own(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """The verdicts without those that only the organisation's word can answer."""
    return [one for one in verdicts if not (one.whole and one.rule.organisation and one.answer is not Answer.VIOLATED)]
