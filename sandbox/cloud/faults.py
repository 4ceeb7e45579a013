"""Failures put into the cloud on purpose: which calls they strike, and what the provider makes of them.

`python -m sandbox.cloud fault --state DIR add KIND [--on OPERATION] [--type GLOB] [--urn GLOB] [--skip N] [--times N]
[--seconds S] [--after] | list | clear`, or `inject` and `clear` here. Faults live in the state folder: they can be put in
while the server runs and they outlive it. Checks, differences and previews are the provider's own work and reach no cloud:
nothing strikes them.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, fields
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, Literal, get_args

from sandbox.cloud.context import Refused
from sandbox.cloud.patience import Patience
from sandbox.cloud.store import FILE, Store

Kind = Literal["throttled", "unavailable", "quota", "slow", "dropped", "lost", "unready", "unsettled", "held"]
KINDS: Final = get_args(Kind)
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS faults (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, operation TEXT NOT NULL, type TEXT NOT NULL, urn TEXT NOT NULL,
    skip INTEGER NOT NULL, times INTEGER NOT NULL, seconds REAL NOT NULL, after INTEGER NOT NULL,
    seen INTEGER NOT NULL DEFAULT 0, struck INTEGER NOT NULL DEFAULT 0)
"""
# What only a request that makes or changes something can meet.
_POSSIBLE: Final = {"unready": ("create", "update"), "unsettled": ("create",)}
_LOOK_AGAIN: Final = 0.02


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One failure and the calls it strikes.

    kind        throttled    refused for its rate; unavailable: an internal error. Real providers try these again by themselves
                             (`Patience`): only when a fault outlasts that does the user see it.
                quota        the account's limit is reached: told to the user at once.
                slow         takes `seconds` longer.
                dropped      the connection breaks before the cloud was reached: nothing is done.
                lost         the connection breaks (or the wait runs out) after the cloud was reached: done, never answered.
                unready      made or changed, but it does not become ready: the engine learns the id and a reason.
                unsettled    made, but without effect on others for the next `times` calls (eventual consistency): one object.
                held         stays open until the fault is cleared or the caller is gone: a point to kill the caller at.
    operation   create, update, delete, read, invoke, or a glob of them. `type`, `urn`: globs of the token and the URN.
    skip        matching calls that pass first. `times`: calls struck then, 0 for all.
    seconds     how long: of `slow`.
    after       of `held`: once the cloud has done it; otherwise before, and then it is done only when the fault is cleared.
    """

    kind: Kind
    operation: str = "*"
    type: str = "*"
    urn: str = "*"
    skip: int = 0
    times: int = 1
    seconds: float = 0
    after: bool = False


class Unanswered(Exception):  # noqa: N818  a broken connection, no refusal
    """The engine gets no answer."""


class Unready(Exception):  # noqa: N818  the object is there
    """Made but not ready."""

    def __init__(self, id_: str, outputs: Mapping[str, Any], reason: str) -> None:
        super().__init__(reason)
        self.id, self.outputs = id_, outputs


def inject(state: Path, fault: Fault) -> int:
    """Put a fault in; returns its number."""
    with _opened(state) as base:
        place = "(kind, operation, type, urn, skip, times, seconds, after) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        return int(base.execute(f"INSERT INTO faults {place}", astuple(fault)).lastrowid or 0)


def clear(state: Path) -> None:
    """Take every fault out; what is held goes on."""
    with _opened(state) as base:
        base.execute("DELETE FROM faults")


def settle(state: Path) -> None:
    """Let everything that is still without effect take effect."""
    with _opened(state) as base:
        base.execute("DELETE FROM unsettled")


def struck(state: Path) -> list[tuple[int, str, int, int]]:
    """(number, kind, calls seen, calls struck) of every fault that is in."""
    with _opened(state) as base:
        return base.execute("SELECT number, kind, seen, struck FROM faults ORDER BY number").fetchall()


@contextmanager
def _opened(state: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(state / FILE, timeout=60, isolation_level=None)) as base:
        base.execute(_TABLE)
        yield base


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request that reaches the cloud. `waiting` says whether its caller still is."""

    operation: str
    token: str
    urn: str
    waiting: Callable[[], bool] = lambda: True


def _matches(fault: Fault, request: Request) -> bool:
    asked = ((request.operation, fault.operation), (request.token, fault.type), (request.urn, fault.urn))
    possible = _POSSIBLE.get(fault.kind)
    return all(fnmatchcase(value, pattern) for value, pattern in asked) and (
        possible is None or request.operation in possible
    )


class Faults:
    """The faults of one server, as one package's provider meets them."""

    def __init__(self, store: Store, patience: Patience) -> None:
        self._store, self._patience = store, patience
        self._base = sqlite3.connect(store.file, timeout=60, isolation_level=None, check_same_thread=False)
        self._base.execute(_TABLE)
        self._lock = threading.Lock()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._base.close()

    def _strikes(self, request: Request) -> tuple[int, Fault] | None:
        """The first fault that strikes this attempt; every fault that matches has seen it."""
        with self._lock:
            if self._base.execute("SELECT 1 FROM faults").fetchone() is None:
                return None
            self._base.execute("BEGIN IMMEDIATE")  # the other packages' providers count on the same faults
            try:
                return self._counted(request)
            finally:
                self._base.execute("COMMIT")

    def _counted(self, request: Request) -> tuple[int, Fault] | None:
        names = tuple(field.name for field in fields(Fault))
        rows = self._base.execute(f"SELECT number, seen, struck, {', '.join(names)} FROM faults ORDER BY number")  # noqa: S608
        hit = None
        for number, seen, hits, *values in rows.fetchall():
            fault = Fault(**dict(zip(names, values, strict=True)))
            if not _matches(fault, request):
                continue
            # An unsettled fault strikes one object; its `times` is how long that stays without effect.
            most = 1 if fault.kind == "unsettled" else fault.times
            strikes = hit is None and seen >= fault.skip and (most == 0 or hits < most)
            self._base.execute(
                "UPDATE faults SET seen = seen + 1, struck = struck + ? WHERE number = ?", (strikes, number)
            )
            hit = (number, fault) if strikes else hit
        return hit

    def _there(self, number: int) -> bool:
        with self._lock:
            return self._base.execute("SELECT 1 FROM faults WHERE number = ?", (number,)).fetchone() is not None

    def _hold(self, number: int, request: Request) -> None:
        while request.waiting() and self._there(number):
            time.sleep(_LOOK_AGAIN)

    def around(self, request: Request, act: Callable[[], tuple[str, Any]]) -> tuple[str, Any]:
        """Do `act` (id and result) as the real provider would, with whatever strikes it."""
        for attempt in range(1, self._patience.attempts + 1):
            hit = self._strikes(request)
            if hit is None:
                return self._settled(act)
            number, fault = hit
            match fault.kind:
                case "throttled" | "unavailable":
                    if attempt == self._patience.attempts:
                        raise Refused(f"{self._patience.words[fault.kind]} ({attempt} attempts)")
                case "quota":
                    raise Refused(self._patience.words["quota"])
                case "dropped":
                    raise Unanswered("connection reset by peer")
                case "slow":
                    time.sleep(fault.seconds)
                    return self._settled(act)
                case "lost":
                    self._settled(act)
                    raise Unanswered("timeout while waiting for the answer")
                case "unready":
                    id_, outputs = self._settled(act)
                    raise Unready(id_, outputs, self._patience.words["unready"])
                case "unsettled":
                    id_, outputs = self._settled(act)
                    self._store.unsettle(request.token, id_, request.urn, fault.times)
                    return id_, outputs
                case "held":
                    return self._held(number, fault, request, act)
        raise AssertionError

    def _held(self, number: int, fault: Fault, request: Request, act: Callable[[], tuple[str, Any]]) -> tuple[str, Any]:
        done = self._settled(act) if fault.after else None
        self._hold(number, request)
        if done is None and not request.waiting():
            raise Unanswered("the caller is gone")
        return done or self._settled(act)

    def _settled(self, act: Callable[[], tuple[str, Any]]) -> tuple[str, Any]:
        """Do it; where the provider waits for identities to take effect, a refusal meanwhile is tried again."""
        for _ in range(self._patience.attempts):
            self._store.settle()
            # Asked before: another request's turn may let it take effect between the refusal and a question after it.
            waits = self._store.unsettled(self._patience.settles)
            try:
                return act()
            except Refused:
                if not waits:
                    raise
        return act()
