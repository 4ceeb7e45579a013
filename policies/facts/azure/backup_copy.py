"""Copies in the paired region, which for both regions in Japan is the other one.

https://learn.microsoft.com/azure/reliability/regions-paired
https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-backup-restore
https://learn.microsoft.com/azure/storage/common/storage-redundancy
https://learn.microsoft.com/azure/backup/backup-create-recovery-services-vault
"""

from collections.abc import Iterable, Iterator

from policies.facts.answers import every, some, when
from policies.facts.azure.cosmos import ACCOUNT as COSMOS
from policies.facts.azure.database import MYSQL, SERVER
from policies.facts.azure.place import JAPAN, region
from policies.facts.azure.sinks import ACCOUNT
from policies.facts.azure.sql import DATABASE as SQL_DATABASE
from policies.facts.azure.sql import SERVER as SQL_SERVER
from policies.facts.reading import read_all, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, BackupCopy, Fact, Maybe, Unknown

_RECOVERY = "azure-native:recoveryservices:Vault"
_BACKUP = "azure-native:dataprotection:BackupVault"
# Type of a vault to the type of what joins something to it, and where that is named.
_JOINS = {
    _RECOVERY: ("azure-native:recoveryservices:ProtectedItem", "properties.sourceResourceId"),
    _BACKUP: ("azure-native:dataprotection:BackupInstance", "properties.dataSourceInfo.resourceID"),
}
KNOWN = frozenset(token for token, _ in _JOINS.values())

_GEO_ACCOUNTS = ("Standard_GRS", "Standard_GZRS", "Standard_RAGRS", "Standard_RAGZRS")
_GEO_BACKUPS = ("Geo", "GeoZone")


def facts(world: World) -> Iterator[Fact]:
    for server in world.of(SERVER, MYSQL):
        yield from _copy(server, _is(server, "backup.geoRedundantBackup", "Enabled"))
    for account in world.of(ACCOUNT):
        yield from _copy(account, _is(account, "sku.name", *_GEO_ACCOUNTS))
    for account in world.of(COSMOS):
        # https://learn.microsoft.com/azure/cosmos-db/periodic-backup-storage-redundancy
        storage = _is(account, "backupPolicy.periodicModeProperties.backupStorageRedundancy", "Geo", default="Geo")
        yield from _copy(account, every(_is(account, "backupPolicy.type", "Periodic", default="Periodic"), storage))
    for server in world.of(SQL_SERVER):
        databases = world.referring(server, SQL_DATABASE, "serverName")
        if databases:
            yield from _copy(server, every(*map(_kept_in_both, databases)))
    for database in world.of(SQL_DATABASE):
        if not world.targets(database, "serverName", SQL_SERVER):
            yield from _copy(database, _kept_in_both(database))
    for vault in world.of(*_JOINS):
        yield from _copy(vault, _restorable_elsewhere(vault), frozenset(_in(world, vault)))


def _copy(held: Resource, geographic: Maybe[bool], of: frozenset[str] | None = None) -> Iterator[Fact]:
    if geographic is False:
        return
    place: Maybe[str] = UNKNOWN if geographic is UNKNOWN else when(region(held), _paired)
    yield BackupCopy(urn=held.urn, role=held.role, location=place, of=frozenset({held.urn}) if of is None else of)


def _paired(place: str | None) -> Maybe[str]:
    """Nothing said: the resource group's, which the provider tells back later."""
    return UNKNOWN if place is None else "japan" if place in JAPAN else "abroad"


def _is(resource: Resource, path: str, *wanted: str, default: str = "") -> Maybe[bool]:
    return when(text(resource, path, default=default), lambda word: word in wanted)


def _kept_in_both(database: Resource) -> Maybe[bool]:
    """https://learn.microsoft.com/azure/azure-sql/database/automated-backups-overview#backup-storage-redundancy."""
    return _is(database, "requestedBackupStorageRedundancy", *_GEO_BACKUPS, default="Geo")


def _restorable_elsewhere(vault: Resource) -> Maybe[bool]:
    if vault.type == _RECOVERY:
        settings = "properties.redundancySettings"
        return every(
            _is(vault, f"{settings}.standardTierStorageRedundancy", "GeoRedundant", default="GeoRedundant"),
            _is(vault, f"{settings}.crossRegionRestore", "Enabled"),
        )
    kinds: Iterable[object] = read_all(vault, "properties.storageSettings.type")
    return every(
        some(*(UNKNOWN if isinstance(kind, Unknown) else kind == "GeoRedundant" for kind in kinds)),
        _is(vault, "properties.featureSettings.crossRegionRestoreSettings.state", "Enabled"),
    )


def _in(world: World, vault: Resource) -> Iterator[str]:
    token, path = _JOINS[vault.type]
    for item in world.referring(vault, token, "vaultName"):
        for held in world.targets(item, path, SERVER, MYSQL, SQL_SERVER, ACCOUNT, COSMOS):
            yield held.urn
