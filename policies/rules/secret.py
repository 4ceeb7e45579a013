"""A secret is read by one identity, and lies nowhere in the open."""

from collections.abc import Iterator

from policies.facts.vocabulary import ANYONE, PlainCredential, Secret, known
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


@rule(
    "secrets-none-in-code",
    "No credential lies in the open in inputs, user data, variables or outputs.",
    title_ja="コード・状態内の平文認証情報の禁止",
)
def none_in_code(found: PlainCredential) -> Iterator[Message]:
    """The message never repeats the value."""
    kinds, places = ", ".join(sorted(known(found.kinds))), ", ".join(sorted(found.places))
    if kinds:
        yield Message(
            f"{found.name} holds in the open ({kinds}): {places}. Make it a secret of the engine or, better, a reference to the secret service;"
            " then renew it.",
            f"{found.name} に平文の認証情報({kinds})があります: {places}。エンジンのシークレットにするか、できれば秘密管理サービスへの参照に"
            "変え、値を更新してください。",
        )
