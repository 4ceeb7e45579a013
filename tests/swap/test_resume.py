"""A copy that was broken off goes on: what arrived of large tables stays, and what the source changed meanwhile is carried again."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from operations.__main__ import main
from operations.swap import parts, programs
from operations.swap.archive import Archive
from operations.swap.connection import connected, reading
from operations.swap.receipts import chain
from operations.swap.refusal import Refusal
from tests.swap.servers import Server, copy, folder_of_a_cluster, running
from tests.swap.test_copy import accepted, databases, differences, words
from tests.swap.test_follow import left_on
from tests.swap.test_progress import watched

REFUSED = "no room"
JUKI = (
    "CREATE SCHEMA k",
    "CREATE TABLE k.setai (id int PRIMARY KEY, n text NOT NULL)",
    "INSERT INTO k.setai SELECT n, md5(n::text) FROM generate_series(1, 100) n",
    "CREATE TABLE k.bo (id bigserial PRIMARY KEY, setai int REFERENCES k.setai, n text)",
    "INSERT INTO k.bo (setai, n) SELECT n, '𠮷' FROM generate_series(1, 100) n",
    "ALTER TABLE k.bo ADD CHECK (n <> '雲') NOT VALID",
    "CREATE INDEX ON k.bo (n)",
    "CREATE TABLE k.ido (id int PRIMARY KEY, n text) PARTITION BY HASH (id)",
    "CREATE TABLE k.ido_0 PARTITION OF k.ido FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
    "CREATE TABLE k.ido_1 PARTITION OF k.ido FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
    "CREATE INDEX ON k.ido (n)",
    "INSERT INTO k.ido SELECT n, md5(n::text) FROM generate_series(1, 100) n",
    "CREATE MATERIALIZED VIEW k.kensu AS SELECT n FROM generate_series(1, 3) n",
    "SELECT lo_from_bytea(7, 'x'), lo_from_bytea(8, 'y')",
)
TABLES = {"k.setai", "k.bo", "k.ido_0", "k.ido_1"}
ROWS = """
SELECT nspname || '.' || relname, pg_relation_filenode(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind = 'r' AND nspname IN ('k', 'juki') AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = c.oid AND deptype = 'e')
"""
"""A table that is emptied gets another file."""


@pytest.fixture(scope="module")
def serving(empty_cluster: Path) -> Iterator[Server]:
    with folder_of_a_cluster() as folder:
        copy(empty_cluster, folder)
        with running(folder) as server:
            yield server


@pytest.fixture
def small(serving: Server) -> Iterator[Server]:
    """A source that may be changed."""
    serving.run("postgres", "CREATE DATABASE juki")
    serving.run("juki", *JUKI)
    yield serving
    assert left_on(serving) == set()
    serving.emptied()


@pytest.fixture
def decisions(tmp_path: Path) -> Path:
    (tmp_path / "decisions.toml").write_text(accepted("role-password"), encoding="utf-8")
    return tmp_path / "decisions.toml"


@pytest.fixture(autouse=True)
def every_table_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "LARGE", 1)
    monkeypatch.setattr(parts, "DIVIDED", 1)


def files(target: Server) -> dict[str, int]:
    """Each table of the target's one database with the file in which its rows are."""
    [name] = databases(target)
    with connected(target.to(name)) as connection:
        return dict(connection.execute(ROWS).fetchall())


def left(folder: Path) -> set[str]:
    return {str(path.relative_to(folder / ".dump")) for path in (folder / ".dump").rglob("*") if path.is_file()}


class Broken:
    """The `nth` time that something is done to an archive it fails."""

    def __init__(self, patched: pytest.MonkeyPatch, name: str, nth: int = 1) -> None:
        self._left, self._whole, self._patched, self._name = nth, getattr(Archive, name), patched, name

    def __enter__(self) -> None:
        self._patched.setattr(Archive, self._name, self._refused)

    def __exit__(self, *_: object) -> None:
        self._patched.setattr(Archive, self._name, self._whole)

    @property
    def _refused(self) -> Callable[..., object]:
        def refused(archive: Archive, *given: object) -> object:
            self._left -= 1
            if self._left == 0:
                raise Refusal(REFUSED)
            return self._whole(archive, *given)

        return refused


def killed(line: list[str], step: str) -> None:
    """Run the command with large tables only, and kill it when it says that it begins `step`."""
    program = "import sys; from operations.swap import parts; from operations.__main__ import main; parts.LARGE = parts.DIVIDED = 1; sys.exit(main(sys.argv[1:]))"
    process = subprocess.Popen(
        [sys.executable, "-c", program, *line], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    reached = next((told.strip() for told in process.stdout if told.strip() == step), None)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert reached == step


@pytest.mark.parametrize("step", ["rows", "indexes and keys"])
def test_a_copy_that_is_killed_goes_on_from_what_arrived(
    step: str, small: Server, target: Server, decisions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = words("copy", small.to("juki"), target, decisions)
    killed(line, step)
    before = files(target)
    assert main(line) == 0
    assert went_on(capsys) != []
    if step != "rows":
        assert files(target) == before
    ended(small, target, decisions)


def test_a_municipal_copy_that_was_whole_and_not_yet_compared_goes_on(
    source: Server, target: Server, decisions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With all that a database can hold behind its rows, which is taken away and made again."""
    line = words("copy", source.to("juki"), target, decisions)
    killed(line, "compare")
    before = files(target)
    assert main(line) == 0
    assert went_on(capsys) == ["11 of 11"]
    assert files(target) == before
    ended(source, target, decisions)
    [receipt] = chain(decisions.parent / "receipts")
    assert (receipt.counts["roles-made"], receipt.counts["written"]) == (4, 1)


def went_on(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """How many of the large tables were there, each time that a run went on."""
    head, tail = "goes on from an earlier run: ", " large tables were there"
    told = capsys.readouterr().out.splitlines()
    return [one.removeprefix(head).partition(tail)[0] for one in told if one.startswith(head)]


def ended(source: Server, target: Server, decisions: Path) -> None:
    """As after a copy that nothing interrupted."""
    assert differences(source.to("juki"), target) == ()
    assert databases(target) == {"juki"}
    folder = decisions.parent / "receipts"
    [receipt] = chain(folder)
    assert (receipt.step, receipt.hashes["source"]) == ("copy", receipt.hashes["target"])
    assert list(folder.glob(".dump")) == []


def test_no_row_stays_on_this_machine_and_only_what_changed_is_carried_again(
    small: Server, target: Server, decisions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = words("copy", small.to("juki"), target, decisions)
    with Broken(monkeypatch, "restore_rest"):
        assert main(line) == 2
    before = files(target)
    assert before.keys() == TABLES
    assert left(decisions.parent / "receipts") == {"half.json", "archive/toc.dat", "archive.rest", "archive.restored"}
    small.run(
        "juki",
        "INSERT INTO k.ido VALUES (101, '雲')",
        "INSERT INTO k.bo (n) VALUES ('雪')",
        "SELECT nextval('k.bo_id_seq')",
        "SELECT lo_unlink(7), lo_put(8, 3, '..'), lo_from_bytea(9, 'x')",
    )
    assert main(line) == 0
    after = files(target)
    assert {table for table in after if after[table] != before[table]} == {"k.bo", "k.ido_0", "k.ido_1"}
    ended(small, target, decisions)


def test_where_one_table_fails_what_arrived_stays_and_no_other_is_begun(
    small: Server, target: Server, decisions: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = [*words("copy", small.to("juki"), target, decisions), "--jobs", "1"]
    with Broken(monkeypatch, "dump_rows", nth=2):
        assert main(line) == 2
    assert capsys.readouterr().err == f"machikumo: {REFUSED}\n"
    before = files(target)
    with Broken(monkeypatch, "dump_rows", nth=3):
        assert main(line) == 0
    assert went_on(capsys) == ["1 of 3"]
    after = files(target)
    assert len({table for table in after if after[table] == before[table]}) in (1, 2)
    ended(small, target, decisions)


def test_another_shape_of_the_source_begins_anew(
    small: Server, target: Server, decisions: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = words("copy", small.to("juki"), target, decisions)
    with Broken(monkeypatch, "restore_rest"):
        assert main(line) == 2
    small.run("juki", "ALTER TABLE k.bo ADD saigo text")
    assert main(line) == 0
    assert "removed the remains of an earlier run" in capsys.readouterr().out.splitlines()
    ended(small, target, decisions)


def test_a_view_that_is_made_of_a_key_begins_anew(
    small: Server, target: Server, decisions: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The key could be taken away only with the view."""
    small.run("juki", "CREATE VIEW k.kazoe AS SELECT id, n, count(*) FROM k.bo GROUP BY id")
    line = words("copy", small.to("juki"), target, decisions)
    with monkeypatch.context() as patched:
        patched.setattr("operations.swap.copying.named", refused)
        assert main(line) == 2
    assert main(line) == 0
    assert "removed the remains of an earlier run" in capsys.readouterr().out.splitlines()
    ended(small, target, decisions)


def refused(*_: object, **__: object) -> Iterator[str]:
    raise Refusal(REFUSED)


def test_what_arrived_otherwise_than_it_was_is_not_gone_on_with(
    small: Server, target: Server, decisions: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line, rest = words("copy", small.to("juki"), target, decisions), Archive.restore_rest

    def bent(archive: Archive, staged: str) -> None:
        rest(archive, staged)
        with connected(staged) as connection:
            connection.execute("ALTER TABLE k.setai ALTER n DROP NOT NULL")

    with monkeypatch.context() as patched:
        patched.setattr(Archive, "restore_rest", bent)
        assert main(line) == 2
    assert list((decisions.parent / "receipts").glob(".dump")) == []
    assert main(line) == 0
    assert "removed the remains of an earlier run" in capsys.readouterr().out.splitlines()
    ended(small, target, decisions)


def test_a_follower_goes_on_from_what_arrived_and_has_what_was_written_since(
    small: Server, target: Server, decisions: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = words("follow", small.to("juki"), target, decisions)
    with Broken(monkeypatch, "restore_rest"):
        assert main(line) == 2
    assert left_on(small) == set()
    before = files(target)
    small.run("juki", "INSERT INTO k.bo (n) VALUES ('前')")
    assert main(line) == 0
    after = files(target)
    assert {table for table in after if after[table] != before[table]} == {"k.bo"}
    assert went_on(capsys) == ["3 of 3"]
    small.run("juki", "INSERT INTO k.bo (n) VALUES ('後')")
    assert main(words("finish", small.to("juki"), target, decisions)) == 0
    assert differences(small.to("juki"), target) == ()
    assert (databases(target), left_on(small), left_on(target)) == ({"juki"}, set(), set())


def test_every_step_tells_how_far_it_is(
    small: Server, target: Server, decisions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = watched(monkeypatch, "follow", "finish", "copy")
    for step in ("follow", "finish", "copy"):
        assert main(words(step, small.to("juki"), target, decisions)) == 0
        ((done, whole),) = told[step]
        assert done == whole > 10_000


def test_rows_come_before_grants_that_would_keep_them_out(small: Server, target: Server, decisions: Path) -> None:
    """An administrator who is no superuser may do in a table what its owner may."""
    small.run("postgres", "CREATE ROLE nushi", "CREATE DATABASE kantan OWNER nushi")
    small.run(
        "kantan",
        "CREATE SCHEMA k AUTHORIZATION nushi",
        "CREATE TABLE k.shimeta AS SELECT 1 AS n",
        "ALTER TABLE k.shimeta OWNER TO nushi",
        "REVOKE INSERT, TRUNCATE ON k.shimeta FROM nushi",
    )
    target.run("postgres", "CREATE ROLE kanri LOGIN CREATEDB CREATEROLE")
    line = words("copy", small.to("kantan"), target, decisions)
    line[line.index("--target") + 1] = target.to("kantan", user="kanri")
    assert main(line) == 0
    assert differences(small.to("kantan"), target) == ()


@pytest.mark.parametrize(("divided", "large", "found"), [(1, 1, 3), (1, 10**9, 0), (10**9, 1, 0)])
def test_only_large_tables_of_a_large_database_are_carried_by_themselves(
    divided: int, large: int, found: int, small: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "DIVIDED", divided)
    monkeypatch.setattr(parts, "LARGE", large)
    with reading(small.to("juki")) as reader:
        assert len(parts.parts(reader)) == found


def test_programs_that_somebody_elses_failure_made_useless_are_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = tmp_path / "pg_dump"
    waits.write_text(f"#!/bin/sh\necho > {tmp_path}/begun\nexec cat < {tmp_path}/never\n", encoding="utf-8")
    waits.chmod(0o700)
    os.mkfifo(tmp_path / "never")
    os.mkfifo(tmp_path / "begun")
    monkeypatch.setattr(programs, "_path", lambda _: waits)
    made = programs.Programs()
    with ThreadPoolExecutor() as threads:
        running = threads.submit(made.run, "pg_dump", [], at="here")
        (tmp_path / "begun").read_text(encoding="utf-8")
        made.end()
        with pytest.raises(programs.ToolError, match="ended by SIGTERM"):
            running.result()
    with pytest.raises(programs.ToolError, match="ended by SIGTERM"):
        made.run("pg_dump", [], at="here")
