"""The Azure subscription, by the provider's: https://www.pulumi.com/registry/packages/azure-native/api-docs/provider/."""

from collections.abc import Iterator

from policies.facts.landing import landed
from policies.facts.reading import is_set
from policies.facts.resources import World
from policies.facts.vocabulary import Fact

KNOWN: frozenset[str] = frozenset()

# Assignments and locks lie where what they are about does; the rest is above all subscriptions.
_ELSEWHERE = ("azure-native:authorization:", "azure-native:management:")


def facts(world: World) -> Iterator[Fact]:
    own = (one for one in world.resources if one.package == "azure-native" and not one.type.startswith(_ELSEWHERE))
    yield from landed(own, lambda resource: is_set(resource.provider or {}, "subscriptionId"))
