"""The people at the counter: a client that writes all the time, wherever the system is, and notes what was acknowledged."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

import psycopg

__all__ = ["BOOK", "Counter", "Served"]

BOOK = (
    "CREATE TABLE public.uketsuke (id bigserial PRIMARY KEY, shimei text NOT NULL, kai int NOT NULL DEFAULT 0, "
    "madoguchi text NOT NULL, UNIQUE (madoguchi))"
)
"""The table that it writes; the last column is the client's own number, so that a write that came twice would be refused or seen."""

PACE = 0.02
"""Seconds between two writes: a busy office, and the rest of the machine for the move."""

OFTEN = 25
"""Every so many writes one goes into the object store."""


@dataclass(frozen=True, kw_only=True)
class Served:
    """Where the system answers: the database, and how to put an object into its store."""

    database: str
    put: Callable[[str, bytes], None]


class Counter(threading.Thread):
    """Inserts, changes, deletes and puts objects where `serve` says, and nowhere after `stop`.

    `rows` and `objects`: all that was acknowledged and must be there at the end, and nothing else of this client's.
    `down`: seconds from each `stop` to the first acknowledged write after it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.rows, self.objects, self.down = dict[str, tuple[str, int]](), dict[str, str](), list[float]()
        self._served: Served | None = None
        self._changed, self._ended, self._idle = threading.Condition(), False, True
        self._stopped_at: float | None = None
        self._number = 0

    def serve(self, served: Served) -> None:
        """From now on the name points here."""
        with self._changed:
            self._served = served
            self._changed.notify_all()

    def stop(self) -> None:
        """The application is stopped; returns when nothing of it is under way."""
        with self._changed:
            began, self._served = time.monotonic(), None
            assert self._changed.wait_for(lambda: self._idle, timeout=30)
            # Not before: the write that was under way does not end the stop.
            self._stopped_at = began

    def more(self, count: int) -> None:
        """Wait for so many more writes."""
        with self._changed:
            wanted = self._number + count
            assert self._changed.wait_for(lambda: self._number >= wanted or not self.is_alive(), timeout=60)
        assert self.is_alive(), "the client died"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        self.join()

    def run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ended or self._served)
                if self._ended:
                    return
                served, self._idle = self._served, False
            assert served is not None
            try:
                with psycopg.connect(served.database, application_name="madoguchi", autocommit=True) as client:
                    while self._served is served and not self._ended:
                        self._write(client, served)
                        time.sleep(PACE)
            finally:
                with self._changed:
                    self._idle = True
                    self._changed.notify_all()

    def _write(self, client: psycopg.Connection, served: Served) -> None:
        number = self._number
        name, mark = "𠮷野" if number % 3 else "葛\U000e0100飾", f"{number:08}"
        client.execute("INSERT INTO public.uketsuke (shimei, madoguchi) VALUES (%s, %s)", [name, mark])
        kept: dict[str, tuple[str, int]] = {mark: (name, 0)}
        if number % 2:
            client.execute("UPDATE public.uketsuke SET kai = kai + 1 WHERE madoguchi = %s", [mark])
            kept = {mark: (name, 1)}
        if number % 5 == 0:
            client.execute("DELETE FROM public.uketsuke WHERE madoguchi = %s", [mark])
            kept = {}
        put: dict[str, str] = {}
        if number % OFTEN == 0:
            key, body = f"届出/{mark}.csv", f"{mark},{name}\n".encode() * 50
            served.put(key, body)
            put = {key: sha256(body).hexdigest()}
        with self._changed:
            self.rows |= kept
            self.objects |= put
            self._number += 1
            if self._stopped_at is not None:
                self.down.append(time.monotonic() - self._stopped_at)
                self._stopped_at = None
            self._changed.notify_all()
