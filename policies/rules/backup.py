"""Data can be brought back, and is not lost by one call."""

from collections.abc import Iterator

from policies.facts.vocabulary import Database, ObjectStore, known
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
    "data-deletion-protection",
    "Databases and object stores of production are guarded against deletion.",
    title_ja="削除保護",
    promise="database.deletion_guarded",
)
def deletion_guarded(fact: Database | ObjectStore) -> Iterator[Message]:
    if fact.production and not known(fact.deletion_guarded):
        yield Message(
            f"{fact.name} can be deleted by one call with all its data. Switch deletion protection on, or lock it.",
            f"{fact.name} は一回の操作でデータごと削除できます。削除保護を有効にするか、ロックしてください。",
        )
