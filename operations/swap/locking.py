"""Records that were copied, bound so that nobody can shorten it, as long as what is put into their store from then on is kept."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from operations.swap.at_once import at_once
from operations.swap.lockable import Lockable
from operations.swap.manifest import Manifest, Moved
from operations.swap.store import Version

__all__ = ["Locked", "lock", "unlocked"]

Found = tuple[str, Sequence[Version]]


@dataclass(frozen=True, kw_only=True)
class Locked:
    """What a run did: versions that it bound, that were bound before, and whose retention has ended, as it has on the source."""

    bound: int
    before: int
    ended: int


def lock(target: Lockable, manifest: Manifest, binding: timedelta, *, now: datetime, jobs: int) -> Locked:
    """Bind every version of the manifest; one that is bound long enough is left alone, so a killed run is given again.

    `binding`: for how long the store keeps what is put there. Raises StoreError.
    """

    def one(found: Found) -> list[str]:
        return [_bind(target, line, version, binding, now) for line, version in _placed(manifest, *found)]

    done = Counter(word for words in at_once(jobs, one, _there(target, manifest)) for word in words)
    return Locked(bound=done["bound"], before=done["before"], ended=done["ended"])


def unlocked(target: Lockable, manifest: Manifest, binding: timedelta, *, now: datetime, jobs: int) -> Iterator[str]:
    """Every version of the manifest that is missing or not bound as long as it has to be, read anew. Raises StoreError."""

    def one(found: Found) -> list[str]:
        key, history = found
        there = {version.id for version in history}
        told = [
            f"{key} ({line.target}): missing" for line in manifest.of(key) if line.sha256 and line.target not in there
        ]
        for line, version in _placed(manifest, key, history):
            bound, end = _ends(target, line, version, binding)
            if end > now and (bound is None or bound < end):
                told.append(f"{key} ({version.id}): locked until {bound}, to be {end}")
        return told

    for told in at_once(jobs, one, _there(target, manifest)):
        yield from told


def _bind(target: Lockable, line: Moved, version: Version, binding: timedelta, now: datetime) -> str:
    bound, end = _ends(target, line, version, binding)
    if bound is not None and bound >= end:
        return "before"
    if end <= now:
        return "ended"
    target.lock(version, end)
    return "bound"


def _there(target: Lockable, manifest: Manifest) -> Iterator[Found]:
    """Every key of the manifest with its versions on the target; none, where it is gone."""
    left = set(manifest.keys)
    for key, history in target.histories():
        if key in left:
            left.remove(key)
            yield key, history
    yield from ((key, ()) for key in sorted(left))


def _placed(manifest: Manifest, key: str, history: Sequence[Version]) -> Iterator[tuple[Moved, Version]]:
    """The lines of a key with the versions that they name. Deletions hold nothing."""
    there = {one.id: one for one in history}
    for line in manifest.of(key):
        if line.sha256 and line.target in there:
            yield line, there[line.target]


def _ends(target: Lockable, line: Moved, version: Version, binding: timedelta) -> tuple[datetime | None, datetime]:
    """Until when nobody can remove it now, and until when that has to be: the latest of what the source asked, what the copy has, and
    what the store gives to what is put there.
    """
    bound, kept = target.retention(version)
    asked = [datetime.fromisoformat(line.until)] if line.until else []
    return bound, max([version.modified + binding, *asked, *([kept] if kept else [])])
