"""One side's rows and large objects, hashed on its server by several connections at one moment, while the caller does something else."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import psycopg

from operations.swap.connection import Reader, exported, place, reading
from operations.swap.contents import Contents, Piece, gathered, pieces, settle
from operations.swap.fingerprint import Fingerprint, described
from operations.swap.progress import SILENT, Silent
from operations.swap.receipts import Place

__all__ = ["Side", "behind", "hashing", "read"]

Read = list[tuple[Piece, list[tuple[Any, ...]]]]


@dataclass(frozen=True, kw_only=True)
class Side:
    """A database at the moment of the transaction in which `reader` is; `known`: all of it but the `octets` on disk that are being hashed."""

    reader: Reader
    known: Fingerprint
    octets: int
    contents: Callable[[], Contents]

    def whole(self) -> Fingerprint:
        """Wait for the end. Raises psycopg.Error where something can't be read: nothing is passed over."""
        return self.known.holding(self.contents())


@contextmanager
def hashing(
    text: str, reader: Reader, *, jobs: int, known: Fingerprint | None = None, progress: Silent = SILENT
) -> Iterator[Side]:
    """Begin. Progress is in bytes on disk. Whoever leaves early ends the statements on the server, too.

    `reader`: open to `text` in a transaction, which lasts as long as this; `known`: what was described in it already.
    """
    known = known or described(reader)
    settle(reader)
    todo = pieces(reader)
    octets = sum(piece.octets for piece in todo)
    progress.more(octets)
    with ExitStack() as stack:
        moment = exported(reader)
        connections = [stack.enter_context(reading(text, moment)) for _ in range(min(jobs, len(todo)))]
        for connection in connections:
            settle(connection)
        work = _Work(todo, progress)
        threads = stack.enter_context(ThreadPoolExecutor(max(1, len(connections))))
        futures = [threads.submit(work.done_by, connection) for connection in connections]
        try:
            yield Side(
                reader=reader,
                known=known,
                octets=octets,
                contents=lambda: gathered(one for future in futures for one in future.result()),
            )
        finally:
            work.stop()
            while wait(futures, timeout=0).not_done:
                for connection in connections:
                    # Not cancel(), which lets no other thread of this process run until the server has answered. Where that is gone, its
                    # connections end by themselves.
                    with suppress(psycopg.Error):
                        connection.cancel_safe(timeout=5)
                wait(futures, timeout=1)


def behind(jobs: int) -> int:
    """Connections that hash a source while so many workers dump it: half as many keep up with dump and restore together, and leave them room."""
    return (jobs + 1) // 2


def read(text: str, *, jobs: int, progress: Silent = SILENT) -> tuple[Place, Fingerprint]:
    """Where a connection ends, and the fingerprint of what is there at this moment."""
    with reading(text) as reader, hashing(text, reader, jobs=jobs, progress=progress) as side:
        return place(reader), side.whole()


class _Work:
    """What is still to be read, from which each connection takes the next piece."""

    def __init__(self, todo: list[Piece], progress: Silent) -> None:
        self._todo, self._progress = iter(todo), progress
        self._guard = threading.Lock()

    def done_by(self, connection: Reader) -> Read:
        read: Read = []
        try:
            while (piece := self._next()) is not None:
                read.append((piece, piece.read(connection)))
                self._progress.add(piece.octets)
        except BaseException:
            # The others need not end what nobody will ask for.
            self.stop()
            raise
        return read

    def stop(self) -> None:
        with self._guard:
            self._todo = iter(())

    def _next(self) -> Piece | None:
        with self._guard:
            return next(self._todo, None)
