"""Which version of the source became which on the target: one line each, on disk before the next version of its key is put.

The file is of one direction, that of the first copy. The way back reads the same lines the other way round (way_back.py).
"""

import json
import os
import threading
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC
from hashlib import sha256
from pathlib import Path

from operations.swap.refusal import Refusal
from operations.swap.store import Content, Version
from operations.wording import say

__all__ = ["Manifest", "Moved", "moved"]

FILE = "records.jsonl"


@dataclass(frozen=True, kw_only=True)
class Moved:
    """One version that was carried. `source` and `target` are the stores' own ids; `sha256` is empty for a deletion."""

    key: str
    source: str
    target: str
    sha256: str
    length: int
    until: str = ""
    """Until when the source keeps it, UTC, as ISO 8601; empty without retention of its own."""
    source_listed: str = ""
    """What the source's list said of its bytes when they were read whole for the copy, and came as the source had them; else empty."""
    target_listed: str = ""
    """The same of the target, for a version that was read there: on the way back, which turns a line."""


def moved(version: Version, placed: str, content: Content | None, *, true: bool = False) -> Moved:
    """The line of a version that lies on the target as `placed`; `content` None for a deletion.

    `true`: the bytes that were hashed are known to be those that the source has.
    """
    until = content.described.until if content else None
    return Moved(
        key=version.key,
        source=version.id,
        target=placed,
        sha256=content.sha256 if content else "",
        length=content.described.length if content else 0,
        until=until.astimezone(UTC).isoformat() if until else "",
        source_listed=version.listed if true else "",
    )


class Manifest:
    """The lines of a move's folder. A last line that was cut off by a kill is left out: its version is found on the target again.

    `turned`: the way back, on which the file's target is the source. `stood`: by key the versions on the target that the way there left
    where they were, beside those that it carried. `proofs`: what `sha256` was when comparisons found no byte altered; the lines that the file had at the
    last of them are proved: the bytes of both of their versions are one's that was read whole, and a version's id names its bytes.

    Raises Refusal when another line is no line of ours.
    """

    def __init__(
        self,
        folder: Path,
        *,
        turned: bool = False,
        stood: Mapping[str, Collection[str]] | None = None,
        proofs: Collection[str] = (),
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path, self._lock, self._syncing = folder / FILE, threading.Lock(), threading.Lock()
        self._written = self._synced = 0
        self.turned, self._stood = turned, stood or {}
        self._moved: dict[str, list[Moved]] = {}
        whole = self._path.read_bytes() if self._path.exists() else b""
        lines = whole.split(b"\n")
        if lines[-1]:
            with self._path.open("r+b") as file:
                file.truncate(len(whole) - len(lines[-1]))
        self._proved: Counter[str] = Counter()
        read, proved = sha256(), 0
        for number, line in enumerate(lines[:-1], 1):
            try:
                self._take(self._seen(Moved(**json.loads(line))))
            except (ValueError, TypeError):
                told = (
                    f"{self._path}, line {number}: not a line of this file",
                    f"{self._path} の {number} 行目が壊れています",
                )
                raise Refusal(say(*told)) from None
            read.update(line + b"\n")
            if proofs and read.hexdigest() in proofs:
                proved = number
        self.sha256 = read.hexdigest()
        self._proved.update(json.loads(line)["key"] for line in lines[:proved])

    def proved(self, line: Moved) -> bool:
        """Whether an earlier comparison read both versions of this line and found them the same."""
        lines = self._moved[line.key]
        return line in lines[: self._proved[line.key]]

    def of(self, key: str) -> Sequence[Moved]:
        """What was carried of a key, in order."""
        return tuple(self._moved.get(key, ()))

    def known(self, key: str) -> frozenset[str]:
        """The versions on the target that may lie there: carried, or left standing."""
        return frozenset(one.target for one in self.of(key)) | self.stood(key)

    def stood(self, key: str) -> frozenset[str]:
        """The versions on the target that lay there before the move and were not carried from it."""
        return frozenset(self._stood.get(key, ()))

    @property
    def keys(self) -> frozenset[str]:
        """Every key of which something was carried."""
        return frozenset(self._moved)

    def add(self, moved: Moved) -> None:
        """Write a line. A kill does not undo it, a power cut may until `settle` returned."""
        line = json.dumps(vars(self._seen(moved)), ensure_ascii=False, sort_keys=True).encode() + b"\n"
        with self._named(), self._lock, self._path.open("ab", buffering=0) as file:
            end = file.seek(0, os.SEEK_END)
            try:
                while line:
                    line = line[file.write(line) :]
            except OSError:
                # Without room a part of the line may stand there, and another key's line would follow it.
                file.truncate(end)
                raise
            self._written += 1
        self._take(moved)

    def settle(self) -> None:
        """Return when what was added is on disk. Workers that wait together wait for one writing."""
        ours = self._written
        with self._named(), self._syncing:
            if self._synced < ours:
                written = self._written
                with self._path.open("ab") as file:
                    os.fsync(file.fileno())
                self._synced = written

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            error.filename = str(self._path)
            raise

    def _seen(self, moved: Moved) -> Moved:
        """As this direction sees a line of the file, and the file a line of this direction."""
        if not self.turned:
            return moved
        return replace(
            moved,
            source=moved.target,
            target=moved.source,
            source_listed=moved.target_listed,
            target_listed=moved.source_listed,
        )

    def _take(self, moved: Moved) -> None:
        self._moved.setdefault(moved.key, []).append(moved)
