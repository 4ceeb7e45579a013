"""Azure Database for PostgreSQL, flexible server.

https://learn.microsoft.com/azure/postgresql/flexible-server/overview
"""

from typing import Final

from sandbox.cloud.azure import database_values as values
from sandbox.cloud.azure.arm import assigned, in_group, unchangeable
from sandbox.cloud.azure.identity import identities_exist, identity_fits
from sandbox.cloud.azure.key_use import KEY, refused_key
from sandbox.cloud.azure.network import SUBNET, delegated_to, far_subnet, ranges, subnet_users
from sandbox.cloud.azure.private_dns import LINK, ZONE
from sandbox.cloud.azure.roles import IDENTITY
from sandbox.cloud.checks import between, matches, one_of
from sandbox.cloud.context import Context, Object
from sandbox.cloud.guards import cannot_shrink
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import one

SERVER: Final = "azure-native:dbforpostgresql:Server"
_CONFIGURATION: Final = "azure-native:dbforpostgresql:Configuration"
_DATABASE: Final = "azure-native:dbforpostgresql:Database"
_DOCS: Final = "https://learn.microsoft.com/azure/postgresql"
_SERVICE: Final = "Microsoft.DBforPostgreSQL/flexibleServers"


def _subnet_fits(context: Context, subnet: str) -> str | None:
    found = context.find(subnet, SUBNET)
    if not delegated_to(context, subnet, _SERVICE):
        return f"SubnetNotDelegated: {subnet} must be delegated to {_SERVICE}"
    if found and any(block.prefixlen > 28 for block in ranges(found.inputs)):
        return f"SubnetTooSmall: {subnet} must be /28 or larger"
    if strangers := [user for user in subnet_users(context, subnet) if "/flexibleServers/" not in user]:
        return f"SubnetInUse: {subnet} is used by {strangers[0]}"
    return far_subnet(context, subnet)


def _network_fits(context: Context) -> str | None:
    subnet = one(context.inputs, "network.delegatedSubnetResourceId")
    if not context.writing or subnet is None:
        return None
    if context.operation == "create" and (reason := _subnet_fits(context, subnet)):
        return reason
    zone = context.find(one(context.inputs, "network.privateDnsZoneArmResourceId") or "", ZONE)
    if zone is None:
        return "PrivateDnsZoneRequired: a server in a delegated subnet needs a private DNS zone"
    if not zone.get("name").endswith(".postgres.database.azure.com"):
        return f"InvalidPrivateDnsZone: '{zone.get('name')}' must end with .postgres.database.azure.com"
    if zone.get("name") == f"{context['serverName']}.postgres.database.azure.com":
        return "InvalidPrivateDnsZone: the zone must not have the server's own name"
    network = subnet.rpartition("/subnets/")[0]
    links = [o for o in context.objects(LINK) if o.id.startswith(f"{zone.id}/")]
    if network not in [one(o.inputs, "virtualNetwork.id") for o in links]:
        return f"PrivateDnsZoneNotLinked: {zone.get('name')} is not linked to {network}"
    return None


def _key_is_usable(context: Context) -> str | None:
    if context.operation == "delete" or one(context.inputs, "dataEncryption.type") != "AzureKeyVault":
        return None
    identity = one(context.inputs, "dataEncryption.primaryUserAssignedIdentityId")
    if identity not in assigned(context.inputs):
        return f"the identity {identity} is not assigned to the server"
    uri = one(context.inputs, "dataEncryption.primaryKeyURI")
    reason = refused_key(context, context.find(uri, KEY) if uri else None, identity)
    if reason or one(context.inputs, "backup.geoRedundantBackup") != "Enabled":
        return reason
    # https://learn.microsoft.com/azure/postgresql/security/security-data-encryption
    uri, other = (
        one(context.inputs, f"dataEncryption.geoBackup{name}") for name in ("KeyURI", "UserAssignedIdentityId")
    )
    if not uri or other not in assigned(context.inputs):
        return (
            "GeoBackupKeyRequired: geo-redundant backup of a server with a customer key needs a second key and identity"
        )
    return refused_key(context, context.find(uri, KEY), other)


def _only_upward(context: Context) -> str | None:
    """https://learn.microsoft.com/azure/postgresql/configure-maintain/concepts-major-version-upgrade."""
    if context.operation != "update" or context.stored is None:
        return None
    old, new = (tree.get("version") for tree in (context.stored.inputs, context.inputs))
    if old and new and int(new) < int(old):
        return f"MajorVersionDowngradeNotSupported: from {old} to {new}"
    return None


def _server(context: Context) -> Object | None:
    return context.find(context["serverName"], SERVER)


def _server_answers(context: Context) -> str | None:
    """A server whose key is gone is inaccessible."""
    server = _server(context)
    if context.operation == "delete" or server is None or one(server.inputs, "dataEncryption.type") != "AzureKeyVault":
        return None
    key = context.find(one(server.inputs, "dataEncryption.primaryKeyURI") or "", KEY)
    reason = refused_key(context, key, one(server.inputs, "dataEncryption.primaryUserAssignedIdentityId"))
    return f"ServerIsInaccessible: {server.id} ({reason})" if reason else None


TYPES: Final = (
    ResourceType(
        token=SERVER,
        source=f"{_DOCS}/network/concepts-networking-private",
        sources=(
            f"{_DOCS}/security/security-data-encryption",
            f"{_DOCS}/compute-storage/concepts-storage",
            f"{_DOCS}/backup-restore/concepts-backup-restore",
        ),
        id=in_group(f"{_SERVICE}/{{serverName}}"),
        name=Name(
            property="serverName",
            shortest=3,
            pattern=r"[a-z0-9]+(-[a-z0-9]+)*",
            allowed=r"\s\S",
            lower=False,
            unique_in="",
        ),
        computed={
            "fullyQualifiedDomainName": "{serverName}.postgres.database.azure.com",
            "state": "Ready",
            "minorVersion": "0",
        },
        replace_on=("location", "administratorLogin", "availabilityZone", "sourceServerResourceId", "pointInTimeUTC"),
        checks=(
            matches("administratorLogin", values.RESERVED, "reserved, or not a user name"),
            values.login_fits,
            values.source_fits,
            values.size_fits,
            values.standby_fits,
            values.storage_fits,
            identity_fits,
            between("backup.backupRetentionDays", 7, 35),
            between("maintenanceWindow.dayOfWeek", 0, 6),
            between("maintenanceWindow.startHour", 0, 23),
            between("maintenanceWindow.startMinute", 0, 59),
        ),
        guards=(
            identities_exist,
            _network_fits,
            _key_is_usable,
            _only_upward,
            unchangeable(
                "backup.geoRedundantBackup",
                otherwise="Disabled",
                reason="GeoRedundantBackupUpdateNotSupported: '{path}' is chosen when the server is made, it cannot become {new}",
            ),
            unchangeable(
                "dataEncryption.type",
                otherwise="SystemAssigned",
                reason="DataEncryptionModeUpdateNotSupported: '{path}' is chosen when the server is made, it cannot become {new}",
            ),
            unchangeable(
                "network.delegatedSubnetResourceId",
                reason="NetworkUpdateNotSupported: '{path}' is chosen when the server is made, it cannot become {new}",
            ),
            unchangeable(
                "storage.type",
                otherwise="Premium_LRS",
                reason="StorageTypeUpdateNotSupported: '{path}' is chosen when the server is made, it cannot become {new}",
            ),
            cannot_shrink("storage.storageSizeGB", reason="StorageSizeCannotShrink: from {old} to {new} GiB"),
        ),
        references=(
            Reference("network.delegatedSubnetResourceId", SUBNET),
            Reference("network.privateDnsZoneArmResourceId", ZONE),
            Reference("sourceServerResourceId", SERVER),
            *(
                Reference(f"dataEncryption.{name}", token)
                for name, token in (
                    ("primaryKeyURI", KEY),
                    ("primaryUserAssignedIdentityId", IDENTITY),
                    ("geoBackupKeyURI", KEY),
                    ("geoBackupUserAssignedIdentityId", IDENTITY),
                )
            ),
        ),
        known_as=("name",),
        blind_spots=(
            "The vendor's table of 2025-11-24 offers no zone-redundant standby in Japan West; here none is refused.",
            "Azure takes the maintenance window only at an update, not when the server is made.",
            "Capacity, quotas and retired major versions are not known.",
            "The name of a dropped server may stay taken for some days.",
            "Storage that grew by itself is not imitated, and a restored server's data is not there.",
            "The codes of refused changes are not verified; that the changes are refused is documented.",
        ),
    ),
    ResourceType(
        token=_CONFIGURATION,
        source=f"{_DOCS}/server-parameters/concepts-server-parameters",
        sources=(
            "https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/resources/customresources/custom_postgres_config.go",
        ),
        id=in_group(f"{_SERVICE}/{{serverName}}/configurations/{{configurationName}}"),
        name=Name(property="configurationName", pattern=r"[a-z_.]+", automatic=False, unique_in="{serverName}"),
        replace_on=("serverName",),
        checks=(values.parameter_fits,),
        guards=(_server_answers,),
        references=(Reference("serverName", SERVER),),
        blind_spots=(
            "Only the parameters of sandbox/cloud/azure/database_values.py exist.",
            "A parameter that needs a restart is not pending; two at once are not refused as busy.",
            "Deleting one sets it back to its default, which is not shown.",
        ),
    ),
    ResourceType(
        token=_DATABASE,
        source="https://learn.microsoft.com/rest/api/postgresql/databases/create",
        sources=(f"{_DOCS}/flexible-server/concepts-servers",),
        id=in_group(f"{_SERVICE}/{{serverName}}/databases/{{databaseName}}"),
        name=Name(
            property="databaseName",
            pattern=r"(?!(azure_sys|azure_maintenance|template\d)$)[\w-]+",
            automatic=False,
            unique_in="{serverName}",
        ),
        replace_on=("serverName",),
        checks=(one_of("charset", ("UTF8", "SQL_ASCII")),),
        guards=(
            _server_answers,
            unchangeable("charset", "collation", reason="DatabaseUpdateNotSupported: '{path}' cannot become {new}"),
        ),
        references=(Reference("serverName", SERVER),),
        blind_spots=(
            "The collation is not held against what the server offers.",
            "A database that others are connected to is deleted all the same.",
        ),
    ),
)
