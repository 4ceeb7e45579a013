"""What every report says of a verdict, safe to be shown."""

import re

from policies.check import Checked
from policies.judge import Answer, Verdict
from policies.language import Message
from policies.waivers import Waiver

__all__ = ["because", "counts", "verdict_word", "visible"]

# Control characters, directions of writing, halves of characters: they move a terminal's cursor, open a CI's own commands at the
# start of a line, or may not stand in XML.
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def visible(text: str) -> str:
    """The text on one line, whatever a state calls its resources."""
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


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
