"""Azure Storage accounts with their containers, locks and log settings folded in.

https://learn.microsoft.com/azure/storage/blobs/security-recommendations
"""

from collections.abc import Iterator

from policies.facts.answers import every, gather, some, when
from policies.facts.azure.key import KEY, VAULT
from policies.facts.azure.locks import locked
from policies.facts.azure.sinks import ACCOUNT, feeds, kinds, logged
from policies.facts.reading import flag, number, text
from policies.facts.resources import Resource, World, customer_key, inherited_logs
from policies.facts.vocabulary import Fact, LogArchive, Maybe, ObjectStore

CONTAINER = "azure-native:storage:BlobContainer"
SERVICE = "azure-native:storage:BlobServiceProperties"
_CONTAINER_POLICY = "azure-native:storage:BlobContainerImmutabilityPolicy"
KNOWN = frozenset({ACCOUNT, CONTAINER, SERVICE, _CONTAINER_POLICY})

_IMMUTABLE = "immutableStorageWithVersioning"
_POLICY = f"{_IMMUTABLE}.immutabilityPolicy"
_CLOSED = {"TLS1_2", "TLS1_3"}


def facts(world: World) -> Iterator[Fact]:
    for account in world.of(ACCOUNT):
        archive = bool(feeds(world, account))
        key = encrypted(world, account)
        retention = _retention(world, account)
        lock = when(text(account, f"{_POLICY}.state"), lambda state: state == "Locked")
        yield ObjectStore(
            urn=account.urn,
            role=account.role,
            # The account's switch stands above its containers:
            # https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-prevent
            anonymous_access=flag(account, "allowBlobPublicAccess", default=False),
            customer_key=key,
            tls_only=every(
                flag(account, "enableHttpsTrafficOnly", default=True),
                when(text(account, "minimumTlsVersion", default="TLS1_0"), lambda version: version in _CLOSED),
            ),
            access_logged=some(
                world.absent(value=False),
                *(
                    logged(world, service, "StorageRead", "StorageWrite", "StorageDelete")
                    for service in _of(world, account)
                ),
            ),
            retention_days=retention,
            deletion_guarded=some(flag(account, f"{_IMMUTABLE}.enabled", default=False), locked(world, account)),
            purpose="archive" if archive else world.absent("records"),
            retention_locked=lock,
        )
        if archive:
            yield LogArchive(
                urn=account.urn,
                role=account.role,
                kinds=kinds(world, account),
                inherited=inherited_logs(world, account),
                retention_days=retention,
                write_once=when(retention, lambda days: days > 0),
                customer_key=key,
                retention_locked=lock,
            )


def _of(world: World, account: Resource) -> tuple[Resource, ...]:
    return world.referring(account, SERVICE, "accountName")


def encrypted(world: World, account: Resource) -> Maybe[bool]:
    """Everything in the account is encrypted with a key of the customer's."""
    named = "encryption.keyVaultProperties"
    return every(
        when(text(account, "encryption.keySource"), lambda source: source.lower() == "microsoft.keyvault"),
        some(
            customer_key(world, account, f"{named}.keyName", KEY),
            customer_key(world, account, f"{named}.keyVaultUri", VAULT),
        ),
    )


def _retention(world: World, account: Resource) -> Maybe[int]:
    """The account's default policy, else what the containers' own policies have in common."""
    days = number(account, f"{_POLICY}.immutabilityPeriodSinceCreationInDays", default=0)
    state = text(account, f"{_POLICY}.state", default="Disabled")
    on = every(flag(account, f"{_IMMUTABLE}.enabled", default=False), when(state, lambda word: word != "Disabled"))
    if on is not False:
        return when(on, lambda _: days)
    policies = world.referring(account, _CONTAINER_POLICY, "accountName")
    containers = world.referring(account, CONTAINER, "accountName")
    if not policies or len(policies) < len(containers):
        return world.absent(0)
    days_of_each = gather(number(policy, "immutabilityPeriodSinceCreationInDays", default=0) for policy in policies)
    return when(days_of_each, min)
