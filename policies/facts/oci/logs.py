"""Logs and connectors: what is recorded, and what is delivered into which bucket.

https://docs.oracle.com/en-us/iaas/Content/connector-hub/overview.htm
"""

from collections.abc import Iterator

from policies.facts.answers import every, some, when
from policies.facts.oci.statements import Statement, statements
from policies.facts.reading import flag, read_all, text
from policies.facts.resources import Resource, World, once
from policies.facts.vocabulary import UNKNOWN, Maybe, Unknown

BUCKET = "oci:ObjectStorage/bucket:Bucket"
LOG = "oci:Logging/log:Log"
_GROUP = "oci:Logging/logGroup:LogGroup"
CONNECTOR = "oci:Sch/connector:Connector"
KNOWN = frozenset({LOG, _GROUP, CONNECTOR})

_KINDS = {"flowlogs": "flow", "objectstorage": "access", "loadbalancer": "access", "postgresql": "database"}
_AUDIT = ("_Audit", "_Audit_Include_Subcompartment")


@once
def kinds(world: World, bucket: Resource) -> Maybe[frozenset[str]]:
    """The words of LOG_KINDS for what is delivered into the bucket."""
    found: set[str] = set()
    for connector in world.referring(bucket, CONNECTOR, "target.bucket"):
        if text(connector, "state", default="ACTIVE") == "INACTIVE" or not _may_write(world, bucket):
            continue
        for kind in _copied(world, connector):
            if isinstance(kind, Unknown):
                return UNKNOWN
            found.add(kind)
    return frozenset(found)


def _copied(world: World, connector: Resource) -> Iterator[Maybe[str]]:
    if any(name in _AUDIT for name in read_all(connector, "source.logSources.logGroupId")):
        yield "audit"
    for group in world.targets(connector, "source", _GROUP):
        for log in world.referring(group, LOG, "logGroupId"):
            if flag(log, "isEnabled", default=True) is not False:
                custom = when(text(log, "logType"), lambda kind: kind == "CUSTOM")
                service = text(log, "configuration.source.service")
                yield "application" if custom is True else when(service, lambda name: _KINDS.get(name, name))


def _may_write(world: World, bucket: Resource) -> bool:
    """A policy lets connectors create objects in it; without one every delivery is refused."""
    name = text(bucket, "name")
    return any(one.concerns(bucket, bucket_name=name) for one in _writing(world))


@once
def _writing(world: World) -> tuple[Statement, ...]:
    return tuple(
        one
        for one in statements(world)
        if not one.clear
        or (
            one.conditions.get("request.principal.type") == "serviceconnector"
            and not one.denies
            and ("OBJECT_CREATE" in one.rights or one.what in ("objects", "object-family"))
        )
    )


def recorded(world: World, resource: Resource, *categories: str) -> Maybe[bool]:
    """Whether all these categories of the resource's service logs are switched on."""
    found = world.referring(resource, LOG, "configuration.source.resource")
    return every(*(some(world.absent(value=False), *(_is(log, category) for log in found)) for category in categories))


def _is(log: Resource, category: str) -> Maybe[bool]:
    same = when(text(log, "configuration.source.category"), lambda name: name == category)
    return every(same, flag(log, "isEnabled", default=True))


def kept(world: World, kind: str) -> Maybe[bool]:
    """Whether logs of this kind reach a bucket of the stack."""
    answers = [when(kinds(world, bucket), lambda found: kind in found) for bucket in world.of(BUCKET)]
    return some(world.absent(value=False), *answers)
