"""Everything is in Japan."""

from collections.abc import Iterator

from policies.facts.vocabulary import Located, known
from policies.language import Message
from policies.rules.rule import rule


@rule(
    "gov-region-japan-only",
    "Every resource is in a region in Japan, or belongs to a service without regions.",
    title_ja="国内リージョン限定",
    promise="region_in_japan",
)
def in_japan(fact: Located) -> Iterator[Message]:
    if known(fact.location) not in {"japan", "global"}:
        yield Message(
            f"{fact.name} is in {fact.spelled}. Place it in a region in Japan (Tokyo or Osaka).",
            f"{fact.name} が {fact.spelled} にあります。国内のリージョン(東京または大阪)に置いてください。",
        )
