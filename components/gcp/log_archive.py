"""Cloud Storage bucket with a retention policy, filled by a sink of Cloud Logging; data access audit logs switched on."""

import pulumi
from pulumi_gcp import logging, projects, storage

from components import log_archive as contract
from components._component import own
from components.gcp._bucket import kept_bucket
from components.gcp._landing import GcpLanding
from components.gcp.encryption_key import EncryptionKey
from components.log_archive import TRAIL_SUPPLIED, LogArchiveArgs

__all__ = ["LogArchive"]

# Off by default, apart from BigQuery's. https://cloud.google.com/logging/docs/audit/configure-data-access
_DATA_ACCESS = (
    "storage.googleapis.com",
    "cloudkms.googleapis.com",
    "secretmanager.googleapis.com",
    "cloudsql.googleapis.com",
)
_AUDIT = tuple(f"cloudaudit.googleapis.com/{kind}" for kind in ("activity", "system_event", "policy"))
_LOGS = (
    "cloudaudit.googleapis.com/data_access",
    "cloudsql.googleapis.com/postgres.log",
    "compute.googleapis.com/firewall",
    "compute.googleapis.com/vpc_flows",
    "run.googleapis.com/requests",
    "run.googleapis.com/stderr",
    "run.googleapis.com/stdout",
    "run.googleapis.com/varlog/system",
)
_BALANCER = 'resource.type="internal_http_lb_rule"'
_SEARCHABLE_DAYS = 90
"""In the log bucket, where they can be searched; the archive keeps them for the days asked."""


class LogArchive(contract.LogArchive):
    """Everything the project logs of the workload goes through one sink: all sinks of a project write as one service account,
    so that a grant each would be one grant, removed with the first of them.

    https://cloud.google.com/logging/docs/export/configure_export_v2
    """

    def __init__(
        self, name: str, args: LogArchiveArgs, landing: GcpLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:gcp:LogArchive", name, landing, opts)
        key = own(args.key, EncryptionKey)
        bucket = kept_bucket(
            self,
            landing,
            key_id=key.key_id,
            retention_days=args.retention_days,
            removed_days=args.retention_days,
            depends_on=[args.key],
        )
        if args.audit_trail_supplied:
            pulumi.log.info(TRAIL_SUPPLIED, self)
        logs = _LOGS if args.audit_trail_supplied else (*_AUDIT, *_LOGS)
        wanted = " OR ".join((*(f'log_id("{log}")' for log in logs), _BALANCER))
        sink = logging.ProjectSink(
            f"{name}-sink",
            destination=bucket.name.apply(lambda store: f"storage.googleapis.com/{store}"),
            filter=wanted,
            # A delivery is itself an access to the bucket: without this each one would cause the next.
            exclusions=[
                {
                    "name": "own-deliveries",
                    "filter": 'protoPayload.authenticationInfo.principalEmail:"@gcp-sa-logging.iam.gserviceaccount.com"',
                }
            ],
            unique_writer_identity=True,
            opts=self.child(),
        )
        storage.BucketIAMMember(
            f"{name}-delivery",
            bucket=bucket.name,
            role="roles/storage.objectCreator",
            member=sink.writer_identity,
            opts=self.child(),
        )
        search = logging.ProjectBucketConfig(
            f"{name}-search",
            project=landing.project_id,
            location=landing.region,
            bucket_id=f"{name}-{landing.stack}",
            retention_days=_SEARCHABLE_DAYS,
            cmek_settings={"kms_key_name": key.key_id},
            opts=self.child(depends_on=[args.key]),
        )
        logging.ProjectSink(
            f"{name}-search-sink",
            destination=search.id.apply(lambda path: f"logging.googleapis.com/{path}"),
            filter=wanted,
            unique_writer_identity=True,
            opts=self.child(),
        )
        for service in _DATA_ACCESS:
            projects.IAMAuditConfig(
                f"{name}-{service.partition('.')[0]}",
                project=landing.project_id,
                service=service,
                audit_log_configs=[{"log_type": kind} for kind in ("ADMIN_READ", "DATA_READ", "DATA_WRITE")],
                opts=self.child(),
            )
        self.archive_id = bucket.name
        self.register_outputs(
            {"archive_id": self.archive_id, "inherited": ["audit"] if args.audit_trail_supplied else []}
        )
