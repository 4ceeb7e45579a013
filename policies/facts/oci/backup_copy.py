"""Copies in another region: backups of databases and volumes, and replicated buckets.

https://docs.oracle.com/en-us/iaas/Content/postgresql/copying-backup.htm
https://docs.oracle.com/en-us/iaas/mysql-database/doc/copying-backup.html
https://docs.oracle.com/en-us/iaas/Content/Block/Tasks/schedulingvolumebackups.htm
https://docs.oracle.com/en-us/iaas/Content/Object/Tasks/usingreplication.htm
"""

from collections.abc import Iterable, Iterator

from policies.facts.oci.logs import BUCKET
from policies.facts.oci.place import JAPAN, region
from policies.facts.reading import read_all
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, BackupCopy, Fact, Unknown

# Type to where its backups are copied to.
_DATABASES = {
    "oci:Psql/dbSystem:DbSystem": "managementPolicy.backupPolicy.copyPolicy.regions",
    "oci:Mysql/mysqlDbSystem:MysqlDbSystem": "backupPolicy.copyPolicies.copyToRegion",
}
_VOLUMES = "oci:Core/volumeBackupPolicy:VolumeBackupPolicy"
_REPLICATION = "oci:ObjectStorage/replicationPolicy:ReplicationPolicy"
KNOWN = frozenset({_VOLUMES, _REPLICATION})
UNTAGGABLE = frozenset({_REPLICATION})


def facts(world: World) -> Iterator[Fact]:
    for token, path in _DATABASES.items():
        for system in world.of(token):
            yield from _copies(system, read_all(system, path), {system.urn})
    for policy in world.of(_VOLUMES):
        yield from _copies(policy, read_all(policy, "destinationRegion"), set())
    for policy in world.of(_REPLICATION):
        buckets = {bucket.urn for bucket in world.targets(policy, "bucket", BUCKET)}
        yield from _copies(policy, read_all(policy, "destinationRegionName"), buckets)


def _copies(source: Resource, places: Iterable[object], of: set[str]) -> Iterator[Fact]:
    """One for each place, none for the source's own."""
    home = region(source)
    for place in dict.fromkeys(one.lower() if isinstance(one, str) else UNKNOWN for one in places):
        if isinstance(place, Unknown) or home is UNKNOWN:
            yield BackupCopy(urn=source.urn, role=source.role, of=frozenset(of))
        elif place not in ("", home):
            location = "japan" if place in JAPAN else "abroad"
            yield BackupCopy(urn=source.urn, role=source.role, location=location, of=frozenset(of))
