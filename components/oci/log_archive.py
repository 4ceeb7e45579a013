"""OCI Object Storage bucket with a retention rule, filled by Connector Hub from Audit and Logging."""

import pulumi
from pulumi_oci import logging, sch

from components import log_archive as contract
from components._component import own
from components.log_archive import TRAIL_SUPPLIED, LogArchiveArgs
from components.oci._bucket import bucket
from components.oci._landing import OciLanding
from components.oci._log import log
from components.oci._policy import policy
from components.oci.encryption_key import EncryptionKey

__all__ = ["LogArchive"]


class LogArchive(contract.LogArchive):
    """Audit is always on and keeps 365 days by itself; the connector copies it, with all service logs, for the days asked.

    https://docs.oracle.com/en-us/iaas/Content/connector-hub/overview.htm
    """

    log_group_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: LogArchiveArgs, landing: OciLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:oci:LogArchive", name, landing, opts)
        key = own(args.key, EncryptionKey)
        store = bucket(self, f"{name}-store", landing, key, args.retention_days, removed=True)
        group = logging.LogGroup(
            f"{name}-logs",
            compartment_id=landing.compartment_id,
            display_name=f"{landing.stack}-{name}",
            description="Service logs on their way to the archive",
            freeform_tags=landing.tags,
            opts=self.child(stateful=True),
        )
        for category in ("read", "write"):
            # A copy is itself a write of the archive, and so an event in the next copy: that stays at a few for each.
            log(
                self,
                f"{name}-{category}",
                landing,
                group_id=group.id,
                service="objectstorage",
                category=category,
                resource=store.name,
            )
        writer = policy(
            self,
            f"{name}-connector",
            landing,
            "the connector writes the archive",
            [
                pulumi.Output.concat(
                    "Allow any-user to {BUCKET_READ, OBJECT_INSPECT, OBJECT_CREATE} in ",
                    landing.scope,
                    " where all {request.principal.type = 'serviceconnector', target.bucket.name = '",
                    store.name,
                    f"', request.principal.compartment.id = '{landing.compartment_id}'}}",
                )
            ],
        )
        sources = [sch.ConnectorSourceLogSourceArgs(compartment_id=landing.compartment_id, log_group_id=group.id)]
        if args.audit_trail_supplied:
            pulumi.log.info(TRAIL_SUPPLIED, self)
        else:
            sources.append(
                sch.ConnectorSourceLogSourceArgs(
                    compartment_id=landing.tenancy_id, log_group_id="_Audit_Include_Subcompartment"
                )
            )
        sch.Connector(
            f"{name}-copy",
            compartment_id=landing.compartment_id,
            display_name=f"{landing.stack}-{name}",
            description="Copies the audit trail and the service logs to the archive",
            source=sch.ConnectorSourceArgs(kind="logging", log_sources=sources),
            target={
                "kind": "objectStorage",
                "namespace": landing.namespace,
                "bucket": store.name,
                "object_name_prefix": "logs",
            },
            freeform_tags=landing.tags,
            opts=self.child(depends_on=[writer, args.key]),
        )
        self.archive_id = store.name
        self.log_group_id = group.id
        self.register_outputs(
            {"archive_id": self.archive_id, "inherited": ["audit"] if args.audit_trail_supplied else []}
        )
