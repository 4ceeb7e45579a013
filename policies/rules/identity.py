"""Identities may do what the workload needs, and are not open to others."""

from collections.abc import Iterator

from policies.facts.vocabulary import AccessGrant, Identity, Key, Queue, Service, StaticCredential, Unknown, known
from policies.language import Message
from policies.rules.rule import rule

_TOO_WIDE = frozenset({"administer", "administer-key", "other"})


@rule(
    "iam-no-wildcard-admin",
    "Nobody has every right of a service, or a predefined administrator's role.",
    title_ja="全権限付与の禁止",
    promise="identity.least_privilege",
)
def no_wildcard(fact: Identity | AccessGrant) -> Iterator[Message]:
    if known(fact.wildcard):
        yield Message(
            f"{fact.name} gives a wildcard or administrator's right. Name actions and resources.",
            f"{fact.name} に全許可または管理者の権限があります。操作と対象を限定してください。",
        )


@rule(
    "iam-no-privilege-escalation",
    "Nobody can come to more rights than those given.",
    title_ja="権限昇格経路の禁止",
)
def no_escalation(fact: Identity | AccessGrant) -> Iterator[Message]:
    ways = sorted(known(fact.escalations))
    if ways:
        yield Message(
            f"{fact.name} leads to more rights than it gives, by: {', '.join(ways)}. Take these actions away, or name what they may be"
            " done to.",
            f"{fact.name} は与えた以上の権限を得る経路を含みます: {', '.join(ways)}。これらの操作を外すか、対象を限定してください。",
        )


@rule(
    "iam-least-privilege",
    "Each right of an identity is one the workload uses, bound to one resource; no other account has it whole, and nobody else a right"
    " to all data of a kind.",
    title_ja="最小権限",
    promise="identity.least_privilege",
)
def least_privilege(fact: Identity | AccessGrant) -> Iterator[Message]:
    """Of people no workload says what they use: what they administer is left to the rule on administrators."""
    if isinstance(fact, AccessGrant):
        all_of = sorted(known(fact.data_rights))
        if all_of:
            yield Message(
                f"{fact.name} gives, on every resource: {', '.join(all_of)}. Name the resources.",
                f"{fact.name} がすべての対象に次の権限を与えます: {', '.join(all_of)}。対象を限定してください。",
            )
        return
    if not isinstance(fact.trusted_accounts, Unknown) and fact.trusted_accounts:
        accounts = ", ".join(sorted(fact.trusted_accounts))
        yield Message(
            f"Everybody in account {accounts} may act as {fact.name}. Name the principals, or demand an external id.",
            f"アカウント {accounts} の誰もが {fact.name} として振る舞えます。主体を限定するか、外部IDを条件にしてください。",
        )
    wide = sorted(
        f"{action} on {target}" for action, target in known(fact.permissions) if action in _TOO_WIDE or target == "*"
    )
    if wide:
        yield Message(
            f"Identity {fact.name} may: {', '.join(wide)}. Narrow each right to an action and a resource of the workload.",
            f"実行主体 {fact.name} の権限が広すぎます: {', '.join(wide)}。業務に要る操作と対象に絞ってください。",
        )
    known(fact.trusted_accounts)


@rule(
    "iam-no-public-principal",
    "No key, no identity and no policy trusts everyone.",
    title_ja="誰でも可の信頼関係の禁止",
    promise="encryption_key.granted_services_only",
    never_waived=Message(
        "Whoever asks could open residents' data, or act as a part of the system; no reason outweighs that.",
        "誰でも住民の情報を開き、またはシステムの一部として振る舞えることになり、それを正当化する理由はありません。",
    ),
)
def no_public_principal(fact: Key | Identity | Queue | AccessGrant) -> Iterator[Message]:
    if known(fact.open_to_anyone):
        yield Message(
            f"{fact.name} trusts every principal. Name the principals, or a condition on the own account.",
            f"{fact.name} がすべての主体を信頼しています。主体を限定するか、自アカウントの条件を付けてください。",
        )


@rule(
    "iam-workload-identity",
    "Services run as an identity of their own.",
    title_ja="ワークロードごとの専用ID",
    promise="application.own_identity",
)
def own_identity(service: Service) -> Iterator[Message]:
    if not known(service.own_identity):
        yield Message(
            f"Service {service.name} runs as a default or shared identity. Give it the workload's own.",
            f"サービス {service.name} が既定または共用の実行主体で動きます。業務専用の実行主体を指定してください。",
        )


@rule(
    "iam-no-long-lived-keys",
    "No key, token or password lives until somebody removes it.",
    title_ja="長期有効な認証キーの禁止",
)
def no_long_lived_keys(credential: StaticCredential) -> Iterator[Message]:
    if known(credential.usable):
        yield Message(
            f"{credential.name} is a long-lived credential, or a service that takes one. Remove it or switch it off; let programs act as an"
            " identity of the cloud, or by federation, and people sign in through the organisation's directory.",
            f"{credential.name} は長期有効な認証情報か、それを受け付けるサービスです。削除または無効化し、プログラムにはクラウドの実行主体"
            "またはフェデレーションを、人には組織の認証基盤を使ってください。",
        )
