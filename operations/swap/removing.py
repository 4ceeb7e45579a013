"""The copies of records taken away again, when a move is given up: what the manifest says was put, and nothing else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from operations.swap.at_once import at_once
from operations.swap.lockable import Lockable
from operations.swap.manifest import FILE, Manifest
from operations.swap.store import Version

__all__ = ["Removed", "removed"]

BEGUN = "removing"
"""The folder in which the manifest lies meanwhile: a copy that is begun anew begins with none."""


@dataclass(frozen=True, kw_only=True)
class Removed:
    """Versions that were removed, and what lies in the store and was not put there by this move."""

    versions: int
    left: Sequence[str]


def removed(target: Lockable, folder: Path, number: int, *, jobs: int) -> Removed:
    """Remove every version and deletion that was put. Can be killed and given again; then the manifest is kept, under `number`.

    Raises StoreError where a version can't be removed.
    """
    known = [Manifest(one) for one in _begun(folder)]

    def one(found: tuple[str, Sequence[Version]]) -> tuple[int, list[str]]:
        key, history = found
        ours = {line.target for manifest in known for line in manifest.of(key)}
        put = [version for version in history if version.id in ours]
        for version in reversed(put):
            target.remove(version)
        return len(put), [
            f"{key} ({one.id})" for one in history if one.id not in ours and (target.marks or not one.deleted)
        ]

    versions, left = 0, list[str]()
    for count, others in at_once(jobs, one, target.histories()):
        versions += count
        left += others
    if not left:
        for part, begun in enumerate(_begun(folder), 1):
            if (begun / FILE).exists():
                (begun / FILE).rename(folder / f"records-removed-{number:04}-{part}.jsonl")
            begun.rmdir()
    return Removed(versions=versions, left=left)


def _begun(folder: Path) -> Iterator[Path]:
    """Where manifests lie that are being removed, this one among them; a former run may have been killed, and something copied since."""
    if (folder / FILE).exists():
        number = sum(1 for _ in folder.glob(f"{BEGUN}-*")) + 1
        (folder / f"{BEGUN}-{number}").mkdir(exist_ok=True)
        (folder / FILE).rename(folder / f"{BEGUN}-{number}" / FILE)
    yield from sorted(folder.glob(f"{BEGUN}-*"))
