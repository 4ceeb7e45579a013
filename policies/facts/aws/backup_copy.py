"""Copies in another region: AWS Backup's copy actions, RDS's replicated backups and copied snapshots, S3's replication.

https://docs.aws.amazon.com/aws-backup/latest/devguide/cross-region-backup.html
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReplicateBackups.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html
"""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from policies.facts.answers import every, some
from policies.facts.aws.feeds import BUCKET, REPLICATION, copied_to
from policies.facts.aws.place import JAPAN, region
from policies.facts.reading import is_set, read, read_all, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, BackupCopy, Fact, Maybe, Unknown

_PLAN = "aws:backup/plan:Plan"
_SELECTION = "aws:backup/selection:Selection"
_VAULT = "aws:backup/vault:Vault"
_INSTANCE = "aws:rds/instance:Instance"
_REPLICATED = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
_SNAPSHOTS = ("aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy", "aws:rds/snapshotCopy:SnapshotCopy")
KNOWN = frozenset({_PLAN, _SELECTION, _REPLICATED, *_SNAPSHOTS})
UNTAGGABLE = frozenset({_SELECTION, _REPLICATED})

_HELD = (_INSTANCE, "aws:rds/cluster:Cluster", "aws:dynamodb/table:Table", BUCKET)
_DESTINATION = "rules.copyActions.destinationVaultArn"
_REGION_OF_ARN = 3


def facts(world: World) -> Iterator[Fact]:
    for plan in world.of(_PLAN):
        selected = _selected(world, plan)
        for place in _places(world, plan):
            yield from _copy(plan, region(plan), place, selected)
    for copy in world.of(_REPLICATED):
        source = frozenset(one.urn for one in world.targets(copy, "sourceDbInstanceArn", _INSTANCE))
        arn = text(copy, "sourceDbInstanceArn")
        yield from _copy(copy, "", region(copy), UNKNOWN if arn is UNKNOWN and not source else source)
    for copy in world.of(*_SNAPSHOTS):
        # One moment only. Without a destination it stays where it is.
        place = text(copy, "destinationRegion")
        yield from _copy(copy, region(copy), region(copy) if place == "" else place, frozenset())
    for copy in world.of(REPLICATION):
        yield from _replicated(world, copy)


def _copy(copy: Resource, home: Maybe[str], place: Maybe[str], of: Maybe[frozenset[str]]) -> Iterator[Fact]:
    """None where both are the same region."""
    if home is UNKNOWN or place is UNKNOWN:
        yield BackupCopy(urn=copy.urn, role=copy.role, of=of)
    elif home != place:
        yield BackupCopy(urn=copy.urn, role=copy.role, location="japan" if place in JAPAN else "abroad", of=of)


def _places(world: World, plan: Resource) -> list[Maybe[str]]:
    """The regions of the vaults that its copies go to, each once; by the vault itself while its ARN is not known."""
    arns = read_all(plan, _DESTINATION)
    named = [_region_of(arn) for arn in arns]
    if UNKNOWN in named:
        vaults = world.targets(plan, _DESTINATION, _VAULT)
        named = [place for place in named if place is not UNKNOWN]
        named += [region(vault) for vault in vaults] if len(vaults) == len(arns) else [UNKNOWN]
    return list(dict.fromkeys(named))


def _region_of(arn: object) -> Maybe[str]:
    parts = arn.split(":") if isinstance(arn, str) else []
    return parts[_REGION_OF_ARN].lower() if len(parts) > _REGION_OF_ARN and parts[_REGION_OF_ARN] else UNKNOWN


def _selected(world: World, plan: Resource) -> Maybe[frozenset[str]]:
    """What the plan's selections take, among what can be told."""
    selections = world.referring(plan, _SELECTION, "planId")
    found = {held.urn: some(False, *(_takes(world, one, held) for one in selections)) for held in world.of(*_HELD)}
    if UNKNOWN in found.values():
        return UNKNOWN
    return frozenset(urn for urn, taken in found.items() if taken)


def _takes(world: World, selection: Resource, held: Resource) -> Maybe[bool]:
    """By ARN or by tag; without either, what the account has opted in to. Further conditions, or one where both are set, decide elsewhere.

    https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupSelection.html
    """
    by_arn, by_tag = is_set(selection, "resources"), is_set(selection, "selectionTags")
    if by_arn is False and by_tag is False:
        return UNKNOWN
    named = False if by_arn is False else _named(world, selection, held)
    tagged = False if by_tag is False else _tagged(selection, held)
    both = False if named is True and tagged is True else every(by_arn, by_tag)
    narrowed = some(is_set(selection, "conditions"), is_set(selection, "notResources"), both)
    taken = some(named, tagged)
    return UNKNOWN if taken is True and narrowed is not False else taken


def _named(world: World, selection: Resource, held: Resource) -> Maybe[bool]:
    if held in world.targets(selection, "resources", *_HELD):
        return True
    arn, patterns = text(held, "arn"), read_all(selection, "resources")
    if "*" in patterns:
        return True
    if isinstance(arn, Unknown) or UNKNOWN in patterns:
        return UNKNOWN
    return any(isinstance(one, str) and fnmatchcase(arn, one) for one in patterns)


def _tagged(selection: Resource, held: Resource) -> Maybe[bool]:
    tags = read(held, "tags")
    if isinstance(tags, Unknown):
        return UNKNOWN
    own = tags if isinstance(tags, Mapping) else {}
    return some(*(_has(own, tag) for tag in read_all(selection, "selectionTags")))


def _has(tags: Mapping[str, Any], wanted: object) -> Maybe[bool]:
    if not isinstance(wanted, Mapping):
        return UNKNOWN
    key, value = text(wanted, "key"), text(wanted, "value")
    if isinstance(key, Unknown) or isinstance(value, Unknown):
        return UNKNOWN
    return UNKNOWN if tags.get(key) is UNKNOWN else tags.get(key) == value


def _replicated(world: World, copy: Resource) -> Iterator[Fact]:
    """An enabled rule. A bucket's ARN names no region: that of one outside the stack is not known."""
    source = world.target(copy, "bucket", BUCKET)
    home = region(copy) if source is None else region(source)
    if "Enabled" not in read_all(copy, "rules.status"):
        return
    targets = world.targets(copy, "rules.destination.bucket", BUCKET)
    whole = () if source is None else copied_to(world, source)
    for target in targets:
        yield from _copy(copy, home, region(target), frozenset({source.urn} if source and target in whole else ()))
    if not targets:
        yield from _copy(copy, home, UNKNOWN, frozenset())
