"""Several connections read what one would: of one moment, in parts, all of it or an error, and nothing goes on behind one's back."""

from dataclasses import dataclass

import psycopg
import pytest
from psycopg import sql

from operations.swap import contents as reads
from operations.swap import hashing as module
from operations.swap.connection import APPLICATION, Reader, ServerError, connected, reading
from operations.swap.contents import Contents, Piece, contents, pieces, settle
from operations.swap.fingerprint import Fingerprint
from operations.swap.hashing import hashing
from operations.swap.progress import Silent
from tests.swap.servers import Server

NOTHING = Fingerprint(server=0, objects={})
TABLES = (
    "CREATE TABLE big (id int, n text) WITH (autovacuum_enabled = off)",
    "INSERT INTO big SELECT n, repeat('雲', n % 50) FROM generate_series(1, 9000) n",
    "DELETE FROM big WHERE id BETWEEN 2000 AND 4000 OR id % 3 = 0",
    "CREATE TABLE hashed (id int) PARTITION BY HASH (id)",
    "CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
    "CREATE TABLE hashed_1 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
    "INSERT INTO hashed SELECT generate_series(1, 5000)",
    "CREATE TABLE bare (id int) PARTITION BY HASH (id)",
    "SELECT lo_from_bytea(n, 'x') FROM generate_series(1, 7) n",
)


@pytest.fixture
def large(target: Server) -> Server:
    target.run("postgres", "CREATE DATABASE large")
    target.run("large", *TABLES)
    return target


@pytest.fixture
def by_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "PIECE", 8192)
    monkeypatch.setattr(reads, "OBJECTS", 2)


class Counted(Silent):
    def __init__(self) -> None:
        self.total, self.done = 0, list[int]()

    def more(self, count: int) -> None:
        self.total += count

    def add(self, count: int) -> None:
        self.done.append(count)


def at_once(reader: Reader) -> Contents:
    settle(reader)
    return contents(reader)


def test_several_connections_read_in_parts_what_one_reads_whole(large: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    progress = Counted()
    with reading(large.to("large")) as reader:
        whole = at_once(reader)
        one_by_one = {piece.table for piece in pieces(reader)}
        monkeypatch.setattr(reads, "PIECE", 8192)
        monkeypatch.setattr(reads, "OBJECTS", 2)
        count = len(pieces(reader))
        with hashing(large.to("large"), reader, jobs=3, known=NOTHING, progress=progress) as side:
            assert side.contents() == whole
    assert (one_by_one, len(whole["large-object"])) == ({"public.big", "public.hashed", "public.bare", ""}, 7)
    assert {table: of["rows"] for table, of in whole["rows"].items()} == {
        "public.big": 4666,
        "public.hashed": 5000,
        "public.bare": 0,
    }
    assert (len(progress.done), sum(progress.done)) == (count, progress.total)
    assert count > 50


@pytest.mark.usefixtures("by_small_pieces")
def test_all_connections_see_the_readers_moment(large: Server) -> None:
    with reading(large.to("large")) as reader:
        before = at_once(reader)
        large.run(
            "large",
            "UPDATE big SET n = 'now' WHERE id > 8000",
            "INSERT INTO big SELECT n FROM generate_series(1, 3000) n",
            "SELECT lo_unlink(3)",
        )
        with hashing(large.to("large"), reader, jobs=2, known=NOTHING) as side:
            assert side.contents() == before
    with reading(large.to("large")) as reader:
        assert at_once(reader)["rows"]["public.big"] != before["rows"]["public.big"]


@pytest.mark.usefixtures("by_small_pieces")
def test_nothing_moves_the_rows_of_a_table_that_is_read_in_parts(large: Server) -> None:
    with reading(large.to("large")) as reader, connected(large.to("large")) as other:
        settle(reader)
        other.execute("SET lock_timeout = 1")
        other.execute("VACUUM FULL big")
        pieces(reader)
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute("VACUUM FULL big")


def test_what_one_connection_may_not_read_is_an_error_of_all(source: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    # The role may not read the large objects either; which of the two is met first would be a matter of time.
    monkeypatch.setattr(module, "pieces", lambda reader: [one for one in pieces(reader) if one.table])

    def read() -> None:
        text = source.to("juki", "juki_app")
        with reading(text) as reader, hashing(text, reader, jobs=2, known=NOTHING) as side:
            side.whole()

    with pytest.raises(ServerError, match="for table "):
        read()


@dataclass(frozen=True, kw_only=True)
class Endless(Piece):
    ended: list[str]

    def read(self, connection: Reader) -> list[tuple[object, ...]]:
        try:
            return super().read(connection)
        except psycopg.Error as error:
            self.ended.append(type(error).__name__)
            raise


def test_who_leaves_early_ends_the_statements_on_the_server(source: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = list[str]()
    piece = Endless(table="t", octets=1, statement=sql.SQL("SELECT pg_sleep({})").format(30), ended=ended)
    monkeypatch.setattr(module, "pieces", lambda _: [piece] * 5)
    asleep = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND application_name = %s"
    with reading(source.to("juki")) as reader, connected(source.to("postgres")) as watch:
        with hashing(source.to("juki"), reader, jobs=2, known=NOTHING):
            while watch.execute(asleep, [APPLICATION]).fetchone() != (2,):
                pass
        assert ended == ["QueryCanceled"] * 2
