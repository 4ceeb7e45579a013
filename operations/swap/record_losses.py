"""What a move of records would lose: found in what describes them, before anything is written."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from operations.swap.at_once import at_once
from operations.swap.decisions import Decision
from operations.swap.holding import standing
from operations.swap.losses import Loss
from operations.swap.manifest import Manifest
from operations.swap.records import Accepts, carried
from operations.swap.store import Store, Unheld, Version
from operations.wording import say

__all__ = ["Foreseen", "accepting", "foreseen"]


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """The losses of what is there now, one for each kind and name; how many former versions are left out, and how many keys there are."""

    losses: list[Loss]
    former: int
    keys: int


def foreseen(source: Store, target: Store, manifest: Manifest, *, jobs: int) -> Foreseen:
    """What the manifest has was looked at before it was carried. Raises StoreError."""
    former = deletions = keys = 0
    found, first = Counter[Unheld](), dict[Unheld, str]()

    def one(listed: tuple[str, Sequence[Version]]) -> tuple[str, Sequence[Version], list[Unheld]]:
        return *listed, list(_unheld(source, target, manifest, *listed))

    for key, history, unheld in at_once(jobs, one, source.histories()):
        keys += 1
        left = {version.id for version in history} - {version.id for version in carried(history, target)}
        if target.versioned:
            deletions += len(left)
        else:
            former += len(left)
        for lost in unheld:
            found[lost] += 1
            first.setdefault(lost, key)
    losses = [Loss(kind=one.kind, name=one.name, detail=_counted(found[one], first[one])) for one in sorted(found)]
    for kind, count in (("former-versions", former), ("former-deletions", deletions)):
        if count:
            losses.append(Loss(kind=kind, name=source.place.name, detail=say(f"{count} of them", f"{count} 件")))
    return Foreseen(losses=losses, former=former, keys=keys)


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
