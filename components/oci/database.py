"""OCI Database with PostgreSQL: two nodes, the second of which takes over."""

from collections.abc import Mapping
from types import MappingProxyType

import pulumi
from pulumi_oci import psql

from components import database as contract
from components._component import Size, own
from components.database import DatabaseArgs
from components.network import Tier
from components.oci._landing import OciLanding
from components.oci._policy import policy
from components.oci._service_log import service_log
from components.oci.network import Network

__all__ = ["Database"]

_OCPUS: Mapping[Size, int] = MappingProxyType({Size.SMALL: 2, Size.MEDIUM: 4, Size.LARGE: 8})
_GIB_PER_OCPU = 16
_SHAPE = "VM.Standard.E5.Flex"
_VERSION = "16"
_EVENING = "18:00"  # UTC: three in the morning in Japan


class Database(contract.Database):
    """The service lays the nodes in different fault domains and answers TLS only; minor versions come in the maintenance window.

    https://docs.oracle.com/en-us/iaas/Content/postgresql/overview.htm
    """

    def __init__(
        self, name: str, args: DatabaseArgs, landing: OciLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:oci:Database", name, landing, opts)
        network = own(args.network, Network)
        configuration = psql.Configuration(
            f"{name}-configuration",
            compartment_id=landing.compartment_id,
            display_name=f"{landing.stack}-{name}",
            db_version=_VERSION,
            shape=_SHAPE,
            is_flexible=True,
            db_configuration_overrides={
                "items": [
                    {"config_key": "log_connections", "overriden_config_value": "on"},
                    {"config_key": "log_disconnections", "overriden_config_value": "on"},
                ]
            },
            freeform_tags=landing.tags,
            opts=self.child(),
        )
        system = psql.DbSystem(
            f"{name}-system",
            compartment_id=landing.compartment_id,
            display_name=f"{landing.stack}-{name}",
            db_version=_VERSION,
            config_id=configuration.id,
            apply_config="RESTART",
            system_type="OCI_OPTIMIZED_STORAGE",
            shape=_SHAPE,
            instance_count=2,
            instance_ocpu_count=_OCPUS[args.size],
            instance_memory_size_in_gbs=_OCPUS[args.size] * _GIB_PER_OCPU,
            # One availability domain in Tokyo and in Osaka: storage is spread over its fault domains.
            storage_details={
                "system_type": "OCI_OPTIMIZED_STORAGE",
                "is_regionally_durable": False,
                "availability_domain": landing.availability_domain,
                "iops": "75000",
                "kms_key_id": args.key.key_id,
            },
            network_details={
                "subnet_id": network.subnets[Tier.DATA].id,
                "nsg_ids": [network.groups[Tier.DATA].id],
                "is_reader_endpoint_enabled": False,
            },
            credentials={
                "username": "machikumo",
                "password_details": {
                    "password_type": "VAULT_SECRET",
                    "secret_id": args.secret.secret_id,
                    "secret_version": "1",
                },
            },
            management_policy={
                "maintenance_window_start": "SUN 20:00",
                "backup_policy": {"kind": "DAILY", "backup_start": _EVENING, "retention_days": args.recovery_days},
                "pitr_policy": {"kind": "STANDARD", "restore_days": args.recovery_days},
            },
            freeform_tags=landing.tags,
            # The first password only: another one would be another database. It is rotated inside PostgreSQL.
            opts=self.child(stateful=True, depends_on=[args.key, args.secret, network], ignore_changes=["credentials"]),
        )
        service_log(
            self,
            f"{name}-log",
            landing,
            args.archive,
            service="postgresql",
            category="postgresql_database_logs",
            resource=system.id,
        )
        if landing.protected or landing.released:
            # No flag guards a database; a deny policy binds everybody but the default administrators, and must be opted in.
            # https://docs.oracle.com/en-us/iaas/Content/Identity/policysyntax/denypolicies.htm
            policy(
                self,
                f"{name}-guard",
                landing,
                "the database is not deleted",
                [
                    f"Deny any-user to manage postgres-db-systems in {landing.scope} "
                    "where request.operation = 'DeleteDbSystem'"
                ],
                self.child(stateful=True, depends_on=[system], provider=landing.home),
            )
        endpoints = psql.get_db_system_connection_detail_output(
            db_system_id=system.id, opts=pulumi.InvokeOutputOptions(parent=self)
        )
        self.host = endpoints.primary_db_endpoints[0].fqdn
        # The service makes one database, and no resource of the provider makes another.
        self.database_name = system.id.apply(lambda _: "postgres")
        self.register_outputs({"host": self.host, "database_name": self.database_name})
