"""What breaks under a move does no harm: the command says so in one message, and given again it ends as if nothing had happened.

A server that is killed, a way that is cut, a disk that is full; that the command itself is killed is in test_copy, test_follow and test_records.
"""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from operations.__main__ import main
from operations.swap.connection import APPLICATION, connected, reading
from operations.swap.fingerprint import compared, taken
from operations.swap.receipts import chain
from operations.swap.staging import staging_name
from tests.swap.faults_of_servers import Relay, at, full, kill, no_room
from tests.swap.servers import Server, copy, folder_of_a_cluster, running, small_log, start
from tests.swap.test_follow import left_on

JUKI = (
    "CREATE SCHEMA k",
    "CREATE TABLE k.bo (id bigserial PRIMARY KEY, n text NOT NULL)",
    # One row in the middle by which what passes is known.
    "INSERT INTO k.bo (n) SELECT CASE n WHEN 500 THEN 'mannaka' ELSE md5(n::text) END FROM generate_series(1, 1000) n",
    "CREATE INDEX ON k.bo (n)",
    "CREATE MATERIALIZED VIEW k.kensu AS SELECT n FROM generate_series(1, 3) n",
    "SELECT lo_from_bytea(7, 'x')",
    # A server that crashes gives sequences some values more, but for those that had rested until its last checkpoint.
    "CHECKPOINT",
)


@dataclass(frozen=True, kw_only=True)
class End:
    """A server and the way to it."""

    server: Server
    way: Relay

    def again(self) -> None:
        """Both are there again."""
        self.way.mend()
        if not (self.server.folder / "data" / "postmaster.pid").exists():
            start(self.server.folder)

    def kill(self) -> None:
        """End the server as kill -9 does."""
        kill(self.server)

    def ends_sessions(self) -> None:
        """The server goes on, and ends every session of the move, as at a switchover."""
        with connected(self.server.to("postgres")) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s AND pid <> pg_backend_pid()",
                [APPLICATION],
            )

    @property
    def databases(self) -> set[str]:
        """What was made there."""
        with connected(self.server.to("postgres")) as connection:
            asked = "SELECT datname FROM pg_database WHERE oid >= 16384"
            return {name for (name,) in connection.execute(asked).fetchall()}


@pytest.fixture(scope="module")
def ends(empty_cluster: Path) -> Iterator[tuple[End, End]]:
    """Servers of their own, which may be killed: the database `juki`, and nothing."""
    with ExitStack() as stack:
        made = list[End]()
        for _ in range(2):
            folder = stack.enter_context(folder_of_a_cluster())
            copy(empty_cluster, folder)
            small_log(folder)
            server = stack.enter_context(running(folder))
            made.append(End(server=server, way=stack.enter_context(Relay(f"{folder}/.s.PGSQL.5432"))))
        made[0].server.run("postgres", "CREATE DATABASE juki")
        made[0].server.run("juki", *JUKI)
        yield made[0], made[1]


@pytest.fixture
def source(ends: tuple[End, End]) -> Iterator[End]:
    yield ends[0]
    ends[0].again()
    assert left_on(ends[0].server) == set()


@pytest.fixture
def target(ends: tuple[End, End]) -> Iterator[End]:
    yield ends[1]
    ends[1].again()
    assert left_on(ends[1].server) == set()
    ends[1].server.emptied()


class Move:
    """The commands of one move, and what they said."""

    def __init__(
        self,
        source: End,
        target: End,
        folder: Path,
        capsys: pytest.CaptureFixture[str],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        self.ends, self.folder, self._said, self._logged = (source, target), folder, capsys, caplog

    def run(self, step: str, *more: str, database: str = "juki") -> int:
        """Its exit code."""
        source, target = (
            f"host=127.0.0.1 port={end.way.port} user=admin dbname={database} sslmode=disable" for end in self.ends
        )
        return main(["swap", step, "--source", source, "--target", target, "--receipts", str(self.folder), *more])

    def refused(self, step: str, broken: End, fault: AbstractContextManager[None]) -> str:
        """The step meets the fault, and tells it in one message that names the server. Then that is there again. Returns the message."""
        with fault:
            assert self.run(step) == 2
        told = self._said.readouterr().err
        assert told.startswith("machikumo: ")
        assert told.count("machikumo: ") == 1
        assert re.search(rf"port[= ]{broken.way.port}\b", told)
        assert "give the same command again" in told
        assert self._logged.records == []
        assert list(self.folder.glob(".dump")) == []
        broken.again()
        return told

    def ended(self, *steps: str) -> None:
        """As after a move that nothing interrupted."""
        source, target = (end.server.to("juki") for end in self.ends)
        with reading(source) as ours, reading(target) as theirs:
            assert compared(taken(ours), taken(theirs)) == ()
        assert self.ends[1].databases == {"juki"}
        assert [left_on(end.server) for end in self.ends] == [set(), set()]
        assert [one.step for one in chain(self.folder)] == list(steps)
        assert list(self.folder.glob(".*")) == [self.folder / ".lock"]


@pytest.fixture
def move(
    source: End, target: End, tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> Move:
    return Move(source, target, tmp_path / "receipts", capsys, caplog)


def test_a_server_that_is_killed_at_any_moment_of_a_copy_does_no_harm(source: End, target: End, move: Move) -> None:
    half = {staging_name("juki")}
    for broken, fault, there in (
        (source, source.way.when(b"mannaka", source.kill), set[str]()),
        (target, target.way.when(b"mannaka", target.kill), half),
        (target, at("compare", target.kill), half),
        (target, at("name", target.kill), half),
        (source, at("receipt", source.kill), {"juki"}),
    ):
        move.refused("copy", broken, fault)
        assert target.databases == there
    assert chain(move.folder) == ()
    assert move.run("copy") == 0
    move.ended("copy")


def test_a_server_that_is_killed_at_any_moment_of_a_following_does_no_harm(
    source: End, target: End, move: Move
) -> None:
    for broken, fault, left in (
        (source, at("dump", source.kill), 1),
        # The source that serves has no slot that nobody reads.
        (target, target.way.when(b"mannaka", target.kill), 0),
        (source, at("compare", source.kill), 1),
    ):
        move.refused("follow", broken, fault)
        assert len(left_on(source.server)) == left
    assert move.run("follow") == 0
    for end, word in ((target, "tochu"), (source, "owari")):
        # On the way from the source's log to the copy; the client that wrote it may be cut off, too.
        with (
            source.way.when(word.encode(), end.kill),
            suppress(psycopg.Error),
            psycopg.connect(source.server.to("juki")) as client,
        ):
            client.execute("INSERT INTO k.bo (n) VALUES (%s)", [word])
        end.again()
    for broken, fault in (
        (source, at("catch up", source.kill)),
        (target, at("end", target.kill)),
        (target, at("views", target.ends_sessions)),
        (source, at("compare", source.way.cut)),
        (target, at("name", target.kill)),
    ):
        move.refused("finish", broken, fault)
        assert target.databases == {staging_name("juki")}
    assert move.run("finish") == 0
    move.ended("follow", "copy")
    with connected(target.server.to("juki")) as connection:
        asked = "SELECT n FROM k.bo WHERE length(n) < 32 ORDER BY id"
        assert connection.execute(asked).fetchall() == [("mannaka",), ("tochu",), ("owari",)]


@pytest.mark.parametrize("step", ["copy", "verify", "follow", "finish", "unfollow"])
def test_a_server_that_can_not_be_reached_is_one_message(step: str, source: End, target: End, move: Move) -> None:
    for broken in (source, target):
        told = move.refused(step, broken, unreachable(broken))
        assert ("Connection refused" in told, "--source-only" in told) == (
            True,
            (step, broken) == ("unfollow", target),
        )
    assert target.databases == set()


@contextmanager
def unreachable(end: End) -> Iterator[None]:
    end.way.cut()
    yield


def test_a_source_is_set_free_of_a_target_that_is_gone_when_somebody_says_so(
    source: End, target: End, move: Move, capsys: pytest.CaptureFixture[str]
) -> None:
    assert move.run("follow") == 0
    target.kill()
    assert move.run("unfollow") == 2
    assert len(left_on(source.server)) == 1
    assert move.run("unfollow", "--source-only") == 0
    assert left_on(source.server) == set()
    target.again()
    assert move.run("finish") == 2
    assert "the source has no slot for the copy any more: machikumo swap unfollow" in capsys.readouterr().err
    assert target.databases == {staging_name("juki")}
    assert move.run("unfollow") == 0
    assert target.databases == set()


def test_a_folder_without_room_stops_the_copy_and_keeps_nothing_half(
    target: End, move: Move, capsys: pytest.CaptureFixture[str]
) -> None:
    for step, told, there in (
        ("dump", r"pg_dump failed \(.*\):\nended by SIGXFSZ$", set[str]()),
        ("receipt", r"[0-9a-f]{64}\.fingerprint: File too large\.", {"juki"}),
    ):
        with ExitStack() as room, at(step, lambda: room.enter_context(no_room(1000))):
            assert move.run("copy") == 2
        said = capsys.readouterr().err
        assert re.search(told, said, re.MULTILINE)
        assert said.endswith("give the same command again\n")
        # How far the step came may stand there, too.
        assert {path.name for path in move.folder.iterdir()} - {".progress-copy"} == {".lock"}
        assert target.databases == there
    assert move.run("copy") == 0
    move.ended("copy")


def test_a_target_without_room_gives_no_copy_its_name(
    source: End, target: End, move: Move, capsys: pytest.CaptureFixture[str]
) -> None:
    source.server.run("postgres", "CREATE DATABASE okii")
    source.server.run(
        "okii",
        "CREATE TABLE e (id int PRIMARY KEY, b bytea)",
        "ALTER TABLE e ALTER b SET STORAGE EXTERNAL",
        r"INSERT INTO e VALUES (1, decode(repeat('00', 1700000), 'hex'))",
    )
    try:
        with full(target.server, 1_500_000):
            assert move.run("copy", database="okii") == 2
        told = capsys.readouterr().err
        assert f"dbname={staging_name('okii')}" in told
        assert 'could not extend file "base/' in told
        assert target.databases == {staging_name("okii")}
        assert move.run("copy", database="okii") == 0
        assert target.databases == {"okii"}
    finally:
        source.server.run("postgres", "DROP DATABASE okii")
