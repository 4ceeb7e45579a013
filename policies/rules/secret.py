"""A secret is read by one identity."""

from collections.abc import Iterator

from policies.facts.vocabulary import ANYONE, Secret, known
from policies.language import Message
from policies.rules.rule import rule


@rule(
    "secrets-one-reader",
    "Exactly one identity may read a secret.",
    title_ja="秘密情報の読み取りは一つの実行主体のみ",
    promise="secret.one_reader",
)
def one_reader(secret: Secret) -> Iterator[Message]:
    readers = sorted(known(secret.readers))
    if len(readers) != 1 or ANYONE in readers:
        yield Message(
            f"Secret {secret.name} may be read by: {', '.join(readers) or 'nobody'}. Grant it to the one identity that uses it.",
            f"秘密情報 {secret.name} を読めるのは: {', '.join(readers) or 'なし'}。利用する一つの実行主体だけに許可してください。",
        )
