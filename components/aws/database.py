"""Amazon RDS for PostgreSQL, Multi-AZ DB instance."""

from collections.abc import Mapping
from typing import NamedTuple

import pulumi
from pulumi_aws import rds

from components import database as contract
from components._component import Size, own
from components.aws._landing import AwsLanding
from components.aws._log_group import kept_log_group
from components.aws.encryption_key import EncryptionKey
from components.aws.log_archive import LogArchive
from components.aws.network import Network
from components.database import DatabaseArgs
from components.network import Tier

__all__ = ["Database"]


class _Capacity(NamedTuple):
    """Class of the instance, and the disk it begins with."""

    instance_class: str
    gib: int


# Classes that both Tokyo and Osaka offer for PostgreSQL. No IOPS are asked for: under 400 GiB gp3 takes none.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.RegionSupport.html
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
_CAPACITY: Mapping[Size, _Capacity] = {
    Size.SMALL: _Capacity("db.t4g.large", 100),
    Size.MEDIUM: _Capacity("db.m6g.large", 200),
    Size.LARGE: _Capacity("db.m6g.2xlarge", 400),
}
_AT_MOST_GIB = 4096
_MAJOR = "17"
_LOGS = ("postgresql", "upgrade")


class Database(contract.Database):
    """Only the major version is named: a minor one is retired after a while and can't be created any more."""

    def __init__(
        self, name: str, args: DatabaseArgs, landing: AwsLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:aws:Database", name, landing, opts)
        key, archive, network = own(args.key, EncryptionKey), own(args.archive, LogArchive), own(args.network, Network)
        # Fixed, since the log groups carry it and are made first: else RDS makes them, unencrypted and without end.
        identifier = f"{name}-{landing.stack}"
        groups = [
            kept_log_group(
                self,
                f"{name}-{log}-log",
                landing,
                key_arn=key.key_id,
                stream=archive.stream,
                physical_name=f"/aws/rds/instance/{identifier}/{log}",
            )
            for log in _LOGS
        ]
        subnets = rds.SubnetGroup(
            f"{name}-subnets",
            description="data tier",
            subnet_ids=network.subnet_ids(Tier.DATA),
            tags=landing.tags,
            opts=self.child(),
        )
        parameters = rds.ParameterGroup(
            f"{name}-parameters",
            description="TLS only",
            family=f"postgres{_MAJOR}",
            parameters=[
                {"name": "rds.force_ssl", "value": "1"},
                {"name": "ssl_min_protocol_version", "value": "TLSv1.2"},
            ],
            tags=landing.tags,
            opts=self.child(),
        )
        capacity = _CAPACITY[args.size]
        instance = rds.Instance(
            f"{name}-instance",
            identifier=identifier,
            engine="postgres",
            engine_version=_MAJOR,
            auto_minor_version_upgrade=True,
            allow_major_version_upgrade=False,
            instance_class=capacity.instance_class,
            storage_type="gp3",
            allocated_storage=capacity.gib,
            max_allocated_storage=_AT_MOST_GIB,
            storage_encrypted=True,
            kms_key_id=key.key_id,
            multi_az=True,
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=[network.group_id(Tier.DATA)],
            publicly_accessible=False,
            port=5432,
            ca_cert_identifier="rds-ca-rsa2048-g1",
            parameter_group_name=parameters.name,
            db_name=name,
            username="machikumo",
            password=args.password,
            backup_retention_period=args.recovery_days,
            # UTC: 02:00 and 03:00 on Sunday in Japan; the two must not overlap.
            backup_window="17:00-17:30",
            maintenance_window="sat:18:00-sat:18:30",
            copy_tags_to_snapshot=True,
            delete_automated_backups=not landing.protected,
            deletion_protection=landing.protected,
            skip_final_snapshot=not landing.protected,
            final_snapshot_identifier=f"{identifier}-final" if landing.protected else None,
            enabled_cloudwatch_logs_exports=list(_LOGS),
            tags=landing.tags,
            # The disk grows by itself and can't shrink: a smaller size of the workload keeps the disk it has.
            opts=self.child(stateful=True, depends_on=[key, *groups], ignore_changes=["allocatedStorage"]),
        )
        self.host = instance.address
        self.database_name = instance.db_name
        self.register_outputs({"host": self.host, "database_name": self.database_name})
