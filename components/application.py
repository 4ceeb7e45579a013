"""Application (業務アプリケーション): a container service behind an internal load balancer."""

from dataclasses import dataclass
from typing import ClassVar

import pulumi

from components._component import Args, Component, Size
from components.database import Database
from components.encryption_key import EncryptionKey
from components.identity import Identity
from components.log_archive import LogArchive
from components.network import Network
from components.object_storage import ObjectStorage
from components.secret import Secret

__all__ = ["PORT", "Application", "ApplicationArgs"]

PORT = 8080
"""The container listens here for plain HTTP inside the closed network; `/health` answers 200 when it can serve."""


@dataclass(frozen=True, kw_only=True)
class ApplicationArgs(Args):
    """`image`: `application@sha256:…`, in the stack's own private registry. Without it everything but the running service is
    made, so that the first image can be pushed; the next `up` starts the service.
    """

    key: EncryptionKey
    archive: LogArchive
    network: Network
    identity: Identity
    secret: Secret
    database: Database
    storage: ObjectStorage
    size: Size
    image: str | None


class Application(Component):
    """The running container, two or more of it, in two failure zones, with the environment variables `DATABASE_HOST`,
    `DATABASE_NAME`, `DATABASE_PASSWORD_SECRET` (an id), and `RECORDS_BUCKET`.
    """

    PROMISES: ClassVar = {
        "internal_only": "Neither the load balancer nor the service has a public address.",
        "tls_12": "The load balancer speaks TLS 1.2 or later, nothing else.",
        "health_checked": "Requests go only to containers that answered the health check.",
        "two_zones": "Containers run in two failure zones.",
        "own_identity": "It runs as the workload's own identity.",
        "private_image": "Images come by digest from the stack's own private registry.",
        "logs_kept": "Its logs are kept, encrypted, for the days of the archive.",
    }
    address: pulumi.Output[str]
    """Private DNS name or address of the load balancer, HTTPS on port 443."""
    registry: pulumi.Output[str]
    """Where images are pushed: host and path, without the image's name."""
