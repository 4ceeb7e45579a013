"""The records' way back: what was put since the other side serves goes to where the records came from, on top of what stands there.

What was carried lies there already, and the manifest knows it. What was not (former versions that the target could not keep, names that it could not have) stood
there all the time: it is listed once, before the first copy back, and stays.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from operations.swap.manifest import Manifest
from operations.swap.receipts import Receipt
from operations.swap.refusal import Refusal
from operations.swap.store import Store
from operations.swap.whole_file import put
from operations.wording import say

__all__ = ["directed"]

COPY = "copy-records"


def directed(
    folder: Path,
    receipts: Sequence[Receipt],
    source: Store | None,
    target: Store,
    *,
    copying: bool = False,
    proofs: Collection[str] = (),
) -> Manifest:
    """The manifest as a step from `source` to `target` sees it; without a source, as the last copy did.

    `copying`: something is about to be put, so what stands on the target of a way back is listed first. Raises Refusal where somebody
    changed it since it was carried, StoreError. `proofs`: as Manifest takes them.
    """
    copies = [one for one in receipts if one.step == COPY]
    if not copies:
        return Manifest(folder, proofs=proofs)
    ends = (source.place if source else copies[-1].source, target.place)
    there = [one for one in copies if (one.target, one.source) == ends]
    if (copies[0].source, copies[0].target) == ends or not there:
        return Manifest(folder, proofs=proofs)
    file = folder / f"records-standing-{there[-1].number:04}.jsonl"
    if copying and not file.exists():
        lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in _standing(Manifest(folder, turned=True), target))
        put(folder, file.name, "".join(lines).encode(), anew=True)
    lines_read = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return Manifest(folder, turned=True, stood=dict(json.loads(line) for line in lines_read), proofs=proofs)


def _standing(manifest: Manifest, target: Store) -> Iterator[tuple[str, Sequence[str]]]:
    """Keys, each with the versions that were not carried from there."""
    for key, history in target.histories():
        known = manifest.known(key)
        if known and history[-1].id not in known:
            place = f"{target.place.name}/{key}"
            raise Refusal(
                say(
                    f"{place}: was changed after its records were carried from there. Nothing is put on top of it: undo the change, "
                    "or keep what is there under another name",
                    f"{place}: 記録を移した後に変更されています。その上には何も置きません。変更を取り消すか、別の名前で残してください",
                )
            )
        if left := [one.id for one in history if one.id not in known]:
            yield key, left
