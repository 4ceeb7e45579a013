"""Azure managed identities: https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/overview."""

import re
from collections.abc import Iterator

from policies.facts.answers import some, when
from policies.facts.azure import application, key, object_store, roles
from policies.facts.azure.sinks import ACCOUNT
from policies.facts.reading import text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Fact, Identity, Maybe, Unknown

KNOWN = frozenset({roles.IDENTITY, roles.ASSIGNMENT, roles.DEFINITION})

_VAULT = re.compile(
    r"/subscriptions/[^/]+/resourcegroups/[^/]+/providers/microsoft\.keyvault/vaults/([^/]+)/?", re.IGNORECASE
)
_READ = "properties.certificateKeyVaultProperties"
_SCOPES = (key.KEY, key.VAULT, key.SECRET, ACCOUNT, object_store.CONTAINER, application.REGISTRY)


def facts(world: World) -> Iterator[Fact]:
    """Of each identity but those that only encrypt for a service: they are the key's `users`."""
    for identity in world.of(roles.IDENTITY):
        held = list(roles.by_identity(world, *_SCOPES).get(identity.urn, ()))
        if held and all(grant.actions == frozenset({"use-key"}) for grant in held):
            continue
        permissions, ways = _permissions(world, held), roles.ways(held)
        yield Identity(
            urn=identity.urn,
            role=identity.role,
            permissions=world.absent(permissions) if permissions == frozenset() else permissions,
            wildcard=some(world.absent(value=False), *(_administers(grant) for grant in held)),
            open_to_anyone=False,
            escalations=world.absent(ways) if ways == frozenset() else ways,
            trusted_accounts=frozenset(),
        )


def _permissions(world: World, held: list[roles.Grant]) -> Maybe[frozenset[tuple[str, str]]]:
    found: set[tuple[str, str]] = set()
    for grant in held:
        if isinstance(grant.actions, Unknown):
            return UNKNOWN
        found |= {(action, _target(world, grant)) for action in grant.actions}
    return frozenset(found)


def _target(world: World, grant: roles.Grant) -> str:
    if grant.scope is not None:
        return grant.scope.role
    vault = when(grant.scope_id, _VAULT.fullmatch)
    if isinstance(vault, Unknown) or vault is None or grant.actions != frozenset({"read-secret"}):
        return "*"
    return next((one.role for one in _certificates(world, grant) if _lies_in(one, vault[1])), "*")


def _certificates(world: World, grant: roles.Grant) -> Iterator[Resource]:
    """What Container Apps present and read as this identity. https://learn.microsoft.com/azure/container-apps/key-vault-certificates-manage."""
    for certificate in world.of(application.CERTIFICATE):
        if world.target(certificate, f"{_READ}.identity", roles.IDENTITY) is grant.identity:
            yield certificate


def _lies_in(certificate: Resource, vault: str) -> bool:
    """In the vault outside the stack on which the right is: one resource, although none of the stack's."""
    url = text(certificate, f"{_READ}.keyVaultUrl")
    return not isinstance(url, Unknown) and url.lower().startswith(f"https://{vault.lower()}.vault.azure.net/")


def _administers(grant: roles.Grant) -> Maybe[bool]:
    return UNKNOWN if isinstance(grant.actions, Unknown) else roles.ADMINISTER in grant.actions
