"""Which of two values of a field is the weaker one. Metadata of the fields of facts; parity reads it.

Where no order joins two values (two sets that each hold what the other lacks), each is weaker than the other.
"""

from collections.abc import Callable, Mapping
from ipaddress import ip_network
from types import MappingProxyType
from typing import Any, TypeAlias

from policies.facts.vocabulary.words import ANYWHERE, NETWORK, TIERS
from policies.language import Message

Weaker: TypeAlias = Callable[[Any, Any], bool]
"""Whether the first value is weaker than the second. Both are known."""


def weaker(order: Weaker) -> Mapping[str, Any]:
    """Metadata of a field whose values have an order."""
    return MappingProxyType({"weaker": order})


def undirected(reason: str) -> Mapping[str, Any]:
    """Metadata of a field of which no value is weaker than another, with the reason."""
    return MappingProxyType({"undirected": reason})


def differs(reason: Message, direction: Mapping[str, Any]) -> Mapping[str, Any]:
    """Metadata of a field in which the clouds differ by nature: parity does not count it, and prints the reason."""
    return MappingProxyType({**direction, "differs": reason})


def _rank(*words: str) -> Weaker:
    """Weakest first; words that are not among them are equally strong."""
    place = {word: number for number, word in enumerate(words)}
    return lambda value, other: place.get(value, len(place)) < place.get(other, len(place))


def _inside(end: str, other: str) -> bool:
    """Whether every address that `end` means is one that `other` means too."""
    if other in (end, ANYWHERE) or (other == NETWORK and end in TIERS):
        return True
    try:
        inner, outer = ip_network(end), ip_network(other)
    except ValueError:
        return False
    return inner.version == outer.version and inner.subnet_of(outer)  # type: ignore[arg-type]


TRUE_IS_SAFER = weaker(lambda value, other: other and not value)
FALSE_IS_SAFER = weaker(lambda value, other: value and not other)
MORE_IS_SAFER = weaker(lambda value, other: value < other)
SOONER_IS_SAFER = weaker(lambda value, other: bool(other) and (not value or value > other))
"""Days after which something is done by itself; 0: never."""
SUPERSET_IS_SAFER = weaker(lambda value, other: not value >= other)
SUBSET_IS_SAFER = weaker(lambda value, other: not value <= other)
FEWER_PORTS_ARE_SAFER = weaker(lambda value, other: value[0] < other[0] or value[1] > other[1])
NARROWER_END_IS_SAFER = weaker(lambda value, other: not _inside(value, other))
ONE_PROTOCOL_IS_SAFER = weaker(lambda value, other: other not in (value, "any"))
ZONE_IS_SAFER = weaker(_rank("fault-domain"))
JAPAN_IS_SAFER = weaker(_rank("abroad"))
MORE_KEYS_ARE_SAFER = weaker(lambda value, other: not value.keys() >= other.keys())

ZONES_DIFFER = differs(
    Message(
        "some regions have one zone, parted into fault domains",
        "ゾーンが一つで、障害ドメインに分かれるリージョンがある",
    ),
    ZONE_IS_SAFER,
)
LOCKS_DIFFER = differs(
    Message(
        "some clouds lock later, or by a step outside the engine",
        "後から、またはエンジンの外の手順でロックするクラウドがある",
    ),
    TRUE_IS_SAFER,
)
FLOODS_DIFFER = differs(
    Message(
        "some clouds fend floods off for everybody, some by a plan, some let nobody decide; what is not public needs neither",
        "全利用者を大量通信から守るクラウド、契約で守るクラウド、利用者が選べないクラウドがある。公開しない口にはどれも要らない",
    ),
    TRUE_IS_SAFER,
)
GUARDED_IN_PRODUCTION: Mapping[str, Any] = MappingProxyType(
    {
        **TRUE_IS_SAFER,
        "outside production": Message(
            "a stack that is not production is made to be removed", "本番以外のスタックは削除できるように作る"
        ),
    }
)
"""True is safer; outside production parity does not count it, and prints the reason."""
