"""A database that is closed takes no writes, whoever they are of; everything of a move still works on it; opened again it is as before."""

import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from operations.__main__ import main
from operations.swap import closing
from operations.swap.closures import described_before
from operations.swap.connection import connected, reading
from operations.swap.properties import properties
from operations.swap.receipts import chain, write
from tests.swap.servers import Server, copy, folder_of_a_cluster, running
from tests.swap.test_copy import accepted, databases, differences
from tests.swap.test_follow import killed, left_on

WRITE = "INSERT INTO k.bo (n) VALUES (gen_random_uuid())"
SETTING = "default_transaction_read_only"
OWNER = "ledger_owner"
ASIDE = "juki_before_return"


@pytest.fixture(scope="module")
def server(empty_cluster: Path) -> Iterator[Server]:
    """A source of its own, with a database whose owner is no superuser."""
    with folder_of_a_cluster() as folder:
        copy(empty_cluster, folder)
        with running(folder) as made:
            made.run("postgres", f"CREATE ROLE {OWNER} LOGIN REPLICATION", f"CREATE DATABASE juki OWNER {OWNER}")
            made.run("juki", f"SET ROLE {OWNER}; CREATE SCHEMA k; CREATE TABLE k.bo (n uuid PRIMARY KEY)")
            yield made


@pytest.fixture
def source(server: Server) -> Iterator[Server]:
    yield server
    assert left_on(server) == set()
    with connected(server.to("postgres")) as connection:
        if ASIDE in databases(server):
            connection.execute("DROP DATABASE juki")
            connection.execute(f"ALTER DATABASE {ASIDE} RENAME TO juki")
        connection.execute("ALTER DATABASE juki RESET ALL")
        connection.execute(f"ALTER ROLE {OWNER} RESET ALL")
        for (name,) in connection.execute(
            "SELECT quote_ident(rolname) FROM pg_roles WHERE oid >= 16384 AND rolname <> %s", [OWNER]
        ).fetchall():
            connection.execute(f"DROP ROLE {name}")


class Desk:
    """The commands of one move, on the source as its owner, who is no superuser."""

    def __init__(self, source: Server, target: Server, folder: Path) -> None:
        self.source, self.target, self.receipts = source, target, folder / "receipts"
        self.decisions = folder / "decisions.toml"
        self.decisions.write_text(accepted("role-password"), encoding="utf-8")

    def line(self, step: str, *, user: str = OWNER, database: str = "juki") -> list[str]:
        words = ["swap", step, "--source", self.source.to(database, user), "--receipts", str(self.receipts)]
        if step not in ("close", "open"):
            words += ["--target", self.target.to(database)]
        return [*words, "--decisions", str(self.decisions)] if step not in ("open", "unfollow") else words

    def run(self, step: str, *, user: str = OWNER, database: str = "juki") -> int:
        return main(self.line(step, user=user, database=database))

    @property
    def steps(self) -> list[str]:
        return [one.step for one in chain(self.receipts)]

    def settings(self, server: Server) -> list[str]:
        """What the database sets."""
        asked = "SELECT s FROM pg_db_role_setting, unnest(setconfig) s WHERE setrole = 0"
        with connected(server.to("postgres")) as connection:
            return [one for (one,) in connection.execute(asked).fetchall()]


@pytest.fixture
def desk(source: Server, target: Server, tmp_path: Path) -> Desk:
    return Desk(source, target, tmp_path)


def written(server: Server, database: str = "juki") -> str | None:
    """Somebody connects and writes; the SQLSTATE with which that is refused."""
    try:
        with psycopg.connect(server.to(database), application_name="madoguchi") as client:
            client.execute(WRITE)
    except psycopg.Error as error:
        return error.sqlstate
    return None


def test_who_connects_after_close_is_refused_and_after_open_is_not(
    desk: Desk, source: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    assert written(source) is None
    assert desk.run("close") == 0
    assert written(source) == "25006"
    assert desk.run("close") == 0
    assert desk.settings(source) == [f"{SETTING}=on"]
    begun, closed, again = chain(desk.receipts)
    assert [one.step for one in (begun, closed, again)] == ["closing", "close", "close"]
    assert closed.notes[1:] == (f"{SETTING} before: not set",)
    assert (closed.source, closed.target, closed.tools.keys()) == (begun.source, None, {"source-server"})
    assert desk.run("open") == 0
    assert (written(source), desk.settings(source)) == (None, [])
    assert desk.run("open") == 0
    assert desk.steps[3:] == ["open"]
    told = capsys.readouterr().out.splitlines()
    assert told[-3:] == ["receipt", "juki is as it was before it was closed. 0004-open.json", "juki was opened before"]
    assert desk.run("close") == 0
    assert written(source) == "25006"
    assert desk.steps[4:] == ["closing", "close"]


def test_a_session_from_before_is_named_and_until_it_ends_there_is_no_receipt(
    desk: Desk, source: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    with psycopg.connect(source.to("juki"), application_name="batch", autocommit=True) as before:
        before.execute(WRITE)
        assert desk.run("close") == 1
        told = capsys.readouterr()
        assert "open      other-session admin batch (1): " in told.out
        assert told.err.startswith("machikumo: 1 losses are open: ")
        before.execute(WRITE)
        assert written(source) == "25006"
        assert desk.steps == ["closing"]
        desk.decisions.write_text(accepted("other-session"), encoding="utf-8")
        assert desk.run("close") == 0
    assert chain(desk.receipts)[-1].notes[2:] == ("accepted: other-session admin batch",)


def test_a_prepared_transaction_is_named_for_it_can_be_committed_on_a_closed_database(
    desk: Desk, source: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    source.run("juki", f"BEGIN; {WRITE}; PREPARE TRANSACTION 'getsumatsu'")
    assert desk.run("close") == 1
    assert "open      prepared-transaction getsumatsu: " in capsys.readouterr().out
    source.run("juki", "COMMIT PREPARED 'getsumatsu'")
    assert desk.run("close") == 0


def test_a_session_that_is_being_opened_is_waited_for_and_named(
    desk: Desk, source: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """It has read its settings already, and is not yet seen among the sessions."""
    opened = list[psycopg.Connection[tuple[object, ...]]]()
    slow = {"options": "-c post_auth_delay=1", "application_name": "osoi", "autocommit": True}
    opening = threading.Thread(target=lambda: opened.append(psycopg.connect(source.to("juki"), **slow)))  # type: ignore[arg-type]
    with connected(source.to("postgres")) as watch:
        opening.start()
        asked = "SELECT FROM pg_locks WHERE locktype = 'object' AND classid = 'pg_database'::regclass AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid()"
        while not watch.execute(asked).fetchall():
            pass
    assert desk.run("close") == 1
    opening.join()
    with opened[0] as before:
        assert before.execute("SHOW transaction_read_only").fetchone() == ("off",)
    assert "open      other-session admin osoi (1): " in capsys.readouterr().out


def test_a_role_whose_own_setting_lets_it_write_is_named_with_its_cure(
    desk: Desk, source: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    source.run(
        "juki",
        *(f'CREATE ROLE "{name}" LOGIN' for name in ("窓口 職員", "batch", "reader", "beide")),
        f'ALTER ROLE "窓口 職員" SET {SETTING} = of',
        f"ALTER ROLE batch IN DATABASE juki SET {SETTING} = 0",
        f"ALTER ROLE reader SET {SETTING} = on",
        f"ALTER ROLE beide SET {SETTING} = off",
        f"ALTER ROLE beide IN DATABASE juki SET {SETTING} = on",
        "CREATE ROLE gruppe",
        f"ALTER ROLE gruppe SET {SETTING} = off",
    )
    assert desk.run("close") == 1
    told = [line.split("): ")[0] for line in capsys.readouterr().out.splitlines() if line.startswith("open ")]
    assert told == [
        f"open      writing-role batch (ALTER ROLE batch IN DATABASE juki RESET {SETTING}",
        f'open      writing-role "窓口 職員" (ALTER ROLE "窓口 職員" RESET {SETTING}',
    ]
    for line in told:
        source.run("postgres", line.split(" (")[1])
    assert desk.run("close") == 0


def test_a_login_that_may_write_proves_nothing(
    desk: Desk, source: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source.run("juki", f"ALTER ROLE {OWNER} SET {SETTING} = off")
    desk.decisions.write_text(accepted("writing-role"), encoding="utf-8")
    assert desk.run("close") == 2
    assert f"a new session may still write ({SETTING} = off, user): " in capsys.readouterr().err
    assert desk.run("close", user="admin") == 0
    monkeypatch.setenv("PGOPTIONS", f"-c {SETTING}=off")
    assert desk.run("close", user="admin") == 2
    assert f"a new session may still write ({SETTING} = off, client): " in capsys.readouterr().err


@pytest.mark.parametrize("before", ["off", "true"])
def test_what_the_database_set_before_the_move_comes_back_and_is_carried(
    before: str, desk: Desk, source: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    source.run(
        "postgres", f"ALTER DATABASE juki SET {SETTING} = '{before}'", "ALTER DATABASE juki SET work_mem = '5MB'"
    )
    kept = [f"{SETTING}={before}", "work_mem=5MB"]
    assert desk.run("close") == 0
    assert written(source) == "25006"
    assert (desk.settings(source) == kept) == (before == "true")
    with reading(source.to("juki")) as reader:
        carried = list(properties(reader, described_before(reader, chain(desk.receipts))))
        texts = {one.as_string(reader) for one in carried}
    assert [one for one in texts if SETTING in one] == [f"""ALTER DATABASE "juki" SET {SETTING} TO '{before}'"""]
    assert desk.run("open") == 0
    assert sorted(desk.settings(source)) == kept
    told = capsys.readouterr().out
    assert ("juki was read only before the move, too" in told) == (before == "true")
    assert ("as before the move, a new session is read only" in told) == (before == "true")


def test_a_move_and_its_way_back_close_the_side_that_served_and_open_the_other(
    desk: Desk, source: Server, target: Server, tmp_path: Path
) -> None:
    assert [desk.run(step) for step in ("close", "copy", "verify")] == [0, 0, 0]
    copied, compared = (one for one in chain(desk.receipts) if one.step in ("copy", "verify"))
    assert [one.hashes["source"] == one.hashes["target"] for one in (copied, compared)] == [True, True]
    assert [one.property for one in differences(source.to("juki"), target)] == ["settings"]
    assert (written(source), written(target), desk.settings(target)) == ("25006", None, [])
    source.run("postgres", f"ALTER DATABASE juki RENAME TO {ASIDE}")
    back = Desk(target, source, tmp_path)
    assert [back.run(step, user="admin") for step in ("copy", "close", "verify")] == [0, 0, 0]
    source.run("postgres", f"ALTER DATABASE juki SET {SETTING} = on")
    assert back.run("verify", user="admin") == 1, "what is closed on the target is a difference"
    assert chain(desk.receipts)[-1].notes == ("database database (settings)",)
    source.run("postgres", f"ALTER DATABASE juki RESET {SETTING}")
    assert (written(source), written(source, ASIDE), written(target)) == (None, "25006", "25006")
    # By its number, not by the name that another database has now.
    assert desk.run("open", user="admin", database="juki") == 2
    assert desk.run("open", database=ASIDE) == 0
    assert written(source, ASIDE) is None


def test_what_follows_is_begun_and_finished_on_a_closed_source(desk: Desk, source: Server, target: Server) -> None:
    assert [desk.run(step) for step in ("close", "follow", "finish", "verify")] == [0, 0, 0, 0]
    assert (databases(target), left_on(source), left_on(target)) == ({"juki"}, set(), set())
    assert (written(source), written(target)) == ("25006", None)


@pytest.mark.parametrize("step", ["who may write", "receipt"])
def test_a_close_that_is_killed_is_given_again_and_ends_the_same(step: str, desk: Desk, source: Server) -> None:
    killed(desk.line("close"), step)
    assert desk.run("close") == 0
    assert written(source) == "25006"
    assert desk.run("open") == 0
    assert (written(source), desk.settings(source)) == (None, [])


def test_a_close_whose_receipt_is_there_and_whose_setting_is_not_did_nothing(
    desk: Desk, source: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a kill between the two."""
    source.run("postgres", f"ALTER DATABASE juki SET {SETTING} = off")
    with monkeypatch.context() as patch:
        patch.setattr(closing, "write", stopped)
        assert desk.run("close") == 130
    assert desk.settings(source) == [f"{SETTING}=off"]
    assert desk.run("close") == 0
    assert desk.run("open") == 0
    assert desk.settings(source) == [f"{SETTING}=off"]


def stopped(*words: object, **more: object) -> None:
    write(*words, **more)  # type: ignore[arg-type]
    raise KeyboardInterrupt


def test_an_open_that_is_killed_is_given_again_and_ends_the_same(desk: Desk, source: Server) -> None:
    assert desk.run("close") == 0
    killed(desk.line("open"), "receipt")
    assert desk.run("open") == 0
    assert (written(source), desk.settings(source), desk.steps[2:]) == (None, [], ["open"])


def test_what_was_never_closed_is_not_opened(desk: Desk, source: Server, capsys: pytest.CaptureFixture[str]) -> None:
    source.run("postgres", f"ALTER DATABASE juki SET {SETTING} = on")
    assert desk.run("open") == 2
    assert "no receipt says that this database juki was closed: nothing was changed" in capsys.readouterr().err
    assert desk.settings(source) == [f"{SETTING}=on"]


def test_who_does_not_own_the_database_closes_nothing(
    desk: Desk, source: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    source.run("postgres", "CREATE ROLE betsu LOGIN")
    assert desk.run("close", user="betsu") == 2
    assert "must be owner of database juki" in capsys.readouterr().err
    assert (desk.settings(source), desk.steps) == ([], [])
