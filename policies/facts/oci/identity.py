"""Dynamic groups and what they are granted: https://docs.oracle.com/en-us/iaas/Content/Identity/dynamicgroups/managingdynamicgroups.htm."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from policies.facts.answers import some, when
from policies.facts.oci.escalation import escalations
from policies.facts.oci.image_registry import REPOSITORY
from policies.facts.oci.key import KEY
from policies.facts.oci.logs import BUCKET, LOG
from policies.facts.oci.secret import SECRET
from policies.facts.oci.statements import GROUP, Statement, statements
from policies.facts.reading import text
from policies.facts.resources import World, once
from policies.facts.vocabulary import UNKNOWN, Fact, Identity, Maybe

KNOWN: frozenset[str] = frozenset()

_RIGHTS = {
    "BUCKET_READ": "read-objects",
    "BUCKET_INSPECT": "read-objects",
    "OBJECT_INSPECT": "read-objects",
    "OBJECT_READ": "read-objects",
    "OBJECT_CREATE": "write-objects",
    "OBJECT_OVERWRITE": "write-objects",
    "OBJECT_DELETE": "delete-objects",
    "SECRET_BUNDLE_READ": "read-secret",
    "REPOSITORY_READ": "pull-images",
    "LOG_CONTENT_PUSH": "write-logs",
    "LOG_CONTENT_READ": "read-logs",
    "KEY_ENCRYPT": "use-key",
    "KEY_DECRYPT": "use-key",
}
_VERBS = {
    ("read", "secret-bundles"): ("read-secret",),
    ("read", "objects"): ("read-objects",),
    ("manage", "objects"): ("read-objects", "write-objects", "delete-objects"),
    ("read", "repos"): ("pull-images",),
    ("use", "repos"): ("pull-images", "push-images"),
    ("read", "log-content"): ("read-logs",),
    ("use", "log-content"): ("read-logs", "write-logs"),
    ("use", "keys"): ("use-key",),
    ("manage", "keys"): ("use-key", "administer-key"),
    ("use", "metrics"): ("write-metrics",),
}
# Condition that binds a right to a resource: type, property.
_BOUND = {
    "target.bucket.name": (BUCKET, "name"),
    "target.secret.name": (SECRET, "secretName"),
    "target.secret.id": (SECRET, "id"),
    "target.repo.name": (REPOSITORY, "displayName"),
    "target.log.id": (LOG, "id"),
    "target.key.id": (KEY, "id"),
}


def facts(world: World) -> Iterator[Fact]:
    for group in world.of(GROUP):
        held = [*_granting(world).get(group.urn, ()), *(one for one in _unclear(world) if one.concerns(group))]
        clear = [one for one in held if one.clear]
        pairs = frozenset(pair for one in clear for pair in pairs_of(world, one))
        yield Identity(
            urn=group.urn,
            role=group.role,
            permissions=world.absent(pairs) if len(clear) == len(held) else UNKNOWN,
            wildcard=some(world.absent(value=False), *(UNKNOWN if not one.clear else _wild(one) for one in held)),
            open_to_anyone=when(text(group, "matchingRule"), _open),
            escalations=_ways(world, held),
            trusted_accounts=frozenset(),
        )


def _ways(world: World, held: list[Statement]) -> Maybe[frozenset[str]]:
    clear = [one for one in held if one.clear]
    found = escalations(clear)
    return found if found or (len(clear) == len(held) and world.complete) else UNKNOWN


@once
def _granting(world: World) -> Mapping[str, Sequence[Statement]]:
    """By the URN of the dynamic group that they give something to."""
    found: dict[str, list[Statement]] = defaultdict(list)
    for one in statements(world):
        group = one.group(world)
        if one.clear and not one.denies and group is not None:
            found[group.urn].append(one)
    return found


@once
def _unclear(world: World) -> tuple[Statement, ...]:
    return tuple(one for one in statements(world) if not one.clear)


def _open(rule: str) -> bool:
    """It takes in whatever resource is anywhere: nothing in it names a compartment or one resource."""
    return not any(word in rule for word in ("compartment.id", "resource.id", "instance.id"))


def _wild(statement: Statement) -> bool:
    whole = statement.what == "all-resources" or statement.what.endswith("-family")
    return whole and statement.verb in ("use", "manage")


def pairs_of(world: World, statement: Statement) -> Iterator[tuple[str, str]]:
    """What a statement allows, in words of ACTIONS, and on what."""
    words = {_RIGHTS.get(right, "other") for right in statement.rights}
    if statement.what:
        unfamiliar = ("administer",) if statement.verb == "manage" else ("other",)
        words |= set(_VERBS.get((statement.verb, statement.what), unfamiliar))
    for word in words:
        yield word, _target(world, statement)


def _target(world: World, statement: Statement) -> str:
    for name, value in statement.conditions.items():
        token, property_ = _BOUND.get(name, ("", ""))
        for found in world.of(token) if token else ():
            if value == (found.id if property_ == "id" else found.properties.get(property_)):
                return found.role
        if token:
            return value
    return "*"
