"""The relay that stands: what comes to its address reaches the source, under one limit, until it is told to end."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from operations.__main__ import main
from operations.swap import relay, relay_step, standing_relay
from operations.swap.limit import Limit
from operations.swap.standing_relay import MOST, server_of, stand
from tests.swap.servers import Server
from tests.swap.test_relay import Counting

OWN = f"127.{os.getpid() % 250 + 1}.{os.getpid() // 250 % 250}.1"
"""An address that no other process of these tests has: any of its ports is free."""

HERE = ("127.0.0.1", 0)


@contextmanager
def relayed(source: str, *more: str, at: str = f"{OWN}:15432") -> Iterator[subprocess.Popen[str]]:
    """The command, from the line on that says that it stands; told to end and ended in the end."""
    words = [sys.executable, "-m", "operations", "swap", "relay", "--source", source, "--listen", at, *more]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        # Who waits for a word of it does not wait for ever.
        late = threading.Timer(60, process.kill)
        late.start()
        try:
            assert process.stdout.readline().startswith(f"{at} leads to ")
            yield process
        finally:
            late.cancel()
            process.terminate()


@pytest.fixture
def never(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is refused does not stand first."""
    monkeypatch.setattr(relay_step, "stand", lambda *_: pytest.fail("it stands"))


def through(at: str = OWN, port: int = 15432) -> str:
    return f"host={at} port={port} user=admin dbname=juki"


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_it_carries_until_it_is_told_to_end(told: signal.Signals, source: Server) -> None:
    with relayed(source.to("juki"), "--limit-mbps", "200") as process, psycopg.connect(through()) as client:
        assert client.execute("SELECT count(*) > 1 FROM juki.jumin").fetchall() == [(True,)]
        process.send_signal(told)
        out, err = process.communicate(timeout=20)
        assert (process.returncode, err) == (0, "")
        lines = [line.split(": ")[-1] for line in out.splitlines()]
        assert lines == ["connected", "ended"]
        with pytest.raises(psycopg.OperationalError):
            client.execute("SELECT 1")


def test_a_source_that_is_gone_costs_one_connection_and_no_more(source: Server, tmp_path: Path) -> None:
    (tmp_path / "link").mkdir()
    with relayed(f"host={tmp_path / 'link'} dbname=juki") as process:
        assert process.stdout is not None
        with pytest.raises(psycopg.OperationalError, match="closed the connection unexpectedly"):
            psycopg.connect(through())
        said = [process.stdout.readline() for _ in range(2)]
        assert ": closed, the source can't be reached: [Errno 2] No such file" in said[1]
        (tmp_path / "link" / ".s.PGSQL.5432").symlink_to(source.folder / ".s.PGSQL.5432")
        psycopg.connect(through()).close()


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("0.0.0.0:15432", "neither a private address"),
        ("[::]:15432", "neither a private address"),
        ("[::ffff:8.8.8.8]:15432", "neither a private address"),
        ("203.0.113.7:15432", "neither a private address"),
        ("100.64.0.1:15432", "neither a private address"),
        ("169.254.169.254:15432", "neither a private address"),
        ("localhost:15432", "an address and a port"),
        ("::1:15432x", "an address and a port"),
        ("127.0.0.1", "an address and a port"),
        ("127.0.0.1:0", "an address and a port"),
        ("127.0.0.1:65536", "an address and a port"),
        ("127.0.0.1:+1", "an address and a port"),
        ("10.255.255.254:15432", "can't listen on 10.255.255.254:15432: Cannot assign requested address"),
    ],
)
@pytest.mark.usefixtures("never")
def test_it_stands_at_a_private_address_of_this_machine_only(
    at: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["swap", "relay", "--source", "host=/nowhere", "--listen", at]) == 2
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines()), told in err) == ("", 1, True)


@pytest.mark.usefixtures("never")
def test_a_port_that_is_taken_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server((OWN, 0)) as taken:
        at = f"{OWN}:{taken.getsockname()[1]}"
        assert main(["swap", "relay", "--source", "host=/nowhere", "--listen", at]) == 2
    assert f"can't listen on {at}: Address already in use. Give" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("service=old", ("old.invalid", 6000)),
        ("service=old hostaddr=127.0.0.9", ("127.0.0.9", 6000)),
        ("host=/run/old port=6001", "/run/old/.s.PGSQL.6001"),
    ],
)
def test_the_server_is_the_one_of_the_connection_and_its_password_file_is_not_read(
    text: str,
    found: object,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "services").write_text("[old]\nhost=old.invalid\nport=6000\n", encoding="utf-8")
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    # libpq warns of a file that others may read, where it reads it.
    (tmp_path / "pass").write_text("*:*:*:*:naisho\n", encoding="utf-8")
    (tmp_path / "pass").chmod(0o644)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pass"))
    assert server_of(text) == found
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("host=one,two", "names several servers"),
        ("service=nobody", 'definition of service "nobody" not found'),
        ("port=x", 'invalid integer value "x"'),
        ("host=db password=naisho", "put it into ~/.pgpass"),
    ],
)
@pytest.mark.usefixtures("never")
def test_a_connection_that_names_no_one_server_is_refused(
    text: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "services").write_text("", encoding="utf-8")
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    assert main(["swap", "relay", "--source", text, "--listen", f"{OWN}:15432"]) == 2
    assert told in capsys.readouterr().err


@contextmanager
def standing(answer: Callable[[socket.socket], None], limit: Limit) -> Iterator[tuple[str, int]]:
    """A relay in this process; `answer` is what the source does with each connection."""
    ends, wakes = socket.socketpair()

    def serve() -> None:
        while True:
            try:
                client, _ = behind.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=[client], daemon=True).start()

    with ends, wakes, socket.create_server(HERE) as behind, socket.create_server(HERE) as server:
        threading.Thread(target=serve, daemon=True).start()
        running = threading.Thread(target=stand, args=[server, behind.getsockname(), limit, ends])
        running.start()
        try:
            yield server.getsockname()
        finally:
            wakes.send(b"e")
            running.join(timeout=10)
            behind.shutdown(socket.SHUT_RDWR)
        assert not running.is_alive()


def test_all_connections_take_from_one_limit_and_an_end_that_is_half_closed_still_gets_the_answer() -> None:
    limit = Counting()

    def answer(client: socket.socket) -> None:
        with client:
            # All that was asked, then as much again.
            asked = b"".join(iter(lambda: client.recv(2**16), b""))
            client.sendall(asked)

    asked = bytes(100_000)
    with standing(answer, limit) as at, ExitStack() as stack:
        clients = [stack.enter_context(socket.create_connection(at, timeout=10)) for _ in range(2)]
        for client in clients:
            client.sendall(asked)
            client.shutdown(socket.SHUT_WR)
        assert [client.makefile("rb").read() for client in clients] == [asked, asked]
    assert limit.octets == 2 * len(asked)


def test_only_so_many_connections_are_carried_at_once_and_one_that_ends_makes_room(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert MOST == 16
    monkeypatch.setattr(standing_relay, "MOST", 2)
    ended = threading.Semaphore(0)

    class Room(threading.Semaphore):
        def release(self, n: int = 1) -> None:
            super().release(n)
            ended.release()

    monkeypatch.setattr(standing_relay, "Semaphore", Room)

    def answer(client: socket.socket) -> None:
        with client:
            client.sendall(b"in")
            client.recv(1)

    with standing(answer, Limit(None)) as at, ExitStack() as stack:
        clients = [stack.enter_context(socket.create_connection(at, timeout=10)) for _ in range(2)]
        assert [client.recv(2) for client in clients] == [b"in", b"in"]
        with socket.create_connection(at, timeout=10) as third:
            assert third.recv(2) == b""
        clients[0].close()
        assert ended.acquire(timeout=10)
        with socket.create_connection(at, timeout=10) as fourth:
            assert fourth.recv(2) == b"in"
    assert "refused, 2 connections are open already" in capsys.readouterr().out


def test_an_end_that_is_gone_without_a_word_is_noticed_on_both_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = list[tuple[int, ...]]()
    kept = relay._kept_alive

    def noted(end: socket.socket) -> None:
        kept(end)
        names = ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT")
        values = [end.getsockopt(socket.IPPROTO_TCP, getattr(socket, name)) for name in names]
        seen.append((end.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE), *values))

    monkeypatch.setattr(relay, "_kept_alive", noted)
    with (
        standing(lambda client: client.close(), Limit(None)) as at,
        socket.create_connection(at, timeout=10) as client,
    ):
        assert client.recv(1) == b""
    assert seen == [(1, 60, 10, 6)] * 2
