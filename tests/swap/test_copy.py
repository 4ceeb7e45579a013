"""The copy: everything arrives, what can't is named before, and a kill at any point changes nothing about the end."""

import signal
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from operations.__main__ import main
from operations.swap import archive, copying
from operations.swap.connection import Reader, connected, reading
from operations.swap.contents import Piece
from operations.swap.fingerprint import Difference, compared, taken
from operations.swap.losses import Loss
from operations.swap.receipts import HEAD, chain
from operations.swap.staging import hold, mark, staging_name
from tests.swap.servers import Server, copy, folder_of_a_cluster, running

HERE = Path(__file__).parent
STEPS = ("dump", "roles", "restore", "compare", "name", "receipt")


def accepted(*losses: str) -> str:
    form = '[[accepted]]\nloss = "{}"\nname = "*"\nreason = "移行計画書 4.2"\nowner = "情報政策課"\napprover = "CISO"\napproved = 2026-11-25\n'
    return "\n".join(form.format(loss) for loss in losses)


@pytest.fixture
def decisions(tmp_path: Path) -> Path:
    (tmp_path / "decisions.toml").write_text(accepted("role-password"), encoding="utf-8")
    return tmp_path / "decisions.toml"


def words(step: str, source: str, target: Server, decisions: Path) -> list[str]:
    folder = decisions.parent / "receipts"
    ends = ["--source", source, "--target", target.to(source.split("=")[-1]), "--receipts", str(folder)]
    return ["swap", step, *ends, "--decisions", str(decisions)]


def differences(source: str, target: Server) -> tuple[Difference, ...]:
    with reading(source) as ours, reading(target.to(source.split("=")[-1])) as theirs:
        return compared(taken(ours), taken(theirs))


def databases(target: Server) -> set[str]:
    with connected(target.to("postgres")) as connection:
        return {row[0] for row in connection.execute("SELECT datname FROM pg_database WHERE oid >= 16384").fetchall()}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Counter[tuple[str, str]]:
    """How often each part of a database was hashed, by the server's folder and the statement."""
    counted, once = Counter[tuple[str, str]](), Piece.read

    def noted(self: Piece, connection: Reader) -> list[tuple[Any, ...]]:
        counted[connection.info.host, self.statement.as_string(connection)] += 1
        return once(self, connection)

    monkeypatch.setattr(Piece, "read", noted)
    return counted


def test_everything_arrives_and_the_receipt_says_so(
    source: Server,
    target: Server,
    decisions: Path,
    capsys: pytest.CaptureFixture[str],
    read: Counter[tuple[str, str]],
) -> None:
    assert main(words("copy", source.to("juki"), target, decisions)) == 0
    assert (set(read.values()), {host for host, _ in read}, len(read)) == (
        {1},
        {str(source.folder), str(target.folder)},
        28,
    )
    assert differences(source.to("juki"), target) == ()
    assert databases(target) == {"juki"}
    folder = decisions.parent / "receipts"
    [receipt] = chain(folder)
    assert (receipt.step, receipt.source.name, receipt.target and receipt.target.name) == ("copy", "juki", "juki")
    assert receipt.hashes["source"] == receipt.hashes["target"]
    assert {
        key: receipt.counts[key] for key in ("rows-total", "large-object", "roles-made", "left-out", "written")
    } == {
        "rows-total": 428,
        "large-object": 3,
        "roles-made": 4,
        "left-out": 0,
        "written": 1,
    }
    assert receipt.tools.keys() == {"pg_dump", "pg_restore", "source-server", "target-server"}
    assert {path.name for path in folder.iterdir()} == {
        ".lock", HEAD, receipt.file, f"{receipt.hashes['source']}.fingerprint",
    }  # fmt: skip
    told = capsys.readouterr().out.splitlines()
    same = "12 tables, 428 rows are the same on both sides. 0001-copy.json"
    assert told[3:] == [*STEPS, same]
    assert main(words("copy", source.to("juki"), target, decisions)) == 0
    assert [one.counts["written"] for one in chain(folder)] == [1, 0]


def test_an_open_loss_stops_the_copy_before_anything_is_written(
    source: Server, target: Server, decisions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    decisions.write_text("", encoding="utf-8")
    assert main(words("copy", source.to("juki"), target, decisions)) == 1
    told = capsys.readouterr()
    assert [line[:40] for line in told.out.splitlines()] == [
        "read the source",
        'open      role-password "窓口 職員": the pas',
        "open      role-password juki_app: the pa",
    ]
    assert told.err == "machikumo: 2 losses are open; nothing was written\n"
    assert databases(target) == set()
    with connected(target.to("postgres")) as connection:
        assert connection.execute("SELECT FROM pg_roles WHERE oid >= 16384").fetchall() == []


KANTAN = (
    "CREATE ROLE nushi",
    "CREATE ROLE yomu LOGIN",
    "GRANT nushi TO yomu",
    "CREATE DATABASE kantan OWNER nushi",
    "ALTER DATABASE kantan SET search_path = k, public",
    "GRANT CONNECT ON DATABASE kantan TO yomu WITH GRANT OPTION",
    "COMMENT ON DATABASE kantan IS '小さい'",
)
KANTAN_INSIDE = (
    "CREATE SCHEMA k AUTHORIZATION nushi",
    "SET ROLE nushi; CREATE TABLE k.t (id serial PRIMARY KEY, n text); INSERT INTO k.t (n) VALUES ('か')",
    "SET ROLE nushi; CREATE MATERIALIZED VIEW k.m AS SELECT n FROM k.t; GRANT SELECT ON k.t TO yomu",
    "SET ROLE nushi; ALTER DEFAULT PRIVILEGES IN SCHEMA k GRANT SELECT ON TABLES TO yomu; SELECT lo_from_bytea(7, 'x')",
)


@pytest.fixture
def lossless(source: Server) -> Iterator[Server]:
    """The source with a second database, whose roles own all of it."""
    source.run("postgres", *KANTAN)
    source.run("kantan", *KANTAN_INSIDE)
    yield source
    source.run("postgres", "DROP DATABASE kantan", "DROP ROLE nushi", "DROP ROLE yomu")


LEFT = {
    ("constraint", "ko_oya on k.ko", ""),
    ("comment", "table constraint ko_oya on k.ko", ""),
    ("constraint", "kumi_futari on k.kumi", ""),
    ("constraint", "mago_ko on k.mago", "triggers"),
    ("index", "k.jufuku_n", ""),
    ("comment", "index k.jufuku_n", ""),
    ("index", "k.mei_yomi", ""),
    ("comment", "index k.mei_yomi", ""),
    ("relation", "k.kohyo", "columns"),
    ("rows", "k.furui_kensu", "checksum"),
    ("relation", "k.michi", "populated"),
    ("rows", "k.michi", ""),
    ("relation", "k.yomenai", "populated"),
    ("rows", "k.yomenai", ""),
    ("subscription", "juryo", ""),
    ("prepared-transaction", "todokanai", ""),
}
TO_ACCEPT = {
    ("role-password", "kyuu"),
    ("broken-foreign-key", "ko_oya on k.ko"),
    ("broken-foreign-key", "kumi_futari on k.kumi"),
    ("disabled-foreign-key-trigger", "mago_ko on k.mago"),
    ("invalid-index", "k.jufuku_n"),
    ("search-path-index", "k.mei_yomi"),
    ("column-order", "k.kohyo"),
    ("stale-materialized-view", "k.furui_kensu"),
    ("search-path-materialized-view", "k.michi"),
    ("unreadable-materialized-view", "k.yomenai"),
    ("foreign-server", "soto"),
    ("subscription", "juryo"),
    ("replication-slot", "yomite"),
    ("tablespace", "hayai"),
    ("prepared-transaction", "todokanai"),
    ("other-session", "admin madoguchi"),
    ("server-setting", "IntervalStyle"),
}
TO_CURE = {
    ("search-path-expression", "kazu_michi on k.kazu"),
    ("check-reads-tables", "betsu_aru on k.betsu"),
    ("broken-check", "ihan_sei on k.ihan"),
    ("role-conflict", "nushi"),
}
CURES = (
    "ALTER TABLE k.kazu DROP CONSTRAINT kazu_michi",
    "ALTER TABLE k.betsu DROP CONSTRAINT betsu_aru",
    "ALTER TABLE k.ihan DROP CONSTRAINT ihan_sei",
)


@pytest.fixture
def lossy(empty_cluster: Path) -> Iterator[Server]:
    """A server of its own: what it holds can't be taken back."""
    with folder_of_a_cluster() as folder:
        copy(empty_cluster, folder)
        with running(folder) as server:
            server.run("postgres", "CREATE DATABASE furui")
            server.run("furui", file=HERE / "losses.sql")
            yield server


def test_every_loss_is_named_before_and_only_what_was_accepted_is_lost(
    lossy: Server, target: Server, decisions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = lossy.to("furui")
    target.run("postgres", "CREATE ROLE nushi CREATEDB", "ALTER ROLE admin SET \"IntervalStyle\" = 'iso_8601'")
    try:
        with psycopg.connect(source, application_name="madoguchi"):
            assert main(words("check-source", source, target, decisions)) == 1
        [receipt] = chain(decisions.parent / "receipts")
        named = {(note.split(": ", 1)[0], *note.split(": ", 1)[1].split(" ", 1)) for note in receipt.notes}
        assert named == {
            ("accepted" if kind == "role-password" else "open", kind, name) for kind, name in TO_ACCEPT | TO_CURE
        }
        decisions.write_text(accepted(*sorted({kind for kind, _ in TO_ACCEPT})), encoding="utf-8")
        assert main(words("copy", source, target, decisions)) == 1
        lossy.run("furui", *CURES)
        target.run("postgres", "ALTER ROLE nushi NOCREATEDB")
        assert main(words("copy", source, target, decisions)) == 0
        target.run("postgres", "ALTER ROLE admin RESET ALL")
        assert {(one.kind, one.name, one.property) for one in differences(source, target)} == LEFT
        assert main(words("verify", source, target, decisions)) == 0
        lossy.run("furui", "UPDATE k.betsu SET n = 2")
        capsys.readouterr()
        assert main(words("verify", source, target, decisions)) == 1
        changed = [line.split(": ")[:2] for line in capsys.readouterr().out.splitlines()[:-1]]
        assert changed == [["rows k.betsu", "checksum"]]
    finally:
        target.run("postgres", "ALTER ROLE admin RESET ALL")
    told = capsys.readouterr()
    kept = b"".join(path.read_bytes() for path in (decisions.parent / "receipts").iterdir())
    assert b"never-written-down" not in kept + told.out.encode() + told.err.encode()


def test_an_administrator_who_is_no_superuser_can_copy(lossless: Server, target: Server, decisions: Path) -> None:
    """As on a managed server. What the roles own there becomes theirs by way of membership."""
    target.run("postgres", "CREATE ROLE kanri LOGIN CREATEDB CREATEROLE")
    line = words("copy", lossless.to("kantan"), target, decisions)
    line[line.index("--target") + 1] = target.to("kantan", user="kanri")
    assert main(line) == 0
    assert differences(lossless.to("kantan"), target) == ()
    with connected(target.to("kantan")) as connection:
        row = connection.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'kantan'").fetchone()
    assert row == ("nushi",)


def test_a_target_that_holds_anything_else_is_refused_and_stays_as_it_is(
    source: Server, target: Server, decisions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target.run("postgres", "CREATE DATABASE juki")
    target.run("juki", "CREATE TABLE somebodys (n int)", "INSERT INTO somebodys VALUES (1)")
    assert main(words("copy", source.to("juki"), target, decisions)) == 2
    assert "the target's juki holds something that this copy did not write" in capsys.readouterr().err
    with connected(target.to("juki")) as connection:
        assert connection.execute("SELECT n FROM somebodys").fetchall() == [(1,)]


def test_a_database_of_the_half_copys_name_without_its_mark_is_refused(
    source: Server, target: Server, decisions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = staging_name("juki")
    target.run("postgres", f"CREATE DATABASE {name}")
    target.run(name, "CREATE TABLE somebodys (n int)")
    assert main(words("copy", source.to("juki"), target, decisions)) == 2
    assert f"{name} on the target is no half copy of this kit's" in capsys.readouterr().err
    assert databases(target) == {name}


def test_an_empty_database_that_the_stack_made_is_taken(source: Server, target: Server, decisions: Path) -> None:
    target.run("postgres", "CREATE DATABASE juki")
    assert main(words("copy", source.to("juki"), target, decisions)) == 0
    assert differences(source.to("juki"), target) == ()


@pytest.mark.parametrize("named", ["other", "postgres"])
def test_the_copy_keeps_its_name(named: str, source: Server, target: Server, decisions: Path) -> None:
    line = words("copy", source.to("juki" if named == "other" else "postgres"), target, decisions)
    line[line.index("--target") + 1] = target.to(named)
    assert main(line) == 2
    assert databases(target) == set()


def test_an_error_of_the_restore_is_never_passed_over(
    source: Server, target: Server, decisions: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A table is missing from the archive's list, so its data has nowhere to go."""
    entries = archive.Archive._entries

    def shortened(self: archive.Archive) -> list[str]:
        return [line for line in entries(self) if " TABLE juki kari " not in line]

    monkeypatch.setattr(archive.Archive, "_entries", shortened)
    assert main(words("copy", source.to("juki"), target, decisions)) == 2
    told = capsys.readouterr().err
    assert told.startswith("machikumo: pg_restore failed (")
    assert "kari" in told
    assert databases(target) == {staging_name("juki")}
    assert list((decisions.parent / "receipts").glob("*.json")) == []


def test_what_the_restore_changes_without_an_error_is_found_before_the_copy_gets_its_name(
    source: Server, target: Server, decisions: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    restore, let_in = archive.Archive.restore, list[tuple[str]]()

    def bent(self: archive.Archive, staged: str, left_out: list[Loss]) -> int:
        done = restore(self, staged, left_out)
        with connected(staged) as connection:
            connection.execute("UPDATE juki.kari SET n = 3 WHERE n = 2")
            connecting = "SELECT rolname FROM pg_roles WHERE oid >= 10 AND has_database_privilege(oid, current_database(), 'CONNECT')"
            let_in.extend(connection.execute(connecting + " AND NOT rolsuper").fetchall())
        return done

    monkeypatch.setattr(archive.Archive, "restore", bent)
    assert main(words("copy", source.to("juki"), target, decisions)) == 2
    assert "differs from the source:\nrows juki.kari: checksum: " in capsys.readouterr().err
    assert databases(target) == {staging_name("juki")}
    assert let_in == []


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_and_the_same_command_again_end_the_same(
    step: str, source: Server, target: Server, decisions: Path
) -> None:
    line = words("copy", source.to("juki"), target, decisions)
    killed = subprocess.Popen(
        [sys.executable, "-m", "operations", *line], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert killed.stdout is not None
    reached = next((told.strip() for told in killed.stdout if told.strip() == step), None)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    killed.stdout.close()
    assert reached == step
    folder = decisions.parent / "receipts"
    assert [stat.S_IMODE(path.stat().st_mode) for path in folder.glob(".dump")] in ([], [0o700])
    assert main(line) == 0
    assert differences(source.to("juki"), target) == ()
    assert databases(target) == {"juki"}
    assert [one.step for one in chain(folder)] == ["copy"]
    assert list(folder.glob(".dump")) == []


def test_a_run_waits_for_what_a_killed_one_still_does_at_the_server(
    source: Server, target: Server, decisions: Path
) -> None:
    asked = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with connected(target.to("postgres")) as killed, ThreadPoolExecutor() as threads:
        hold(killed, "juki")
        hold(killed, "another")
        again = threads.submit(main, words("copy", source.to("juki"), target, decisions))
        while not killed.execute(asked).fetchall():
            assert not again.done()
        killed.close()
        assert again.result() == 0


@pytest.mark.parametrize("text", ["0", "-1", "two"])
def test_workers_are_counted_from_one(text: str, decisions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for step in ("copy", "follow", "finish", "verify"):
        with pytest.raises(SystemExit):
            main(["swap", step, "--source", "s", "--target", "t", "--receipts", str(decisions.parent), "--jobs", text])
        assert f"argument --jobs: '{text}': a whole number from 1 up" in capsys.readouterr().err


def test_two_copies_at_once_are_refused(
    source: Server, target: Server, decisions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with copying.alone(decisions.parent / "receipts"):
        assert main(words("copy", source.to("juki"), target, decisions)) == 2
    assert "another copy runs with" in capsys.readouterr().err


def test_the_mark_names_the_database() -> None:
    assert mark("juki") == "machikumo swap: unfinished copy of juki"
