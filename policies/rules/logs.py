"""What happens is recorded, and kept where nobody can alter it."""

from collections.abc import Iterator

from policies.facts.vocabulary import Database, LogArchive, Network, ObjectStore, Service, known
from policies.language import Message
from policies.rules.rule import Facts, rule

_KEPT_DAYS = 365


@rule(
    "log-audit-trail-all",
    "The log archive receives the audit trail, or the organisation above keeps it.",
    title_ja="監査ログの取得",
    promise="log_archive.audit_trail",
)
def audit_trail(archive: LogArchive) -> Iterator[Message]:
    if "audit" not in known(archive.kinds) | known(archive.inherited):
        yield Message(
            f"Log archive {archive.name} receives no audit trail. Deliver it there, or declare that the templates supply it.",
            f"ログ保管庫 {archive.name} に監査ログが届きません。送るか、必須適用テンプレートが取得することを宣言してください。",
        )


@rule(
    "log-access-kept",
    "The log archive receives access logs.",
    title_ja="アクセスログの保管",
    promise="log_archive.access_logs_kept",
)
def access_logs(archive: LogArchive) -> Iterator[Message]:
    if "access" not in known(archive.kinds) | known(archive.inherited):
        yield Message(
            f"Log archive {archive.name} receives no access logs. Deliver the stores' access logs there.",
            f"ログ保管庫 {archive.name} にアクセスログが届きません。ストレージのアクセスログを送ってください。",
        )


@rule(
    "log-archive-immutable",
    "What the log archive holds cannot be altered or removed before its retention ends.",
    title_ja="ログ保管庫の改変不可化",
    promise="log_archive.write_once",
)
def write_once(archive: LogArchive) -> Iterator[Message]:
    """Outside production an administrator may take a retention rule's objects out again: such a stack is made to be removed."""
    if known(archive.retention_days) < 1:
        yield Message(
            f"Log archive {archive.name} lets objects be altered. Set a retention rule on its store.",
            f"ログ保管庫 {archive.name} の内容を改変できます。保存先に保持の規則を設定してください。",
        )
    elif archive.production and not known(archive.write_once):
        yield Message(
            f"An administrator can remove objects of log archive {archive.name} before their retention ends. Set the mode of its"
            " retention rule that nobody can bypass.",
            f"ログ保管庫 {archive.name} の内容は、保持期間中でも管理者が削除できます。保持の規則を、誰も回避できないモードにしてください。",
        )


@rule(
    "log-retention-min-1y",
    f"Logs of production are kept at least {_KEPT_DAYS} days.",
    title_ja="ログの1年以上保存",
    promise="log_archive.retention",
)
def retention(archive: LogArchive) -> Iterator[Message]:
    days, least = known(archive.retention_days), _KEPT_DAYS if archive.production else 1
    if days < least:
        yield Message(
            f"Log archive {archive.name} keeps logs {days} days. Keep them at least {least}.",
            f"ログ保管庫 {archive.name} の保存期間が {days} 日です。{least} 日以上にしてください。",
        )


@rule(
    "log-object-access",
    "Reads and writes of the workload's stores are recorded.",
    title_ja="データ保管庫へのアクセス記録",
    promise="object_storage.access_logged",
)
def access_logged(store: ObjectStore) -> Iterator[Message]:
    if not known(store.access_logged) and known(store.purpose) == "records":
        yield Message(
            f"Access to object store {store.name} is not recorded. Record object reads and writes in the log archive.",
            f"オブジェクトストレージ {store.name} へのアクセスが記録されません。読み書きをログ保管庫に記録してください。",
        )


@rule(
    "log-network-flow",
    "Flow logs are on for the whole network.",
    title_ja="ネットワークフローログの取得",
    promise="network.flow_logs_kept",
)
def flow_logs(network: Network) -> Iterator[Message]:
    if not known(network.flow_logs):
        yield Message(
            f"Network {network.name} does not log all its flows. Switch flow logs on, accepted and refused.",
            f"ネットワーク {network.name} のフローログが揃っていません。許可と拒否の両方を記録してください。",
        )


@rule(
    "log-flow-kept",
    "A stack with a network has a log archive that receives its flow logs.",
    title_ja="フローログの保管",
    promise="network.flow_logs_kept",
)
def flow_logs_kept(facts: Facts) -> Iterator[Message]:
    networks = facts.of(Network)
    if networks and not any("flow" in known(a.kinds) | known(a.inherited) for a in facts.of(LogArchive)):
        names = ", ".join(network.name for network in networks)
        yield Message(
            f"The flow logs of {names} reach no log archive. Deliver them to one.",
            f"{names} のフローログがログ保管庫に届きません。保管庫に送ってください。",
        )


@rule(
    "log-database-audit",
    "Databases export their logs.",
    title_ja="データベース監査ログの出力",
    promise="database.logs_exported",
)
def database_logs(database: Database) -> Iterator[Message]:
    if not known(database.logs_exported):
        yield Message(
            f"The log of database {database.name} stays on the server. Export it.",
            f"データベース {database.name} のログが外部に出力されません。出力を有効にしてください。",
        )


@rule(
    "log-application-kept",
    "What services write is kept in the log service and the archive.",
    title_ja="アプリケーションログの保管",
    promise="application.logs_kept",
)
def application_logs(service: Service) -> Iterator[Message]:
    if not known(service.logs_kept):
        yield Message(
            f"What service {service.name} writes is not kept. Send its logs to the log service and the archive.",
            f"サービス {service.name} のログが保管されません。ログサービスと保管庫に送ってください。",
        )
