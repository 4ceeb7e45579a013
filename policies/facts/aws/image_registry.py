"""Amazon ECR: https://docs.aws.amazon.com/AmazonECR/latest/userguide/Repositories.html."""

from collections.abc import Iterator

from policies.facts.answers import every, some, when
from policies.facts.aws.key import customers
from policies.facts.aws.policy_document import admits_anyone
from policies.facts.reading import document, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import Fact, ImageRegistry, Maybe

_REPOSITORY = "aws:ecr/repository:Repository"
_POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy"
KNOWN = frozenset({_REPOSITORY, _POLICY})


def facts(world: World) -> Iterator[Fact]:
    for repository in world.of(_REPOSITORY):
        kind = text(repository, "encryptionConfigurations.encryptionType", default="AES256")
        yield ImageRegistry(
            urn=repository.urn,
            role=repository.role,
            public=_public(world, repository),
            customer_key=every(
                when(kind, lambda name: name.startswith("KMS")),
                customers(world, repository, "encryptionConfigurations.kmsKey"),
            ),
            tags_immutable=when(
                text(repository, "imageTagMutability", default="MUTABLE"), lambda name: name == "IMMUTABLE"
            ),
        )


def _public(world: World, repository: Resource) -> Maybe[bool]:
    """A repository of a private registry is closed but for its own policy."""
    policies = [document(one, "policy") for one in world.referring(repository, _POLICY, "repository")]
    opened = [when(policy, admits_anyone) for policy in policies if policy is not None]
    return some(world.absent(value=False), *opened)
