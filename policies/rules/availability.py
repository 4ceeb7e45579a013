"""The workload survives a failure zone, and what has failed gets no requests."""

from collections.abc import Iterator

from policies.facts.vocabulary import Database, LoadBalancer, Machine, Service, known
from policies.language import Message
from policies.rules.rule import rule


@rule(
    "ha-multi-az",
    "Databases have a standby in a second failure zone.",
    title_ja="データベースの複数ゾーン構成",
    promise="database.standby_in_second_zone",
)
def standby(database: Database) -> Iterator[Message]:
    if not known(database.standby_in_second_zone):
        yield Message(
            f"Database {database.name} has no standby in a second zone. Make it zone-redundant.",
            f"データベース {database.name} に第二ゾーンの待機系がありません。ゾーン冗長にしてください。",
        )


@rule(
    "ha-application-two-zones",
    "Services run in at least two failure zones.",
    title_ja="アプリケーションの複数ゾーン構成",
    promise="application.two_zones",
)
def service_two_zones(service: Service) -> Iterator[Message]:
    if not known(service.two_zones):
        yield Message(
            f"Service {service.name} runs in one failure zone. Run two instances or more, in two zones.",
            f"サービス {service.name} が単一ゾーンで動きます。二つのゾーンで二つ以上を動かしてください。",
        )


@rule(
    "ha-health-checked",
    "Load balancers send requests only to targets that pass their health check.",
    title_ja="死活監視",
    promise="application.health_checked",
)
def health_checked(balancer: LoadBalancer) -> Iterator[Message]:
    if not known(balancer.health_checked):
        yield Message(
            f"Load balancer {balancer.name} checks no health. Add a health check for its targets.",
            f"負荷分散装置 {balancer.name} に死活監視がありません。転送先の死活監視を追加してください。",
        )


@rule(
    "vuln-patching-automated",
    "Databases apply minor versions automatically, and machines the updates of their system.",
    title_ja="更新適用の自動化",
    promise="database.minor_upgrades_automatic",
)
def patched(fact: Database | Machine) -> Iterator[Message]:
    if isinstance(fact, Machine):
        if not known(fact.patched):
            yield Message(
                f"Nothing patches the system of machine {fact.name}. Schedule the cloud's patch service for it.",
                f"仮想マシン {fact.name} のOSに更新が自動適用されません。クラウドの更新機能を予定に組んでください。",
            )
    elif not known(fact.minor_upgrades_automatic):
        yield Message(
            f"Database {fact.name} does not apply minor versions by itself. Switch automatic minor upgrades on.",
            f"データベース {fact.name} がマイナー更新を自動適用しません。自動更新を有効にしてください。",
        )


@rule(
    "img-private-registry",
    "Services take their images from a private registry.",
    title_ja="イメージは非公開の保管先から",
    promise="application.private_image",
)
def private_image(service: Service) -> Iterator[Message]:
    if not known(service.image_private):
        yield Message(
            f"Service {service.name} takes an image from a public registry. Push it to the stack's own registry.",
            f"サービス {service.name} が公開の保管先のイメージを使います。スタック専用の保管先に置いてください。",
        )
