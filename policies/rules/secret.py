"""A secret is read by one identity, is renewed, and lies nowhere in the open."""

from collections.abc import Iterator

from policies.facts.vocabulary import ANYONE, PlainCredential, Secret, SecretRenewal, known
from policies.language import Message
from policies.rules.rule import Facts, rule
from policies.rules.unseen import shown, unseen

_RENEWAL = "secrets-rotation"
_RENEWED_DAYS = 90
_RENEW = Message(
    f"Let each be renewed by itself, or end, within {_RENEWED_DAYS} days.",
    f"それぞれを {_RENEWED_DAYS} 日以内に自動で更新するか、期限を設けてください。",
)


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


@rule(
    _RENEWAL,
    f"Secrets are renewed, or end, within {_RENEWED_DAYS} days.",
    title_ja="秘密情報の更新・期限設定",
    organisation=True,
)
def renewed(subject: SecretRenewal | Facts) -> Iterator[Message]:
    """What is left to the organisation is a secret of which nothing is set: a person may renew it by a calendar."""
    if isinstance(subject, Facts):
        secrets = {secret.urn: secret.name for secret in subject.of(Secret)}
        missing = secrets.keys() - shown(renewal.of for renewal in subject.of(SecretRenewal))
        if missing:
            raise unseen(_RENEWAL, _RENEW, (secrets[urn] for urn in missing))
        return
    days = known(subject.days)
    if not days:
        yield Message(
            f"The renewal of {subject.name} is switched off. Switch it on, every {_RENEWED_DAYS} days at least.",
            f"{subject.name} の更新が無効です。{_RENEWED_DAYS} 日以内の間隔で有効にしてください。",
        )
    elif days > _RENEWED_DAYS:
        yield Message(
            f"{subject.name} is renewed, or ends, after {days} days only. Make it {_RENEWED_DAYS} at most.",
            f"{subject.name} の更新または期限が {days} 日後です。{_RENEWED_DAYS} 日以内にしてください。",
        )
