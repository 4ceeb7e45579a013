"""Log sinks and audit configurations: what the project records, and what is delivered into which bucket.

https://cloud.google.com/logging/docs/routing/overview
"""

import re
from collections.abc import Iterator

from policies.facts.answers import some, when
from policies.facts.gcp.grants import grants_on
from policies.facts.reading import flag, read_all, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import LOG_KINDS, UNKNOWN, Maybe, Unknown

BUCKET = "gcp:storage/bucket:Bucket"
SINK = "gcp:logging/projectSink:ProjectSink"
AUDIT = "gcp:projects/iAMAuditConfig:IAMAuditConfig"
KNOWN = frozenset({SINK, AUDIT})

# What a kind of log needs, all of it. After the stroke: one that is no other's log.
_NEEDS: tuple[tuple[str, set[str]], ...] = (
    ("audit", {"cloudaudit.googleapis.com/activity"}),
    ("access", {"cloudaudit.googleapis.com/data_access"}),
    ("flow", {"compute.googleapis.com/vpc_flows"}),
    ("database", {"cloudsql.googleapis.com/postgres.log"}),
    ("database/mysql", {"cloudsql.googleapis.com/mysql.err"}),
    ("database/sqlserver", {"cloudsql.googleapis.com/sqlserver.err"}),
    ("application", {"run.googleapis.com/stdout", "run.googleapis.com/stderr"}),
    ("application/functions", {"cloudfunctions.googleapis.com/cloud-functions"}),
)
_EVERYTHING = LOG_KINDS | {kind for kind, _ in _NEEDS}
_CLAUSE = re.compile(r'log_id\("([^"]+)"\)|resource\.type="[^"]+"', re.IGNORECASE)
# Deliveries are themselves accesses to the bucket; leaving them out loses no act of anybody.
_HARMLESS = re.compile(r'protoPayload\.authenticationInfo\.principalEmail:"@gcp-sa-logging\.iam\.gserviceaccount\.com"')
_DELIVERS = (
    "roles/storage.objectCreator",
    "roles/storage.objectUser",
    "roles/storage.objectAdmin",
    "roles/storage.admin",
)


def kinds(world: World, bucket: Resource) -> Maybe[frozenset[str]]:
    """The words of LOG_KINDS for what is delivered into the bucket."""
    return when(_delivered(world, bucket), lambda found: frozenset(word.partition("/")[0] for word in found))


def into(world: World, bucket: Resource) -> tuple[Resource, ...]:
    """The sinks that deliver into the bucket, also where the program wrote its name as the cloud spells it."""
    linked = world.referring(bucket, SINK, "destination")
    spelled = when(text(bucket, "name"), "storage.googleapis.com/{}".format)
    written = (one for one in world.of(SINK) if spelled is not UNKNOWN and text(one, "destination") == spelled)
    return (*linked, *(one for one in written if one not in linked))


def _delivered(world: World, bucket: Resource) -> Maybe[frozenset[str]]:
    found: frozenset[str] = frozenset()
    for sink in into(world, bucket):
        if flag(sink, "disabled", default=False) is True or not _may_write(world, sink, bucket):
            continue
        taken = _taken(sink)
        if isinstance(taken, Unknown):
            return UNKNOWN
        found |= taken
    return found


def kept(world: World, kind: str) -> Maybe[bool]:
    """Whether logs of this kind (a word of `_NEEDS`) reach a bucket of the stack."""
    answers = [when(_delivered(world, bucket), lambda found: kind in found) for bucket in world.of(BUCKET)]
    return some(world.absent(value=False), *answers)


def recorded(world: World, service: str) -> Maybe[bool]:
    """Whether reads and writes of the service's data are written to the audit log."""
    return some(world.absent(value=False), *(_records(config, service) for config in world.of(AUDIT)))


def _records(config: Resource, service: str) -> Maybe[bool]:
    if text(config, "service") not in (service, "allServices"):
        return False
    kinds_ = read_all(config, "auditLogConfigs.logType")
    if UNKNOWN in kinds_:
        return UNKNOWN
    return {"DATA_READ", "DATA_WRITE"} <= set(kinds_) and not read_all(config, "auditLogConfigs.exemptedMembers")


def _may_write(world: World, sink: Resource, bucket: Resource) -> bool:
    """Its writer holds a role on the bucket; without one, every delivery is refused."""
    return any(
        grant.role in _DELIVERS and sink in world.targets(grant.resource, "member", SINK)
        for grant in grants_on(world, bucket)
    )


def _taken(sink: Resource) -> Maybe[frozenset[str]]:
    """By a filter made of alternatives; anything more involved can't be told."""
    for exclusion in _exclusions(sink):
        if not _HARMLESS.fullmatch(exclusion):
            return UNKNOWN
    wanted = text(sink, "filter")
    if isinstance(wanted, Unknown):
        return UNKNOWN
    if not wanted:
        return _EVERYTHING
    clauses = [_CLAUSE.fullmatch(clause.strip()) for clause in wanted.split(" OR ")]
    if not all(clauses):
        return UNKNOWN
    logs = {clause.group(1) for clause in clauses if clause}
    return frozenset(kind for kind, needs in _NEEDS if needs <= logs)


def _exclusions(sink: Resource) -> Iterator[str]:
    for exclusion in read_all(sink, "exclusions"):
        if not isinstance(exclusion, dict) or exclusion.get("disabled") is not True:
            yield str(exclusion.get("filter")) if isinstance(exclusion, dict) else ""
