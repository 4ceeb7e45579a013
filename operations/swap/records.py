"""The records in an object store carried to another one, version by version, and compared."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from operations.swap.holding import standing, without
from operations.swap.manifest import Manifest, Moved, moved
from operations.swap.progress import SILENT, Silent
from operations.swap.refusal import Refusal
from operations.swap.store import Content, Described, Hashed, Store, Unheld, Version, read
from operations.wording import say

__all__ = ["Accepts", "Carried", "OccupiedError", "UndecidedError", "carried", "carry", "compare", "nothing"]

Accepts = Callable[[Unheld], bool]
"""Whether somebody accepted that this does not arrive."""

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


class UndecidedError(Refusal):
    """The source got something that the target can't hold, after the losses were named."""


def nothing(_: Unheld) -> bool:
    """Nothing was accepted."""
    return False


def carried(history: Sequence[Version], target: Store) -> Sequence[Version]:
    """The versions of an object that the target can keep."""
    if not target.versioned:
        return history[-1:]
    return history if target.marks else [one for one in history if one.latest or not one.deleted]


def carry(
    source: Store,
    target: Store,
    manifest: Manifest,
    *,
    jobs: int,
    accepts: Accepts = nothing,
    progress: Silent = SILENT,
) -> Carried:
    """Put every version that the target has not got yet, in order. The source may serve meanwhile; a killed run is given again.

    Raises OccupiedError, StoreError, UndecidedError.
    """
    for key, history in target.histories():
        known = manifest.known(key)
        # One at most: put by a run that was killed before it wrote the line.
        if len([one for one in history if one.id not in known]) > 1:
            raise _occupied(target, key)
    seen, versions, octets = set[str](), 0, 0
    with ThreadPoolExecutor(jobs) as threads:
        for key, put, length in threads.map(
            lambda one: (one[0], *_carry(source, target, manifest, accepts, *one)), source.histories()
        ):
            seen.add(key)
            versions, octets = versions + put, octets + length
            progress.add(1)
    if not source.versioned:
        for key in sorted(manifest.keys - seen):
            _delete(target, manifest, key)
    return Carried(keys=len(seen), versions=versions, octets=octets)


def _delete(target: Store, manifest: Manifest, key: str) -> None:
    """What was carried and is gone from a source without versions."""
    known = manifest.known(key)
    history = target.versions_of(key)
    if history and history[-1].id in known and not history[-1].deleted:
        target.delete(key)
        history = target.versions_of(key)
    if history and history[-1].id not in known:
        if not history[-1].deleted:
            raise _occupied(target, key)
        manifest.add(Moved(key=key, source=GONE, target=history[-1].id, sha256="", length=0))


def _carry(
    source: Store, target: Store, manifest: Manifest, accepts: Accepts, key: str, history: Sequence[Version]
) -> tuple[int, int]:
    """One key; returns versions and bytes put."""
    done = {one.source for one in manifest.of(key)}
    left = [one for one in carried(history, target) if one.id not in done]
    if not left:
        return 0, 0
    if not target.fits(key):
        _settle([Unheld(kind="object-name", name=key)], key, accepts)
        return 0, 0
    known = manifest.known(key)
    if not manifest.of(key) and known:
        raise _occupied(target, key)
    stray = [one for one in target.versions_of(key) if one.id not in known and (target.versioned or not known)]
    put = octets = 0
    for version in left:
        if stray:
            # Put by a run that was killed before it wrote the line, or somebody else's.
            there = stray.pop()
            content = None if version.deleted else read(source, version)
            if not _same(content, target, there):
                raise _occupied(target, key)
            placed = there.id
        else:
            content = _put(source, target, version, accepts)
            put, octets = put + 1, octets + (content.described.length if content else 0)
            listed = target.versions_of(key)
            placed = listed[-1].id if listed else GONE
        manifest.add(moved(version, placed, content))
    return put, octets


def _put(source: Store, target: Store, version: Version, accepts: Accepts) -> Content | None:
    if version.deleted:
        target.delete(version.key)
        return None
    with source.opened(version) as (found, stream):
        described = standing(found)
        unheld = list(target.unheld(described))
        _settle(unheld, version.key, accepts)
        hashed = Hashed(stream)
        target.put(version.key, hashed, without(described, unheld))
    return hashed.ended(version.key, described)


def _settle(unheld: Sequence[Unheld], key: str, accepts: Accepts) -> None:
    """Raises UndecidedError."""
    left = ", ".join(f"{one.kind} {one.name}" for one in unheld if not accepts(one))
    if left:
        told = (
            f"{key}: came after the losses were named, and the target can't hold {left}. Give the command again",
            f"{key}: 損失を示した後に現れ、移行先は {left} を持てません。もう一度実行してください",
        )
        raise UndecidedError(say(*told))


def _same(content: Content | None, target: Store, found: Version) -> bool:
    if content is None or found.deleted:
        return content is None and found.deleted
    return read(target, found).sha256 == content.sha256


def _occupied(target: Store, key: str) -> OccupiedError:
    place = f"{target.place.name}/{key}"
    return OccupiedError(
        say(
            f"{place}: there is something that this move did not put there. Empty the target's store, or name the folder of its receipts",
            f"{place}: この移行が置いたものではないものがあります。移行先のストアを空にするか、その移行の記録のフォルダを指定してください",
        )
    )


def compare(
    source: Store,
    target: Store,
    manifest: Manifest,
    *,
    jobs: int,
    accepts: Accepts = nothing,
    progress: Silent = SILENT,
) -> Iterator[str]:
    """Every difference that nobody accepted, by key and kind: both sides are read whole again. Raises StoreError."""
    seen = set()
    with ThreadPoolExecutor(jobs) as threads:
        for key, found in threads.map(
            lambda one: (one[0], list(_compare(source, target, manifest, accepts, *one))), source.histories()
        ):
            seen.add(key)
            progress.add(1)
            yield from found
    for key, history in target.histories():
        gone = not source.versioned and key in manifest.keys and history[-1].deleted
        if key not in seen and not gone and (manifest.of(key) or not manifest.stood(key)):
            yield f"{key}: only on the target"


def _compare(
    source: Store, target: Store, manifest: Manifest, accepts: Accepts, key: str, history: Sequence[Version]
) -> Iterator[str]:
    if not target.fits(key):
        if not accepts(Unheld(kind="object-name", name=key)):
            yield f"{key}: missing, the target can't have this name"
        return
    wanted = carried(history, target)
    lines = manifest.of(key)
    moved = {one.source: one for one in lines}
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
            ours, theirs = read(source, version), read(target, found)
            if ours.sha256 != theirs.sha256:
                yield f"{key} ({version.id}): content: SHA-256 {ours.sha256[:12]}… and {theirs.sha256[:12]}…"
            wished = standing(ours.described)
            accepted = [one for one in target.unheld(wished) if accepts(one)]
            had = theirs.described
            if manifest.turned:
                # What could not go there has been here all the time.
                had = without(had, [one for one in source.unheld(standing(had)) if accepts(one)])
            differences = _unlike(without(wished, accepted), had)
            yield from (f"{key} ({version.id}): {one}" for one in differences)
        if found is not None and found.latest is not version.latest:
            yield f"{key} ({version.id}): the latest on one side only"
    # What was carried and the source no longer shows: what it keeps no versions of, or a deletion after which something was put.
    passed = {one.target for one in lines if not source.versioned or not (one.sha256 or source.marks)} | manifest.stood(
        key
    )
    for left in placed.values():
        if left.latest or left.id not in passed:
            yield f"{key} ({left.id}): only on the target"
    order = [one.source for one in lines if one.target in {found.id for found in there}]
    if [one.id for one in wanted if one.id in order] != [one for one in order if one in {v.id for v in wanted}]:
        yield f"{key}: another order of versions"


def _unlike(ours: Described, theirs: Described) -> Iterator[str]:
    for kind, here, there in (
        ("property", ours.properties, theirs.properties),
        ("metadata", ours.metadata, theirs.metadata),
        ("tag", ours.tags, theirs.tags),
    ):
        yield from (f"{kind} {name}" for name in sorted({*here, *there}) if here.get(name) != there.get(name))
    if ours.until is not None and (theirs.until is None or theirs.until < ours.until):
        yield f"retention: until {theirs.until}, {ours.until} on the source"
