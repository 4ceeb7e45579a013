"""The records in an object store carried to another one, version by version, and compared."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC

from operations.swap.manifest import Manifest, Moved
from operations.swap.refusal import Refusal
from operations.swap.store import Content, Store, Version
from operations.wording import say

__all__ = ["Carried", "OccupiedError", "carry", "compare", "former"]


GONE = "-"
"""The target's id of a deletion, where it keeps no versions: nothing is left."""


class OccupiedError(Refusal):
    """Something that this move did not put there lies on the target; nothing is overwritten."""


@dataclass(frozen=True, kw_only=True)
class Carried:
    """What a copy did: keys seen, versions (deletions among them) and bytes that it put."""

    keys: int
    versions: int
    octets: int


def former(source: Store, target: Store) -> int:
    """How many former versions the target can't keep, because it keeps none."""
    if target.versioned:
        return 0
    return sum(len(history) - 1 for _, history in source.histories())


def carry(source: Store, target: Store, manifest: Manifest, *, jobs: int) -> Carried:
    """Put every version that the target has not got yet, in order. The source may serve meanwhile; a killed run is given again.

    Raises OccupiedError, StoreError.
    """
    for key, history in target.histories():
        known = {one.target for one in manifest.of(key)}
        # One at most: put by a run that was killed before it wrote the line.
        if len([one for one in history if one.id not in known]) > 1:
            raise _occupied(target, key)
    keys = versions = octets = 0
    with ThreadPoolExecutor(jobs) as threads:
        for put, length in threads.map(lambda one: _carry(source, target, manifest, *one), source.histories()):
            keys, versions, octets = keys + 1, versions + put, octets + length
    return Carried(keys=keys, versions=versions, octets=octets)


def _carry(source: Store, target: Store, manifest: Manifest, key: str, history: Sequence[Version]) -> tuple[int, int]:
    """One key; returns versions and bytes put."""
    done = {one.source for one in manifest.of(key)}
    left = [one for one in (history if target.versioned else history[-1:]) if one.id not in done]
    if not left:
        return 0, 0
    known = {one.target for one in manifest.of(key)}
    stray = [one for one in target.versions_of(key) if one.id not in known and (target.versioned or not known)]
    put = octets = 0
    for version in left:
        if stray:
            # Put by a run that was killed before it wrote the line, or somebody else's.
            there = stray.pop()
            content = None if version.deleted else source.read(version)
            if not _same(content, target, there):
                raise _occupied(target, key)
            placed = there.id
        else:
            content = _put(source, target, version)
            put, octets = put + 1, octets + (content.length if content else 0)
            listed = target.versions_of(key)
            placed = listed[-1].id if listed else GONE
        manifest.add(
            Moved(
                key=key,
                source=version.id,
                target=placed,
                sha256=content.sha256 if content else "",
                length=content.length if content else 0,
                until=content.until.astimezone(UTC).isoformat() if content and content.until else "",
            )
        )
    return put, octets


def _put(source: Store, target: Store, version: Version) -> Content | None:
    if version.deleted:
        target.delete(version.key)
        return None
    return source.read(version, into=target)


def _same(content: Content | None, target: Store, found: Version) -> bool:
    if content is None or found.deleted:
        return content is None and found.deleted
    return target.read(found).sha256 == content.sha256


def _occupied(target: Store, key: str) -> OccupiedError:
    place = f"{target.place.name}/{key}"
    return OccupiedError(
        say(
            f"{place}: there is something that this move did not put there. Empty the target's store, or name the folder of its receipts",
            f"{place}: この移行が置いたものではないものがあります。移行先のストアを空にするか、その移行の記録のフォルダを指定してください",
        )
    )


def compare(source: Store, target: Store, manifest: Manifest, *, jobs: int) -> Iterator[str]:
    """Every difference, by key and kind: both sides are read whole again. Raises StoreError."""
    seen = set()
    with ThreadPoolExecutor(jobs) as threads:
        for key, found in threads.map(
            lambda one: (one[0], list(_compare(source, target, manifest, *one))), source.histories()
        ):
            seen.add(key)
            yield from found
    for key, _ in target.histories():
        if key not in seen:
            yield f"{key}: only on the target"


def _compare(source: Store, target: Store, manifest: Manifest, key: str, history: Sequence[Version]) -> Iterator[str]:
    wanted = history if target.versioned else history[-1:]
    moved = {one.source: one for one in manifest.of(key)}
    there = target.versions_of(key)
    placed = {one.id: one for one in there}
    for version in wanted:
        line = moved.get(version.id)
        if line and version.deleted and line.target == GONE:
            continue
        found = placed.pop(line.target, None) if line else None
        if found is None:
            yield f"{key} ({version.id}): missing"
        elif version.deleted or found.deleted:
            if version.deleted is not found.deleted:
                yield f"{key} ({version.id}): deleted on one side only"
        else:
            yield from (
                f"{key} ({version.id}): {one}" for one in _unlike(source.read(version), target.read(found), target)
            )
        if found is not None and found.latest is not version.latest:
            yield f"{key} ({version.id}): the latest on one side only"
    yield from (f"{key} ({one}): only on the target" for one in placed)
    order = [one.source for one in manifest.of(key) if one.target in {found.id for found in there}]
    if [one.id for one in wanted if one.id in order] != [one for one in order if one in {v.id for v in wanted}]:
        yield f"{key}: another order of versions"


def _unlike(ours: Content, theirs: Content, target: Store) -> Iterator[str]:
    if ours.sha256 != theirs.sha256:
        yield f"content: SHA-256 {ours.sha256[:12]}… and {theirs.sha256[:12]}…"
    names = sorted({*ours.described, *theirs.described})
    yield from (f"metadata {name}" for name in names if ours.described.get(name) != theirs.described.get(name))
    yield from (
        f"tag {name}" for name in sorted({*ours.tags, *theirs.tags}) if ours.tags.get(name) != theirs.tags.get(name)
    )
    if ours.until is not None and target.locks and (theirs.until is None or theirs.until < ours.until):
        yield f"retention: until {theirs.until}, {ours.until} on the source"
