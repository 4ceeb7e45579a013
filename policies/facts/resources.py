"""What was registered, on any cloud and from any source, as one kind of record, and the joins between records.

A `World` is built by policies/facts/registered.py (what the policy SDK shows) or policies/facts/exported.py (an exported state).
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar, TypeVarTuple

from policies.facts.reading import Path, read, strings
from policies.facts.vocabulary import SERVICES, TIERS, UNKNOWN, Maybe, Unknown

_T = TypeVar("_T")
_More = TypeVarTuple("_More")

# Properties by which other resources name this one, beside its id.
_IDENTITIES = (
    "id",
    "arn",
    "arnSuffix",
    "name",
    "selfLink",
    "email",
    "member",
    "principalId",
    "clientId",
    "uniqueId",
    "bucket",
    "keyId",
    "keyUri",
    "vaultUri",
    "secretId",
    "dbInstanceArn",
    "identifier",
    "resourceId",
)
_TIER = re.compile(rf"(?:^|[-_])({'|'.join(sorted(TIERS | {SERVICES}))})(?:$|[-_])")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Resource:
    """One registered resource (or component). Properties are plain values (policies/facts/reading.py)."""

    urn: str
    type: str
    """Type token."""
    name: str
    """Logical name."""
    properties: Mapping[str, Any]
    """Inputs, overlaid with outputs where they are known."""
    inputs: Mapping[str, Any] | None = None
    """What the program asked for, where outputs may hold more (a provider's own key, named as if it were asked for); None: as `properties`."""
    role: str = ""
    """Logical name of the nearest component above, else the resource's own: the same on every cloud."""
    id: Maybe[str] = UNKNOWN
    """The provider's id; unknown in a preview and where only the policy SDK's view is there."""
    parent: str = ""
    """URN of the parent, "" for none."""
    provider: Mapping[str, Any] | None = None
    """The explicit provider's inputs (its region, project …); None for a component."""
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Top-level property to the URNs whose outputs went into it; known even in a preview, {} in a resource policy."""
    protect: bool = False

    @property
    def package(self) -> str:
        """First part of the type token (`aws`, `azure-native`)."""
        return self.type.partition(":")[0]

    @property
    def is_component(self) -> bool:
        """It groups others and is nothing in a cloud."""
        return self.provider is None and self.package != "pulumi"


class World:
    """All that a judgement may look at, indexed.

    `complete`: false where a policy sees one resource, so that the absence of another says nothing (`absent`). `secrets_told_apart`: false
    where secrets may be shown opened. `secrets_provider`: what encrypts those of the state, in the engine's word; "" where it is not told.
    """

    def __init__(
        self,
        resources: Iterable[Resource],
        *,
        complete: bool,
        secrets_told_apart: bool = True,
        secrets_provider: str = "",
    ) -> None:
        self.resources = tuple(resources)
        self.complete = complete
        self.secrets_told_apart = secrets_told_apart
        self.secrets_provider = secrets_provider
        self._by_urn = {resource.urn: resource for resource in self.resources}
        self._by_type: dict[str, list[Resource]] = defaultdict(list)
        for resource in self.resources:
            self._by_type[resource.type].append(resource)
        self._by_identity: dict[str, dict[str, Resource]] = {}
        self._targets: dict[tuple[str, Path, tuple[str, ...]], tuple[Resource, ...]] = {}
        self._referring: dict[tuple[str, Path, str], dict[str, tuple[Resource, ...]]] = {}
        self.remembered: dict[tuple[object, ...], Any] = {}
        self.packages = frozenset(resource.package for resource in self.resources)

    def of(self, *types: str) -> tuple[Resource, ...]:
        """All resources of these types, in the order of types and registration."""
        return tuple(resource for token in types for resource in self._by_type.get(token, ()))

    def get(self, urn: str) -> Resource | None:
        """The resource of that URN."""
        return self._by_urn.get(urn)

    @property
    def stack(self) -> str:
        """The stack's own URN, as its resources' URNs tell it; "" where there is none."""
        parts = self.resources[0].urn.split("::", 2) if self.resources else []
        if len(parts) < 3:
            return ""
        return f"{parts[0]}::{parts[1]}::pulumi:pulumi:Stack::{parts[1]}-{parts[0].removeprefix('urn:pulumi:')}"

    def absent(self, value: _T) -> Maybe[_T]:
        """What it means that no sub-resource was found: `value` (the cloud's default), or `UNKNOWN` in a world that is not complete."""
        return value if self.complete else UNKNOWN

    def component_of(self, resource: Resource) -> Resource | None:
        """The nearest component above."""
        above, seen = self.get(resource.parent), {resource.urn}
        while above is not None and not above.is_component:
            seen.add(above.urn)
            above = None if above.parent in seen else self.get(above.parent)
        return above

    def targets(self, resource: Resource, path: Path, *types: str) -> tuple[Resource, ...]:
        """The resources of these types that the property at `path` points to.

        By URN dependency of the top-level property (works while ids are unknown); where it depends on several, or on none, by the
        strings in the value that equal an id, ARN, name … of a resource of these types.
        """
        key = (resource.urn, path, types)
        if key not in self._targets:
            self._targets[key] = tuple(self._pointed(resource, path, types))
        return self._targets[key]

    def target(self, resource: Resource, path: Path, *types: str) -> Resource | None:
        """The one resource that the property points to; None where there is none, or more than one."""
        found = self.targets(resource, path, *types)
        return found[0] if len(found) == 1 else None

    def referring(self, target: Resource, token: str, path: Path) -> tuple[Resource, ...]:
        """The resources of type `token` whose property at `path` points to `target`."""
        key = (token, path, target.type)
        if key not in self._referring:
            found: dict[str, list[Resource]] = defaultdict(list)
            for resource in self.of(token):
                for urn in dict.fromkeys(one.urn for one in self.targets(resource, path, target.type)):
                    found[urn].append(resource)
            self._referring[key] = {urn: tuple(resources) for urn, resources in found.items()}
        return self._referring[key].get(target.urn, ())

    def _pointed(self, resource: Resource, path: Path, types: tuple[str, ...]) -> Iterable[Resource]:
        top = path.partition(".")[0] if isinstance(path, str) else path[0]
        urns = resource.property_dependencies.get(top, ())
        depended = [r for urn in urns if (r := self._by_urn.get(urn)) is not None and r.type in types]
        if len(depended) == 1:
            return depended
        value = read(resource, path)
        named = list(strings(read(resource, top) if value is None or value is UNKNOWN else value))
        found = {r.urn: r for text in named if not isinstance(text, Unknown) for r in self._named(text, types)}
        if not depended:
            return found.values()
        narrowed = [r for r in depended if r.urn in found]
        return narrowed if len(narrowed) == len(named) else depended

    def _named(self, identity: str, types: tuple[str, ...]) -> Iterator[Resource]:
        for token in types:
            if token not in self._by_identity:
                self._by_identity[token] = {text: r for r in self._by_type.get(token, ()) for text in identities(r)}
            found = self._by_identity[token].get(identity)
            if found is not None:
                yield found


def once(reading: Callable[[World, *_More], _T]) -> Callable[[World, *_More], _T]:
    """Read the whole world once, however often it is asked: a reading inside a loop over resources would grow with their square."""

    @wraps(reading)
    def remembered(world: World, *more: *_More) -> _T:
        key = (reading, *more)
        if key not in world.remembered:
            world.remembered[key] = reading(world, *more)
        found: _T = world.remembered[key]
        return found

    return remembered


def identities(resource: Resource) -> Iterator[str]:
    """The strings by which other resources may name this one."""
    if isinstance(resource.id, str) and resource.id:
        yield resource.id
    for name in _IDENTITIES:
        value = resource.properties.get(name)
        if isinstance(value, str) and value:
            yield value


def role_of(name: str, parent: str, above: Callable[[str], tuple[str, str, bool] | None]) -> str:
    """The logical name of the nearest component above, else `name`. `above`: URN to name, parent and whether it is a component."""
    seen: set[str] = set()
    found = above(parent)
    while found is not None and parent not in seen:
        if found[2]:
            return found[0]
        seen.add(parent)
        parent = found[1]
        found = above(parent)
    return name


def tier_of(resource: Resource) -> Maybe[str]:
    """The tier (or `SERVICES`) a subnet or filter belongs to: the only such word among the parts of its logical name, else of its
    `tier` tag; unknown where there is none or several.
    """
    words = set(_TIER.findall(resource.name))
    if not words:
        tags = next(
            (read(resource, key) for key in ("tags", "labels", "freeformTags") if key in resource.properties), None
        )
        words = {tags.get("tier")} & (TIERS | {SERVICES}) if isinstance(tags, Mapping) else set()
    return words.pop() if len(words) == 1 else UNKNOWN


def own_key(world: World, resource: Resource, path: Path, *key_types: str) -> Maybe[bool]:
    """Whether the key at `path` is one of `key_types` that the stack makes; unknown where it is a key from elsewhere."""
    named = customer_key(world, resource, path, *key_types)
    return named if named is not True or world.targets(resource, path, *key_types) else UNKNOWN


def customer_key(world: World, resource: Resource, path: Path, *key_types: str) -> Maybe[bool]:
    """Whether the property at `path` names a key of the customer's: one of `key_types` in the stack, or any id given as text.

    False where the program did not set it (a provider tells its own key back); unknown where it is not known and does not point to a key of the stack.
    """
    if world.targets(resource, path, *key_types):
        return True
    value = read(resource.properties if resource.inputs is None else resource.inputs, path)
    return UNKNOWN if value is UNKNOWN else bool(value)
