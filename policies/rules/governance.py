"""Every resource says whose it is, and is of a type the verifier knows."""

from collections.abc import Iterator

from policies.facts.vocabulary import Classified, Tagged, Unknown, known
from policies.language import Message
from policies.rules.rule import rule

TAG_KEYS = ("municipality-code", "system-id", "environment", "accounting-line", "stack")
"""What every taggable resource carries, on every cloud."""


@rule(
    "gov-mandatory-tags",
    "Every taggable resource names municipality, system, environment, accounting line and stack.",
    title_ja="必須タグ",
    promise="tags_complete",
)
def tags_complete(fact: Tagged) -> Iterator[Message]:
    tags = known(fact.tags)
    missing = [key for key in TAG_KEYS if not isinstance(value := tags.get(key), Unknown) and not value]
    if missing:
        yield Message(
            f"{fact.name} lacks tags: {', '.join(missing)}. Add them.",
            f"{fact.name} に必須タグがありません: {', '.join(missing)}。付けてください。",
        )
    for key in TAG_KEYS:
        known(tags.get(key))


@rule(
    "resource-unclassified",
    "Every resource is of a type that the verifier can judge.",
    title_ja="未分類の資源種別の禁止",
    promise="classified",
)
def classified(fact: Classified) -> Iterator[Message]:
    if not fact.classified:
        yield Message(
            f"{fact.name} is of type {fact.type}, which no rule looks at. Use a known type, or teach the extractor this one.",
            f"{fact.name} の種別 {fact.type} はどの規則でも検査されません。既知の種別を使うか、抽出器に追加してください。",
        )
