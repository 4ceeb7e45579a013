"""Facts from Oracle Cloud Infrastructure."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from policies.facts.reading import read
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Fact, Maybe

PACKAGE = "oci"
JAPAN = frozenset({"ap-tokyo-1", "ap-osaka-1"})
TAGS = "freeformTags"
TAGS_AT: Mapping[str, str] = MappingProxyType({})
UNTAGGABLE: frozenset[str] = frozenset()
KNOWN: frozenset[str] = frozenset()
INERT: Mapping[str, str] = MappingProxyType({})


def region(resource: Resource) -> Maybe[str | None]:
    value = read(resource, "region")
    if value is None or isinstance(value, str):
        return value and value.lower().replace(" ", "")
    return UNKNOWN


def facts(world: World) -> Iterator[Fact]:  # noqa: ARG001 - nothing is read yet
    yield from ()
