"""Azure Key Vault keys: https://learn.microsoft.com/azure/key-vault/keys/about-keys."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from policies.facts.answers import every, gather, when
from policies.facts.azure import roles
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
    """No principal holds roles for both on the key and its vault together."""
    held: dict[Resource | str, set[str]] = defaultdict(set)
    for grant in _grants(world, key, "use-key", "administer-key", roles.ADMINISTER):
        who = grant.principal if grant.identity is None else grant.identity
        if isinstance(grant.actions, Unknown) or isinstance(who, Unknown):
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
    found = gather(word for grant in _grants(world, key, "use-key") for word in _words(world, grant))
    return world.absent(found) if found == frozenset() else found


def _readers(world: World, secret: Resource) -> Maybe[frozenset[str]]:
    found = gather(
        UNKNOWN
        if isinstance(grant.actions, Unknown)
        else grant.principal
        if grant.identity is None
        else grant.identity.role
        for grant in _grants(world, secret, "read-secret")
    )
    return world.absent(found) if found == frozenset() else found


def _grants(world: World, thing: Resource, *actions: str) -> Iterator[roles.Grant]:
    """The assignments on the key or secret, or on its vault, that allow one of the actions, or may allow it."""
    vault = world.target(thing, "vaultName", VAULT)
    for grant in roles.grants(world, KEY, SECRET, VAULT):
        covers = grant.scope is not None and grant.scope in (thing, vault)
        if covers and (isinstance(grant.actions, Unknown) or not grant.actions.isdisjoint(actions)):
            yield grant


def _words(world: World, grant: roles.Grant) -> Iterator[Maybe[str]]:
    """What kinds of service encrypt as the identity; an archive's store counts as the log service."""
    identity = grant.identity
    if isinstance(grant.actions, Unknown) or identity is None:
        yield UNKNOWN if isinstance(grant.actions, Unknown) else grant.principal
        return
    words = {word for token, path, word in _USERS if world.referring(identity, token, path)}
    for path in ("encryption.encryptionIdentity.encryptionUserAssignedIdentity", "identity.userAssignedIdentities"):
        words |= {"logs" if feeds(world, a) else "storage" for a in world.referring(identity, ACCOUNT, path)}
    yield from words or {identity.role}
