"""What describes copied records carried again, where the source changed it since: no byte of them is touched."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from operations.swap.at_once import at_once
from operations.swap.lockable import Lockable
from operations.swap.manifest import Manifest
from operations.swap.progress import SILENT, Silent
from operations.swap.record_comparison import paired, unlike
from operations.swap.records import Accepts, nothing
from operations.swap.store import Store, Version

__all__ = ["Redescribed", "describe"]


@dataclass(frozen=True, kw_only=True)
class Redescribed:
    """One version whose description was not the source's: what differed, and what still does."""

    name: str
    differed: tuple[str, ...]
    left: tuple[str, ...]


def describe(
    source: Store,
    target: Lockable,
    manifest: Manifest,
    *,
    jobs: int,
    accepts: Accepts = nothing,
    progress: Silent = SILENT,
) -> Iterator[Redescribed]:
    """Make it the same on the target, for each version that was carried and lies on both sides, as far as that store can. Raises StoreError."""

    def one(found: tuple[str, Sequence[Version], Sequence[Version]]) -> list[Redescribed]:
        key, ours, theirs = found
        here, there = ({version.id: version for version in side if not version.deleted} for side in (ours, theirs))
        both = [
            (here[line.source], there[line.target])
            for line in manifest.of(key)
            if line.source in here and line.target in there
        ]
        return [made for version, lying in both if (made := again(version, lying)) is not None]

    def again(version: Version, lying: Version) -> Redescribed | None:
        ours = source.described(version)
        wished, differed = unlike(
            source, target, (ours, target.described(lying)), turned=manifest.turned, accepts=accepts
        )
        if not differed:
            return None
        target.describe(lying, wished)
        # What the list told is of before.
        now = target.described(replace(lying, described=None))
        _, left = unlike(source, target, (ours, now), turned=manifest.turned, accepts=accepts)
        return Redescribed(name=f"{version.key} ({version.id})", differed=tuple(differed), left=tuple(left))

    for made in at_once(jobs, one, paired(source.histories(), target.histories())):
        progress.add(1)
        yield from made
