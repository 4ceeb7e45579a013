"""Services that take keys of their own beside Entra ID.

https://learn.microsoft.com/azure/storage/common/shared-key-authorization-prevent
https://learn.microsoft.com/azure/container-registry/container-registry-authentication#admin-account
https://learn.microsoft.com/azure/cosmos-db/how-to-disable-key-based-authentication
https://learn.microsoft.com/azure/azure-cache-for-redis/cache-azure-active-directory-for-authentication
"""

from collections.abc import Iterator

from policies.facts.answers import no
from policies.facts.azure.application import REGISTRY
from policies.facts.azure.cache import REDIS
from policies.facts.azure.cosmos import ACCOUNT as COSMOS
from policies.facts.azure.sinks import ACCOUNT
from policies.facts.reading import flag
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import Fact, Maybe, StaticCredential

KNOWN: frozenset[str] = frozenset()

# Type to the switch for its keys and what it is where nothing is said.
_SWITCHES = {ACCOUNT: ("allowSharedKeyAccess", True), REGISTRY: ("adminUserEnabled", False)}
# Type to the switch that turns its keys off, which is not set where nothing is said.
_OFF = {COSMOS: "disableLocalAuth", REDIS: "disableAccessKeyAuthentication"}


def facts(world: World) -> Iterator[Fact]:
    for token, (path, default) in _SWITCHES.items():
        for resource in world.of(token):
            yield from _taken(resource, flag(resource, path, default=default))
    for token, path in _OFF.items():
        for resource in world.of(token):
            yield from _taken(resource, no(flag(resource, path, default=False)))


def _taken(resource: Resource, usable: Maybe[bool]) -> Iterator[Fact]:
    if usable is not False:
        yield StaticCredential(urn=resource.urn, role=resource.role, usable=usable)
