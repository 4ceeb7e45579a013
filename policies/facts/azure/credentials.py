"""Services that take keys of their own beside Entra ID.

https://learn.microsoft.com/azure/storage/common/shared-key-authorization-prevent
https://learn.microsoft.com/azure/container-registry/container-registry-authentication#admin-account
"""

from collections.abc import Iterator

from policies.facts.azure.application import REGISTRY
from policies.facts.azure.sinks import ACCOUNT
from policies.facts.reading import flag
from policies.facts.resources import World
from policies.facts.vocabulary import Fact, StaticCredential

KNOWN: frozenset[str] = frozenset()

# Type to the switch for its keys and what it is where nothing is said.
_SWITCHES = {ACCOUNT: ("allowSharedKeyAccess", True), REGISTRY: ("adminUserEnabled", False)}


def facts(world: World) -> Iterator[Fact]:
    for token, (path, default) in _SWITCHES.items():
        for resource in world.of(token):
            taken = flag(resource, path, default=default)
            if taken is not False:
                yield StaticCredential(urn=resource.urn, role=resource.role, usable=taken)
