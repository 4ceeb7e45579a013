"""What guards the log archive itself: an altered record is found out, and who read it is recorded."""

from collections.abc import Iterator

from policies.facts.vocabulary import LogArchive, ObjectStore, known
from policies.language import Message
from policies.rules.rule import rule


@rule(
    "log-integrity",
    "That a record of the log archive was altered or taken out can be shown.",
    title_ja="監査ログの完全性検証",
)
def tamper_evident(archive: LogArchive) -> Iterator[Message]:
    if not known(archive.tamper_evident):
        yield Message(
            f"Nothing shows whether a record in log archive {archive.name} was altered. "
            "Switch the trail's log file validation on, or set a retention rule on its store.",
            f"ログ保管庫 {archive.name} の記録が改変されても分かりません。"
            "証跡のログファイル検証を有効にするか、保存先に保持の規則を設定してください。",
        )


@rule(
    "log-archive-access-logged",
    "Who reads or writes the log archive is recorded.",
    title_ja="ログ・データ保管庫へのアクセス記録",
)
def access_logged(store: ObjectStore) -> Iterator[Message]:
    if known(store.purpose) in ("archive", "access-log") and not known(store.access_logged):
        yield Message(
            f"Access to log store {store.name} is not recorded. Record its reads and writes, in another store where it cannot be itself.",
            f"ログの保存先 {store.name} へのアクセスが記録されません。読み書きを記録してください(自らに記録できない場合は別の保存先へ)。",
        )


@rule(
    "inc-evidence-preserved",
    "Stores of evidence are write-once; in production that itself is locked.",
    title_ja="証拠の保全",
)
def evidence(store: ObjectStore) -> Iterator[Message]:
    if known(store.purpose) != "evidence":
        return
    if known(store.retention_days) < 1:
        yield Message(
            f"Evidence in {store.name} can be altered. Set a retention rule.",
            f"{store.name} の証拠を改変できます。保持の規則を設定してください。",
        )
    elif store.production and not known(store.retention_locked):
        yield Message(
            f"The retention of the evidence in {store.name} can be taken back. Lock it.",
            f"{store.name} の証拠の保持は解除できます。ロックしてください。",
        )
