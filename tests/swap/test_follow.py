"""The copy that follows while its source serves: every acknowledged write arrives once, and nothing of the following is left behind."""

import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

import psycopg
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import Composable

from operations.__main__ import main
from operations.swap import finishing, replication
from operations.swap.archive import Archive
from operations.swap.connection import connected
from operations.swap.listening import endpoint
from operations.swap.receipts import chain
from operations.swap.refusal import Refusal
from operations.swap.replication import reach, subscribe
from operations.swap.staging import staging_name
from tests.swap.servers import USER, Server, copy, folder_of_a_cluster, running
from tests.swap.test_certificate_file import KEY, pem
from tests.swap.test_copy import accepted, databases, differences, words
from tests.swap.test_standing_relay import OWN, relayed

HERE = Path(__file__).parent
KEY_PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
WITHOUT_KEY = ("rireki_r7_0", "rireki_r7_1", "rireki_other", "no_column", "furui", "kiroku")
BOOK = "CREATE TABLE juki.bo (id bigserial PRIMARY KEY, n text NOT NULL, kai int NOT NULL DEFAULT 0)"


@pytest.fixture(scope="module")
def serving(empty_cluster: Path) -> Iterator[Server]:
    """A source of its own, whose tables can be followed: what is followed is written to."""
    with folder_of_a_cluster() as folder:
        copy(empty_cluster, folder)
        with running(folder) as server:
            server.run("postgres", "CREATE DATABASE juki")
            server.run("juki", file=HERE / "municipal.sql")
            identity = [f"ALTER TABLE juki.{name} REPLICA IDENTITY FULL" for name in WITHOUT_KEY]
            server.run("juki", *identity, BOOK)
            yield server


@pytest.fixture
def source(serving: Server) -> Iterator[Server]:
    yield serving
    assert left_on(serving) == set()


@pytest.fixture
def target(target_server: Server) -> Iterator[Server]:
    """As everywhere, and with no subscription."""
    yield target_server
    for name in databases(target_server):
        with connected(target_server.to(name)) as connection:
            for (one,) in connection.execute(
                "SELECT subname FROM pg_subscription JOIN pg_database d ON d.oid = subdbid WHERE datname = current_database()"
            ).fetchall():
                for statement in ("DISABLE", "SET (slot_name = NONE)"):
                    connection.execute(f"ALTER SUBSCRIPTION {one} {statement}")
                connection.execute(f"DROP SUBSCRIPTION {one}")
    target_server.emptied()


@pytest.fixture
def decisions(tmp_path: Path) -> Path:
    (tmp_path / "decisions.toml").write_text(
        accepted("role-password", "unlogged-table", "hash-by-enum"), encoding="utf-8"
    )
    return tmp_path / "decisions.toml"


def follow(step: str, source: Server, target: Server, decisions: Path) -> list[str]:
    line = words(step, source.to("juki"), target, decisions)
    return line if step != "unfollow" else line[:-2]


def left_on(server: Server) -> set[str]:
    """Slots, publications and subscriptions of a following."""
    with connected(server.to("juki" if "juki" in databases(server) else "postgres")) as connection:
        asked = (
            "SELECT slot_name FROM pg_replication_slots UNION ALL SELECT pubname FROM pg_publication WHERE pubname LIKE 'machikumo%' "
            "UNION ALL SELECT subname FROM pg_subscription"
        )
        return {row[0] for row in connection.execute(asked).fetchall()}


class Window(threading.Thread):
    """A client that inserts, changes and deletes all the time, and notes what was acknowledged."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.server, self.written = server, dict[int, int]()
        self._noted, self._end = threading.Condition(), threading.Event()

    def run(self) -> None:
        with psycopg.connect(self.server.to("juki"), application_name="madoguchi", autocommit=True) as client:
            while not self._end.is_set():
                [(number,)] = client.execute("INSERT INTO juki.bo (n) VALUES ('𠮷') RETURNING id").fetchall()
                kept = {number: 0}
                if number % 2:
                    client.execute("UPDATE juki.bo SET kai = kai + 1 WHERE id = %s", [number])
                    kept = {number: 1}
                if number % 5 == 0:
                    client.execute("DELETE FROM juki.bo WHERE id = %s", [number])
                    kept = {}
                with self._noted:
                    self.written |= kept
                    self._noted.notify_all()

    def more(self, count: int) -> None:
        with self._noted:
            wanted = len(self.written) + count
            assert self._noted.wait_for(lambda: len(self.written) >= wanted, timeout=30)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self.join()


def test_what_is_written_meanwhile_arrives_once_and_nothing_of_the_following_is_left(
    source: Server, target: Server, decisions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Window(source) as window:
        window.more(20)
        assert main(follow("follow", source, target, decisions)) == 0
        window.more(100)
        assert main(follow("follow", source, target, decisions)) == 0
        assert capsys.readouterr().out.splitlines()[-1].startswith("the copy follows, ")
        assert main(follow("finish", source, target, decisions)) == 1
        assert "open      other-session admin madoguchi (1)" in capsys.readouterr().out
        source.run(
            "juki",
            "UPDATE juki.jumin SET kana = 'ｶﾅ' WHERE jumin_id = 1",
            "DELETE FROM juki.jumin WHERE jumin_id = 2",
            "UPDATE juki.toast SET packed = 'short' WHERE id = 1",
            "SELECT nextval('juki.uketsuke')",
        )
    stopped = time.monotonic()
    assert main(follow("finish", source, target, decisions)) == 0
    print(f"read only for {time.monotonic() - stopped:.1f} s")  # noqa: T201 - measured, shown with -s
    assert differences(source.to("juki"), target) == ()
    with connected(target.to("juki")) as connection:
        assert dict(connection.execute("SELECT id, kai FROM juki.bo").fetchall()) == window.written
    assert (databases(target), left_on(source), left_on(target)) == ({"juki"}, set(), set())
    followed, copied = chain(decisions.parent / "receipts")
    assert (followed.step, copied.step, copied.hashes["source"]) == ("follow", "copy", copied.hashes["target"])
    assert copied.notes[-1] == "followed while the source served, by logical replication"
    assert main(follow("finish", source, target, decisions)) == 0
    assert [one.counts.get("written") for one in chain(decisions.parent / "receipts")] == [None, 1, 0]


def killed(line: list[str], step: str) -> None:
    """Run the command and kill it when it says that it begins `step`."""
    process = subprocess.Popen(
        [sys.executable, "-m", "operations", *line], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    reached = next((told.strip() for told in process.stdout if told.strip() == step), None)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert reached == step


@pytest.mark.parametrize(
    "kills",
    [
        (("follow", "dump"), ("finish", "end")),
        (("follow", "subscription"), ("finish", "triggers")),
        (("finish", "receipt"),),
    ],
    ids=lambda kills: "-".join(step for _, step in kills),
)
def test_a_kill_at_any_step_and_the_same_command_again_end_the_same(
    kills: tuple[tuple[str, str], ...], source: Server, target: Server, decisions: Path
) -> None:
    steps = dict(kills)
    for step in ("follow", "finish"):
        line = follow(step, source, target, decisions)
        if step in steps:
            killed(line, steps[step])
        assert main(line) == 0
        if step == "follow":
            source.run("juki", "INSERT INTO juki.bo (n) VALUES ('雲')")
    assert differences(source.to("juki"), target) == ()
    assert (databases(target), left_on(source), left_on(target)) == ({"juki"}, set(), set())
    assert [one.step for one in chain(decisions.parent / "receipts")] == ["follow", "copy"]
    assert list((decisions.parent / "receipts").glob(".dump")) == []


def test_a_row_that_differs_is_found_and_unfollow_leaves_nothing(
    source: Server, target: Server, decisions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(follow("follow", source, target, decisions)) == 0
    target.run(staging_name("juki"), "UPDATE juki.toast SET body = 'bent' WHERE id = 3")
    assert main(follow("copy", source, target, decisions)) == 1
    decisions.write_text(decisions.read_text(encoding="utf-8") + accepted("replication-slot"), encoding="utf-8")
    assert main(follow("copy", source, target, decisions)) == 2
    assert "follows the source: machikumo swap finish, or machikumo swap unfollow" in capsys.readouterr().err
    assert main(follow("finish", source, target, decisions)) == 2
    told = capsys.readouterr().err
    assert "differs from the source:\nrows juki.toast: checksum: " in told
    assert len(told.splitlines()) == 2
    assert databases(target) == {staging_name("juki")}
    assert main(follow("unfollow", source, target, decisions)) == 0
    assert (databases(target), left_on(source), left_on(target)) == (set(), set(), set())
    assert main(follow("finish", source, target, decisions)) == 2
    assert "no copy follows there: machikumo swap follow first" in capsys.readouterr().err


def test_over_a_relay_that_stops_and_comes_again_everything_arrives(
    source: Server, target: Server, decisions: Path
) -> None:
    """The target's server knows the relay's address alone; what is written while nothing stands there waits in the slot."""
    line = [*follow("follow", source, target, decisions), "--through", f"{OWN}:15432"]
    with relayed(source.to("juki"), "--limit-mbps", "200"):
        assert main(line) == 0
        with connected(target.to("postgres")) as connection:
            [(known,)] = connection.execute("SELECT subconninfo FROM pg_subscription").fetchall()
    assert {key: conninfo_to_dict(known).get(key) for key in ("host", "hostaddr", "port")} == {
        "host": OWN, "hostaddr": None, "port": "15432",
    }  # fmt: skip
    source.run("juki", "INSERT INTO juki.bo (n) VALUES ('間')", "DELETE FROM juki.jumin WHERE jumin_id = 3")
    with relayed(source.to("juki")):
        source.run("juki", "INSERT INTO juki.bo (n) VALUES ('後')")
        assert main(follow("finish", source, target, decisions)) == 0
    assert differences(source.to("juki"), target) == ()
    assert (databases(target), left_on(source), left_on(target)) == ({"juki"}, set(), set())
    followed, _ = chain(decisions.parent / "receipts")
    assert followed.notes[-1] == f"through the relay at {OWN}:15432"


@contextmanager
def by_tls(empty_cluster: Path, folder: Path) -> Iterator[Server]:
    """A server that answers TLS at OWN, as db.example; `folder` gets its certificate."""
    with folder_of_a_cluster() as place:
        copy(empty_cluster, place)
        for name, text in (("db.pem", pem(["db.example"], begins=datetime.now(UTC))), ("db.key", KEY_PEM)):
            (place / name).write_bytes(text)
            (place / name).chmod(0o600)
            if USER:
                shutil.chown(place / name, **USER)
        (folder / "db.pem").write_bytes((place / "db.pem").read_bytes())
        with (place / "data" / "postgresql.auto.conf").open("a") as settings:
            settings.write(f"listen_addresses = '{OWN}'\nssl = on\n")
            settings.write(f"ssl_cert_file = '{place}/db.pem'\nssl_key_file = '{place}/db.key'\n")
        with running(place) as server:
            yield server


def test_the_targets_server_checks_the_sources_certificate_through_the_relay(
    empty_cluster: Path, decisions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with folder_of_a_cluster() as folder, folder_of_a_cluster() as there, by_tls(empty_cluster, folder) as source:
        # The target's server has the certificate of its own: nothing but sslmode is handed on.
        monkeypatch.setenv("PGSSLROOTCERT", str(folder / "db.pem"))
        monkeypatch.setenv("HOME", str(folder))
        copy(empty_cluster, there)
        with running(there) as target:
            source.run("postgres", "CREATE DATABASE juki")
            source.run("juki", "CREATE TABLE public.bo (id int PRIMARY KEY)")
            named = f"host=db.example hostaddr={OWN} sslmode=verify-full user=admin dbname=juki"
            line = [*follow("follow", source, target, decisions), "--through", f"{OWN}:15432"]
            line[line.index("--source") + 1] = named
            with relayed(named):
                assert main(line) == 0
                with connected(source.to("postgres")) as connection:
                    asked = "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_replication USING (pid)"
                    assert connection.execute(asked).fetchall() == [(True,)]
                source.run("juki", "INSERT INTO public.bo VALUES (7)")
                assert main(["swap", "finish", *line[2:-2]]) == 0
            assert differences(source.to("juki"), target) == ()


def test_without_the_relay_the_following_is_given_up_at_any_time(
    source: Server, target: Server, decisions: Path
) -> None:
    with relayed(source.to("juki")):
        assert main([*follow("follow", source, target, decisions), "--through", f"{OWN}:15432"]) == 0
    assert main(follow("unfollow", source, target, decisions)) == 0
    assert (databases(target), left_on(source), left_on(target)) == (set(), set(), set())


def test_a_target_that_does_not_reach_the_source_is_refused_with_what_helps(
    source: Server, target: Server, decisions: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(replication, "ANSWERED", "500ms")
    nobody = [*follow("follow", source, target, decisions), "--through", f"{OWN}:15433"]
    assert main(nobody) == 2
    said = capsys.readouterr()
    # Before anything was dumped.
    assert said.out.splitlines()[-1] == "publication"
    first, told = said.err.splitlines()[0], said.err
    refused = (
        "machikumo: the target can't follow the source: could not connect to the publisher: connection to server at"
    )
    assert first.startswith(f'{refused} "{OWN}", port 15433 failed: Connection refused')
    assert f"See whether machikumo swap relay --listen {OWN}:15433 stands there" in told
    # It takes the connection and says no more.
    with socket.create_server((OWN, 15434)):
        assert main([*nobody[:-1], f"{OWN}:15434"]) == 2
    told = capsys.readouterr().err
    assert "the target can't follow the source: no answer in 500ms\n" in told
    assert f"See whether machikumo swap relay --listen {OWN}:15434 stands there" in told
    monkeypatch.setattr(replication, "CARRIED", ("user", "dbname"))
    assert main(nobody[:-2]) == 2
    assert "let machikumo swap relay stand on the host that moves the data" in capsys.readouterr().err
    assert main([*nobody[:-1], "203.0.113.7:15432"]) == 2
    assert capsys.readouterr().err.startswith("machikumo: --through '203.0.113.7:15432': neither a private address")
    assert (databases(target), left_on(source), left_on(target)) == (set(), set(), set())


@pytest.mark.parametrize(
    ("host", "hostaddr", "found"),
    [
        ("db.example", "10.0.0.7", {"host": "db.example", "hostaddr": "10.0.8.20", "port": "15432"}),
        ("/run/old", "", {"host": "10.0.8.20", "port": "15432"}),
    ],
    ids=["tcp", "socket"],
)
def test_a_name_stays_so_that_its_certificate_fits(host: str, hostaddr: str, found: dict[str, str]) -> None:
    """What the target's server is told; the statement goes nowhere."""
    given = list[str]()
    known = {"host": "db.example,db2.example", "port": "5432,5433", "sslmode": "verify-full", "sslcert": "mine"}
    info = SimpleNamespace(dbname="juki", password="", host=host, hostaddr=hostaddr, get_parameters=lambda: known)
    copy_ = SimpleNamespace(transaction=nullcontext, execute=lambda words: given.append(words.as_string(None)))
    subscribe(SimpleNamespace(info=info), copy_, endpoint("10.0.8.20:15432", "--through"))  # type: ignore[arg-type]
    [told] = re.findall("CONNECTION '(.*)' PUBLICATION", given[-1])
    assert conninfo_to_dict(told) == {"sslmode": "verify-full", **found}


@pytest.mark.parametrize("error", [psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedTable])
def test_what_a_target_refuses_of_a_subscription_is_refused_where_it_is_made(error: type[psycopg.Error]) -> None:
    """Another database of the target has no tables, and the login may have no right there that it has in the copy."""

    def execute(words: Composable) -> None:
        if "CREATE SUBSCRIPTION" in words.as_string(None):
            raise error("CREATE SUBSCRIPTION … naisho")

    info = SimpleNamespace(dbname="juki", password="naisho", get_parameters=dict)
    begun = list[dict[str, bool]]()
    one: Any = SimpleNamespace(info=info, transaction=lambda **how: nullcontext(begun.append(how)), execute=execute)
    reach(one, one)
    # Also where nothing is published, and nothing can be missing.
    assert begun == [{"force_rollback": True}]
    with pytest.raises(Refusal, match="Mend the cause") as refused:
        subscribe(one, one)
    assert "naisho" not in str(refused.value)


def test_unfollow_removes_what_follows_on_both_sides(source: Server, target: Server, decisions: Path) -> None:
    assert main(follow("follow", source, target, decisions)) == 0
    assert len(left_on(source)) == 1
    assert main(follow("unfollow", source, target, decisions)) == 0
    assert (databases(target), left_on(source), left_on(target)) == (set(), set(), set())


def test_a_table_without_identity_is_refused_before_anything_is_made(
    source: Server, target: Server, decisions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source.run(
        "juki",
        "ALTER TABLE juki.kiroku REPLICA IDENTITY DEFAULT",
        "ALTER TABLE juki.rireki_other REPLICA IDENTITY NOTHING",
    )
    try:
        assert main(follow("follow", source, target, decisions)) == 2
    finally:
        source.run("juki", *(f"ALTER TABLE juki.{name} REPLICA IDENTITY FULL" for name in ("kiroku", "rireki_other")))
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith("machikumo: 2 tables have no replica identity")
    assert told[1:] == [f"ALTER TABLE juki.{name} REPLICA IDENTITY FULL;" for name in ("kiroku", "rireki_other")]
    assert databases(target) == set()


def test_who_owns_the_tables_and_is_no_superuser_can_have_them_followed(
    empty_cluster: Path, target: Server, decisions: Path
) -> None:
    with folder_of_a_cluster() as folder:
        copy(empty_cluster, folder)
        with running(folder) as server:
            server.run("postgres", "CREATE ROLE ikou LOGIN REPLICATION", "CREATE DATABASE juki OWNER ikou")
            server.run("juki", "SET ROLE ikou; CREATE TABLE public.bo (id int PRIMARY KEY)")
            line = follow("follow", server, target, decisions)
            line[line.index("--source") + 1] = server.to("juki", "ikou")
            assert main(line) == 0
            server.run("juki", "INSERT INTO public.bo VALUES (7)")
            assert main(["swap", "finish", *line[2:]]) == 0
            assert differences(server.to("juki"), target) == ()


def test_an_open_loss_of_a_following_stops_it_before_anything_is_made(
    source: Server, target: Server, decisions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    decisions.write_text(accepted("role-password"), encoding="utf-8")
    assert main(follow("follow", source, target, decisions)) == 1
    told = [line.split(":")[0] for line in capsys.readouterr().out.splitlines() if line.startswith("open")]
    assert told == ["open      hash-by-enum juki.rireki_r7", "open      unlogged-table juki.kari"]
    assert databases(target) == set()


def test_an_error_on_the_way_leaves_no_slot(
    source: Server, target: Server, decisions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> int:
        raise Refusal("no room")

    monkeypatch.setattr(Archive, "restore", refused)
    assert main(follow("follow", source, target, decisions)) == 2
    assert (databases(target), left_on(source)) == (set(), set())


def test_what_replication_leaves_out_is_carried_at_the_end_or_named(
    source: Server, target: Server, decisions: Path
) -> None:
    assert main(follow("follow", source, target, decisions)) == 0
    with connected(target.to(staging_name("juki"))) as connection:
        firing = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('A', 'R')"
        assert connection.execute(firing).fetchall() == [(0,)]
    source.run(
        "juki",
        "INSERT INTO juki.kari VALUES (9)",
        "SELECT setval('juki.unused', 12)",
        "INSERT INTO juki.rireki VALUES (1, '2030-01-01', '転出', '子')",
        "REFRESH MATERIALIZED VIEW juki.shukei",
        "SELECT lo_unlink(900003), lo_put(900001, 3, '..'), lo_from_bytea(900004, decode(repeat('ff', 70000), 'hex'))",
        "ALTER LARGE OBJECT 900004 OWNER TO juki_owner",
        "GRANT SELECT, UPDATE ON LARGE OBJECT 900004 TO PUBLIC",
        "GRANT SELECT ON LARGE OBJECT 900004 TO juki_app WITH GRANT OPTION",
        "COMMENT ON LARGE OBJECT 900004 IS '写し'",
    )
    try:
        assert main(follow("finish", source, target, decisions)) == 0
        assert {(one.kind, one.name) for one in differences(source.to("juki"), target)} == {("rows", "juki.kari")}
        assert main(follow("verify", source, target, decisions)) == 0
    finally:
        source.run("juki", "DELETE FROM juki.kari WHERE n = 9")


def test_finish_waits_for_what_is_not_applied_yet(
    source: Server, target: Server, decisions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last write can't be applied before finish has looked at it once."""
    assert main(follow("follow", source, target, decisions)) == 0
    with psycopg.connect(target.to(staging_name("juki"))) as held:
        held.execute("LOCK TABLE juki.bo IN SHARE MODE")
        source.run("juki", "INSERT INTO juki.bo (n) VALUES ('待')")
        looked = list[float]()

        def waited(seconds: float) -> None:
            looked.append(seconds)
            held.close()
            time.sleep(seconds)

        monkeypatch.setattr(finishing, "time", SimpleNamespace(monotonic=time.monotonic, sleep=waited))
        assert main(follow("finish", source, target, decisions)) == 0
    assert looked
    assert differences(source.to("juki"), target) == ()


@pytest.mark.parametrize(
    ("change", "back", "told", "still"),
    [
        (
            "ALTER TABLE juki.bo ADD tsuika int; INSERT INTO juki.bo (n) VALUES ('列')",
            "ALTER TABLE juki.bo DROP tsuika",
            r"the copy does not move \(.*, [1-9]\d* errors while applying\): ",
            2.0,
        ),
        (
            "ALTER TABLE juki.bo SET (fillfactor = 50)",
            "ALTER TABLE juki.bo RESET (fillfactor)",
            "relation juki.bo: options: ",
            finishing.STILL,
        ),
    ],
    ids=["stops", "differs"],
)
def test_a_changed_table_is_refused_and_unfollow_removes_the_copy(
    change: str,
    back: str,
    told: str,
    still: float,
    source: Server,
    target: Server,
    decisions: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(finishing, "STILL", still)
    assert main(follow("follow", source, target, decisions)) == 0
    try:
        source.run("juki", change)
        assert main(follow("finish", source, target, decisions)) == 2
    finally:
        source.run("juki", back)
    assert re.search(told, capsys.readouterr().err)
    assert main(follow("unfollow", source, target, decisions)) == 0
    assert (databases(target), left_on(source), left_on(target)) == (set(), set(), set())


def test_the_password_reaches_the_targets_server_and_nothing_else(
    source: Server,
    target: Server,
    decisions: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "pass").write_text(r"*:*:*:*:naisho'ji\\ru" + "\n", encoding="utf-8")
    (tmp_path / "pass").chmod(0o600)
    lines = source.to("juki").split()
    (tmp_path / "services").write_text("\n".join(["[old]", *lines, ""]), encoding="utf-8")
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pass"))
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    line = follow("follow", source, target, decisions)
    line[line.index("--source") + 1] = "service=old"
    with monkeypatch.context() as nowhere:
        nowhere.setattr(replication, "CARRIED", ("user", "dbname"))
        assert main(line) == 2
    told = capsys.readouterr()
    assert "machikumo: the target can't follow the source: could not connect to the publisher: " in told.err
    assert left_on(source) == set()
    assert main(line) == 0
    with connected(target.to("postgres")) as connection:
        [(known,)] = connection.execute("SELECT subconninfo FROM pg_subscription").fetchall()
    assert conninfo_to_dict(known)["password"] == r"naisho'ji\ru"
    written = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "receipts").iterdir())
    assert "naisho" not in told.out + told.err + "".join(capsys.readouterr()) + written
    assert main([*line[:1], "unfollow", *line[2:-2]]) == 0


def test_a_source_that_does_not_log_for_it_is_refused(
    empty_cluster: Path, target: Server, decisions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with folder_of_a_cluster() as folder:
        copy(empty_cluster, folder)
        with (folder / "data" / "postgresql.auto.conf").open("a") as settings:
            settings.write("wal_level = replica\n")
        with running(folder) as server:
            server.run("postgres", "CREATE DATABASE juki")
            assert main(follow("follow", server, target, decisions)) == 2
    assert "wal_level = replica on the source: logical is needed" in capsys.readouterr().err
