"""Everything that holds data is encrypted with a key of the customer's, and the key itself is guarded."""

from collections.abc import Iterator

from policies.facts.vocabulary import (
    USERS,
    Database,
    ImageRegistry,
    Key,
    LogArchive,
    ObjectStore,
    Queue,
    Secret,
    known,
)
from policies.language import Message
from policies.rules.rule import rule

_ROTATES_WITHIN_DAYS = 365
_WAITS_DAYS = 7


def provider_key(what: str, what_ja: str, name: str) -> Message:
    """What a rule says of anything whose key is not the customer's."""
    return Message(
        f"{what} {name} is encrypted with a key of the provider's. Name the stack's customer-managed key.",
        f"{what_ja} {name} が事業者の鍵で暗号化されています。スタックの利用者管理鍵を指定してください。",
    )


@rule(
    "crypto-object-storage-cmk",
    "Object stores are encrypted with a customer-managed key.",
    title_ja="オブジェクトストレージを利用者管理鍵で暗号化",
    promise="object_storage.customer_key",
)
def object_store_key(store: ObjectStore) -> Iterator[Message]:
    # A delivery store only passes logs on to an archive; no cloud that needs one can deliver under a customer's key.
    if not known(store.customer_key) and known(store.purpose) != "delivery":
        yield provider_key("Object store", "オブジェクトストレージ", store.name)


@rule(
    "crypto-database-cmk",
    "Databases are encrypted with a customer-managed key.",
    title_ja="データベースを利用者管理鍵で暗号化",
    promise="database.customer_key",
)
def database_key(database: Database) -> Iterator[Message]:
    if not known(database.customer_key):
        yield provider_key("Database", "データベース", database.name)


@rule(
    "secrets-in-vault-cmk",
    "Secrets are encrypted with a customer-managed key.",
    title_ja="秘密情報を専用サービスと利用者管理鍵で保管",
    promise="secret.customer_key",
)
def secret_key(secret: Secret) -> Iterator[Message]:
    if not known(secret.customer_key):
        yield provider_key("Secret", "秘密情報", secret.name)


@rule(
    "crypto-logs-queues-cmk",
    "Log archives, log groups, queues, topics and streams are encrypted with a customer-managed key.",
    title_ja="ログ・キュー・トピックを利用者管理鍵で暗号化",
    promise="log_archive.customer_key",
)
def log_key(fact: LogArchive | Queue) -> Iterator[Message]:
    if not known(fact.customer_key):
        what = (
            ("Log archive", "ログ保管庫")
            if isinstance(fact, LogArchive)
            else ("Queue or log group", "キューまたはロググループ")
        )
        yield provider_key(*what, fact.name)


@rule(
    "crypto-image-registry-cmk",
    "Image registries are encrypted with a customer-managed key.",
    title_ja="コンテナイメージの保管先を利用者管理鍵で暗号化",
)
def registry_key(registry: ImageRegistry) -> Iterator[Message]:
    if not known(registry.customer_key):
        yield provider_key("Image registry", "イメージ保管先", registry.name)


@rule(
    "crypto-key-customer-managed",
    "Encryption keys are managed by the customer.",
    title_ja="暗号鍵は利用者が管理",
    promise="encryption_key.customer_managed",
)
def key_managed(key: Key) -> Iterator[Message]:
    if not known(key.customer_managed):
        yield Message(
            f"Key {key.name} is managed by the provider. Create a customer-managed key in the key service.",
            f"鍵 {key.name} は事業者が管理しています。鍵管理サービスに利用者管理鍵を作成してください。",
        )


@rule(
    "crypto-key-rotation",
    f"Encryption keys rotate automatically at least every {_ROTATES_WITHIN_DAYS} days.",
    title_ja="暗号鍵の自動更新",
    promise="encryption_key.rotates",
)
def key_rotates(key: Key) -> Iterator[Message]:
    days = known(key.rotation_days)
    if not 0 < days <= _ROTATES_WITHIN_DAYS:
        yield Message(
            f"Key {key.name} {f'rotates every {days} days' if days else 'never rotates'}. Set automatic rotation, at most 365 days.",
            f"鍵 {key.name} は{f' {days} 日ごとの更新です' if days else '自動更新されません'}。365 日以内の自動更新を設定してください。",
        )


@rule(
    "crypto-key-deletion-guard",
    f"A destroyed key can be taken back for at least {_WAITS_DAYS} days.",
    title_ja="暗号鍵の即時破棄の防止",
    promise="encryption_key.deletion_delayed",
)
def key_deletion_waits(key: Key) -> Iterator[Message]:
    days = known(key.deletion_wait_days)
    if days < _WAITS_DAYS:
        yield Message(
            f"Key {key.name} is destroyed {days} days after the order. Set the longest waiting time, with purge protection.",
            f"鍵 {key.name} は破棄の指示から {days} 日で失われます。最長の待機期間と完全削除の防止を設定してください。",
        )


@rule(
    "crypto-key-granted-services-only",
    "Keys may be used only by the workload and the services that keep its data.",
    title_ja="暗号鍵の利用者を限定",
    promise="encryption_key.granted_services_only",
)
def key_users(key: Key) -> Iterator[Message]:
    strangers = sorted(known(key.users) - USERS)
    if strangers:
        yield Message(
            f"Key {key.name} may be used by {', '.join(strangers)}. Remove the grant.",
            f"鍵 {key.name} を {', '.join(strangers)} が利用できます。許可を削除してください。",
        )
