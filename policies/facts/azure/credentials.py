"""Services that take keys of their own beside Entra ID.

https://learn.microsoft.com/azure/storage/common/shared-key-authorization-prevent
https://learn.microsoft.com/azure/storage/blobs/secure-file-transfer-protocol-support
https://learn.microsoft.com/azure/service-bus-messaging/disable-local-authentication
https://learn.microsoft.com/azure/container-registry/container-registry-authentication#admin-account
https://learn.microsoft.com/azure/cosmos-db/how-to-disable-key-based-authentication
https://learn.microsoft.com/azure/azure-cache-for-redis/cache-azure-active-directory-for-authentication
"""

from collections import defaultdict
from collections.abc import Iterator

from policies.facts.answers import no, some
from policies.facts.azure.application import REGISTRY
from policies.facts.azure.cache import REDIS
from policies.facts.azure.cosmos import ACCOUNT as COSMOS
from policies.facts.azure.queue import NAMESPACES
from policies.facts.azure.sinks import ACCOUNT
from policies.facts.reading import flag
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import Fact, Maybe, StaticCredential

KNOWN: frozenset[str] = frozenset()

# Type to the switch for its keys and what it is where nothing is said.
_SWITCHES = (
    (ACCOUNT, "allowSharedKeyAccess", True),
    (ACCOUNT, "isLocalUserEnabled", False),
    (REGISTRY, "adminUserEnabled", False),
)
# Type to the switch that turns its keys off, which is not set where nothing is said.
_OFF = {
    COSMOS: "disableLocalAuth",
    REDIS: "disableAccessKeyAuthentication",
    **dict.fromkeys(NAMESPACES, "disableLocalAuth"),
}


def facts(world: World) -> Iterator[Fact]:
    taken: dict[Resource, list[Maybe[bool]]] = defaultdict(list)
    for token, path, default in _SWITCHES:
        for resource in world.of(token):
            taken[resource].append(flag(resource, path, default=default))
    for token, path in _OFF.items():
        for resource in world.of(token):
            taken[resource].append(no(flag(resource, path, default=False)))
    for resource, ways in taken.items():
        usable = some(*ways)
        if usable is not False:
            yield StaticCredential(urn=resource.urn, role=resource.role, usable=usable)
