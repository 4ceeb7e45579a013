"""Clusters are reached and administered by few, run images that somebody admitted, and nothing runs a version that nobody fixes."""

from collections.abc import Iterator

from policies.facts.vocabulary import Cluster, Database, ImageRegistry, Service, known
from policies.language import Message
from policies.rules.encryption import provider_key
from policies.rules.rule import rule


@rule(
    "net-k8s-api-private",
    "Kubernetes APIs are private or open to named networks, and admit identities of the cloud only.",
    title_ja="Kubernetes APIの非公開化",
)
def api_private(cluster: Cluster) -> Iterator[Message]:
    if cluster.api_public is True:
        yield Message(
            f"The API of cluster {cluster.name} is open to any address. Make the endpoint private, or name the networks.",
            f"クラスター {cluster.name} の API がどこからでも届きます。エンドポイントを非公開にするか、接続元を限定してください。",
        )
    if cluster.cloud_identity_only is False:
        yield Message(
            f"Cluster {cluster.name} admits accounts of its own. Switch local accounts off and let the cloud's identity service decide.",
            f"クラスター {cluster.name} が独自のアカウントを認めています。ローカルアカウントを無効にし、クラウドのIDだけにしてください。",
        )
    known(cluster.api_public)
    known(cluster.cloud_identity_only)


@rule(
    "crypto-k8s-secrets",
    "Kubernetes secrets are encrypted with a customer-managed key.",
    title_ja="Kubernetesシークレットの利用者管理鍵による暗号化",
)
def secrets_key(cluster: Cluster) -> Iterator[Message]:
    if not known(cluster.secrets_customer_key):
        yield provider_key("Secrets of cluster", "クラスターのシークレット", cluster.name)


@rule(
    "img-immutable-trusted",
    "A pushed tag cannot be moved to another image, no service runs whatever was pushed last, and a cluster's admission policy says"
    " which images run.",
    title_ja="コンテナイメージの不変化と信頼確認",
)
def images_trusted(fact: ImageRegistry | Cluster | Service) -> Iterator[Message]:
    if isinstance(fact, Cluster):
        if not known(fact.images_admitted):
            yield Message(
                f"Cluster {fact.name} runs whatever image it is told. Switch the cloud's admission policy for images on.",
                f"クラスター {fact.name} はどのイメージでも動かします。クラウドのイメージ受入れ方針を有効にしてください。",
            )
    elif isinstance(fact, Service):
        if not known(fact.image_fixed):
            yield Message(
                f"Service {fact.name} runs an image without a tag or with the tag latest: whatever was pushed last. Name its digest.",
                f"サービス {fact.name} のイメージにタグがないか、タグが latest のため、最後に置かれたものが動きます。"
                "ダイジェストで指定してください。",
            )
    elif not known(fact.tags_immutable):
        yield Message(
            f"In image registry {fact.name} a tag can be moved to another image. Make tags immutable.",
            f"イメージ保管先 {fact.name} のタグを別のイメージに付け替えられます。タグを変更不可にしてください。",
        )


@rule(
    "vuln-supported-versions",
    "Databases, clusters and runtimes are of a version that is still fixed.",
    title_ja="サポート期間内の版のみ",
)
def versions_supported(fact: Database | Cluster | Service) -> Iterator[Message]:
    if not known(fact.version_supported):
        yield Message(
            f"{fact.name} runs version {fact.version}, whose support has ended. Move to one that is still fixed.",
            f"{fact.name} の版 {fact.version} はサポートが終了しています。修正が続く版へ移行してください。",
        )
