"""Logs of Oracle's own services: written to the archive's log group, from where the connector copies them to the archive."""

import pulumi
from pulumi_oci import logging

from components._component import Component, own
from components.log_archive import LogArchive as Archive
from components.oci._landing import OciLanding
from components.oci._log import log
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
) -> logging.Log:
    """The log `category` of one `resource` (OCID or bucket name) in the archive's log group."""
    return log(
        component,
        name,
        landing,
        group_id=own(archive, LogArchive).log_group_id,
        service=service,
        category=category,
        resource=resource,
        depends_on=[archive],
    )
