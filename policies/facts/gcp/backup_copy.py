"""Backups in another region than the data: Cloud SQL's named location, and buckets of two regions.

https://cloud.google.com/sql/docs/postgres/backup-recovery/backups
https://cloud.google.com/storage/docs/locations
"""

from collections.abc import Iterator

from policies.facts.answers import when
from policies.facts.gcp.database import INSTANCE
from policies.facts.gcp.place import JAPAN, TOKYO_AND_OSAKA, bucket_places, own_place
from policies.facts.gcp.sinks import BUCKET
from policies.facts.reading import flag, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, BackupCopy, Fact, Maybe

KNOWN: frozenset[str] = frozenset()

_BACKUP = "settings.backupConfiguration"


def facts(world: World) -> Iterator[Fact]:
    for instance in world.of(INSTANCE):
        if flag(instance, f"{_BACKUP}.enabled", default=False) is not False:
            yield from _kept(instance)
    for bucket in world.of(BUCKET):
        places = bucket_places(bucket)
        if len(places) > 1 or TOKYO_AND_OSAKA in places:
            yield _copy(bucket, UNKNOWN if UNKNOWN in places else "japan" if set(places) <= JAPAN else "abroad")


def _kept(instance: Resource) -> Iterator[Fact]:
    """A location that is named. Where none is, backups go to the multi-region around, which is judged as the instance's own place."""
    home, place = own_place(instance), when(text(instance, f"{_BACKUP}.location"), str.lower)
    if UNKNOWN in (home, place):
        yield _copy(instance, UNKNOWN)
    elif place not in ("", home):
        yield _copy(instance, "japan" if place in JAPAN else "abroad")


def _copy(held: Resource, location: Maybe[str]) -> BackupCopy:
    return BackupCopy(urn=held.urn, role=held.role, location=location, of=frozenset({held.urn}))
