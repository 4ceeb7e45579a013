"""Azure managed identities: https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/overview."""

from collections.abc import Iterator

from policies.facts.answers import some
from policies.facts.azure import application, key, object_store, roles
from policies.facts.azure.sinks import ACCOUNT
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Fact, Identity, Maybe, Unknown

KNOWN = frozenset({roles.IDENTITY, roles.ASSIGNMENT, roles.DEFINITION})

_SCOPES = (key.KEY, key.VAULT, key.SECRET, ACCOUNT, object_store.CONTAINER, application.REGISTRY)


def facts(world: World) -> Iterator[Fact]:
    """Of each identity but those that only encrypt for a service: they are the key's `users`."""
    for identity in world.of(roles.IDENTITY):
        held = list(roles.by_identity(world, *_SCOPES).get(identity.urn, ()))
        if held and all(grant.actions == frozenset({"use-key"}) for grant in held):
            continue
        permissions, ways = _permissions(held), roles.ways(held)
        yield Identity(
            urn=identity.urn,
            role=identity.role,
            permissions=world.absent(permissions) if permissions == frozenset() else permissions,
            wildcard=some(world.absent(value=False), *(_administers(grant) for grant in held)),
            open_to_anyone=False,
            escalations=world.absent(ways) if ways == frozenset() else ways,
            trusted_accounts=frozenset(),
        )


def _permissions(held: list[roles.Grant]) -> Maybe[frozenset[tuple[str, str]]]:
    found: set[tuple[str, str]] = set()
    for grant in held:
        if isinstance(grant.actions, Unknown):
            return UNKNOWN
        found |= {(action, _target(grant.scope)) for action in grant.actions}
    return frozenset(found)


def _target(scope: Resource | None) -> str:
    return "*" if scope is None else scope.role


def _administers(grant: roles.Grant) -> Maybe[bool]:
    return UNKNOWN if isinstance(grant.actions, Unknown) else roles.ADMINISTER in grant.actions
