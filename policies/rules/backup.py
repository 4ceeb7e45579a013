"""Data can be brought back, and is not lost by one call."""

from collections.abc import Iterator

from policies.facts.answers import some, when
from policies.facts.vocabulary import BackupVault, Database, ObjectStore, known
from policies.language import Message
from policies.rules.rule import rule

_RECOVERABLE_DAYS = 7


@rule(
    "bak-enabled-with-retention",
    "Databases are backed up every day.",
    title_ja="自動バックアップ",
    promise="database.daily_backup",
)
def daily_backup(database: Database) -> Iterator[Message]:
    if not known(database.daily_backup):
        yield Message(
            f"Database {database.name} is not backed up daily. Switch automated backups on.",
            f"データベース {database.name} が毎日バックアップされません。自動バックアップを有効にしてください。",
        )


@rule(
    "bak-recovery-window",
    f"Databases can be restored to any moment of the last {_RECOVERABLE_DAYS} days.",
    title_ja="任意時点への復元期間",
    promise="database.recovery_window",
)
def recovery_window(database: Database) -> Iterator[Message]:
    days = known(database.recovery_days)
    if days < _RECOVERABLE_DAYS:
        yield Message(
            f"Database {database.name} can be restored {days} days back. Make it at least {_RECOVERABLE_DAYS}.",
            f"データベース {database.name} の復元可能期間が {days} 日です。{_RECOVERABLE_DAYS} 日以上にしてください。",
        )


@rule(
    "bak-immutable",
    "Backup vaults let nobody remove a backup before its time; in production that itself is locked.",
    title_ja="バックアップの改変不可化",
)
def immutable(vault: BackupVault) -> Iterator[Message]:
    if not known(vault.immutable):
        yield Message(
            f"Backups in {vault.name} can be removed before their time. Switch the vault's lock (immutability) on.",
            f"{vault.name} のバックアップは期限前に削除できます。保管庫のロック(不変性)を有効にしてください。",
        )
    elif vault.production and not known(vault.immutability_locked):
        yield Message(
            f"The immutability of {vault.name} can be switched off again. Lock it.",
            f"{vault.name} の不変性は解除できます。ロックしてください。",
        )


@rule(
    "crypto-backup-cmk",
    "Backup vaults are encrypted with a customer-managed key.",
    title_ja="バックアップを利用者管理鍵で暗号化",
)
def vault_key(vault: BackupVault) -> Iterator[Message]:
    if not known(vault.customer_key):
        yield Message(
            f"Backups in {vault.name} are encrypted with a key of the provider's. Name the stack's customer-managed key.",
            f"{vault.name} のバックアップが事業者の鍵で暗号化されています。スタックの利用者管理鍵を指定してください。",
        )


@rule(
    "data-object-retention",
    "Objects of the workload's stores cannot be altered or removed before their retention ends.",
    title_ja="オブジェクトの保持",
    promise="object_storage.retention_kept",
)
def object_retention(store: ObjectStore) -> Iterator[Message]:
    if known(store.retention_days) < 1 and known(store.purpose) == "records":
        yield Message(
            f"Object store {store.name} keeps nothing from being altered or removed. Set a retention rule.",
            f"オブジェクトストレージ {store.name} の内容を改変・削除できます。保持の規則を設定してください。",
        )


@rule(
    "data-object-versioning",
    "What is overwritten or deleted in the workload's stores can be brought back, or cannot be overwritten or deleted at all.",
    title_ja="オブジェクトの版管理",
)
def object_versions(store: ObjectStore) -> Iterator[Message]:
    kept = some(store.versioned, when(store.retention_days, lambda days: days > 0))
    if not known(kept) and known(store.purpose) == "records":
        yield Message(
            f"Object store {store.name} keeps no former versions. Switch versioning on, or soft delete for 30 days, or set a retention rule.",
            f"オブジェクトストレージ {store.name} に以前の版が残りません。版管理か 30 日の論理削除、または保持の規則を設定してください。",
        )


@rule(
    "gov-data-lifecycle-erasure",
    "Stores remove by rule what need not be kept, and destroying a key of the stack's own erases the rest.",
    title_ja="保存期限と暗号化消去",
)
def lifecycle(store: ObjectStore) -> Iterator[Message]:
    if known(store.purpose) in ("delivery", "evidence"):
        return
    if not known(store.lifecycle):
        yield Message(
            f"Object store {store.name} has no lifecycle rule. Remove former versions, unfinished uploads or old objects by age.",
            f"オブジェクトストレージ {store.name} にライフサイクルの規則がありません。古い版、未完了の書込み、期限後の内容を削除する規則を設定してください。",
        )
    if not known(store.own_key):
        yield Message(
            f"Object store {store.name} is under no key of this stack. Name one, so that destroying it erases the data.",
            f"オブジェクトストレージ {store.name} がこのスタックの鍵で暗号化されていません。破棄すれば消去となるよう、スタックの鍵を指定してください。",
        )


@rule(
    "data-deletion-protection",
    "Databases and object stores of production are guarded against deletion.",
    title_ja="削除保護",
    promise="database.deletion_guarded",
)
def deletion_guarded(fact: Database | ObjectStore) -> Iterator[Message]:
    if fact.production and not known(fact.deletion_guarded):
        yield Message(
            f"{fact.name} can be deleted by one call with all its data. Switch deletion protection on, or lock it. "
            "Where its deletion was decided, write that into the waivers, with an expiry.",
            f"{fact.name} は一回の操作でデータごと削除できます。削除保護を有効にするか、ロックしてください。"
            "削除を決めたものなら、期限付きの例外として書いてください。",
        )
