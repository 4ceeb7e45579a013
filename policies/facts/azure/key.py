"""Azure Key Vault keys: https://learn.microsoft.com/azure/key-vault/keys/about-keys."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from policies.facts.answers import every, gather, when
from policies.facts.azure import roles
from policies.facts.azure.scopes import takes_in
from policies.facts.azure.sinks import ACCOUNT, feeds
from policies.facts.reading import first, flag, is_set, items, number, read, read_all, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import NOT_OFFERED, UNKNOWN, Fact, Key, Maybe, Secret, Unknown

KEY = "azure-native:keyvault:Key"
VAULT = "azure-native:keyvault:Vault"
SECRET = "azure-native:keyvault:Secret"  # noqa: S105 - a type token
KNOWN = frozenset({KEY, VAULT, SECRET})

_DAYS = {"D": 1, "M": 30, "Y": 365}
_DURATION = re.compile(r"P(\d+)([DMY])")
_USES = frozenset({"encrypt", "decrypt", "wrapkey", "unwrapkey", "sign"})
# Kind of permission and words of it in an access policy, by what they allow.
_POLICY_WORDS = {"use-key": ("keys", _USES | {"all"}), "read-secret": ("secrets", frozenset({"get", "all"}))}
_ADMINISTERS = frozenset({"create", "import", "update", "delete", "purge", "restore", "setrotationpolicy"})
# Types that encrypt as an identity, where they name it, and the word for it.
_USERS = (
    ("azure-native:dbforpostgresql:Server", "dataEncryption.primaryUserAssignedIdentityId", "database"),
    ("azure-native:dbformysql:Server", "dataEncryption.primaryUserAssignedIdentityId", "database"),
    ("azure-native:sql:Server", "primaryUserAssignedIdentityId", "database"),
    ("azure-native:cosmosdb:DatabaseAccount", "identity.userAssignedIdentities", "database"),
    ("azure-native:redisenterprise:RedisEnterprise", "identity.userAssignedIdentities", "database"),
    ("azure-native:web:WebApp", "identity.userAssignedIdentities", "application"),
    ("azure-native:containerregistry:Registry", "encryption.keyVaultProperties.identity", "images"),
    ("azure-native:compute:DiskEncryptionSet", "identity.userAssignedIdentities", "volumes"),
    ("azure-native:netapp:Account", "identity.userAssignedIdentities", "file-shares"),
    ("azure-native:servicebus:Namespace", "identity.userAssignedIdentities", "queues"),
    ("azure-native:eventhub:Namespace", "identity.userAssignedIdentities", "queues"),
    ("azure-native:operationalinsights:Cluster", "identity.userAssignedIdentities", "queues"),
    ("azure-native:containerservice:ManagedCluster", "identity.userAssignedIdentities", "clusters"),
    ("azure-native:app:ContainerApp", "identity.userAssignedIdentities", "application"),
)


def facts(world: World) -> Iterator[Fact]:
    for key in world.of(KEY):
        vault = world.target(key, "vaultName", VAULT)
        yield Key(
            urn=key.urn,
            role=key.role,
            customer_managed=True,
            rotation_days=_rotation(key),
            deletion_wait_days=UNKNOWN if vault is None else _wait(vault),
            users=_users(world, key),
            open_to_anyone=False,
            # https://learn.microsoft.com/azure/key-vault/keys/about-keys
            hardware_protected=when(_kind(key), lambda kind: kind.lower().endswith("-hsm")),
            administration_separated=every(
                world.absent(value=True),
                _separated_by_roles(world, key),
                UNKNOWN if vault is None else _separated_by_policies(vault),
            ),
        )
    for secret in world.of(SECRET):
        # Key Vault encrypts secrets with keys of its own: https://learn.microsoft.com/azure/key-vault/general/security-features
        yield Secret(urn=secret.urn, role=secret.role, customer_key=NOT_OFFERED, readers=_readers(world, secret))


def _rotation(key: Resource) -> Maybe[int]:
    """Asked for under `properties`, told back without: https://learn.microsoft.com/rest/api/keyvault/keyvault/keys/get."""
    policy = first(key, "properties.rotationPolicy", "rotationPolicy")
    actions = read(policy, "lifetimeActions") if isinstance(policy, Mapping) else policy
    if actions is UNKNOWN or UNKNOWN in read_all({"actions": actions}, "actions.action.type"):
        return UNKNOWN
    for action in items(actions):
        if isinstance(action, Mapping) and read(action, "action.type") == "rotate":
            found = _DURATION.fullmatch(str(read(action, "trigger.timeAfterCreate")))
            return int(found[1]) * _DAYS[found[2]] if found else UNKNOWN
    return 0


def _kind(key: Resource) -> Maybe[str]:
    return text(key, "properties.kty") if is_set(key, "properties.kty") is not False else text(key, "kty")


def _separated_by_roles(world: World, key: Resource) -> Maybe[bool]:
    """No principal holds roles for both on the key, its vault and what is above them together."""
    held: dict[Resource | str, set[str]] = defaultdict(set)
    for grant in _grants(world, key, "use-key", "administer-key", roles.ADMINISTER):
        if isinstance(grant, Unknown) or isinstance(grant.actions, Unknown):
            return UNKNOWN
        who = grant.principal if grant.identity is None else grant.identity
        if isinstance(who, Unknown):
            return UNKNOWN
        held[who] |= grant.actions
    return not any("use-key" in found and found & {"administer-key", roles.ADMINISTER} for found in held.values())


def _separated_by_policies(vault: Resource) -> Maybe[bool]:
    """Access policies count while roles are not switched on: https://learn.microsoft.com/azure/key-vault/general/assign-access-policy."""
    by_roles = flag(vault, "properties.enableRbacAuthorization", default=False)
    separated = every(*map(_separates, read_all(vault, "properties.accessPolicies")))
    return True if by_roles is True else separated if by_roles is False or separated is True else UNKNOWN


def _separates(policy: object) -> Maybe[bool]:
    granted = read_all(policy, "permissions.keys") if isinstance(policy, Mapping) else [UNKNOWN]
    if UNKNOWN in granted:
        return UNKNOWN
    words = {str(word).lower() for word in granted}
    return "all" not in words and not (words & _USES and words & _ADMINISTERS)


def _wait(vault: Resource) -> Maybe[int]:
    days = number(vault, "properties.softDeleteRetentionInDays", default=90)
    return when(flag(vault, "properties.enablePurgeProtection", default=False), lambda kept: days if kept else 0)


def _users(world: World, key: Resource) -> Maybe[frozenset[str]]:
    found = gather(word for who in _admitted(world, key, "use-key") for word in _words(world, who))
    return world.absent(found) if found == frozenset() else found


def _readers(world: World, secret: Resource) -> Maybe[frozenset[str]]:
    admitted = _admitted(world, secret, "read-secret")
    found = gather(who.role if isinstance(who, Resource) else who for who in admitted)
    return world.absent(found) if found == frozenset() else found


def _admitted(world: World, thing: Resource, action: str) -> Iterator[Resource | Maybe[str]]:
    """Who has a role for it, or an access policy of the vault: an identity of the stack, or somebody else by id."""
    for grant in _grants(world, thing, action):
        yield grant if isinstance(grant, Unknown) else grant.principal if grant.identity is None else grant.identity
    vault = world.target(thing, "vaultName", VAULT)
    by_roles = True if vault is None else flag(vault, "properties.enableRbacAuthorization", default=False)
    if vault is None or by_roles is True:
        return
    kind, words = _POLICY_WORDS[action]
    for policy in read_all(vault, "properties.accessPolicies"):
        granted = read_all(policy, f"permissions.{kind}") if isinstance(policy, Mapping) else [UNKNOWN]
        if UNKNOWN in granted or not words.isdisjoint(str(word).lower() for word in granted):
            known = by_roles is False and UNKNOWN not in granted
            yield _holder(world, text(policy, "objectId")) if known else UNKNOWN


def _holder(world: World, principal: Maybe[str]) -> Resource | Maybe[str]:
    if isinstance(principal, Unknown):
        return UNKNOWN
    return next((one for one in world.of(roles.IDENTITY) if text(one, "principalId") == principal), principal)


def _grants(world: World, thing: Resource, *actions: str) -> Iterator[Maybe[roles.Grant]]:
    """The assignments that allow one of the actions on the key or secret, by whatever scope; unknown for one that may."""
    vault = world.target(thing, "vaultName", VAULT)
    for grant in roles.grants(world, KEY, SECRET, VAULT):
        allows = when(grant.actions, lambda known: not known.isdisjoint(actions))
        counts = False if allows is False else every(allows, _covers(world, grant, thing, vault))
        if counts is not False:
            yield grant if counts is True else UNKNOWN


def _covers(world: World, grant: roles.Grant, thing: Resource, vault: Resource | None) -> Maybe[bool]:
    if grant.scope is not None:
        return grant.scope in (thing, vault)
    if not {thing, vault}.isdisjoint(world.targets(grant.resource, "scope", KEY, SECRET, VAULT)):
        return UNKNOWN  # made of the ids of several
    return takes_in(world, grant.resource, thing if vault is None else vault)


def _words(world: World, who: Resource | Maybe[str]) -> Iterator[Maybe[str]]:
    """What kinds of service encrypt as the identity; an archive's store counts as the log service."""
    if not isinstance(who, Resource):
        yield who
        return
    words = {word for token, path, word in _USERS if world.referring(who, token, path)}
    for path in ("encryption.encryptionIdentity.encryptionUserAssignedIdentity", "identity.userAssignedIdentities"):
        words |= {"logs" if feeds(world, a) else "storage" for a in world.referring(who, ACCOUNT, path)}
    yield from words or {who.role}
