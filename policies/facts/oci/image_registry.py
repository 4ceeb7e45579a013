"""Container repositories: https://docs.oracle.com/en-us/iaas/Content/Registry/Concepts/registryoverview.htm."""

from collections.abc import Iterator

from policies.facts.reading import flag
from policies.facts.resources import World
from policies.facts.vocabulary import NOT_OFFERED, Fact, ImageRegistry

REPOSITORY = "oci:Artifacts/containerRepository:ContainerRepository"
KNOWN = frozenset({REPOSITORY})


def facts(world: World) -> Iterator[Fact]:
    for repository in world.of(REPOSITORY):
        yield ImageRegistry(
            urn=repository.urn,
            role=repository.role,
            public=flag(repository, "isPublic", default=False),
            # A repository takes no key: https://docs.oracle.com/en-us/iaas/api/#/en/registry/20160918/ContainerRepository/
            customer_key=NOT_OFFERED,
            tags_immutable=flag(repository, "isImmutable", default=False),
        )
