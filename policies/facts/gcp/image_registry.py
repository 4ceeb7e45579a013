"""Artifact Registry: https://cloud.google.com/artifact-registry/docs/cmek."""

from collections.abc import Iterator

from policies.facts.answers import some, when
from policies.facts.gcp.grants import grants_on
from policies.facts.gcp.key import KEY
from policies.facts.reading import flag
from policies.facts.resources import World, customer_key
from policies.facts.vocabulary import ANYONE, Fact, ImageRegistry

_REPOSITORY = "gcp:artifactregistry/repository:Repository"
KNOWN = frozenset({_REPOSITORY})


def facts(world: World) -> Iterator[Fact]:
    for repository in world.of(_REPOSITORY):
        opened = (when(grant.member, lambda member: member == ANYONE) for grant in grants_on(world, repository))
        yield ImageRegistry(
            urn=repository.urn,
            role=repository.role,
            public=some(world.absent(value=False), *opened),
            customer_key=customer_key(world, repository, "kmsKeyName", KEY),
            tags_immutable=flag(repository, "dockerConfig.immutableTags", default=False),
        )
