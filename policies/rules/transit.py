"""Nothing travels in the clear."""

from collections.abc import Iterator

from policies.facts.vocabulary import Cache, Database, LoadBalancer, ObjectStore, known
from policies.language import Message
from policies.rules.rule import rule


@rule(
    "tls-storage-required",
    "Object stores refuse requests without TLS.",
    title_ja="ストレージは非TLS通信を拒否",
    promise="object_storage.tls_only",
)
def store_tls(store: ObjectStore) -> Iterator[Message]:
    if not known(store.tls_only):
        yield Message(
            f"Object store {store.name} answers requests without TLS. Refuse them by setting or policy.",
            f"オブジェクトストレージ {store.name} が TLS でない要求に応答します。設定またはポリシーで拒否してください。",
        )


@rule(
    "tls-database-required",
    "Databases and caches refuse connections without TLS.",
    title_ja="データベース接続のTLS必須化",
    promise="database.tls_enforced",
)
def database_tls(database: Database | Cache) -> Iterator[Message]:
    if not known(database.tls_enforced):
        yield Message(
            f"{database.name} accepts connections without TLS. Enforce TLS in its parameters.",
            f"{database.name} が TLS でない接続を受け付けます。パラメーターで TLS を必須にしてください。",
        )


@rule(
    "tls-frontend-min-12",
    "Load balancers accept TLS 1.2 or later only.",
    title_ja="TLS1.2以上のみ",
    promise="application.tls_12",
)
def front_end_tls(balancer: LoadBalancer) -> Iterator[Message]:
    if known(balancer.tls_minimum) < (1, 2):
        yield Message(
            f"Load balancer {balancer.name} accepts TLS older than 1.2, or none. Choose a TLS policy of 1.2 or later.",
            f"負荷分散装置 {balancer.name} が TLS 1.2 未満または平文を受け付けます。TLS 1.2 以上の方針を選んでください。",
        )


@rule(
    "tls-no-plain-http",
    "Plain HTTP is answered with a redirect to HTTPS, or not at all.",
    title_ja="平文HTTPはリダイレクトのみ",
    promise="application.tls_12",
)
def no_plain_http(balancer: LoadBalancer) -> Iterator[Message]:
    if known(balancer.plain_http):
        yield Message(
            f"Load balancer {balancer.name} serves plain HTTP. Remove the listener or let it redirect to HTTPS.",
            f"負荷分散装置 {balancer.name} が平文の HTTP を提供します。リスナーを削除するか HTTPS へ転送してください。",
        )
