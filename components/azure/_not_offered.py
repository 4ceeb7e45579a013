"""What Azure does not keep literally, why, and what keeps it instead."""

from collections.abc import Mapping
from types import MappingProxyType

from components.cloud import NotOffered

__all__ = ["NOT_OFFERED"]

_SINCE = "2026-11-25"

NOT_OFFERED: Mapping[str, NotOffered] = MappingProxyType(
    {
        "network.no_internet_route": NotOffered(
            reason="An environment of Container Apps must reach Entra ID and the registry of its own system images, which have "
            "public addresses.",
            substitute="Three routes to service tags of the cloud's own in the application subnet (their traffic stays on the "
            "cloud's backbone); every other destination routes nowhere.",
            source="https://learn.microsoft.com/azure/container-apps/firewall-integration",
            since=_SINCE,
        ),
        "network.flows_as_listed": NotOffered(
            reason="Container Apps and PostgreSQL demand rules of their own: the load balancer's probes, their nodes among "
            "themselves, tokens and system images, log archiving. From the entry tier to the containers, requests travel over "
            "Private Link, not over the listed port.",
            substitute="The platform's rules are data (components/azure/network/platform.py), each with its reason.",
            source="https://learn.microsoft.com/azure/container-apps/firewall-integration",
            since=_SINCE,
        ),
        "network.private_service_access": NotOffered(
            reason="Resource logs leave the services by the platform's own path; there is no endpoint for them in the network. "
            "And a registry takes a customer key only from a vault that the network reaches.",
            substitute="The archive that the logs are written to has a private endpoint for whoever reads them. The images' key lies "
            "in a vault of its own that only the registry's identity may use; the network itself never calls it.",
            source="https://learn.microsoft.com/azure/container-registry/tutorial-customer-managed-keys",
            since=_SINCE,
        ),
        "log_archive.write_once": NotOffered(
            reason="The retention of an account is in force at once but can be locked only by a later update; until then an "
            "administrator can shorten or remove it.",
            substitute="The retention is in force at once; locking it is a step of the operations guide, for production only.",
            source="https://learn.microsoft.com/azure/storage/blobs/immutable-policy-configure-version-scope",
            since=_SINCE,
        ),
        "object_storage.retention_kept": NotOffered(
            reason="The retention of an account is in force at once but can be locked only by a later update; until then an "
            "administrator can shorten or remove it.",
            substitute="The retention is in force at once; locking it is a step of the operations guide, for production only.",
            source="https://learn.microsoft.com/azure/storage/blobs/immutable-policy-configure-version-scope",
            since=_SINCE,
        ),
        "secret.customer_key": NotOffered(
            reason="Key Vault encrypts secrets with keys of its own; a customer key can't be named for them.",
            substitute="The vault is the municipality's, closed to the network, premium, with one reader on this one secret.",
            source="https://learn.microsoft.com/azure/key-vault/general/security-features",
            since=_SINCE,
        ),
        "database.deletion_guarded": NotOffered(
            reason="The server has no deletion protection of its own.",
            substitute="A CanNotDelete management lock on the server in production.",
            source="https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources",
            since=_SINCE,
        ),
        "application.private_image": NotOffered(
            reason="No setting of the registry makes every tag immutable.",
            substitute="Images run by digest only; a pushed tag can be locked (`az acr repository update --write-enabled false`).",
            source="https://learn.microsoft.com/azure/container-registry/container-registry-image-lock",
            since=_SINCE,
        ),
    }
)
