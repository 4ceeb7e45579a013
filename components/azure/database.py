"""Azure Database for PostgreSQL, flexible server: zone-redundant, in a delegated subnet, under the customer key."""

from collections.abc import Mapping

import pulumi
from pulumi_azure_native import authorization
from pulumi_azure_native import dbforpostgresql as postgresql

from components import database as contract
from components._component import Size, own
from components.azure._landing import AzureLanding
from components.azure.encryption_key import EncryptionKey
from components.azure.log_archive import LogArchive
from components.azure.network import Network, private_zone
from components.database import DatabaseArgs
from components.encryption_key import KeyUser
from components.network import Tier

__all__ = ["Database"]

# Zone-redundant standby is not offered on Burstable: https://learn.microsoft.com/azure/reliability/reliability-database-postgresql
# v4 is the newest generation that the vendor lists for both Japanese regions (table of 2025-11-24):
# https://learn.microsoft.com/azure/postgresql/flexible-server/overview#azure-regions
_SIZES: Mapping[Size, tuple[str, int]] = {
    Size.SMALL: ("Standard_D2ds_v4", 128),
    Size.MEDIUM: ("Standard_D4ds_v4", 256),
    Size.LARGE: ("Standard_D16ds_v4", 512),
}
# Each restarts or reloads the server, so one follows the other.
_PARAMETERS = (("require_secure_transport", "on"), ("ssl_min_protocol_version", "TLSv1.2"))


class Database(contract.Database):
    """Minor versions, a snapshot a day and point-in-time recovery are the service's own and can't be switched off."""

    def __init__(
        self, name: str, args: DatabaseArgs, landing: AzureLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:azure:Database", name, landing, opts)
        key, network, archive = own(args.key, EncryptionKey), own(args.network, Network), own(args.archive, LogArchive)
        sku, gibibytes = _SIZES[args.size]
        identity = key.identities[KeyUser.DATABASE]
        # The name is not the server's own (refused), and the link comes before the server.
        # https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-networking-private
        zone, link = private_zone(
            self, f"{name}-zone", f"{landing.stack}.private.postgres.database.azure.com", network.network, landing
        )
        server = postgresql.Server(
            f"{name}-server",
            resource_group_name=landing.resource_group,
            location=landing.region,
            version=postgresql.PostgresMajorVersion.POSTGRES_MAJOR_VERSION_17,
            create_mode=postgresql.CreateMode.DEFAULT,
            administrator_login="machikumo",
            administrator_login_password=args.password,
            auth_config={"password_auth": "Enabled", "active_directory_auth": "Disabled"},
            sku={"name": sku, "tier": postgresql.SkuTier.GENERAL_PURPOSE},
            storage={"storage_size_gb": gibibytes, "auto_grow": "Enabled"},
            availability_zone="1",
            high_availability={"mode": "ZoneRedundant", "standby_availability_zone": "2"},
            # A copy in the other region needs a key there too; recovery in another region is not part of this capability.
            backup={"backup_retention_days": args.recovery_days, "geo_redundant_backup": "Disabled"},
            identity={"type": "UserAssigned", "user_assigned_identities": identity.id.apply(lambda id_: {id_: {}})},
            # Without a version the server follows the key's rotation by itself.
            data_encryption={
                "type": postgresql.DataEncryptionType.AZURE_KEY_VAULT,
                "primary_key_uri": key.key.key_uri,
                "primary_user_assigned_identity_id": identity.id,
            },
            network={
                "delegated_subnet_resource_id": network.subnets[Tier.DATA].id,
                "private_dns_zone_arm_resource_id": zone.id,
                "public_network_access": "Disabled",
            },
            # Monday 03:00 in Japan.
            maintenance_window={"custom_window": "Enabled", "day_of_week": 0, "start_hour": 18, "start_minute": 0},
            tags=landing.tags,
            # The storage grows by itself; a grown one must not be asked to shrink.
            opts=self.child(stateful=True, depends_on=[key, link], ignore_changes=["storage.storageSizeGB"]),
        )
        before: pulumi.Resource = server
        for parameter, value in _PARAMETERS:
            before = postgresql.Configuration(
                f"{name}-{parameter.replace('_', '-')}",
                resource_group_name=landing.resource_group,
                server_name=server.name,
                configuration_name=parameter,
                source="user-override",
                value=value,
                opts=self.child(depends_on=[before]),
            )
        database = postgresql.Database(
            f"{name}-database",
            resource_group_name=landing.resource_group,
            server_name=server.name,
            database_name=name,
            charset="UTF8",
            opts=self.child(stateful=True, depends_on=[before]),
        )
        log = archive.keep(self, f"{name}-log", server.id, ["PostgreSQLLogs"])
        if landing.protected or landing.released:
            authorization.ManagementLockByScope(
                f"{name}-lock",
                scope=server.id,
                level=authorization.LockLevel.CAN_NOT_DELETE,
                notes="the service has no deletion protection of its own",
                # Last to come and first to go: nothing below a lock can be removed either.
                opts=self.child(depends_on=[database, log]),
            )
        self.host = server.fully_qualified_domain_name
        self.database_name = database.name
        self.register_outputs({"host": self.host, "database_name": self.database_name})
