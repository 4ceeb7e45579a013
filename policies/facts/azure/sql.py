"""Azure SQL, a server with its databases: https://learn.microsoft.com/azure/azure-sql/database/security-overview."""

from collections.abc import Iterator

from policies.facts.answers import every, some, when
from policies.facts.azure.key import KEY
from policies.facts.azure.locks import locked
from policies.facts.azure.sinks import logged
from policies.facts.reading import flag, number, text
from policies.facts.resources import Resource, World, customer_key
from policies.facts.vocabulary import UNKNOWN, Database, Fact, Maybe, Unknown

SERVER = "azure-native:sql:Server"
DATABASE = "azure-native:sql:Database"
_PROTECTOR = "azure-native:sql:EncryptionProtector"
_SHORT_TERM = "azure-native:sql:BackupShortTermRetentionPolicy"
_AUDITS = {
    "azure-native:sql:ExtendedServerBlobAuditingPolicy": "serverName",
    "azure-native:sql:ServerBlobAuditingPolicy": "serverName",
}
_ENCRYPTION = "azure-native:sql:TransparentDataEncryption"
_KEYS = "azure-native:sql:ServerKey"
KNOWN = frozenset({SERVER, DATABASE, _PROTECTOR, _SHORT_TERM, _ENCRYPTION, _KEYS, *_AUDITS})
INERT = {
    "azure-native:sql:FirewallRule": "whom a public endpoint admits; that there is one is judged of the server",
    "azure-native:sql:ServerAzureADAdministrator": "who administers a server, which is judged",
    "azure-native:sql:VirtualNetworkRule": "whom a public endpoint admits; that there is one is judged of the server",
}
UNTAGGABLE = (KNOWN | INERT.keys()) - {SERVER, DATABASE}

_SECURE = ("1.2", "1.3")


def facts(world: World) -> Iterator[Fact]:
    for server in world.of(SERVER):
        databases = world.referring(server, DATABASE, "serverName")
        yield Database(
            urn=server.urn,
            role=server.role,
            engine="sqlserver",
            customer_key=_key(world, server, databases),
            # Always encrypted; the version is a setting, and 1.2 where nothing is said (unverified).
            # https://learn.microsoft.com/azure/azure-sql/database/connectivity-settings
            tls_enforced=when(text(server, "minimalTlsVersion", default="1.2"), lambda word: word in _SECURE),
            public=when(text(server, "publicNetworkAccess", default="Enabled"), lambda word: word == "Enabled"),
            standby_in_second_zone=every(*(flag(one, "zoneRedundant", default=False) for one in databases)),
            recovery_days=_recovery(world, databases),
            # https://learn.microsoft.com/azure/azure-sql/database/automated-backups-overview
            daily_backup=True,
            deletion_guarded=some(locked(world, server), _all_locked(world, databases)),
            minor_upgrades_automatic=True,
            logs_exported=_audited(world, server, databases),
            version="",
            version_supported=True,
            zone_kind="zone",
        )
    for database in world.of(DATABASE):
        if not world.targets(database, "serverName", SERVER):  # its server is another stack's
            zones = flag(database, "zoneRedundant", default=False)
            yield Database(
                urn=database.urn,
                role=database.role,
                engine="sqlserver",
                standby_in_second_zone=zones,
                recovery_days=_recovery(world, (database,)),
                daily_backup=True,
                minor_upgrades_automatic=True,
                version="",
                version_supported=True,
                zone_kind="zone",
            )


def _all_locked(world: World, databases: tuple[Resource, ...]) -> Maybe[bool]:
    return every(*(locked(world, one) for one in databases)) if databases else False


def _key(world: World, server: Resource, databases: tuple[Resource, ...]) -> Maybe[bool]:
    """The server's protector, or each database's own."""
    protectors = (
        when(text(one, "serverKeyType"), lambda kind: kind == "AzureKeyVault")
        for one in world.referring(server, _PROTECTOR, "serverName")
    )
    own = (customer_key(world, one, "encryptionProtector", KEY) for one in databases)
    return some(
        world.absent(value=False),
        customer_key(world, server, "keyId", KEY),
        *protectors,
        every(*own) if databases else False,
    )


def _recovery(world: World, databases: tuple[Resource, ...]) -> Maybe[int]:
    """The shortest of its databases; seven days where nothing is said."""
    found = [
        number(policy, "retentionDays", default=7)
        for one in databases
        for policy in world.referring(one, _SHORT_TERM, "databaseName") or (one,)
    ]
    known = [days for days in found if not isinstance(days, Unknown)]
    return UNKNOWN if len(known) < len(found) else min(known, default=7)


def _audited(world: World, server: Resource, databases: tuple[Resource, ...]) -> Maybe[bool]:
    """https://learn.microsoft.com/azure/azure-sql/database/auditing-overview."""
    policies = (
        when(text(one, "state"), lambda word: word == "Enabled")
        for token, path in _AUDITS.items()
        for one in world.referring(server, token, path)
    )
    sent = (logged(world, one, "SQLSecurityAuditEvents") for one in databases)
    return some(world.absent(value=False), *policies, every(*sent) if databases else False)
