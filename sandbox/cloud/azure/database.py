"""Azure Database for PostgreSQL, flexible server.

https://learn.microsoft.com/azure/postgresql/flexible-server/overview
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.azure.arm import in_group
from sandbox.cloud.azure.encryption_key import KEY, refused_key
from sandbox.cloud.azure.network import SUBNET, delegated_to
from sandbox.cloud.azure.private_access import LINK, ZONE
from sandbox.cloud.checks import between, matches, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.guards import cannot_shrink
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at

SERVER: Final = "azure-native:dbforpostgresql:Server"
_CONFIGURATION: Final = "azure-native:dbforpostgresql:Configuration"
_DATABASE: Final = "azure-native:dbforpostgresql:Database"
# https://learn.microsoft.com/azure/postgresql/flexible-server/server-parameters-table
_PARAMETERS: Final = {
    "require_secure_transport": r"on|off",
    "ssl_min_protocol_version": r"TLSv1\.[23]",
    "ssl_max_protocol_version": r"|TLSv1\.[23]",
    "log_connections": r"on|off",
    "log_disconnections": r"on|off",
    "log_checkpoints": r"on|off",
}
_RESERVED: Final = r"(?!(azure_superuser|azure_pg_admin|admin|administrator|root|guest|public|pg_.*)$)[a-zA-Z_]\w{0,62}"


def _one(tree: Any, path: str) -> Any:
    return next((value for _, value in at(tree, path)), None)


def _standby_fits(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    mode, tier = _one(inputs, "highAvailability.mode"), _one(inputs, "sku.tier")
    if mode in ("ZoneRedundant", "SameZone") and tier == "Burstable":
        yield "highAvailability.mode", "HighAvailabilityNotSupported: not with the tier Burstable"
    zone, other = inputs.get("availabilityZone"), _one(inputs, "highAvailability.standbyAvailabilityZone")
    if mode == "ZoneRedundant" and zone is not None and zone == other:
        yield "highAvailability.standbyAvailabilityZone", f"the standby must be in another zone than {zone}"


def _password_fits(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    password = inputs.get("administratorLoginPassword")
    kinds = (r"[a-z]", r"[A-Z]", r"\d", r"[^a-zA-Z0-9]")
    if password is not None and (
        not 8 <= len(password) <= 128 or sum(bool(re.search(kind, password)) for kind in kinds) < 3
    ):
        yield "administratorLoginPassword", "PasswordNotComplex: 8 to 128 characters of three kinds"


def _network_fits(context: Context) -> str | None:
    if context.operation != "create" or not context.inputs.get("network"):
        return None
    subnet = _one(context.inputs, "network.delegatedSubnetResourceId")
    zone = _one(context.inputs, "network.privateDnsZoneArmResourceId")
    if subnet is None:
        return None
    if not delegated_to(context, subnet, "Microsoft.DBforPostgreSQL/flexibleServers"):
        return f"SubnetNotDelegated: {subnet} must be delegated to Microsoft.DBforPostgreSQL/flexibleServers"
    found = context.find(zone, ZONE) if zone else None
    if found is None:
        return "PrivateDnsZoneRequired: a server in a delegated subnet needs a private DNS zone"
    if not found.get("name").endswith(".postgres.database.azure.com"):
        return f"InvalidPrivateDnsZone: '{found.get('name')}' must end with .postgres.database.azure.com"
    if found.get("name") == f"{context['serverName']}.postgres.database.azure.com":
        return "InvalidPrivateDnsZone: the zone must not have the server's own name"
    network = subnet.rpartition("/subnets/")[0]
    links = [o for o in context.objects(LINK) if o.get("privateZoneName") == found.get("name")]
    if network not in [_one(o.inputs, "virtualNetwork.id") for o in links]:
        return f"PrivateDnsZoneNotLinked: {found.get('name')} is not linked to {network}"
    return None


def _key_is_usable(context: Context) -> str | None:
    if context.operation == "delete" or _one(context.inputs, "dataEncryption.type") != "AzureKeyVault":
        return None
    identity = _one(context.inputs, "dataEncryption.primaryUserAssignedIdentityId")
    if identity not in (_one(context.inputs, "identity.userAssignedIdentities") or {}):
        return f"the identity {identity} is not assigned to the server"
    uri = _one(context.inputs, "dataEncryption.primaryKeyURI")
    return refused_key(context, context.find(uri, KEY) if uri else None, identity)


def _parameter_fits(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    name, value = inputs.get("configurationName"), inputs.get("value")
    if name not in _PARAMETERS:
        yield "configurationName", f"InvalidParameterName: '{name}' is not a server parameter that the sandbox knows"
    elif value is not None and not re.fullmatch(_PARAMETERS[name], value):
        yield "value", f"InvalidParameterValue: '{value}' is not allowed for {name}"


TYPES: Final = (
    ResourceType(
        token=SERVER,
        source="https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-networking-private",
        id=in_group("Microsoft.DBforPostgreSQL/flexibleServers/{serverName}"),
        name=Name(
            property="serverName",
            shortest=3,
            pattern=r"[a-z0-9][a-z0-9-]*[a-z0-9]",
            allowed=r"\s\S",
            lower=False,
            unique_in="",
        ),
        computed={
            "fullyQualifiedDomainName": "{serverName}.postgres.database.azure.com",
            "state": "Ready",
            "minorVersion": "0",
        },
        replace_on=(
            "administratorLogin",
            "availabilityZone",
            "createMode",
            "backup.geoRedundantBackup",
            "dataEncryption.type",
            "network.delegatedSubnetResourceId",
        ),
        checks=(
            matches("administratorLogin", _RESERVED, "reserved, or not a user name"),
            _password_fits,
            _standby_fits,
            between("backup.backupRetentionDays", 7, 35),
            one_of("storage.storageSizeGB", (32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32767)),
            between("maintenanceWindow.dayOfWeek", 0, 6),
            between("maintenanceWindow.startHour", 0, 23),
        ),
        guards=(
            _network_fits,
            _key_is_usable,
            cannot_shrink("storage.storageSizeGB", reason="StorageSizeCannotShrink: from {old} to {new} GiB"),
        ),
        references=(
            Reference("network.delegatedSubnetResourceId", SUBNET),
            Reference("network.privateDnsZoneArmResourceId", ZONE),
        ),
        known_as=("name",),
    ),
    ResourceType(
        token=_CONFIGURATION,
        source="https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-server-parameters",
        id=in_group("Microsoft.DBforPostgreSQL/flexibleServers/{serverName}/configurations/{configurationName}"),
        name=Name(property="configurationName", pattern=r"[a-z_.]+", automatic=False, unique_in="{serverName}"),
        replace_on=("serverName",),
        checks=(_parameter_fits,),
        references=(Reference("serverName", SERVER),),
    ),
    ResourceType(
        token=_DATABASE,
        source="https://learn.microsoft.com/rest/api/postgresql/databases/create",
        id=in_group("Microsoft.DBforPostgreSQL/flexibleServers/{serverName}/databases/{databaseName}"),
        name=Name(
            property="databaseName",
            pattern=r"(?!(azure_sys|azure_maintenance|template\d)$)[\w-]+",
            automatic=False,
            unique_in="{serverName}",
        ),
        replace_on=("serverName", "charset", "collation"),
        checks=(one_of("charset", ("UTF8", "SQL_ASCII")),),
        references=(Reference("serverName", SERVER),),
    ),
)
