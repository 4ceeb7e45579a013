"""What AWS does not keep literally, why, and what keeps it instead."""

from collections.abc import Mapping
from types import MappingProxyType

from components.cloud import NotOffered

__all__ = ["NOT_OFFERED"]

NOT_OFFERED: Mapping[str, NotOffered] = MappingProxyType(
    {
        "log_archive.customer_key": NotOffered(
            reason="Application Load Balancers deliver access logs only to buckets encrypted with Amazon S3's own keys.",
            substitute="a delivery bucket with such keys, replicated into the archive under the customer key, emptied after 90 days",
            source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html",
            since="2026-11-25",
        ),
        "log_archive.write_once": NotOffered(
            reason="Application Load Balancers can't deliver to the archive itself, and the delivery bucket has no object lock.",
            substitute="a versioned delivery bucket whose objects are copied into the write-once archive within minutes",
            source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html",
            since="2026-11-25",
        ),
    }
)
