"""The standardized municipal workload, written once: this page is what is deployed, on every cloud."""

from collections.abc import Iterator, Mapping

import pulumi

from components._component import Size
from components.application import PORT, ApplicationArgs
from components.cloud import Cloud
from components.database import DatabaseArgs
from components.encryption_key import EncryptionKeyArgs, KeyUser
from components.identity import IdentityArgs
from components.log_archive import LogArchiveArgs
from components.network import Flow, NetworkArgs, Tier
from components.object_storage import ObjectStorageArgs
from components.secret import SecretArgs
from stacks.settings import Mover, Settings
from stacks.sides import Side

__all__ = ["deploy", "flows"]

_LASTING_USERS = frozenset({KeyUser.STORAGE, KeyUser.LOGS})
"""Who uses the key of what is only kept: the services of the database, its password and the images have nothing there any more."""


def flows(settings: Settings, mover: Mover | None = None) -> tuple[Flow, ...]:
    """Every allowed flow: who reaches the entry tier is a setting, the rest is the workload's shape, and for a time the `mover`'s."""
    return (
        # The Japanese reason stays in the settings: descriptions on some clouds are ASCII only.
        *(
            Flow(source=flow.source, destination=Tier.ENTRY, port=flow.port, why=f"settings machikumo:flows[{index}]")
            for index, flow in enumerate(settings.flows)
        ),
        Flow(source=Tier.ENTRY, destination=Tier.APPLICATION, port=PORT, why="load balancer to containers"),
        Flow(source=Tier.APPLICATION, destination=Tier.DATA, port=5432, why="application to PostgreSQL"),
        Flow(source=Tier.APPLICATION, destination=Tier.SERVICES, port=443, why="application to private endpoints"),
        *(_moving(mover) if mover is not None else ()),
    )


def _moving(mover: Mover) -> Iterator[Flow]:
    for tier, port, why in (
        (Tier.DATA, 5432, "the host that moves the data to PostgreSQL"),
        (Tier.SERVICES, 443, "and to private endpoints"),
    ):
        yield Flow(source=mover.source, destination=tier, port=port, why=why)
    if mover.relay_port is not None:
        # Only the target's server asks; which side that is changes with the way back.
        why = "PostgreSQL that follows, to the relay on the host that moves the data"
        yield Flow(source=Tier.DATA, destination=mover.source, port=mover.relay_port, why=why)


def deploy(cloud: Cloud, side: Side) -> Mapping[str, pulumi.Output[str]]:
    """The workload of one side; the keys of what it returns are the same on every cloud."""
    settings = side.settings
    # Foundation: the key first, then the archive that records everything made after it.
    users = frozenset(KeyUser) if side.whole else _LASTING_USERS
    key = cloud.encryption_key("key", EncryptionKeyArgs(users=users, rotation_days=settings.key_rotation_days))
    archive = cloud.log_archive(
        "archive",
        LogArchiveArgs(
            key=key,
            retention_days=settings.log_retention_days,
            audit_trail_supplied="audit_trail" in settings.supplied_by_templates,
        ),
    )
    network = cloud.network(
        "network", NetworkArgs(cidr=settings.network_cidr, flows=flows(settings, side.mover), key=key, archive=archive)
    )

    # Data: one identity reaches it, and no one else.
    identity = cloud.identity("workload", IdentityArgs(title=settings.stack))
    records = cloud.object_storage(
        "records",
        ObjectStorageArgs(
            key=key,
            archive=archive,
            network=network,
            writer=identity,
            writable=side.writable,
            retention_days=settings.retention_days,
        ),
    )
    lasting = {
        "encryption_key": key.key_id,
        "log_archive": archive.archive_id,
        "network": network.network_id,
        "records_bucket": records.bucket,
        "workload_identity": identity.identity_id,
    }
    if not side.whole:
        return lasting
    moving = cloud.released() if side.released else cloud
    password = moving.secret("password", SecretArgs(key=key, reader=identity, value=side.password))
    database = moving.database(
        "ledger",
        DatabaseArgs(
            key=key,
            archive=archive,
            network=network,
            secret=password,
            password=side.password,
            size=Size(settings.size),
            recovery_days=settings.recovery_days,
        ),
    )

    # Application: behind an internal load balancer, as that identity.
    application = moving.application(
        "application",
        ApplicationArgs(
            key=key,
            archive=archive,
            network=network,
            identity=identity,
            secret=password,
            database=database,
            storage=records,
            size=Size(settings.size),
            image=settings.image,
        ),
    )
    return {
        "application_address": application.address,
        "database_host": database.host,
        "database_name": database.database_name,
        "database_password_secret": password.secret_id,
        "image_registry": application.registry,
        **lasting,
    }
