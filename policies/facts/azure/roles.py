"""Azure role assignments: which identity may do what on which resource of the stack.

https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from policies.facts.answers import some, when
from policies.facts.azure.escalation import BUILT_IN, Rights, escalations
from policies.facts.azure.scopes import GROUP
from policies.facts.reading import items, read_all, text
from policies.facts.resources import Resource, World, once
from policies.facts.vocabulary import UNKNOWN, Maybe, Unknown

IDENTITY = "azure-native:managedidentity:UserAssignedIdentity"
ASSIGNMENT = "azure-native:authorization:RoleAssignment"
DEFINITION = "azure-native:authorization:RoleDefinition"

ADMINISTER = "administer"
# What a scope is, by its id: https://learn.microsoft.com/azure/role-based-access-control/scope-overview
_ACCOUNT = re.compile(
    r"/?|/subscriptions/[^/]+/?|/providers/microsoft\.management/managementgroups/[^/]+/?", re.IGNORECASE
)
_BROAD = re.compile(rf"(?:{_ACCOUNT.pattern})|/subscriptions/[^/]+/resourcegroups/[^/]+/?", re.IGNORECASE)
_BUILT_IN: dict[str, frozenset[str]] = {
    "e147488a-f6f5-4113-8e2d-b22465e65bf6": frozenset({"use-key"}),  # Key Vault Crypto Service Encryption User
    "12338af0-0e69-4776-bea7-57ae8d297424": frozenset({"use-key"}),  # Key Vault Crypto User
    "14b46e9e-c2b7-41b4-b07b-48a6ebf60603": frozenset({"use-key", "administer-key"}),  # Key Vault Crypto Officer
    "4633458b-17de-408a-b874-0445c86b69e6": frozenset({"read-secret"}),  # Key Vault Secrets User
    "b86a8fe4-44ce-4948-aee5-eccb2c155cd7": frozenset({"read-secret", "write-secret"}),  # Key Vault Secrets Officer
    "00482a5a-887f-4fb3-b363-3b7fe8e74483": frozenset({"use-key", "administer-key", "read-secret", "write-secret"}),
    "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1": frozenset({"read-objects"}),  # Storage Blob Data Reader
    "ba92f5b4-2d11-453d-a403-e96b0029c9fe": frozenset(
        {"read-objects", "write-objects", "delete-objects"}
    ),  # … Contributor
    "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": frozenset({"read-objects", "write-objects", "delete-objects", ADMINISTER}),
    "7f951dda-4ed3-4680-a7ca-43fe172d538d": frozenset({"pull-images"}),  # AcrPull
    "8311e382-0749-4cb8-b61a-304f252e45ec": frozenset({"pull-images", "push-images"}),  # AcrPush
    "b24988ac-6180-42a0-ab88-20f7382dd24c": frozenset({ADMINISTER}),  # Contributor
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": frozenset({ADMINISTER}),  # Owner
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": frozenset({ADMINISTER}),  # User Access Administrator
}
_BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"
_IN_VAULTS = "Microsoft.KeyVault/vaults"
# https://learn.microsoft.com/azure/role-based-access-control/permissions/security#microsoftkeyvault
_DATA_ACTIONS = {
    f"{_BLOBS}/read": "read-objects",
    f"{_BLOBS}/write": "write-objects",
    f"{_BLOBS}/add/action": "write-objects",
    f"{_BLOBS}/delete": "delete-objects",
    f"{_IN_VAULTS}/secrets/getSecret/action": "read-secret",
    f"{_IN_VAULTS}/secrets/setSecret/action": "write-secret",
    f"{_IN_VAULTS}/keys/wrap/action": "use-key",
    f"{_IN_VAULTS}/keys/unwrap/action": "use-key",
    f"{_IN_VAULTS}/keys/encrypt/action": "use-key",
    f"{_IN_VAULTS}/keys/decrypt/action": "use-key",
}
_LISTS = ("actions", "notActions", "dataActions", "notDataActions")
_NAMED = frozenset(action.lower() for action in _DATA_ACTIONS)


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One assignment. `identity` is None where it is not of this stack; `scope` likewise (a group, a subscription)."""

    identity: Resource | None
    principal: Maybe[str]
    actions: Maybe[frozenset[str]]
    scope: Resource | None
    scope_id: Maybe[str]
    rights: Maybe[tuple[Rights, ...]]
    """What it allows with resources themselves (not with the data in them)."""
    account: Maybe[bool]
    """On a subscription or what is above it."""
    broad: Maybe[bool]
    """On a resource group or what is above it."""
    resource: Resource
    """The assignment."""


@once
def grants(world: World, *scopes: str) -> tuple[Grant, ...]:
    """Every assignment of the stack; `scopes` are the types that a scope may be."""
    return tuple(_read(world, scopes))


def _read(world: World, scopes: tuple[str, ...]) -> Iterator[Grant]:
    for assignment in world.of(ASSIGNMENT):
        scope = world.target(assignment, "scope", *scopes)
        where = text(assignment, "scope") if scope is None else ""
        group = scope is None and bool(world.targets(assignment, "scope", GROUP))
        yield Grant(
            identity=world.target(assignment, "principalId", IDENTITY),
            principal=text(assignment, "principalId"),
            actions=_actions(world, assignment),
            scope=scope,
            scope_id=text(assignment, "scope"),
            rights=_rights(world, assignment),
            account=False if scope is not None or group else when(where, lambda one: bool(_ACCOUNT.fullmatch(one))),
            broad=scope is None and (group or when(where, lambda one: bool(_BROAD.fullmatch(one)))),
            resource=assignment,
        )


def _actions(world: World, assignment: Resource) -> Maybe[frozenset[str]]:
    custom = world.target(assignment, "roleDefinitionId", DEFINITION)
    if custom is not None:
        return _of_definition(custom)
    role = text(assignment, "roleDefinitionId")
    if isinstance(role, Unknown):
        return UNKNOWN
    return _BUILT_IN.get(role.rpartition("/")[2].lower(), frozenset({"other"}))


def _of_definition(definition: Resource) -> Maybe[frozenset[str]]:
    rights = rights_of(definition)
    if isinstance(rights, Unknown):
        return UNKNOWN
    found = {ADMINISTER for one in rights for action in one.actions if not action.endswith("/read")}
    for one in rights:
        words = {word for action, word in _DATA_ACTIONS.items() if one.allow_data(action)}
        wide = any(action.endswith("*") for action in one.data)
        unnamed = any(not action.endswith("*") and action.lower() not in _NAMED for action in one.data)
        found |= words | ({ADMINISTER} if wide else set()) | ({"other"} if unnamed else set())
    return frozenset(found)


@once
def by_identity(world: World, *scopes: str) -> Mapping[str, Sequence[Grant]]:
    """Assignments by the URN of the identity of the stack that has them."""
    found: dict[str, list[Grant]] = defaultdict(list)
    for grant in grants(world, *scopes):
        if grant.identity is not None:
            found[grant.identity.urn].append(grant)
    return found


def ways(held: Iterable[Grant]) -> Maybe[frozenset[str]]:
    """The words of ESCALATIONS for all assignments to one principal. A right on one resource leads no further than that."""
    rights: list[Rights] = []
    unclear = False
    for grant in held:
        if grant.broad is True and not isinstance(grant.rights, Unknown):
            rights += grant.rights
        unclear = unclear or (
            grant.broad is not False and (isinstance(grant.rights, Unknown) or grant.broad is not True)
        )
    found = escalations(rights)
    return UNKNOWN if unclear and not found else found


def rights_of(definition: Resource) -> Maybe[tuple[Rights, ...]]:
    """What a custom role allows."""
    found = read_all(definition, "permissions")
    if UNKNOWN in found:
        return UNKNOWN
    made = []
    for one in found:
        lists = [items(one.get(name)) if isinstance(one, Mapping) else [] for name in _LISTS]
        if not all(isinstance(word, str) for words in lists for word in words):
            return UNKNOWN
        actions, but, data, data_but = (tuple(words) for words in lists)
        made.append(Rights(actions=actions, but=but, data=data, data_but=data_but))
    return tuple(made)


def administers(rights: Maybe[tuple[Rights, ...]]) -> Maybe[bool]:
    """Everything of every service, or of one, or the rights of others."""
    return when(rights, lambda known: some(*(one.administers for one in known)))


def _rights(world: World, assignment: Resource) -> Maybe[tuple[Rights, ...]]:
    custom = world.target(assignment, "roleDefinitionId", DEFINITION)
    if custom is not None:
        return rights_of(custom)
    role = text(assignment, "roleDefinitionId")
    if isinstance(role, Unknown):
        return UNKNOWN
    name = role.rpartition("/")[2].lower()
    found = BUILT_IN.get(name)
    return (found,) if found is not None else () if name in _BUILT_IN else UNKNOWN
