"""Azure Database for PostgreSQL and for MySQL, flexible servers: https://learn.microsoft.com/azure/postgresql/flexible-server/overview."""

from collections.abc import Iterator

from policies.facts.answers import every, no, when
from policies.facts.azure.key import KEY
from policies.facts.azure.locks import locked
from policies.facts.azure.sinks import logged
from policies.facts.reading import first, is_set, number, text
from policies.facts.resources import Resource, World, customer_key
from policies.facts.support import supported
from policies.facts.vocabulary import UNKNOWN, Database, Fact, Maybe, Unknown

SERVER = "azure-native:dbforpostgresql:Server"
MYSQL = "azure-native:dbformysql:Server"
# Type to the type of its parameters, its engine, and the category of its log.
_SERVERS = {
    SERVER: ("azure-native:dbforpostgresql:Configuration", "postgresql", "PostgreSQLLogs"),
    MYSQL: ("azure-native:dbformysql:Configuration", "mysql", "MySqlAuditLogs"),
}
KNOWN = frozenset({*_SERVERS, *(configuration for configuration, _, _ in _SERVERS.values())})

_TLS = {"require_secure_transport", "ssl_min_protocol_version", "tls_version"}


def facts(world: World) -> Iterator[Fact]:
    for server in world.of(*_SERVERS):
        _, engine, category = _SERVERS[server.type]
        yield Database(
            urn=server.urn,
            role=server.role,
            engine=engine,
            customer_key=every(
                when(text(server, "dataEncryption.type"), lambda kind: kind == "AzureKeyVault"),
                customer_key(world, server, "dataEncryption.primaryKeyURI", KEY),
            ),
            tls_enforced=_tls(world, server),
            public=_public(server),
            standby_in_second_zone=when(text(server, "highAvailability.mode"), lambda mode: mode == "ZoneRedundant"),
            recovery_days=number(server, "backup.backupRetentionDays", default=7),
            daily_backup=True,  # https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-backup-restore
            deletion_guarded=locked(world, server),
            minor_upgrades_automatic=True,  # https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-maintenance
            logs_exported=logged(world, server, category),
            version=text(server, "version"),
            version_supported=supported(engine, text(server, "version")),
            zone_kind="zone",
        )


def _public(server: Resource) -> Maybe[bool]:
    """A server in a delegated subnet has no public address; any other has one unless it is switched off."""
    return every(
        no(is_set(server, "network.delegatedSubnetResourceId")),
        when(text(server, "network.publicNetworkAccess", default="Enabled"), lambda word: word == "Enabled"),
    )


def _tls(world: World, server: Resource) -> Maybe[bool]:
    """On by default; a configuration can switch it off.

    https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-networking-ssl-tls
    https://learn.microsoft.com/azure/mysql/flexible-server/security-tls-how-to-connect
    """
    configurations = world.referring(server, _SERVERS[server.type][0], "serverName")
    return every(world.absent(value=True), *map(_keeps_tls, configurations))


def _keeps_tls(configuration: Resource) -> Maybe[bool]:
    """A value that would do for both parameters does whatever the name is (which a first preview does not show)."""
    name = first(configuration, "configurationName", "name")
    value = text(configuration, "value")
    if isinstance(value, str) and value.lower() in {"on", "tlsv1.2", "tlsv1.3", "tlsv1.2,tlsv1.3"}:
        return True
    if isinstance(name, Unknown):
        return UNKNOWN
    return when(value, lambda _: False) if name in _TLS else True
