"""Who reaches whom through the network as a whole."""

from collections.abc import Iterator

from policies.facts.vocabulary import ANYWHERE, TIERS, Flow, Network, Reach, known
from policies.language import Message
from policies.rules.rule import rule

_ADMIN_PORTS = (22, 1433, 1521, 3306, 3389, 5432, 6379, 9200, 27017)
"""SSH, remote desktop, and the usual ports of databases, caches and search engines; an open list."""
_CARRIES_PORTS = ("tcp", "udp", "any")
_NOT_NEIGHBOURS = {"data": "entry", "entry": "data"}


def _administers(protocol: str, first: int, last: int) -> list[int]:
    return [port for port in _ADMIN_PORTS if protocol in _CARRIES_PORTS and first <= port <= last]


@rule(
    "net-no-admin-ports-from-internet",
    "No administrator's or database's port is open to the internet.",
    title_ja="管理・DBポートのインターネット公開禁止",
)
def no_admin_ports(fact: Flow | Reach) -> Iterator[Message]:
    if isinstance(fact, Flow):
        if known(fact.source) != ANYWHERE:
            return
        ports = _administers(known(fact.protocol), *known(fact.ports))
    else:
        ports = sorted({port for service in known(fact.from_internet) for port in _administers(*service)})
    if ports:
        listed = ", ".join(map(str, ports))
        yield Message(
            f"{fact.name} opens to the internet: port {listed}. Close it; administrators come by a bastion or a private line.",
            f"{fact.name} がインターネットに開いているポート: {listed}。閉じて、管理者は踏み台または閉域の回線から接続してください。",
        )


@rule(
    "net-tier-segmentation",
    "Networks are parted into entry, application and data tier; entry and data tier do not reach one another, nor data the internet.",
    title_ja="三層・階層ごとのネットワーク分離",
    promise="network.three_tiers_two_zones",
)
def three_tiers(fact: Network | Reach) -> Iterator[Message]:
    if isinstance(fact, Network):
        missing = sorted(TIERS - known(fact.tiers))
        if missing:
            yield Message(
                f"Network {fact.name} lacks subnets for: {', '.join(missing)}. Add a subnet for each tier.",
                f"ネットワーク {fact.name} に次の層のサブネットがありません: {', '.join(missing)}。層ごとに追加してください。",
            )
        return
    tier = known(fact.tier)
    if _NOT_NEIGHBOURS.get(tier) in known(fact.from_tiers):
        yield Message(
            f"The {tier} tier ({fact.name}) is reached from the {_NOT_NEIGHBOURS[tier]} tier. Let only the application tier through.",
            f"{tier} 層({fact.name})に {_NOT_NEIGHBOURS[tier]} 層から到達できます。application 層からの通信だけを許可してください。",
        )
    if tier == "data" and known(fact.to_internet):
        yield Message(
            f"The data tier ({fact.name}) can connect to the internet. Take away its route there.",
            f"data 層({fact.name})からインターネットに接続できます。その経路を削除してください。",
        )


@rule(
    "net-egress-controlled",
    "What leaves for the internet has a listed destination, or passes a firewall that inspects it.",
    title_ja="外向き通信の制御",
)
def egress_controlled(reach: Reach) -> Iterator[Message]:
    if reach.inspected is not True and known(reach.to_internet) and not known(reach.inspected):
        yield Message(
            f"{reach.name} can connect to any address of the internet, uninspected. List the destinations, or inspect the traffic.",
            f"{reach.name} からインターネットの任意の宛先に検査なしで接続できます。宛先を限定するか、通信を検査してください。",
        )
