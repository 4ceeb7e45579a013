"""What two object stores hold of what was carried between them, looked at on both sides at the same time, of many small objects together."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from operations.swap.manifest import Manifest, Moved
from operations.swap.store import Content, Store, Version, read
from operations.swap.together import Together, together

__all__ = ["Both", "Found", "History", "Looking"]

History = Sequence[Version]
Found = tuple[str, History, History]
"""A key with its history on either side."""
Both = tuple[Content, Content]
GROUP = 8
"""Versions of a group for each that is under way at the same time, since at its end there are fewer and fewer; and MiB, so that another worker has its share."""
SMALL = 32 << 20
"""Bytes of an object that is looked at together with others. A larger one has a worker to itself, or its group would wait for it at the end."""


class Looking:
    """Both sides of what was carried, looked at, at the same time."""

    def __init__(
        self, source: Store, target: Store, manifest: Manifest, others: ThreadPoolExecutor, *, jobs: int, whole: bool
    ) -> None:
        self._source, self._target, self._manifest = source, target, manifest
        self._others, self._jobs, self._whole = others, jobs, whole

    def both(self, known: Mapping[Moved, Both], ours: Version, theirs: Version, line: Moved) -> Both:
        """What either side holds of a line. `known`: what `together` found."""
        if line in known:
            return known[line]
        here, there = self._wanted(ours, line)
        other = self._others.submit(_seen, self._target, theirs, line, there)
        return _seen(self._source, ours, line, here), other.result()

    def groups(self, found: Iterable[Found]) -> Iterator[tuple[bool, Sequence[Found]]]:
        """Small objects in groups, to be looked at by `together`; by themselves what is large, and all where a side or one worker can't do that."""
        able = self._jobs > 1 and isinstance(self._source, Together) and isinstance(self._target, Together)
        group, versions, octets = list[Found](), 0, 0
        for one in found:
            lines = self._manifest.of(one[0])
            if not able or any(line.length > SMALL for line in lines):
                yield False, [one]
                continue
            group.append(one)
            versions += max(1, len(lines))
            octets += sum(line.length for line in lines)
            if max(versions, octets >> 20) >= GROUP * self._jobs:
                yield True, group
                group, versions, octets = [], 0, 0
        if group:
            yield True, group

    def together(self, group: Iterable[Found]) -> Mapping[Moved, Both]:
        """What both sides hold of these, of so many objects at the same time as a copy has workers."""
        source, target = self._source, self._target
        assert isinstance(source, Together)
        assert isinstance(target, Together)
        pairs = [pair for found in group for pair in self._pairs(*found)]
        whole = [self._wanted(ours, line) for ours, _, line in pairs]
        conversations = (
            side
            for (ours, theirs, _), (here, there) in zip(pairs, whole, strict=True)
            for side in (source.conversation(ours, whole=here), target.conversation(theirs, whole=there))
        )
        told = together(conversations, 2 * self._jobs)
        found = [
            (line, self._later(source, ours, line, here, mine), self._later(target, theirs, line, there, other))
            for (ours, theirs, line), (here, there), mine, other in zip(
                pairs, whole, told[::2], told[1::2], strict=True
            )
        ]
        return {line: (mine(), other()) for line, mine, other in found}

    def _later(
        self, store: Store, version: Version, line: Moved, whole: bool, early: Content | None
    ) -> Callable[[], Content]:
        """What has to be asked for by itself is, all of it at the same time (behind a proxy, or where a store slows down)."""
        return (
            partial(_seen, store, version, line, whole, early)
            if early
            else self._others.submit(_seen, store, version, line, whole).result
        )

    def _pairs(self, key: str, history: History, there: History) -> Iterator[tuple[Version, Version, Moved]]:
        ours, theirs = ({one.id: one for one in side if not one.deleted} for side in (history, there))
        for line in self._manifest.of(key):
            if line.source in ours and line.target in theirs:
                yield ours[line.source], theirs[line.target], line

    def _wanted(self, ours: Version, line: Moved) -> tuple[bool, bool]:
        """On which side the bytes are read."""
        proved = not self._whole and self._manifest.proved(line)
        same = not self._whole and line.source_listed and line.source_listed == ours.listed
        return not (proved or same), not proved


def _seen(store: Store, version: Version, line: Moved, whole: bool, early: Content | None = None) -> Content:
    """What a version holds, read, or as its line says. Another length would be another content, and is read."""
    if whole:
        return early or read(store, version)
    described = early.described if early else store.described(version)
    if described.length != line.length:
        return read(store, version)
    return Content(sha256=line.sha256, described=described)
