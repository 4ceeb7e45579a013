"""What a move of records would lose: found in what describes them, before anything is written."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from operations.swap.decisions import Decision
from operations.swap.holding import standing
from operations.swap.losses import Loss
from operations.swap.manifest import Manifest
from operations.swap.records import Accepts, carried
from operations.swap.store import Store, Unheld, Version
from operations.wording import say

__all__ = ["accepting", "foreseen"]


def foreseen(source: Store, target: Store, manifest: Manifest, *, jobs: int) -> tuple[list[Loss], int]:
    """The losses of what is there now, one for each kind and name, and how many former versions are left out.

    What the manifest has was looked at before it was carried. Raises StoreError.
    """
    former = deletions = 0
    found, first = Counter[Unheld](), dict[Unheld, str]()
    with ThreadPoolExecutor(jobs) as threads:
        for key, history, unheld in threads.map(
            lambda one: (*one, list(_unheld(source, target, manifest, *one))), source.histories()
        ):
            left = {one.id for one in history} - {one.id for one in carried(history, target)}
            if target.versioned:
                deletions += len(left)
            else:
                former += len(left)
            for one in unheld:
                found[one] += 1
                first.setdefault(one, key)
    losses = [Loss(kind=one.kind, name=one.name, detail=_counted(found[one], first[one])) for one in sorted(found)]
    for kind, count in (("former-versions", former), ("former-deletions", deletions)):
        if count:
            losses.append(Loss(kind=kind, name=source.place.name, detail=say(f"{count} of them", f"{count} 件")))
    return losses, former


def accepting(decisions: Iterable[Decision]) -> Accepts:
    """Whether one of the decisions covers it."""
    listed = tuple(decisions)
    return lambda unheld: any(one.covers(Loss(kind=unheld.kind, name=unheld.name)) for one in listed)


def _unheld(source: Store, target: Store, manifest: Manifest, key: str, history: Sequence[Version]) -> Iterator[Unheld]:
    if not target.fits(key):
        yield Unheld(kind="object-name", name=key)
    elif not target.holds_all_of(source):
        done = {one.source for one in manifest.of(key)}
        for version in carried(history, target):
            if not version.deleted and version.id not in done:
                yield from target.unheld(standing(source.described(version)))


def _counted(versions: int, key: str) -> str:
    return say(f"{versions} versions, the first of {key}", f"{versions} 版、最初は {key}")
