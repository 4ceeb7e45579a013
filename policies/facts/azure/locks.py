"""Azure management locks: https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources."""

from policies.facts.answers import some, when
from policies.facts.reading import text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import Maybe

LOCK = "azure-native:authorization:ManagementLockByScope"
KNOWN = frozenset({LOCK})


def locked(world: World, resource: Resource) -> Maybe[bool]:
    """Whether a lock forbids deleting the resource (both levels do)."""
    locks = world.referring(resource, LOCK, "scope")
    return some(
        world.absent(value=False),
        *(when(text(lock, "level"), lambda level: level in {"CanNotDelete", "ReadOnly"}) for lock in locks),
    )
