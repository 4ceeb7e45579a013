"""What Google Cloud does not keep literally, why, and what keeps it instead."""

from collections.abc import Mapping
from types import MappingProxyType

from components.cloud import NotOffered

__all__ = ["NOT_OFFERED"]

_SINCE = "2026-11-25"

NOT_OFFERED: Mapping[str, NotOffered] = MappingProxyType(
    {
        "network.flows_as_listed": NotOffered(
            reason="The load balancer reaches Cloud Run inside Google, not over the listed port from the entry to the application "
            "tier, and firewall rules don't reach the load balancer's own front.",
            substitute="The service takes requests from the load balancer only; a Cloud Armor policy with the listed sources, and "
            "nobody else, is on the load balancer; the firewall rules of the listed flows are made as well.",
            source="https://cloud.google.com/load-balancing/docs/l7-internal#firewall-rules",
            since=_SINCE,
        ),
        "network.private_service_access": NotOffered(
            reason="Google's APIs answer at 199.36.153.4/30 (restricted.googleapis.com), which is no private address, by a route "
            "whose next hop is named default internet gateway.",
            substitute="The range is not announced on the internet and the traffic stays inside Google; it is the network's only "
            "route out, and the only flow to it is TLS on port 443.",
            source="https://cloud.google.com/vpc/docs/configure-private-google-access",
            since=_SINCE,
        ),
        "object_storage.tls_only": NotOffered(
            reason="A bucket can't refuse HTTP: the XML API answers it to whoever presents credentials. Only an organisation policy "
            "(storage.secureHttpTransport) can forbid it, and that is not the project's to set.",
            substitute="The workload's network lets only port 443 through to Google's APIs, and public access prevention admits "
            "nobody without an identity. The landing's administrators set the organisation policy.",
            source="https://cloud.google.com/storage/docs/request-endpoints",
            since=_SINCE,
        ),
        "log_archive.customer_key": NotOffered(
            reason="Cloud Logging also keeps its own copy (_Required, _Default) where, and under the key that, the organisation's "
            "default settings for logs say; a project can't change that for existing buckets.",
            substitute="The archive and the searchable log bucket are under the customer key in the stack's region. The landing's "
            "administrators set region and key of the default log buckets in the organisation's settings.",
            source="https://cloud.google.com/logging/docs/default-settings",
            since=_SINCE,
        ),
        "application.health_checked": NotOffered(
            reason="A load balancer takes no health check for a serverless target.",
            substitute="Cloud Run's own probes: an instance gets requests after its startup probe, and is replaced when its liveness "
            "probe fails.",
            source="https://cloud.google.com/load-balancing/docs/negs/serverless-neg-concepts",
            since=_SINCE,
        ),
    }
)
