"""The relay of a limited dump: everything passes, all of it is counted, and a break is an error."""

import gzip
import os
import random
import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict

from operations import swap
from operations.swap import loading, relay
from operations.swap.archive import Archive
from operations.swap.connection import exported, reading
from operations.swap.limit import Limit
from operations.swap.programs import ToolError
from operations.swap.refusal import Refusal
from operations.swap.relay import Way, limited
from tests.swap.servers import Server
from tests.swap.test_copy import accepted, words


class Counting(Limit):
    """Never waits; `most` bytes, then it breaks."""

    def __init__(self, most: float = float("inf")) -> None:
        super().__init__(1.0)
        self.octets, self.most = 0, most

    def take(self, octets: int) -> None:
        self.octets += octets
        if self.octets > self.most:
            raise OSError


def files(folder: Path) -> dict[str, bytes]:
    """What lies in a dump; its table of contents has a time."""
    return {
        path.name: gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for path in folder.iterdir()
        if path.name != "toc.dat"
    }


def test_a_dump_through_the_relay_is_whole_and_counted_and_nobody_else_comes_in(source: Server, tmp_path: Path) -> None:
    limit, plain, through = Counting(), Archive(folder=tmp_path / "a", jobs=2), Archive(folder=tmp_path / "b", jobs=2)
    with reading(source.to("juki")) as reader:
        plain.dump(Way(given=source.to("juki"), through=source.to("juki")), exported(reader))
        with limited(source.to("juki"), reader, limit) as way:
            folder = Path(conninfo_to_dict(way.through)["host"])
            assert (folder != source.folder, stat.S_IMODE(folder.stat().st_mode)) == (True, 0o700)
            through.dump(way, exported(reader))
        assert not folder.exists()
    assert files(through.folder) == files(plain.folder)
    assert through._entries() == plain._entries()
    assert limit.octets > sum(map(len, files(plain.folder).values()))


def test_a_relay_that_breaks_ends_the_dump_with_an_error(source: Server, tmp_path: Path) -> None:
    archive = Archive(folder=tmp_path / "a", jobs=2)
    with reading(source.to("juki")) as reader, limited(source.to("juki"), reader, Counting(200_000)) as way:
        snapshot = exported(reader)
        with pytest.raises(ToolError, match=rf"pg_dump failed \(host={source.folder} "):
            archive.dump(way, snapshot)


@contextmanager
def serving(answer: bytes) -> Iterator[tuple[Any, list[bytes]]]:
    """A server on the loopback address that hears five bytes and answers, once; as a source's connection."""
    heard = list[bytes]()

    def serve() -> None:
        with server.accept()[0] as client:
            heard.append(client.recv(5, socket.MSG_WAITALL))
            client.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        info = SimpleNamespace(host="db.example", hostaddr="127.0.0.1", port=server.getsockname()[1], password="naisho")
        yield SimpleNamespace(info=info), heard
        thread.join()


def test_a_server_reached_by_tcp_keeps_its_name_and_the_password_is_in_no_word() -> None:
    answer, seconds = random.Random(7).randbytes(300_000), list[float]()
    limit = Limit(8, clock=lambda: 0, wait=seconds.append)
    with serving(answer) as (source, heard), limited("service=old port=1", source, limit) as way:
        through = conninfo_to_dict(way.through)
        port = int(through.pop("port"))
        assert through == {"service": "old", "host": "db.example", "hostaddr": "127.0.0.1"}
        assert way.environment == {"PGPASSWORD": "naisho"}
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            client.sendall(b"hello")
            assert client.makefile("rb").read() == answer
    assert heard == [b"hello"]
    assert max(seconds) == len(answer)


def test_a_source_that_is_gone_ends_the_connection() -> None:
    with serving(b"") as (source, _):
        ports = [source.info.port, 1]
        for source.info.port in ports:
            with limited("dbname=juki", source, Limit(8)) as way:
                port = int(conninfo_to_dict(way.through)["port"])
                with (
                    socket.create_connection(("127.0.0.1", port), timeout=10) as client,
                    suppress(ConnectionResetError),
                ):
                    client.sendall(b"hello")
                    assert client.recv(1) == b""


def test_without_a_limit_nothing_stands_between(source: Server) -> None:
    with reading(source.to("juki")) as reader, limited(source.to("juki"), reader, Limit(None)) as way:
        assert way == Way(given=source.to("juki"), through=source.to("juki"))


def test_a_limit_that_can_not_be_kept_is_refused(source: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay.tempfile, "TemporaryDirectory", lambda **_: os.open("/nowhere", 0))
    with (
        reading(source.to("juki")) as reader,
        pytest.raises(Refusal, match="the limit can't be kept"),
        limited(source.to("juki"), reader, Limit(8)),
    ):
        pass


@pytest.mark.parametrize("step", ["copy", "follow"])
def test_the_commands_limit_reaches_the_dump(
    step: str, source: Server, target: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = list[float | None]()

    def refused(_: str, __: object, limit: Limit) -> object:
        given.append(limit.bits_per_second)
        raise Refusal("enough")

    monkeypatch.setattr(loading, "limited", refused)
    monkeypatch.setattr("operations.swap.follow_step.refuse_unfit", lambda _: None)
    (tmp_path / "decisions.toml").write_text(
        accepted("role-password", "unlogged-table", "hash-by-enum"), encoding="utf-8"
    )
    line = words(step, source.to("juki"), target, tmp_path / "decisions.toml")[1:]
    assert swap.main([*line, "--limit-mbps", "200"]) == 2
    assert given == [200e6]
