"""What Oracle Cloud Infrastructure does not keep literally, why, and what keeps it instead."""

from collections.abc import Mapping
from types import MappingProxyType

from components.cloud import NotOffered

__all__ = ["NOT_OFFERED"]

_SINCE = "2026-11-25"
_FAULT_DOMAINS = "https://docs.oracle.com/en-us/iaas/Content/General/Concepts/regions.htm"
_RETENTION = "https://docs.oracle.com/en-us/iaas/Content/Object/Tasks/usingretentionrules.htm"


def _one_domain(what: str) -> NotOffered:
    return NotOffered(
        reason="ap-tokyo-1 and ap-osaka-1 have one availability domain each.",
        substitute=f"{what} over two fault domains of it, which share neither hardware nor power.",
        source=_FAULT_DOMAINS,
        since=_SINCE,
    )


NOT_OFFERED: Mapping[str, NotOffered] = MappingProxyType(
    {
        "network.three_tiers_two_zones": _one_domain("Subnets span the domain; what runs in them is laid"),
        "encryption_key.granted_services_only": NotOffered(
            reason="Logging and the container registry encrypt with Oracle's own keys and take no customer key.",
            substitute="Logs are copied to the archive, which the customer key encrypts; for images there is none.",
            source="https://docs.oracle.com/en-us/iaas/Content/KeyManagement/Concepts/keyoverview.htm",
            since=_SINCE,
        ),
        "log_archive.write_once": NotOffered(
            reason="The lock of a retention rule takes effect 14 days after it was asked for at the earliest; until then an "
            "administrator can remove the rule.",
            substitute="The rule is in force from the first day; the runbook sets its lock in production.",
            source=_RETENTION,
            since=_SINCE,
        ),
        "object_storage.retention_kept": NotOffered(
            reason="The lock of a retention rule takes effect 14 days after it was asked for at the earliest; until then an "
            "administrator can remove the rule.",
            substitute="The rule is in force from the first day; the runbook sets its lock in production.",
            source=_RETENTION,
            since=_SINCE,
        ),
        "database.standby_in_second_zone": _one_domain("The service lays the two nodes"),
        "database.deletion_guarded": NotOffered(
            reason="A database system has neither a deletion protection flag nor a resource lock.",
            substitute="A deny policy refuses DeleteDbSystem to everybody but the tenancy's default administrators. Deny "
            "policies are off until those administrators opt in.",
            source="https://docs.oracle.com/en-us/iaas/Content/Identity/policysyntax/denypolicies.htm",
            since=_SINCE,
        ),
        "application.two_zones": _one_domain("The two container instances are laid"),
        "application.logs_kept": NotOffered(
            reason="What a container prints stays with the container instance.",
            substitute="The application writes its log to the stack's custom log (environment variable APPLICATION_LOG), which "
            "is copied to the archive.",
            source="https://docs.oracle.com/en-us/iaas/Content/container-instances/viewing-container-logs.htm",
            since=_SINCE,
        ),
    }
)
