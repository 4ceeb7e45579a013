"""The records in an object store carried to another one, version by version."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from operations.swap.at_once import at_once
from operations.swap.holding import standing, without
from operations.swap.limit import Limit
from operations.swap.manifest import Manifest, Moved, moved
from operations.swap.progress import SILENT, Silent
from operations.swap.refusal import Refusal
from operations.swap.store import GONE, UNLIMITED, Content, Hashed, OccupiedError, Store, Unheld, Version, read
from operations.wording import say

__all__ = ["Accepts", "Carried", "UndecidedError", "carried", "carry", "nothing"]

Accepts = Callable[[Unheld], bool]
"""Whether somebody accepted that this does not arrive."""


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
    limit: Limit = UNLIMITED,
) -> Carried:
    """Put every version that the target has not got yet, in order. The source may serve meanwhile; a killed run is given again.

    Raises OccupiedError, StoreError, UndecidedError.
    """
    run = _Run(source, target, manifest, accepts, limit)
    seen, versions, octets = set[str](), 0, 0
    for key, put, length in at_once(jobs, run.key, source.histories()):
        seen.add(key)
        versions, octets = versions + put, octets + length
        progress.add(1)
    if not source.versioned:
        for key in sorted(manifest.keys - seen):
            run.gone(key)
    manifest.settle()
    return Carried(keys=len(seen), versions=versions, octets=octets)


class _Run:
    """One run, between two stores, from what lies on the target as it begins. Raises OccupiedError before anything is written."""

    def __init__(self, source: Store, target: Store, manifest: Manifest, accepts: Accepts, limit: Limit) -> None:
        self._source, self._target, self._manifest = source, target, manifest
        self._accepts, self._limit = accepts, limit
        # TLS lets no altered byte pass; without it they are held against the MD5 that the store says.
        self._vouched = source.place.address.startswith("https://")
        self._strays, self._latest = dict[str, Version](), dict[str, str]()
        for key, history in target.histories():
            known = manifest.known(key)
            unknown = [one for one in history if one.id not in known]
            # One at most: put by a run that was killed before it wrote the line.
            if len(unknown) > 1:
                raise OccupiedError(target.place, key)
            if unknown:
                self._strays[key] = unknown[0]
            if not target.versioned:
                self._latest[key] = history[-1].id

    def key(self, one: tuple[str, Sequence[Version]]) -> tuple[str, int, int]:
        """Put what is left of a key; it, and how many versions and bytes were put."""
        key, history = one
        lines = self._manifest.of(key)
        done = {line.source for line in lines}
        left = [version for version in carried(history, self._target) if version.id not in done]
        put = octets = 0
        if left and not self._target.fits(key):
            _settle([Unheld(kind="object-name", name=key)], key, self._accepts)
            return key, 0, 0
        if left and not lines and self._manifest.stood(key):
            raise OccupiedError(self._target.place, key)
        stray = self._strays.get(key)
        over = self._latest.get(key) if not self._target.versioned else lines[-1].target if lines else None
        for number, version in enumerate(left):
            if number:
                # After a power cut, too, one version of a key lies there without its line, at most.
                self._manifest.settle()
            if stray:
                line, stray = self._found(version, stray), None
            else:
                line = self._put(version, over)
                put, octets = put + 1, octets + line.length
            self._manifest.add(line)
            over = None if line.target == GONE else line.target
        return key, put, octets

    def gone(self, key: str) -> None:
        """Delete what was carried and is gone from a source without versions."""
        known = self._manifest.known(key)
        history = self._target.versions_of(key)
        if history and history[-1].id in known and not history[-1].deleted:
            self._target.delete(key)
            history = self._target.versions_of(key)
        if history and history[-1].id not in known:
            if not history[-1].deleted:
                raise OccupiedError(self._target.place, key)
            self._manifest.add(Moved(key=key, source=GONE, target=history[-1].id, sha256="", length=0))

    def _found(self, version: Version, there: Version) -> Moved:
        """The line of what a killed run put without one. Raises OccupiedError where it is somebody else's."""
        content = None if version.deleted else read(self._source, version, self._limit, checked=not self._vouched)
        if content is None or there.deleted:
            same = content is None and there.deleted
        else:
            same = read(self._target, there).sha256 == content.sha256
        if not same:
            raise OccupiedError(self._target.place, version.key)
        return moved(version, there.id, content, true=content is not None and self._true(content))

    def _put(self, version: Version, over: str | None) -> Moved:
        if version.deleted:
            return moved(version, self._target.delete(version.key), None)
        with self._source.opened(version) as (found, stream):
            described = standing(found)
            unheld = list(self._target.unheld(described))
            _settle(unheld, version.key, self._accepts)
            hashed = Hashed(stream, self._limit, md5="" if self._vouched else found.md5)
            try:
                placed = self._target.put(version.key, hashed, without(described, unheld), over=over)
            except OccupiedError:
                # The answer to a put may be lost; then the client puts again, and meets what it put.
                there = self._target.versions_of(version.key)[-1:]
                if not there or there[0].id == over:
                    raise
                return self._found(version, there[0])
        content = hashed.ended(version.key, described)
        return moved(version, placed, content, true=self._true(content))

    def _true(self, content: Content) -> bool:
        """Whether the bytes came as the source has them. Else they are read again when compared."""
        return self._vouched or bool(content.as_told)


def _settle(unheld: Sequence[Unheld], key: str, accepts: Accepts) -> None:
    """Raises UndecidedError."""
    left = ", ".join(f"{one.kind} {one.name}" for one in unheld if not accepts(one))
    if left:
        told = (
            f"{key}: came after the losses were named, and the target can't hold {left}. Give the command again",
            f"{key}: 損失を示した後に現れ、移行先は {left} を持てません。もう一度実行してください",
        )
        raise UndecidedError(say(*told))
