"""From what was registered to neutral facts: one extractor for each cloud, and what is said of every resource alike."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from policies.facts import aws, azure, gcp, oci
from policies.facts.extractor import Extractor
from policies.facts.plain_credentials import credentials
from policies.facts.reading import read, read_all
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import (
    UNKNOWN,
    Classified,
    Fact,
    Located,
    Maybe,
    PlainCredential,
    StateFile,
    Tagged,
    Unknown,
)

__all__ = ["CLOUDS", "EXTRACTORS", "extract"]

CLOUDS: Mapping[str, Extractor] = MappingProxyType({"aws": aws, "azure": azure, "gcp": gcp, "oci": oci})
"""Adding a cloud is one more entry here and one more word in the import above."""

EXTRACTORS: tuple[Extractor, ...] = tuple(CLOUDS.values())

_SECRETS: Mapping[str, tuple[bool, bool]] = MappingProxyType(
    {"cloud": (True, True), "passphrase": (True, False), "service": (True, False), "b64": (False, False)}
)
"""How the engine's secrets providers keep secrets: encrypted, and with a key service of the customer's choice."""

_BY_PACKAGE: Mapping[str, Extractor] = MappingProxyType(
    {package: extractor for extractor in EXTRACTORS for package in (extractor.PACKAGE, *extractor.BESIDE)}
)


def extract(world: World) -> tuple[Fact, ...]:
    """Every fact about the world, governance of each resource first."""
    return tuple(_all(world))


def _all(world: World) -> Iterator[Fact]:
    for resource in world.resources:
        if not resource.is_component and resource.package != "pulumi":
            yield from _governance(resource)
        if world.secrets_told_apart:
            yield from _plain(resource)
    yield from _state(world)
    for extractor in EXTRACTORS:
        if world.packages & {extractor.PACKAGE, *extractor.BESIDE}:
            yield from extractor.facts(world)


def _state(world: World) -> Iterator[Fact]:
    """https://www.pulumi.com/docs/iac/concepts/secrets/#configuring-secrets-encryption. `cloud` is a key service, also one of one's own."""
    kept = world.secrets_provider
    if world.complete and world.stack and kept in _SECRETS:
        encrypted, key_service = _SECRETS[kept]
        yield StateFile(urn=world.stack, encrypted=encrypted, key_service=key_service)


def _plain(resource: Resource) -> Iterator[Fact]:
    found = credentials(resource)
    if found:
        kinds, places = frozenset(found.values()), frozenset(found)
        yield PlainCredential(urn=resource.urn, role=resource.role, kinds=kinds, places=places)


def _governance(resource: Resource) -> Iterator[Fact]:
    urn, role, token = resource.urn, resource.role, resource.type
    extractor = _BY_PACKAGE.get(resource.package)
    classified = extractor is not None and (token in extractor.KNOWN or token in extractor.INERT)
    yield Classified(urn=urn, role=role, type=token, classified=classified)
    if extractor is None or not classified:
        return
    for region in (extractor.region(resource), *_copies(resource, extractor.COPIES_AT.get(token))):
        if isinstance(region, Unknown):
            yield Located(urn=urn, role=role)
        elif region is not None:
            location = "japan" if region in extractor.JAPAN else "global" if region == "global" else "abroad"
            yield Located(urn=urn, role=role, location=location, spelled=region)
    if token not in extractor.UNTAGGABLE:
        tags = read(resource, extractor.TAGS_AT.get(token, extractor.TAGS))
        yield Tagged(urn=urn, role=role, tags=_tags({} if tags is None else tags))


def _copies(resource: Resource, path: str | None) -> Iterator[Maybe[str]]:
    for region in read_all(resource, path) if path else ():
        yield region.lower().replace(" ", "") if isinstance(region, str) else UNKNOWN


def _tags(tags: object) -> Mapping[str, str | Unknown] | Unknown:
    if not isinstance(tags, Mapping):
        return UNKNOWN
    return {str(key): value if isinstance(value, str) else UNKNOWN for key, value in tags.items()}
