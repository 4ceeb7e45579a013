"""Azure subscriptions, by the id of a resource, else by its provider's.

https://www.pulumi.com/registry/packages/azure-native/api-docs/provider/
"""

import re
from collections.abc import Iterator

from policies.facts.answers import every
from policies.facts.landing import landed
from policies.facts.reading import is_set, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Fact, LandingUnit, Maybe

KNOWN: frozenset[str] = frozenset()

_SUBSCRIPTION = re.compile(r"/subscriptions/([^/]+)/.*", re.IGNORECASE | re.DOTALL)
# Assignments and locks lie where what they are about does.
_ELSEWHERE = "azure-native:authorization:"


def facts(world: World) -> Iterator[Fact]:
    own = [one for one in world.resources if one.package == "azure-native" and not one.type.startswith(_ELSEWHERE)]
    for unit, resources, main in landed((one, _subscription(one)) for one in own):
        yield LandingUnit(
            urn=resources[0].urn,
            role=resources[0].role,
            unit=unit,
            main=main,
            pinned=every(*(is_set(one.provider or {}, "subscriptionId") for one in resources)),
            root=False,
        )


def _subscription(resource: Resource) -> Maybe[str]:
    found = _SUBSCRIPTION.fullmatch(resource.id) if isinstance(resource.id, str) else None
    named = found[1] if found else text(resource.provider or {}, "subscriptionId")
    return named.lower() or UNKNOWN if isinstance(named, str) else UNKNOWN
