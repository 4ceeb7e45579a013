"""Azure Cosmos DB: https://learn.microsoft.com/azure/cosmos-db/security."""

from collections.abc import Iterator

from policies.facts.answers import every, some, when
from policies.facts.azure.key import KEY
from policies.facts.azure.locks import locked
from policies.facts.azure.sinks import logged
from policies.facts.reading import flag, is_set, number, read_all, text
from policies.facts.resources import Resource, World, customer_key
from policies.facts.vocabulary import UNKNOWN, Database, Fact, Maybe, Unknown

ACCOUNT = "azure-native:cosmosdb:DatabaseAccount"
KNOWN = frozenset({ACCOUNT})
_CHILDREN = (
    "CassandraResourceCassandraKeyspace",
    "CassandraResourceCassandraTable",
    "GremlinResourceGremlinDatabase",
    "GremlinResourceGremlinGraph",
    "MongoDBResourceMongoDBCollection",
    "MongoDBResourceMongoDBDatabase",
    "SqlResourceSqlContainer",
    "SqlResourceSqlDatabase",
    "TableResourceTable",
)
INERT = {f"azure-native:cosmosdb:{name}": "lies in an account, which is judged" for name in _CHILDREN}

_DAYS = {"Continuous7Days": 7, "Continuous30Days": 30, "Continuous35Days": 35}


def facts(world: World) -> Iterator[Fact]:
    for account in world.of(ACCOUNT):
        every_minutes = number(account, "backupPolicy.periodicModeProperties.backupIntervalInMinutes", default=240)
        continuous = when(text(account, "backupPolicy.type", default="Periodic"), lambda kind: kind == "Continuous")
        yield Database(
            urn=account.urn,
            role=account.role,
            engine="cosmosdb",
            customer_key=customer_key(world, account, "keyVaultKeyUri", KEY),
            tls_enforced=when(text(account, "minimalTlsVersion", default="Tls12"), lambda word: word == "Tls12"),
            public=when(text(account, "publicNetworkAccess", default="Enabled"), lambda word: word == "Enabled"),
            standby_in_second_zone=_standby(account),
            recovery_days=_recovery(account, continuous),
            daily_backup=some(continuous, when(every_minutes, lambda minutes: minutes <= 24 * 60)),
            deletion_guarded=locked(world, account),
            minor_upgrades_automatic=True,
            # https://learn.microsoft.com/azure/cosmos-db/monitor-resource-logs
            logs_exported=logged(world, account, "DataPlaneRequests"),
            version="",
            version_supported=True,
            zone_kind="zone",
        )


def _standby(account: Resource) -> Maybe[bool]:
    """Its first region is spread over zones, or another region takes over by itself.

    https://learn.microsoft.com/azure/reliability/reliability-cosmos-db-nosql
    """
    several = when(is_set(account, "locations"), lambda named: named and len(read_all(account, "locations")) > 1)
    spread = flag(account, "locations.0.isZoneRedundant", default=False)
    return some(spread, every(several, flag(account, "enableAutomaticFailover", default=False)))


def _recovery(account: Resource, continuous: Maybe[bool]) -> Maybe[int]:
    """Periodic backups can be restored by the vendor's support only, to no moment of choice."""
    tier = text(account, "backupPolicy.continuousModeProperties.tier", default="Continuous30Days")
    if isinstance(continuous, Unknown) or isinstance(tier, Unknown):
        return UNKNOWN
    return _DAYS.get(tier, UNKNOWN) if continuous else 0
