"""Amazon ECR private repository."""

from pulumi_aws import ecr

from components._component import Component, own
from components.application import ApplicationArgs
from components.aws._landing import AwsLanding
from components.aws.encryption_key import EncryptionKey

__all__ = ["images"]


def images(owner: Component, name: str, args: ApplicationArgs, landing: AwsLanding) -> ecr.Repository:
    """Its name is fixed: image references are host, this path and a digest."""
    key = own(args.key, EncryptionKey)
    return ecr.Repository(
        f"{name}-images",
        name=f"machikumo/{landing.stack}/{name}",
        image_tag_mutability="IMMUTABLE",
        image_scanning_configuration={"scan_on_push": True},
        encryption_configurations=[{"encryption_type": "KMS", "kms_key": key.key_id}],
        force_delete=not landing.protected,
        tags=landing.tags,
        opts=owner.child(stateful=True, depends_on=[key]),
    )
