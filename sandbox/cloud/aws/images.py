"""Amazon ECR: https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html."""

from typing import Final

from sandbox.cloud.aws.encryption_key import KEY
from sandbox.cloud.checks import one_of
from sandbox.cloud.guards import not_deleted_while_filled
from sandbox.cloud.identity import arn
from sandbox.cloud.resource_type import Name, Reference, ResourceType

REPOSITORY: Final = "aws:ecr/repository:Repository"

TYPES: Final = (
    ResourceType(
        token=REPOSITORY,
        source="https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html",
        id="{name}",
        name=Name(
            shortest=2,
            longest=256,
            pattern=r"(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*",
            allowed=r"a-z0-9._/\-",
        ),
        computed={
            "arn": arn("ecr", "repository/{name}"),
            "registryId": "{account}",
            "repositoryUrl": "{account}.dkr.ecr.{region}.amazonaws.com/{name}",
        },
        input_defaults={"imageTagMutability": "MUTABLE"},
        replace_on=("encryptionConfigurations",),
        references=(Reference("encryptionConfigurations[*].kmsKey", KEY),),
        checks=(
            one_of(
                "imageTagMutability",
                ("MUTABLE", "IMMUTABLE", "MUTABLE_WITH_EXCLUSION", "IMMUTABLE_WITH_EXCLUSION"),
            ),
            one_of("encryptionConfigurations[*].encryptionType", ("AES256", "KMS", "KMS_DSSE")),
        ),
        guards=(
            not_deleted_while_filled(consent="forceDelete", reason="RepositoryNotEmptyException: {id} holds images"),
        ),
        known_as=("arn", "name"),
    ),
)
