"""What every report says of a verdict, safe to be shown."""

from policies.check import Checked
from policies.judge import Answer, Verdict
from policies.language import Message, visible
from policies.waivers import Waiver

__all__ = ["because", "counts", "verdict_word", "visible"]


def because(verdict: Verdict) -> Message:
    """The verdict's message, with the terms of the waiver that covers it."""
    if verdict.answer is Answer.WAIVED and isinstance(verdict.by, Waiver):
        said = verdict.by.terms + verdict.message
    else:
        said = verdict.message
    return Message(visible(said.en), visible(said.ja))


_WORDS = {
    Answer.HOLDS: Message("holds", "適合"),
    Answer.VIOLATED: Message("violated", "違反"),
    Answer.UNKNOWN: Message("unknown", "不明"),
    Answer.NOT_OFFERED: Message("not offered", "提供なし"),
    Answer.WAIVED: Message("waived", "適用除外"),
    Answer.INHERITED: Message("inherited", "継承"),
}
_ACCEPTED = Message("unknown, accepted until deployed", "不明(構築まで容認)")


def verdict_word(verdict: Verdict) -> Message:
    """The answer as a person reads it."""
    return _ACCEPTED if verdict.accepted else _WORDS[verdict.answer]


def counts(checked: Checked) -> dict[str, int]:
    """Verdicts by answer, all answers named; `accepted` are those of the unknown that are accepted."""
    verdicts = [verdict for judged in checked.judged for verdict in judged.verdicts]
    found = {str(answer): sum(verdict.answer is answer for verdict in verdicts) for answer in Answer}
    return {**found, "accepted": sum(verdict.accepted for verdict in verdicts)}
