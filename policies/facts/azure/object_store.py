"""Azure Storage accounts with their containers, locks and log settings folded in.

https://learn.microsoft.com/azure/storage/blobs/security-recommendations
"""

from collections.abc import Iterator, Mapping

from policies.facts.answers import every, gather, some, when
from policies.facts.azure.key import KEY, VAULT
from policies.facts.azure.locks import locked
from policies.facts.azure.sinks import ACCOUNT, feeds, kinds, logged
from policies.facts.inherited import inherited_logs
from policies.facts.purpose import of_evidence, without_logs
from policies.facts.reading import flag, is_set, number, read_all, text
from policies.facts.resources import Resource, World, customer_key
from policies.facts.vocabulary import UNKNOWN, Fact, LogArchive, Maybe, ObjectStore

CONTAINER = "azure-native:storage:BlobContainer"
SERVICE = "azure-native:storage:BlobServiceProperties"
_LIFECYCLE = "azure-native:storage:ManagementPolicy"
_CONTAINER_POLICY = "azure-native:storage:BlobContainerImmutabilityPolicy"
KNOWN = frozenset({ACCOUNT, CONTAINER, SERVICE, _LIFECYCLE, _CONTAINER_POLICY})

_IMMUTABLE = "immutableStorageWithVersioning"
_POLICY = f"{_IMMUTABLE}.immutabilityPolicy"
_KEPT_DAYS = 30
_CLOSED = {"TLS1_2", "TLS1_3"}


def facts(world: World) -> Iterator[Fact]:
    for account in world.of(ACCOUNT):
        purpose = _purpose(world, account)
        key = encrypted(world, account)
        retention = _retention(world, account)
        lock = when(text(account, f"{_POLICY}.state"), lambda state: state == "Locked")
        yield ObjectStore(
            urn=account.urn,
            role=account.role,
            # The account's switch stands above its containers:
            # https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-prevent
            anonymous_access=some(flag(account, "allowBlobPublicAccess", default=False), _open_to_networks(account)),
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
            versioned=_versioned(world, account),
            lifecycle=some(
                world.absent(value=False),
                *(
                    _removes(r)
                    for p in world.referring(account, _LIFECYCLE, "accountName")
                    for r in read_all(p, "policy.rules")
                ),
            ),
            own_key=_own_key(world, account, key),
            deletion_guarded=some(flag(account, f"{_IMMUTABLE}.enabled", default=False), locked(world, account)),
            purpose=purpose,
            retention_locked=lock,
        )
        if purpose == "archive":
            yield LogArchive(
                urn=account.urn,
                role=account.role,
                kinds=kinds(world, account),
                inherited=inherited_logs(world, account),
                retention_days=retention,
                write_once=when(retention, lambda days: days > 0),
                tamper_evident=when(retention, lambda days: days > 0),
                customer_key=key,
                retention_locked=lock,
            )


def _open_to_networks(account: Resource) -> Maybe[bool]:
    """Every network reaches it: so where nothing is said.

    https://learn.microsoft.com/azure/storage/common/storage-network-security
    """
    return every(
        when(text(account, "publicNetworkAccess", default="Enabled"), lambda word: word == "Enabled"),
        when(text(account, "networkRuleSet.defaultAction", default="Allow"), lambda word: word == "Allow"),
    )


def _of(world: World, account: Resource) -> tuple[Resource, ...]:
    return world.referring(account, SERVICE, "accountName")


def _removes(rule: object) -> Maybe[bool]:
    """https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-overview."""
    if not isinstance(rule, Mapping):
        return UNKNOWN
    kinds = [value for value in read_all(rule, "definition.actions") for value in _parts(value)]
    return every(flag(rule, "enabled", default=True), some(*(is_set(kind, "delete") for kind in kinds)))


def _parts(actions: object) -> list[Mapping[str, object]]:
    """What is done to blobs, to their versions and to their snapshots."""
    return [part for part in actions.values() if isinstance(part, Mapping)] if isinstance(actions, Mapping) else []


def _own_key(world: World, account: Resource, customer: Maybe[bool]) -> Maybe[bool]:
    named = "encryption.keyVaultProperties"
    made = world.targets(account, f"{named}.keyName", KEY) or world.targets(account, f"{named}.keyVaultUri", VAULT)
    return customer if customer is not True or made else UNKNOWN


def _purpose(world: World, account: Resource) -> Maybe[str]:
    """Fed with logs: an archive, or the access log of one if it holds nothing else. Else evidence, states or the workload's own."""
    if of_evidence(account, "tags"):
        return "evidence"
    fed = feeds(world, account)
    if fed and all(_of_an_archive(world, feed, account) for feed in fed):
        return "access-log"
    return "archive" if fed else without_logs(world, account, "tags")


def _of_an_archive(world: World, feed: Resource, account: Resource) -> bool:
    """The feed says who read and wrote another account, which is fed by more than this account's own access log."""
    watched = _watched(world, feed)
    return watched is not None and any(_watched(world, other) is not account for other in feeds(world, watched))


def _watched(world: World, feed: Resource) -> Resource | None:
    service = world.target(feed, "resourceUri", SERVICE)
    return None if service is None else world.target(service, "accountName", ACCOUNT)


def _versioned(world: World, account: Resource) -> Maybe[bool]:
    """Versions, or soft delete of blobs and of containers; all off unless asked for. Immutable versions switch versioning on.

    https://learn.microsoft.com/azure/storage/blobs/data-protection-overview
    """
    return some(
        flag(account, f"{_IMMUTABLE}.enabled", default=False),
        world.absent(value=False),
        *(_keeps_versions(service) for service in _of(world, account)),
    )


def _keeps_versions(service: Resource) -> Maybe[bool]:
    blobs, containers = (
        every(
            flag(service, f"{policy}.enabled", default=False),
            when(number(service, f"{policy}.days", default=0), lambda days: days >= _KEPT_DAYS),
        )
        for policy in ("deleteRetentionPolicy", "containerDeleteRetentionPolicy")
    )
    return some(flag(service, "isVersioningEnabled", default=False), every(blobs, containers))


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
