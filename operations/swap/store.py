"""An object store as a move sees it, the same for every protocol: objects with their former versions, and what describes them."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from io import IOBase
from typing import Protocol

from operations.swap.limit import Limit
from operations.swap.receipts import Place
from operations.swap.refusal import Refusal
from operations.wording import say

__all__ = [
    "GONE",
    "Content",
    "Described",
    "Hashed",
    "OccupiedError",
    "Store",
    "StoreError",
    "Unheld",
    "Version",
    "marked",
    "read",
]

CHUNK = 1 << 20
CHUNK_LIMITED = 1 << 16
"""Where the speed is limited: a store ends a connection from which nothing is read for long."""
GONE = "-"
"""The id of a deletion of which nothing is left."""
UNLIMITED = Limit(None)


class StoreError(Refusal):
    """The store can't be read or written; the message names the store and what it answered."""


class OccupiedError(StoreError):
    """Something that this move did not put there lies on the target; nothing is overwritten."""

    def __init__(self, place: Place, key: str) -> None:
        there = f"{place.name}/{key}"
        told = (
            f"{there}: there is something that this move did not put there. Take it out of the target's store, or name the folder of the receipts of the move that put it",
            f"{there}: この移行が置いたものではないものがあります。移行先のストアから取り除くか、それを置いた移行の記録のフォルダを指定してください",
        )
        super().__init__(say(*told))


@dataclass(frozen=True, kw_only=True)
class Described:
    """What a version carries beside its bytes, by the same names for every store."""

    length: int
    properties: Mapping[str, str]
    """content_type, cache_control, content_disposition, content_encoding, content_language, and what only some stores know:
    expires, redirect (S3), custom_time (Google), blob_type (Azure, where it is no block blob), legal_hold. None is empty."""
    metadata: Mapping[str, str]
    """The user's own."""
    tags: Mapping[str, str]
    until: datetime | None
    """Until when it can't be removed; None: no retention of its own."""
    md5: str = field(default="", compare=False)
    """Of its bytes, in hexadecimal, where the store says it; not always true (who puts a blob of Azure may say what he likes)."""


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of an object, or its deletion (`deleted`). `id`: the store's own; where it keeps no versions, the ETag."""

    key: str
    id: str
    deleted: bool
    latest: bool
    modified: datetime = field(compare=False)
    described: Described | None = field(default=None, compare=False, repr=False)
    """What describes it, where the list says that."""
    listed: str = field(default="", compare=False)
    """What the list says of its bytes (hash or ETag, length, time): while this stands beside the id, they are those that it stood beside before."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a version holds: SHA-256 and number of its bytes, and what describes them."""

    sha256: str
    described: Described
    as_told: bool | None = None
    """Whether the bytes that came have the MD5 that the store says; None where it says none, or nobody looked."""


@dataclass(frozen=True, kw_only=True, order=True)
class Unheld:
    """Something of a version that a store can't hold: the kind of the loss, and which property, metadata or tag it is."""

    kind: str
    name: str


class Stream(Protocol):
    """Bytes that are read once."""

    def read(self, size: int, /) -> bytes:
        """Read on; nothing at the end."""


class Store(Protocol):
    """One bucket or container. Every method raises StoreError where the store refuses."""

    place: Place
    versioned: bool
    """It keeps former versions."""
    marks: bool
    """A deletion is a version of its own and stays one; else it shows only while nothing was put after it."""
    locks: bool
    """Objects can have a retention of their own."""
    tools: Mapping[str, str]
    """The client and its version."""

    def histories(self) -> Iterator[tuple[str, list[Version]]]:
        """Each key with its versions, oldest first."""

    def versions_of(self, key: str) -> list[Version]:
        """The versions of one key, oldest first."""

    def described(self, version: Version) -> Described:
        """What describes a version; its bytes are not read."""

    def opened(self, version: Version) -> AbstractContextManager[tuple[Described, Stream]]:
        """A version's bytes exactly as they are stored: an encoding is not undone."""

    def put(self, key: str, stream: "Hashed", described: Described, *, over: str | None) -> str:
        """Put a version, the latest from now on; its id.

        `over`: the version that is the latest now, None where nothing is. A store that would lose another one raises OccupiedError.
        Its own retention is one that an administrator can still shorten: before the cutover this is a copy.
        """

    def delete(self, key: str) -> str:
        """Delete a key; the deletion's id, GONE where nothing is left of it. Where versions are kept, they stay. A key that is not there is
        none the less deleted.
        """

    def fits(self, key: str) -> bool:
        """Whether an object may have this name here."""

    def unheld(self, described: Described) -> Iterator[Unheld]:
        """What this store can't hold of such a version."""

    def holds_all_of(self, other: "Store") -> bool:
        """Whether whatever the other holds can be held here: then nothing has to be looked at beforehand."""


class Hashed:
    """A stream that is hashed and counted as it is read, no faster than the limit. `md5`: what the store says of it."""

    def __init__(self, stream: Stream, limit: Limit = UNLIMITED, *, md5: str = "") -> None:
        self._stream, self._limit, self._hash, self.length = stream, limit, hashlib.sha256(), 0
        self._told, self._md5 = md5, hashlib.md5(usedforsecurity=False)
        self._step = CHUNK if limit.bits_per_second is None else CHUNK_LIMITED

    def read(self, size: int = -1) -> bytes:
        """Read so many bytes, fewer only at the end; all that are left without a size."""
        parts, left = [], size
        while left and (part := self._stream.read(min(left, self._step) if left > 0 else self._step)):
            self._count(part)
            parts.append(part)
            left -= len(part) if size > 0 else 0
        return b"".join(parts)

    def fill(self, view: memoryview) -> int:
        """Read on into this, as much of it as is hashed at once; how many bytes came, fewer only at the end."""
        view, came = view[: self._step], 0
        while came < len(view) and (more := self._into(view[came:])):
            came += more
        self._count(view[:came])
        return came

    def _into(self, view: memoryview) -> int:
        # What Azure's client calls readinto is something else.
        if isinstance(self._stream, IOBase):
            return int(self._stream.readinto(view))  # type: ignore[attr-defined]
        part = self._stream.read(len(view))
        view[: len(part)] = part
        return len(part)

    def whole(self, key: str, described: Described) -> bytearray:
        """All of it, of which nothing was read yet. Raises StoreError as `ended` does."""
        body = bytearray(described.length)
        while self.length < len(body) and self.fill(memoryview(body)[self.length :]):
            pass
        self.read(1)  # what is more than was announced
        self.ended(key, described)
        return body

    def _count(self, part: bytes | memoryview) -> None:
        self._limit.take(len(part))
        self._hash.update(part)
        if self._told:
            self._md5.update(part)
        self.length += len(part)

    def tell(self) -> int:
        """How many bytes were read."""
        return self.length

    @property
    def sha256(self) -> str:
        """Of what was read so far, in hexadecimal."""
        return self._hash.hexdigest()

    def ended(self, key: str, described: Described) -> Content:
        """What was read. Raises StoreError where that is not as long as the store said."""
        if self.length != described.length:
            told = (
                f"{key}: {self.length} bytes came, {described.length} were announced: give the command again",
                f"{key}: {described.length} バイトのはずが {self.length} バイトでした。もう一度実行してください",
            )
            raise StoreError(say(*told))
        as_told = self._md5.hexdigest() == self._told if self._told else None
        return Content(sha256=self.sha256, described=described, as_told=as_told)


def read(store: Store, version: Version, limit: Limit = UNLIMITED, *, checked: bool = False) -> Content:
    """Read a version whole. `checked`: see whether it has the MD5 that the store says."""
    with store.opened(version) as (described, stream):
        hashed = Hashed(stream, limit, md5=described.md5 if checked else "")
        held = memoryview(bytearray(min(CHUNK, described.length + 1)))
        while hashed.fill(held):
            pass
    return hashed.ended(version.key, described)


def marked(history: list[Version]) -> list[Version]:
    """The history of a store without marks: where no version is the latest, the key was deleted after the last one."""
    if not history or history[-1].latest:
        return history
    last = history[-1]
    deletion = Version(key=last.key, id=f"{last.id}/deleted", deleted=True, latest=True, modified=last.modified)
    return [*history, deletion]
