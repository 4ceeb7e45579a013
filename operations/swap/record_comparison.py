"""The records in two object stores compared, version by version.

The target is read whole. So was the source, when it was copied: what its list still says the same of is not read again (docs/decisions/0018).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from itertools import zip_longest
from threading import Semaphore

from operations.swap.at_once import at_once
from operations.swap.holding import standing, without
from operations.swap.manifest import Manifest, Moved
from operations.swap.progress import SILENT, Silent
from operations.swap.record_contents import Both, Found, History, Looking
from operations.swap.records import Accepts, carried, nothing
from operations.swap.store import GONE, Described, Store, Unheld, Version

__all__ = ["Altered", "compare", "paired", "unlike"]

AT_ONCE = 2
"""Objects compared where a copy carries one: its worker waits for two answers, one after the other, and here both are asked for at the same time.
Where one thread looks at as many objects as a copy has workers (together.py), two of them do so at the same time."""


class Altered(str):
    """A difference of bytes. All others show again in the next list, or in what describes a version."""

    __slots__ = ()


def compare(
    source: Store,
    target: Store,
    manifest: Manifest,
    *,
    jobs: int,
    accepts: Accepts = nothing,
    progress: Silent = SILENT,
    whole: bool = False,
) -> Iterator[str]:
    """Every difference that nobody accepted, by key and kind: both sides are looked at, at the same time. Raises StoreError.

    What describes a version, and its length, is always asked for. Its bytes are read on the target, and on the source where the manifest does not say
    what the list says of them; on neither side of what the manifest says is proved. `whole`: everything is read, on both.
    `jobs`: the workers that a copy has.
    """
    workers, few = AT_ONCE * jobs, Semaphore(AT_ONCE)
    with ThreadPoolExecutor(workers) as others:
        looking = Looking(source, target, manifest, others, jobs=jobs, whole=whole)

        def one(group: tuple[bool, Sequence[Found]]) -> tuple[int, list[str]]:
            together, found = group
            with few if together else nullcontext():
                both = partial(looking.both, looking.together(found) if together else {})
                return len(found), [
                    told for each in found for told in _compare(source, target, manifest, accepts, both, *each)
                ]

        for keys, differences in at_once(workers, one, looking.groups(paired(source.histories(), target.histories()))):
            progress.add(keys)
            yield from differences


def paired(
    ours: Iterable[tuple[str, History]], theirs: Iterable[tuple[str, History]]
) -> Iterator[tuple[str, History, History]]:
    """Each key with its history on either side, empty where there is none. Two lists in the same order are never held whole."""
    waiting: tuple[dict[str, History], dict[str, History]] = {}, {}
    for pair in zip_longest(ours, theirs):
        keys = [one[0] for one in pair if one]
        for side, one in zip(waiting, pair, strict=True):
            if one:
                side[one[0]] = one[1]
        for key in keys:
            if key in waiting[0] and key in waiting[1]:
                yield key, waiting[0].pop(key), waiting[1].pop(key)
    for key in sorted({*waiting[0], *waiting[1]}):
        yield key, waiting[0].get(key, ()), waiting[1].get(key, ())


def _compare(
    source: Store,
    target: Store,
    manifest: Manifest,
    accepts: Accepts,
    both: Callable[[Version, Version, Moved], Both],
    key: str,
    history: History,
    there: History,
) -> Iterator[str]:
    if not history:
        went = bool(manifest.of(key))
        never_went = manifest.stood(key) and not went
        if not never_went and (source.versioned or not went or not there[-1].deleted):
            yield f"{key}: only on the target"
        return
    if not target.fits(key):
        if not accepts(Unheld(kind="object-name", name=key)):
            yield f"{key}: missing, the target can't have this name"
        return
    wanted = carried(history, target)
    lines = manifest.of(key)
    moved = {one.source: one for one in lines}
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
            assert line is not None
            ours, theirs = both(version, found, line)
            if ours.sha256 != theirs.sha256:
                yield Altered(f"{key} ({version.id}): content: SHA-256 {ours.sha256[:12]}… and {theirs.sha256[:12]}…")
            described = ours.described, theirs.described
            _, differences = unlike(source, target, described, turned=manifest.turned, accepts=accepts)
            yield from (f"{key} ({version.id}): {one}" for one in differences)
        if found is not None and found.latest is not version.latest:
            yield f"{key} ({version.id}): the latest on one side only"
    # What was carried and the source no longer shows: what it keeps no versions of, or a deletion after which something was put.
    passed = {one.target for one in lines if not source.versioned or not (one.sha256 or source.marks)}
    passed |= manifest.stood(key)
    for left in placed.values():
        if left.latest or left.id not in passed:
            yield f"{key} ({left.id}): only on the target"
    ids, asked = {one.id for one in there}, {one.id for one in wanted}
    placed_in = {one.source: None for one in lines if one.target in ids and one.source in asked}
    if [one.id for one in wanted if one.id in placed_in] != [*placed_in]:
        yield f"{key}: another order of versions"


def unlike(
    source: Store, target: Store, described: tuple[Described, Described], *, turned: bool, accepts: Accepts
) -> tuple[Described, list[str]]:
    """What should describe a version on the target, and how what does differs from it. `turned`: on the way back."""
    wished, had = standing(described[0]), described[1]
    accepted = [one for one in target.unheld(wished) if accepts(one)]
    if turned:
        # What could not go there has been here all the time.
        had = without(had, [one for one in source.unheld(standing(had)) if accepts(one)])
    wished = without(wished, accepted)
    return wished, list(_unlike(wished, had))


def _unlike(ours: Described, theirs: Described) -> Iterator[str]:
    for kind, here, there in (
        ("property", ours.properties, theirs.properties),
        ("metadata", ours.metadata, theirs.metadata),
        ("tag", ours.tags, theirs.tags),
    ):
        yield from (f"{kind} {name}" for name in sorted({*here, *there}) if here.get(name) != there.get(name))
    if ours.until is not None and (theirs.until is None or theirs.until < ours.until):
        yield f"retention: until {theirs.until}, {ours.until} on the source"
