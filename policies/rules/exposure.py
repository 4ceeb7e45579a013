"""Nothing is reached from the internet, and nothing without an identity."""

from collections.abc import Iterator

from policies.facts.vocabulary import (
    Cache,
    Database,
    ImageRegistry,
    LoadBalancer,
    Machine,
    ObjectStore,
    PublicAddress,
    Service,
    known,
)
from policies.language import Message
from policies.rules.rule import rule

_RESIDENTS = Message(
    "Residents' data would lie open to whoever asks; no reason outweighs that.",
    "住民の情報が誰にでも開かれることになり、それを正当化する理由はありません。",
)


@rule(
    "net-object-storage-not-public",
    "Object stores admit no anonymous reader or writer.",
    title_ja="オブジェクトストレージの匿名公開禁止",
    promise="object_storage.not_public",
    never_waived=_RESIDENTS,
)
def store_not_public(store: ObjectStore) -> Iterator[Message]:
    if known(store.anonymous_access):
        yield Message(
            f"Object store {store.name} admits anonymous access, or does not block it. Block public access completely.",
            f"オブジェクトストレージ {store.name} が匿名アクセスを許すか、遮断していません。公開アクセスを全面的に遮断してください。",
        )


@rule(
    "net-database-not-public",
    "Databases and caches have no public endpoint.",
    title_ja="データベースの公開エンドポイント禁止",
    promise="database.private_only",
    never_waived=_RESIDENTS,
)
def database_not_public(database: Database | Cache) -> Iterator[Message]:
    if known(database.public):
        yield Message(
            f"{database.name} has a public endpoint. Give it a private address only.",
            f"{database.name} に公開エンドポイントがあります。プライベートアドレスのみにしてください。",
        )


@rule(
    "net-load-balancer-not-public",
    "Load balancers are internal.",
    title_ja="負荷分散装置の公開禁止",
    promise="application.internal_only",
)
def balancer_not_public(balancer: LoadBalancer) -> Iterator[Message]:
    if known(balancer.public):
        yield Message(
            f"Load balancer {balancer.name} is public. Make it internal, in the entry tier's subnets.",
            f"負荷分散装置 {balancer.name} が公開されています。入口層のサブネットに置く内部用にしてください。",
        )


@rule(
    "net-no-public-ip-on-compute",
    "Services and machines have no public address, and services take no request from outside the private network.",
    title_ja="計算資源への公開IP付与の禁止",
    promise="application.internal_only",
)
def compute_not_public(fact: Service | Machine) -> Iterator[Message]:
    if known(fact.public):
        yield Message(
            f"{fact.name} is reachable from outside. Take away its public address and limit ingress to the load balancer.",
            f"{fact.name} に外部から到達できます。公開アドレスを外し、受信を負荷分散装置からに限定してください。",
        )


@rule(
    "net-no-public-address",
    "No public address exists in the stack.",
    title_ja="公開アドレスの禁止",
    promise="application.internal_only",
)
def no_public_address(address: PublicAddress) -> Iterator[Message]:
    if known(address.public):
        yield Message(
            f"{address.name} reserves or hands out a public address. Remove it.",
            f"{address.name} が公開アドレスを確保または付与します。削除してください。",
        )


@rule(
    "img-registry-not-public",
    "Image registries admit no anonymous pull and answer on private addresses only.",
    title_ja="コンテナイメージの保管先の公開禁止",
    promise="application.private_image",
)
def registry_not_public(registry: ImageRegistry) -> Iterator[Message]:
    if known(registry.public):
        yield Message(
            f"Image registry {registry.name} is public. Switch anonymous pull and its public endpoint off.",
            f"イメージ保管先 {registry.name} が公開されています。匿名の取得と公開エンドポイントを無効にしてください。",
        )
