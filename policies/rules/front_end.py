"""What stands at the edge, where requests arrive, is guarded and leaves a record."""

from collections.abc import Iterator

from policies.facts.vocabulary import LoadBalancer, known
from policies.language import Message
from policies.rules.rule import rule


@rule(
    "net-waf-on-public-apps",
    "Every public web front end has a web application firewall that blocks.",
    title_ja="公開WebへのWAF適用",
)
def firewalled(balancer: LoadBalancer) -> Iterator[Message]:
    if balancer.waf is not True and known(balancer.public) and not known(balancer.waf):
        yield Message(
            f"Front end {balancer.name} is public without a web application firewall that blocks. Put one before it, in blocking mode.",
            f"公開の入口 {balancer.name} に、遮断する WAF がありません。WAF を遮断モードで適用してください。",
        )


@rule(
    "net-ddos-protection",
    "Public front ends are protected against floods of requests.",
    title_ja="公開エンドポイントのDDoS対策",
)
def floods(balancer: LoadBalancer) -> Iterator[Message]:
    if balancer.ddos_protected is not True and known(balancer.public) and not known(balancer.ddos_protected):
        yield Message(
            f"Front end {balancer.name} is public without protection against floods. Switch the cloud's protection on.",
            f"公開の入口 {balancer.name} に DDoS 対策がありません。クラウドの防御機能を有効にしてください。",
        )


@rule(
    "log-frontend-access",
    "Front ends record every request.",
    title_ja="公開口のアクセスログ取得",
)
def access_recorded(balancer: LoadBalancer) -> Iterator[Message]:
    if not known(balancer.access_logged):
        yield Message(
            f"Requests to front end {balancer.name} are not recorded. Switch its access log on, and its firewall's.",
            f"入口 {balancer.name} への要求が記録されません。アクセスログと、WAF があればそのログを有効にしてください。",
        )
