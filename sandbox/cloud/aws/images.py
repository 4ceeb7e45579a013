"""Amazon ECR: https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html."""

from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.aws.encryption_key import KEY
from sandbox.cloud.aws.key_use import GRANT, key_usable
from sandbox.cloud.aws.tags import tag_rule
from sandbox.cloud.checks import Problems, holds, matches, one_of
from sandbox.cloud.guards import not_deleted_while_filled
from sandbox.cloud.identity import arn
from sandbox.cloud.resource_type import Name, Reference, ResourceType

REPOSITORY: Final = "aws:ecr/repository:Repository"
_FILTERS: Final = "imageTagMutabilityExclusionFilters"
_PART: Final = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_DOCS: Final = "https://docs.aws.amazon.com/AmazonECR/latest"


def _encrypted(inputs: Mapping[str, Any]) -> Problems:
    found = inputs.get("encryptionConfigurations") or []
    if len(found) > 1:
        yield "encryptionConfigurations", "InvalidParameterException: one encryption configuration"
    for number, one in enumerate(found):
        if one.get("kmsKey") and one.get("encryptionType", "AES256") == "AES256":
            yield (
                f"encryptionConfigurations[{number}].kmsKey",
                "InvalidParameterException: a key is for encryptionType KMS and KMS_DSSE",
            )


def _excepted(inputs: Mapping[str, Any]) -> Problems:
    """https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html."""
    if str(inputs.get("imageTagMutability")).endswith("_WITH_EXCLUSION") != bool(inputs.get(_FILTERS)):
        yield _FILTERS, "given with a tag mutability that has exclusions, and only with it"


TYPES: Final = (
    ResourceType(
        token=REPOSITORY,
        source=f"{_DOCS}/APIReference/API_CreateRepository.html",
        sources=(f"{_DOCS}/userguide/encryption-at-rest.html", f"{_DOCS}/userguide/image-tag-mutability.html"),
        id="{name}",
        name=Name(
            shortest=2,
            longest=256,
            pattern=rf"(?:{_PART}/)*{_PART}",
            allowed=r"a-z0-9._/\-",
        ),
        computed={
            "arn": arn("ecr", "repository/{name}"),
            "registryId": "{account}",
            "repositoryUrl": "{account}.dkr.ecr.{region}.amazonaws.com/{name}",
        },
        input_defaults={"imageTagMutability": "MUTABLE"},
        defaults={"encryptionConfigurations": [{"encryptionType": "AES256"}]},
        replace_on=("encryptionConfigurations",),
        references=(Reference("encryptionConfigurations[*].kmsKey", KEY),),
        checks=(
            one_of(
                "imageTagMutability",
                ("MUTABLE", "IMMUTABLE", "MUTABLE_WITH_EXCLUSION", "IMMUTABLE_WITH_EXCLUSION"),
            ),
            one_of("encryptionConfigurations[*].encryptionType", ("AES256", "KMS", "KMS_DSSE")),
            one_of(f"{_FILTERS}[*].filterType", ("WILDCARD",)),
            matches(
                f"{_FILTERS}[*].filter",
                r"(?!.*\*.*\*.*\*)[a-zA-Z0-9._*-]{1,128}",
                "letters, digits, ._*-; two * at most",
            ),
            holds(_FILTERS, lambda found: len(found) <= 5, "at most 5 filters"),
            _encrypted,
            _excepted,
            tag_rule(),
        ),
        guards=(
            key_usable("encryptionConfigurations[*].kmsKey", "ecr", GRANT, "KmsException"),
            not_deleted_while_filled(
                consent="forceDelete",
                reason="RepositoryNotEmptyException: The repository with name '{id}' cannot be deleted because it still contains images",
            ),
        ),
        known_as=("arn", "name"),
        unordered=(_FILTERS,),
        blind_spots=(
            "Images are put in by hand here (drift); their tags, scans and lifecycle are not imitated.",
            "Settings of the whole registry and policies of the repository are not looked at.",
        ),
    ),
)
