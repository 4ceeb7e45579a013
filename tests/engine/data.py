"""The data of a move on real servers: a PostgreSQL database and an object store on either side, and the steps that carry them."""

import logging
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from unittest import mock
from uuid import uuid4

import psycopg
import pytest
from moto.server import ThreadedMotoServer
from psycopg.errors import ReadOnlySqlTransaction

from operations import swap
from operations.swap.connection import connected
from tests.engine.counter import BOOK, Counter, Served
from tests.swap import emulators
from tests.swap.servers import Server, copy, folder_of_a_cluster, running
from tests.swap.sides import PROFILE, S3, Azure, Given, Google, Side

__all__ = ["Data", "End", "Load", "on_the_way"]

MUNICIPAL = Path(__file__).parents[1] / "swap" / "municipal.sql"
WITHOUT_KEY = ("rireki_r7_0", "rireki_r7_1", "rireki_other", "no_column", "furui", "kiroku")
LOSSES = (
    *("role-password", "unlogged-table", "hash-by-enum", "server-setting"),
    *("former-versions", "former-deletions", "object-retention", "object-tags"),
)
"""What these databases and stores lose on one way or another, and is accepted."""
DECISION = '[[accepted]]\nloss = "{}"\nname = "*"\nreason = "試験"\nowner = "情報政策課"\napprover = "CISO"\napproved = 2026-11-25\n'
KEEP = timedelta(days=900)


@dataclass(frozen=True, kw_only=True)
class Load:
    """What lies in the source beside what the tests of the single steps have: statements, and objects of so many bytes each."""

    statements: Sequence[str] = ()
    objects: int = 4
    octets: int = 2_000


@dataclass(frozen=True, kw_only=True)
class End:
    """The data of one side."""

    server: Server
    side: Side
    bucket: str
    store: str
    """What a command calls the bucket."""

    @property
    def served(self) -> Served:
        """How the application reaches it."""
        return Served(database=self.server.to("juki"), put=partial(self.side.put, self.bucket))


class Data:
    """`ends`: each cloud's. The steps are the commands that a person gives; `took`: each that was given, with its seconds."""

    def __init__(self, ends: Mapping[str, End], folder: Path, counter: Counter) -> None:
        self.ends, self.counter, self.took = ends, counter, list[tuple[str, float]]()
        self._receipts, self._decisions = folder / "receipts", folder / "decisions.toml"
        self._decisions.write_text("\n".join(DECISION.format(one) for one in LOSSES), encoding="utf-8")

    def copied(self, cloud: str, other: str) -> None:
        """While `cloud` serves."""
        self.counter.more(20)
        assert self.database("follow", cloud, other) == 0
        assert self.records("copy-records", cloud, other) == 0
        self.counter.more(20)

    def carried(self, cloud: str, other: str) -> None:
        """The rest, and the comparison: nobody writes any more, and who would is refused."""
        assert self.closed(cloud) == 0
        with pytest.raises(ReadOnlySqlTransaction), psycopg.connect(self.ends[cloud].served.database) as foreign:
            foreign.execute("DELETE FROM public.uketsuke")
        assert self.database("finish", cloud, other) == 0
        assert self.records("copy-records", cloud, other) == 0
        assert self.database("verify", cloud, other) == 0
        assert self.records("verify-records", cloud, other) == 0

    def serves(self, cloud: str) -> None:
        """The name points at this side."""
        self.counter.serve(self.ends[cloud].served)
        self.counter.more(20)

    def put_aside(self, cloud: str) -> None:
        """Before a copy back: what has the database's name there gets another one, as docs/swap.md says."""
        self.ends[cloud].server.run("postgres", "ALTER DATABASE juki RENAME TO juki_before_return")

    def whole(self, cloud: str) -> None:
        """Every acknowledged write is there, once; nothing else of the client's is."""
        self.counter.stop()
        with connected(self.ends[cloud].server.to("juki")) as connection:
            rows = connection.execute("SELECT madoguchi, shimei, kai FROM public.uketsuke").fetchall()
        assert len(rows) == len(self.counter.rows)
        assert {mark: (name, times) for mark, name, times in rows} == self.counter.rows
        end = self.ends[cloud]
        found = {key: end.side.get(end.bucket, key) for key in self.counter.objects}
        assert {key: one and sha256(one.body).hexdigest() for key, one in found.items()} == self.counter.objects
        down = ", ".join(f"{seconds:.1f} s" for seconds in self.counter.down)
        print(f"{len(self.counter.rows)} rows, {len(found)} objects acknowledged; down {down}")  # noqa: T201 - measured, shown with -s

    def closed(self, cloud: str) -> int:
        """The database of that side is closed to writes; the exit code."""
        return self._run("close", "--source", self.ends[cloud].server.to("juki"))

    def database(self, step: str, cloud: str, other: str) -> int:
        """A step of the database; its exit code."""
        source, target = (self.ends[one].server.to("juki") for one in (cloud, other))
        return self._run(step, "--source", source, "--target", target)

    def records(self, step: str, cloud: str, other: str) -> int:
        """A step of the object store; its exit code."""
        return self._run(step, "--source", self.ends[cloud].store, "--target", self.ends[other].store)

    def _run(self, step: str, *ends: str) -> int:
        began = time.monotonic()
        code = swap.main([step, *ends, "--receipts", str(self._receipts), "--decisions", str(self._decisions)])
        self.took.append((step, time.monotonic() - began))
        return code


@contextmanager
def on_the_way(cloud: str, other: str, empty: Path, folder: Path, load: Load) -> Iterator[Data]:
    """A filled side on `cloud`, an empty one on `other`, and the client at work. `empty`: a cluster that does not run."""
    with ExitStack() as running_, mock.patch.dict(os.environ, {"LANG": "C.UTF-8"}):
        ends = {}
        # moto keeps its buckets as long as this process lives.
        mark = uuid4().hex[:8]
        for name, bucket in ((cloud, f"records-old-{mark}"), (other, f"records-new-{mark}")):
            cluster = running_.enter_context(folder_of_a_cluster())
            copy(empty, cluster)
            server = running_.enter_context(running(cluster))
            side = _side(name, folder / "aws", running_)
            ends[name] = End(server=server, side=side, bucket=bucket, store=side.make(bucket))
        _fill(ends[cloud], load)
        counter = running_.enter_context(Counter())
        data = Data(ends, folder, counter)
        data.serves(cloud)
        yield data


def _side(cloud: str, folder: Path, running_: ExitStack) -> Side:
    """The store of a cloud, known to this process' environment as docs/swap.md says. `folder`: where the S3 profile lies."""
    if cloud == "azure":
        connection = running_.enter_context(emulators.azurite())
        os.environ["AZURE_STORAGE_CONNECTION_STRING"] = connection
        return Azure(connection)
    if cloud == "gcp":
        os.environ["STORAGE_EMULATOR_HOST"] = running_.enter_context(emulators.fake_gcs())
        return Google()
    if not folder.exists():
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
        server.start()
        running_.callback(server.stop)
        _write_profile(folder, "http://{}:{}".format(*server.get_host_and_port()))
    return S3(lock=cloud == "aws")


def _write_profile(folder: Path, address: str) -> None:
    folder.mkdir()
    config, credentials = folder / "config", folder / "credentials"
    config.write_text(f"[profile {PROFILE}]\nregion = ap-northeast-1\nendpoint_url = {address}\n")
    credentials.write_text(f"[{PROFILE}]\naws_access_key_id = a\naws_secret_access_key = b\n")
    os.environ |= {"AWS_CONFIG_FILE": str(config), "AWS_SHARED_CREDENTIALS_FILE": str(credentials)}


def _fill(end: End, load: Load) -> None:
    server = end.server
    server.run("postgres", "CREATE DATABASE juki")
    server.run("juki", file=MUNICIPAL)
    identity = [f"ALTER TABLE juki.{name} REPLICA IDENTITY FULL" for name in WITHOUT_KEY]
    server.run("juki", *identity, BOOK, *load.statements)
    until = datetime.now(UTC).replace(microsecond=0) + KEEP
    for number in range(load.objects):
        key = f"税/令和8年/葛󠄀城-{number:06}.csv"
        given = Given(metadata={"torihiki": key.encode().hex()}, tag=("kubun", "zei"), until=until)
        for edition in range(2 if number % 4 == 0 else 1):
            end.side.put(end.bucket, key, f"{number}:{edition}".encode() * (load.octets // 4), given)
    end.side.put(end.bucket, "消した記録", b"gone")
    end.side.delete(end.bucket, "消した記録")
