"""Artifact Registry repository for the workload's images."""

from pulumi_gcp import artifactregistry

from components._component import Component
from components.application import ApplicationArgs
from components.gcp._landing import GcpLanding

__all__ = ["registry"]


def registry(owner: Component, args: ApplicationArgs, landing: GcpLanding) -> tuple[artifactregistry.Repository, str]:
    """The repository, and where to push: host and path, known before it exists.

    No grant: the pull is the doing of Cloud Run's own agent in the same project. https://cloud.google.com/run/docs/deploying#images
    """
    # Not named by the engine: the id is part of every image's reference. At most 63 characters, a letter first.
    name = f"{owner.role}-{landing.stack}"
    repository = artifactregistry.Repository(
        f"{owner.role}-images",
        repository_id=name,
        location=landing.region,
        format="DOCKER",
        description=f"machikumo {landing.stack}",
        kms_key_name=args.key.key_id,
        docker_config={"immutable_tags": True},
        labels=landing.tags,
        opts=owner.child(stateful=True, depends_on=[args.key]),
    )
    return repository, f"{landing.region}-docker.pkg.dev/{landing.project_id}/{name}"
