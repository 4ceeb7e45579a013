"""One log of one of Oracle's own services, in a log group."""

from collections.abc import Sequence

import pulumi
from pulumi_oci import logging

from components._component import Component
from components.oci._landing import OciLanding

__all__ = ["log"]


def log(
    component: Component,
    name: str,
    landing: OciLanding,
    *,
    group_id: pulumi.Input[str],
    service: str,
    category: str,
    resource: pulumi.Input[str],
    depends_on: Sequence[pulumi.Resource] = (),
) -> logging.Log:
    """The log `category` of one `resource` (OCID or bucket name); a resource has one log a category.

    https://docs.oracle.com/en-us/iaas/Content/Logging/Concepts/service_logs.htm
    """
    return logging.Log(
        name,
        display_name=f"{landing.stack}-{name}",
        log_group_id=group_id,
        log_type="SERVICE",
        is_enabled=True,
        configuration={
            "compartment_id": landing.compartment_id,
            "source": {"source_type": "OCISERVICE", "service": service, "category": category, "resource": resource},
        },
        # The longest that Logging keeps; the archive keeps the copy for the days asked.
        retention_duration=180,
        freeform_tags=landing.tags,
        opts=component.child(depends_on=depends_on),
    )
