"""What a cloud's extractor module (or package) offers; the module itself is the object, no class and no registration."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from policies.facts.resources import Resource, World
from policies.facts.vocabulary import Fact, Maybe
from policies.language import Message


class Extractor(Protocol):
    """One cloud's reading of registered resources."""

    @property
    def PACKAGE(self) -> str:  # noqa: N802
        """First part of the type tokens it reads."""

    @property
    def BESIDE(self) -> frozenset[str]:  # noqa: N802
        """Further packages whose types it reads (Entra has one of its own)."""

    @property
    def KNOWN(self) -> frozenset[str]:  # noqa: N802
        """Type tokens that `facts` reads, alone or folded into another's fact."""

    @property
    def INERT(self) -> Mapping[str, str]:  # noqa: N802
        """Type tokens that hold no data and open no door, each with the reason. A type in neither is a violation."""

    @property
    def SAYS(self) -> frozenset[type[Fact]]:  # noqa: N802
        """Kinds of fact that `facts` can yield. A rule about any other kind is not asked on this cloud."""

    @property
    def UNOFFERED(self) -> Mapping[tuple[type[Fact], str], Message]:  # noqa: N802
        """Kind and field of which it says `NOT_OFFERED`, whatever is registered, each with the reason."""

    @property
    def TAGS(self) -> str:  # noqa: N802
        """The property that holds a resource's tags."""

    @property
    def TAGS_AT(self) -> Mapping[str, str]:  # noqa: N802
        """Type tokens whose tags are elsewhere, with the path."""

    @property
    def COPIES_AT(self) -> Mapping[str, str]:  # noqa: N802
        """Type tokens that name further regions for copies of what they hold, with the path."""

    @property
    def UNTAGGABLE(self) -> frozenset[str]:  # noqa: N802
        """Type tokens that take no tags; of every other type tags are demanded."""

    @property
    def JAPAN(self) -> frozenset[str]:  # noqa: N802
        """The cloud's regions in Japan, as `region` spells them, lower case."""

    def region(self, resource: Resource) -> Maybe[str | None]:
        """Where the resource is: a region in lower case, `global`, or None where it has no location of its own."""

    def facts(self, world: World) -> Iterable[Fact]:
        """The facts (policies/facts/vocabulary, governance excepted) of all its resources in the world.

        One for each main resource, sub-resources folded in by `world.referring` and `world.targets`. It raises nothing on odd
        input. Where a sub-resource is missing, the field is `world.absent(<the cloud's default>)`.
        """
