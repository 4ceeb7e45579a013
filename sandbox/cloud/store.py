"""The world: every object of every package in one SQLite file, so that it outlives the server and others can change it.

Trees are kept in protocol form, so what is secret stays marked secret. Writers of several processes take turns (WAL).
"""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

from sandbox.cloud.context import Object, Refused
from sandbox.cloud.value import decode, encode, reveal

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS objects (
    number INTEGER PRIMARY KEY, token TEXT NOT NULL, scope TEXT NOT NULL, id TEXT NOT NULL, urn TEXT NOT NULL,
    unique_name TEXT, inputs TEXT NOT NULL, outputs TEXT NOT NULL, hidden TEXT NOT NULL,
    owner TEXT GENERATED ALWAYS AS (substr(scope, 1, instr(scope || '/', '/') - 1)) STORED,
    UNIQUE (token, scope, id), UNIQUE (token, unique_name));
CREATE INDEX IF NOT EXISTS by_owner ON objects (token, owner);
CREATE TABLE IF NOT EXISTS handles (
    number INTEGER NOT NULL REFERENCES objects ON DELETE CASCADE, token TEXT NOT NULL, handle TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS by_handle ON handles (handle);
CREATE TABLE IF NOT EXISTS links (
    number INTEGER NOT NULL REFERENCES objects ON DELETE CASCADE, path TEXT NOT NULL, handle TEXT NOT NULL,
    tokens TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS by_link ON links (handle);
CREATE TABLE IF NOT EXISTS unsettled (
    number INTEGER PRIMARY KEY REFERENCES objects ON DELETE CASCADE, token TEXT NOT NULL, calls INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS taken (token TEXT NOT NULL, unique_name TEXT NOT NULL, UNIQUE (token, unique_name));
"""
_COLUMNS: Final = "number, token, scope, id, urn, unique_name, inputs, outputs, hidden"
_SETTLED: Final = "number NOT IN (SELECT number FROM unsettled)"
FILE: Final = "cloud.sqlite"


def owner_of(scope: str) -> str:
    """The account in a scope such as `123456789012/ap-northeast-1`; empty where ids are complete by themselves."""
    return scope.partition("/")[0]


@lru_cache(maxsize=16_384)
def _revealed(text: str) -> dict[str, Any]:
    """A stored tree as a row's functions see it; they read it and never write."""
    plain: dict[str, Any] = reveal(decode(json.loads(text)))
    return plain


class Record:
    """One stored object; its trees as they are (secrets wrapped) are read when asked for."""

    def __init__(self, row: tuple[Any, ...]) -> None:
        self.number, self.token, self.scope, self.id, self.urn, self.unique_name = row[:6]
        self._texts = row[6:9]

    @cached_property
    def inputs(self) -> dict[str, Any]:
        """What was asked for."""
        tree: dict[str, Any] = decode(json.loads(self._texts[0]))
        return tree

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """What the cloud answered."""
        tree: dict[str, Any] = decode(json.loads(self._texts[1]))
        return tree

    @cached_property
    def hidden(self) -> dict[str, Any]:
        """What never shows."""
        tree: dict[str, Any] = json.loads(self._texts[2])
        return tree

    def plain(self) -> Object:
        """What a row's functions see."""
        inputs, outputs, hidden = (_revealed(text) for text in self._texts)
        return Object(token=self.token, id=self.id, scope=self.scope, inputs=inputs, outputs=outputs, hidden=hidden)


class Store:
    """Reads and writes for the provider and for drift. Without a folder it is in memory, and ends with this object."""

    def __init__(self, folder: Path | None) -> None:
        self._lock = threading.RLock()
        self.file = Path(":memory:") if folder is None else folder / FILE
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        self._base = sqlite3.connect(self.file, timeout=60, isolation_level=None, check_same_thread=False)
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.execute("PRAGMA synchronous=NORMAL")
        self._base.execute("PRAGMA foreign_keys=ON")
        self._base.executescript(_TABLES)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._base.close()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """One change of the world, whole or not at all; others wait."""
        with self._lock:
            if self._base.in_transaction:
                yield
                return
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._base.execute("ROLLBACK")
                raise
            self._base.execute("COMMIT")

    def _rows(self, condition: str, *values: Any) -> list[Record]:
        with self._lock:
            # The condition is one of this module's own, never a value.
            found = self._base.execute(f"SELECT {_COLUMNS} FROM objects WHERE {condition} ORDER BY number", values)  # noqa: S608
            return [Record(row) for row in found.fetchall()]

    def record(self, token: str, scope: str, id_: str) -> Record | None:
        """The object of this type with this id, or None."""
        return next(iter(self._rows("token = ? AND scope = ? AND id = ?", token, scope, id_)), None)

    def records(self, *, urn: str | None = None, id_: str | None = None) -> list[Record]:
        """All records, or those of one URN or one id; oldest first."""
        if urn is not None:
            return self._rows("urn = ?", urn)
        return self._rows("TRUE") if id_ is None else self._rows("id = ?", id_)

    def objects(self, owner: str, *tokens: str) -> list[Object]:
        """Every object of these tokens in one account that has taken effect, oldest first."""
        marks = ", ".join("?" * len(tokens))
        condition = f"token IN ({marks}) AND owner IN ('', ?) AND {_SETTLED}"
        return [record.plain() for record in self._rows(condition, *tokens, owner)]

    def known_as(self, handle: str, *tokens: str) -> list[Object]:
        """The objects in effect that go by this id or `known_as` output; without tokens, of any type."""
        marks = f" AND token IN ({', '.join('?' * len(tokens))})" if tokens else ""
        condition = f"number IN (SELECT number FROM handles WHERE handle = ?{marks}) AND {_SETTLED}"  # noqa: S608
        return [record.plain() for record in self._rows(condition, handle, *tokens)]

    def referrers(self, number: int) -> list[tuple[Record, str]]:
        """(object, path) for every declared, blocking reference to one of the object's handles."""
        with self._lock:
            found = self._base.execute(
                "SELECT links.number, path FROM links JOIN handles ON links.handle = handles.handle"
                " WHERE handles.number = ? AND links.number <> ? AND instr(links.tokens, ' ' || handles.token || ' ') > 0",
                (number, number),
            ).fetchall()
            owner = owner_of(self._rows("number = ?", number)[0].scope)
            others = [(self._rows("number = ?", other)[0], path) for other, path in found]
        return [(other, path) for other, path in others if owner_of(other.scope) == owner]

    def save(
        self,
        record: Record | None,
        *,
        key: tuple[str, str, str],
        urn: str,
        unique_name: str | None,
        trees: tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]],
        handles: set[str],
        links: set[tuple[str, str, str]],
    ) -> None:
        """Write an object: a new one (`record` None) or a changed one. `key` is token, scope, id; `trees` inputs, outputs, hidden."""
        token, scope, id_ = key
        written = [json.dumps(encode(tree), ensure_ascii=False) for tree in trees]
        with self.changing():
            if record is None:
                if unique_name is not None and self._taken(token, unique_name):
                    raise Refused(f"the name '{unique_name}' is still reserved by a deleted object")
                if self.record(token, scope, id_):
                    raise Refused(f"'{id_}' already exists")
            if unique_name is not None:
                for other in self._rows("token = ? AND unique_name = ?", token, unique_name):
                    if record is None or other.number != record.number:
                        raise Refused(f"the name '{unique_name.rpartition('|')[2]}' is already in use")
            number = None if record is None else record.number
            self._base.execute("DELETE FROM objects WHERE number = ?", (number,))
            place = "(?, ?, ?, ?, ?, ?, ?, ?, ?)"
            cursor = self._base.execute(
                f"INSERT INTO objects ({_COLUMNS}) VALUES {place}",  # noqa: S608
                (number, token, scope, id_, urn, unique_name, *written),
            )
            number = cursor.lastrowid
            self._base.executemany(
                "INSERT INTO handles VALUES (?, ?, ?)", [(number, token, h) for h in sorted(handles)]
            )
            self._base.executemany("INSERT INTO links VALUES (?, ?, ?, ?)", [(number, *link) for link in sorted(links)])

    def _taken(self, token: str, unique_name: str) -> bool:
        found = self._base.execute("SELECT 1 FROM taken WHERE token = ? AND unique_name = ?", (token, unique_name))
        return found.fetchone() is not None

    def remove(self, record: Record, *, stays_taken: bool = False) -> None:
        """Delete an object; with `stays_taken` its name can't be used again."""
        with self.changing():
            self._base.execute("DELETE FROM objects WHERE number = ?", (record.number,))
            if stays_taken and record.unique_name is not None:
                self._base.execute("INSERT OR IGNORE INTO taken VALUES (?, ?)", (record.token, record.unique_name))

    def unsettle(self, token: str, id_: str, urn: str, calls: int) -> None:
        """Others don't see this object during the next `calls` calls."""
        with self.changing():
            for record in self._rows("token = ? AND id = ? AND urn = ?", token, id_, urn):
                self._base.execute("INSERT OR REPLACE INTO unsettled VALUES (?, ?, ?)", (record.number, token, calls))

    def unsettled(self, glob: str) -> bool:
        """Whether an object of such a token has not taken effect yet."""
        with self._lock:
            return self._base.execute("SELECT 1 FROM unsettled WHERE token GLOB ?", (glob,)).fetchone() is not None

    def settle(self) -> None:
        """One call has gone by."""
        with self._lock:
            if self._base.execute("SELECT 1 FROM unsettled").fetchone() is None:
                return
        with self.changing():
            self._base.execute("DELETE FROM unsettled WHERE calls < 1")
            self._base.execute("UPDATE unsettled SET calls = calls - 1")

    def rewrite(self, record: Record) -> None:
        """Write a record's trees back as they are (drift): no rule is applied, as nobody asked the provider."""
        trees = [
            json.dumps(encode(tree), ensure_ascii=False) for tree in (record.inputs, record.outputs, record.hidden)
        ]
        with self.changing():
            self._base.execute(
                "UPDATE objects SET inputs = ?, outputs = ?, hidden = ? WHERE number = ?", (*trees, record.number)
            )
