"""Logs of Oracle's own services: written to the archive's log group, from where the connector copies them to the archive."""

import pulumi
import pulumi_oci as oci

from components._component import Component, own
from components.log_archive import LogArchive as Archive
from components.oci._landing import OciLanding
from components.oci.log_archive import LogArchive

__all__ = ["service_log"]


def service_log(
    component: Component,
    name: str,
    landing: OciLanding,
    archive: Archive,
    *,
    service: str,
    category: str,
    resource: pulumi.Input[str],
) -> oci.logging.Log:
    """The log `category` of one `resource` (OCID or bucket name); a resource has one log a category.

    https://docs.oracle.com/en-us/iaas/Content/Logging/Concepts/service_logs.htm
    """
    return oci.logging.Log(
        name,
        display_name=f"{landing.stack}-{name}",
        log_group_id=own(archive, LogArchive).log_group_id,
        log_type="SERVICE",
        is_enabled=True,
        configuration={
            "compartment_id": landing.compartment_id,
            "source": {"source_type": "OCISERVICE", "service": service, "category": category, "resource": resource},
        },
        # The longest that Logging keeps; the archive keeps the copy for the days asked.
        retention_duration=180,
        freeform_tags=landing.tags,
        opts=component.child(depends_on=[archive]),
    )
