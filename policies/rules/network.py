"""The network is closed, parted in tiers, and only listed flows pass."""

from collections.abc import Iterator
from ipaddress import ip_network

from policies.facts.vocabulary import (
    ANYWHERE,
    HEALTH_CHECKS,
    NETWORK,
    PRIVATE_SERVICES,
    SERVICES,
    TIERS,
    Flow,
    Network,
    known,
)
from policies.language import Message
from policies.rules.rule import rule

_NAMED_ENDS = TIERS | {SERVICES, HEALTH_CHECKS, NETWORK, ANYWHERE}


@rule(
    "ha-network-two-zones",
    "Each tier of a network spans at least two failure zones.",
    title_ja="ネットワークの複数ゾーン構成",
    promise="network.three_tiers_two_zones",
)
def two_zones(network: Network) -> Iterator[Message]:
    if not known(network.two_zones):
        yield Message(
            f"A tier of network {network.name} lies in one failure zone. Add a subnet in a second zone.",
            f"ネットワーク {network.name} に単一ゾーンの層があります。第二のゾーンにサブネットを追加してください。",
        )


@rule(
    "net-no-internet-route",
    "Networks have no route to or from the internet.",
    title_ja="インターネット経路の禁止",
    promise="network.no_internet_route",
)
def no_internet_route(network: Network) -> Iterator[Message]:
    if known(network.internet_route):
        yield Message(
            f"Network {network.name} has a way to the internet. Remove the gateway, address translation or route.",
            f"ネットワーク {network.name} にインターネットへの経路があります。ゲートウェイ、アドレス変換、経路を削除してください。",
        )


@rule(
    "net-default-network-locked",
    "What is not allowed is refused, and the filters a cloud makes by itself are closed.",
    title_ja="既定ネットワークの閉塞",
    promise="network.deny_by_default",
)
def deny_by_default(network: Network) -> Iterator[Message]:
    if not known(network.deny_by_default):
        yield Message(
            f"Network {network.name} lets through what no rule allows. Empty its default filter and deny the rest.",
            f"ネットワーク {network.name} が許可のない通信を通します。既定の規則を空にし、残りを拒否してください。",
        )


@rule(
    "net-private-endpoints",
    "Storage, keys, secrets, logs and images are reached without leaving the private network.",
    title_ja="マネージドサービスへの閉域接続",
    promise="network.private_service_access",
)
def private_services(network: Network) -> Iterator[Message]:
    missing = sorted(PRIVATE_SERVICES - known(network.private_services))
    if missing:
        yield Message(
            f"Network {network.name} reaches not privately: {', '.join(missing)}. Add a private endpoint for each.",
            f"ネットワーク {network.name} から閉域で届かないサービス: {', '.join(missing)}。閉域の接続口を追加してください。",
        )


@rule(
    "net-no-any-any",
    "No flow is open to or from any address, and none allows every protocol.",
    title_ja="全許可の通信規則の禁止",
    promise="network.flows_as_listed",
)
def no_any(flow: Flow) -> Iterator[Message]:
    if ANYWHERE in (flow.source, flow.destination) or flow.protocol == "any":
        yield Message(
            f"{flow.name} allows {flow.protocol} from {flow.source} to {flow.destination}. Name the tier or range, and the protocol.",
            f"{flow.name} が {flow.source} から {flow.destination} への {flow.protocol} を許可します。層または範囲とプロトコルを限定してください。",
        )
    for value in (flow.source, flow.destination, flow.protocol):
        known(value)


@rule(
    "net-flow-ends-named",
    "Each allowed flow runs between tiers, private services or private ranges, and says why.",
    title_ja="通信規則の相手と理由の明示",
    promise="network.flows_as_listed",
)
def ends_named(flow: Flow) -> Iterator[Message]:
    strange = sorted(end for end in (known(flow.source), known(flow.destination)) if not _is_named(end))
    if strange:
        yield Message(
            f"{flow.name} names {', '.join(strange)}, which is neither a tier nor a private range. Name one of these.",
            f"{flow.name} の {', '.join(strange)} は層でもプライベートな範囲でもありません。いずれかを指定してください。",
        )
    if not known(flow.reason_given):
        yield Message(
            f"{flow.name} does not say why the flow is needed. Give the rule a description.",
            f"{flow.name} に通信の理由がありません。規則に説明を付けてください。",
        )


def _is_named(end: str) -> bool:
    if end in _NAMED_ENDS:
        return True
    try:
        return ip_network(end).is_private
    except ValueError:
        return False
