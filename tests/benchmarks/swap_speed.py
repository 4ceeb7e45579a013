"""How fast a move is: `python -m tests.benchmarks.swap_speed [database] [objects] [plan]` (without: all three). By hand.

Every figure is a ratio of wall-clock seconds, taken in interleaved rounds on this machine (others may work on it, too); the median counts.

database: 200 MB and more of municipal rows between two servers of tests/swap/servers.py. `swap copy` against pg_dump and pg_restore in directory
format with as many workers (a pipe can't have more than one), once with nothing to hash: so what it takes to look for losses (until the
dump begins) and to carry is told from what comparing adds to the wall clock. Targets: carrying / plain ≤ 1.11, comparing / carrying ≤ 0.5,
verify / copy ≤ 0.5. The two servers and all programs share one machine's cores here.
objects: `swap copy-records` against a loop of boto3's own upload and download with as many threads, and against rclone where it is on PATH,
between buckets of a versitygw on this machine, at once and over a line on which every answer arrives 5 or 30 ms later; then from the emulators of Azure and
Cloud Storage to versitygw. Targets: rclone / copy-records ≥ 0.9, verify / copy ≤ 0.5. versitygw (Go) is built from versitygw/go.mod at the first run and
takes half of a copy's processor time and a third of a comparison's (moto, in Python, took more than half); this process's own stands beside the seconds.
It tells versions, deletions, metadata, tags and their number as S3 does. Of retention it says nothing where an object is got: buckets without it are used.
plan: `swap plan` of the largest example in a process of its own. Target: under 10 s.
"""

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, redirect_stdout
from functools import partial
from io import BytesIO, StringIO
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import Any
from unittest.mock import patch

import boto3  # type: ignore[import-untyped]

from operations import swap
from operations.environment import ROOT
from operations.swap.connection import connected
from operations.swap.s3_store import S3Store
from operations.swap.tools import folder_with
from tests.swap import emulators
from tests.swap.servers import Server, copy, folder_of_a_cluster, initialise, running
from tests.swap.sides import Azure, Google, Side

ROUNDS, JOBS, THREADS = 3, 2, 8
OBJECT_ROUNDS = 12
"""Copying and rclone are first in turns."""
LOOPS = 2
"""In so many of the last rounds the loop comes, too: it takes longer than all else, and what it leaves in this process slows down what follows."""
PEOPLE = 600_000
SIZES = [200_000] * 392 + [20_000_000] * 8
"""Of the objects, in bytes: pages as they are scanned, and some large files."""
LINES = (0, 0.005, 0.03)
"""How much later each request is answered, in seconds."""
ELSEWHERE: dict[str, tuple[Callable[[], AbstractContextManager[str]], str, Callable[[str], Side]]] = {
    "Cloud Storage": (emulators.fake_gcs, "STORAGE_EMULATOR_HOST", lambda _: Google()),
    "Azure": (emulators.azurite, "AZURE_STORAGE_CONNECTION_STRING", Azure),
}
"""The emulator, the variable that tells the clients where it is, and who fills it."""
GATEWAY = Path(__file__).parent / "versitygw"
KEYS = {"ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "bbbbbbbb"}
TAGGED = 10
"""One object in so many has a tag, the first among them."""
ROWS = """
CREATE TABLE resident (id bigint PRIMARY KEY, household bigint NOT NULL, name text NOT NULL, kana text NOT NULL, born date NOT NULL,
  address text NOT NULL, moved timestamptz NOT NULL, remarks jsonb NOT NULL);
INSERT INTO resident SELECT n, n / 3, '葛󠄀城 ' || md5(n::text), 'カツラギ ' || n, date '1930-01-01' + (n * 7919 % 34000)::int,
  '北海道札幌市中央区北' || n % 30 || '条西' || n % 20 || '丁目', timestamptz '2001-01-01 00:00+09' + n * interval '7 minutes',
  jsonb_build_object('区分', n % 9, '異動', md5((n * 3)::text)) FROM generate_series(1::bigint, {people}) n;
CREATE INDEX ON resident (household);
CREATE TABLE tax (resident bigint NOT NULL REFERENCES resident, year int NOT NULL, yen numeric(12, 0) NOT NULL, note text, PRIMARY KEY (resident, year));
INSERT INTO tax SELECT n % {people} + 1, 2020 + n / {people}, n * 37 % 900000, CASE n % 5 WHEN 0 THEN '減免 ' || md5(n::text) END
  FROM generate_series(0::bigint, {people} * 2 - 1) n;
"""
LINE = """
# A line to the server: what it answers arrives so much later, and more is on its way meanwhile.
import asyncio
async def carry(reader, writer, seconds):
    waiting, clock = asyncio.Queue(), asyncio.get_running_loop().time
    async def arrive():
        while True:
            due, part = await waiting.get()
            await asyncio.sleep(due - clock())
            if not part:
                return writer.close()
            writer.write(part)
    arriving = asyncio.create_task(arrive())
    try:
        while part := await reader.read(1 << 18):
            waiting.put_nowait((clock() + seconds, part))
    except ConnectionError:
        pass
    waiting.put_nowait((clock() + seconds, b""))
    await arriving
async def come(reader, writer):
    answers, questions = await asyncio.open_connection("127.0.0.1", {server})
    await asyncio.gather(carry(reader, questions, 0), carry(answers, writer, {seconds}))
async def main():
    await (await asyncio.start_server(come, "127.0.0.1", {port})).serve_forever()
asyncio.run(main())
"""
DECISION = """
[[accepted]]
loss = "{loss}"
name = "*"
reason = "bench"
owner = "bench"
approver = "bench"
approved = 2026-11-26
"""


def took(work: Callable[[], Any]) -> float:
    """Wall-clock seconds; what it says is not shown."""
    began = time.perf_counter()
    with redirect_stdout(StringIO()):
        work()
    return time.perf_counter() - began


def done(*words: str) -> None:
    """One step, which has to end well."""
    said = StringIO()
    with redirect_stdout(said):
        code = swap.main(words)
    assert code == 0, said.getvalue()


def told(name: str, ratios: list[float]) -> None:
    """The median and what it was made of."""
    print(f"{name}: {statistics.median(ratios):.2f} ({', '.join(f'{one:.2f}' for one in ratios)})")


def database() -> None:
    """Copy and comparison of a database."""
    with (
        folder_of_a_cluster() as empty,
        folder_of_a_cluster() as one,
        folder_of_a_cluster() as two,
        tempfile.TemporaryDirectory() as desk,
    ):
        initialise(empty)
        copy(empty, one)
        copy(empty, two)
        with running(one) as source, running(two) as target:
            source.run("postgres", "CREATE DATABASE juki")
            source.run("juki", *ROWS.format(people=PEOPLE).strip().split(";\n"), "VACUUM ANALYZE")
            with connected(source.to("juki")) as connection:
                row = connection.execute("SELECT pg_database_size('juki')").fetchone()
            print(f"database: {row[0] / 2**20 if row else 0:.0f} MiB, {JOBS} workers")
            _rounds(source, target, Path(desk))


class Stamped(StringIO):
    """What a step says, with when it said it."""

    def __init__(self) -> None:
        super().__init__()
        self.at = dict[str, float]()

    def write(self, text: str) -> int:
        self.at.setdefault(text.strip(), time.perf_counter())
        return len(text)


def _rounds(source: Server, target: Server, desk: Path) -> None:
    (desk / "decisions.toml").write_text(
        "".join(DECISION.format(loss=one) for one in ("role-password", "server-setting"))
    )
    ends = ["--source", source.to("juki"), "--target", target.to("juki"), "--decisions", str(desk / "decisions.toml")]
    ends += ["--jobs", str(JOBS)]
    found = dict[str, list[float]]()
    for number in range(ROUNDS):
        by_hand = took(lambda number=number: plain(source, target, desk / f"dump{number}"))  # type: ignore[misc]
        target.emptied()
        with patch("operations.swap.hashing.pieces", return_value=[]), redirect_stdout(Stamped()) as said:
            began = time.perf_counter()
            assert swap.main(["copy", *ends, "--receipts", str(desk / f"bare{number}")]) == 0
            looking, carrying = said.at["dump"] - began, time.perf_counter() - said.at["dump"]
        target.emptied()
        folder = str(desk / f"receipts{number}")
        ours = took(lambda folder=folder: done("copy", *ends, "--receipts", folder))  # type: ignore[misc]
        check = took(lambda folder=folder: done("verify", *ends, "--receipts", folder))  # type: ignore[misc]
        target.emptied()
        comparing = ours - looking - carrying
        for name, ratio in {
            "looking for losses / dump and restore": looking / by_hand,
            "carrying / dump and restore (target 1.11)": carrying / by_hand,
            "comparing / carrying (target 0.5)": comparing / carrying,
            "swap copy / dump and restore": ours / by_hand,
            "swap verify / swap copy (target 0.5)": check / ours,
            "swap verify / dump and restore": check / by_hand,
        }.items():
            found.setdefault(name, []).append(ratio)
        print(
            f"  round {number + 1}: dump and restore {by_hand:.1f} s; swap copy {ours:.1f} s: losses {looking:.1f}, carrying {carrying:.1f}, "
            f"comparing adds {comparing:.1f}; swap verify {check:.1f} s"
        )
    for name, ratios in found.items():
        told(name, ratios)


def plain(source: Server, target: Server, folder: Path) -> None:
    """The same database by pg_dump and pg_restore alone."""
    programs = folder_with("pg_dump", "pg_restore")
    target.run("postgres", "CREATE DATABASE juki TEMPLATE template0")
    dump: list[str | Path] = [
        programs / "pg_dump",
        "--format=directory",
        f"--jobs={JOBS}",
        "--compress=1",
        f"--file={folder}",
        f"--dbname={source.to('juki')}",
    ]
    restore: list[str | Path] = [
        programs / "pg_restore",
        f"--jobs={JOBS}",
        "--exit-on-error",
        f"--dbname={target.to('juki')}",
        folder,
    ]
    for words in (dump, restore):
        subprocess.run(words, check=True)


def objects() -> None:
    """Copy of object stores, side by side and as over a line."""
    for seconds in LINES:
        _objects(seconds)
    for name in ELSEWHERE:
        _elsewhere(name)


def _elsewhere(name: str) -> None:
    """From a store whose list says all that describes a version: of S3 each is asked for."""
    emulator, variable, side = ELSEWHERE[name]

    def believing(_: S3Store, answer: Mapping[str, Any]) -> bool:
        # Amazon is believed at once how many tags there are; another store once it told it right, which here it never can.
        return bool(answer.get("TagCount"))

    with (
        emulator() as where,
        tempfile.TemporaryDirectory() as desk,
        served(Path(desk)) as client,
        patch.object(S3Store, "_asks_tags", believing),
    ):
        os.environ[variable] = where
        source, ratios = side(where), list[float]()
        named = source.make("old")
        for number, size in enumerate(SIZES):
            source.put("old", f"{number:06}", os.urandom(size))
        for number in range(ROUNDS):
            _versioned(client, f"new{number}")
            ends = _ends(desk, number, named)
            copied = took(partial(done, "copy-records", *ends))
            compared = took(partial(done, "verify-records", *ends))
            print(f"  round {number + 1}: copy-records {copied:.1f} s, verify-records {compared:.1f} s")
            ratios.append(compared / copied)
    told(f"from {name} to versitygw: verify-records / copy-records", ratios)


def _objects(seconds_away: float) -> None:
    """The rounds' order turns, so that nobody is always first."""
    with tempfile.TemporaryDirectory() as desk, served(Path(desk), seconds_away) as client:
        _versioned(client, "old")
        for number, size in enumerate(SIZES):
            tag = {"Tagging": "kubun=1"} if number % TAGGED == 0 else {}
            client.put_object(Bucket="old", Key=f"{number:06}", Body=os.urandom(size), **tag)
        ways: dict[str, Callable[[int], float]] = {
            "copy-records": lambda number: took(lambda: done("copy-records", *_ends(desk, number))),
        }
        if rclone := shutil.which("rclone"):
            ways["rclone"] = lambda number: took(lambda: by_rclone(rclone, client, f"rclone{number}"))
        copying = [*ways]
        ways["verify-records"] = lambda number: took(lambda: done("verify-records", *_ends(desk, number)))
        ways["again, --since-last"] = lambda number: took(
            lambda: done("verify-records", *_ends(desk, number), "--since-last")
        )
        ways["loop"] = lambda number: took(lambda: loop(client, f"loop{number}"))
        ratios: dict[str, list[float]] = {}
        for number in range(OBJECT_ROUNDS):
            for way in ("loop", "new", "rclone"):
                _versioned(client, f"{way}{number}")
            turn = number % len(copying)
            order = copying[turn:] + copying[:turn]
            seconds, busy = dict[str, float](), dict[str, float]()
            loops = ["loop"] * (number >= OBJECT_ROUNDS - LOOPS)
            for way in (*order, "verify-records", "again, --since-last", *loops):
                os.sync()  # what one wrote reaches the disk before the next one's time
                began = time.process_time()
                seconds[way] = ways[way](number)
                busy[way] = time.process_time() - began
            each = (f"{way} {one:.1f} s ({busy[way]:.1f})" for way, one in seconds.items())
            print(f"  round {number + 1}, beside it this process's processor time: {', '.join(each)}")
            ratios.setdefault("verify-records / copy-records, processor time", []).append(
                busy["verify-records"] / busy["copy-records"]
            )
            for ours, theirs in (
                ("copy-records", "loop"),
                ("copy-records", "rclone"),
                ("verify-records", "copy-records"),
                ("again, --since-last", "copy-records"),
            ):
                if theirs in seconds:
                    ratios.setdefault(f"{ours} / {theirs}", []).append(seconds[ours] / seconds[theirs])
    print(
        f"objects: {len(SIZES)}, {sum(SIZES) / 1e6:.0f} MB, {THREADS} at once, versitygw, each answer {seconds_away * 1000:.0f} ms later"
        + ("" if rclone else "; no rclone on PATH, not compared")
    )
    for name, values in ratios.items():
        told(name, values)


def loop(client: Any, target: str) -> None:
    """What a person would write: list, download, upload."""

    def one(key: str) -> None:
        held = BytesIO()
        client.download_fileobj("old", key, held)
        held.seek(0)
        client.upload_fileobj(held, target, key)

    pages = client.get_paginator("list_objects_v2").paginate(Bucket="old")
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(one, [found["Key"] for page in pages for found in page["Contents"]]))


def by_rclone(program: str, client: Any, target: str) -> None:
    """The latest versions by rclone, with as many at once and its own checks, told by the environment where the server is."""
    remote = {"TYPE": "s3", "PROVIDER": "Other", "ENDPOINT": client.meta.endpoint_url, "REGION": "ap-northeast-1"}
    told_it = {f"RCLONE_CONFIG_HERE_{name}": value for name, value in (remote | KEYS).items()}
    words = [program, "copy", "here:old", f"here:{target}", "--transfers", str(THREADS), "--s3-no-check-bucket"]
    # Else rclone would ask the server to copy by itself, which it can't between two clouds.
    words += ["--disable", "copy", "--config", os.devnull]
    # rclone can't start where AWS_CA_BUNDLE is set, and needs none here.
    environment = {name: value for name, value in os.environ.items() if name != "AWS_CA_BUNDLE"} | told_it
    ran = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert client.list_objects_v2(Bucket=target)["KeyCount"] == len(SIZES)


def _ends(desk: str, number: int, source: str = "here/old") -> list[str]:
    stores = ["--source", source, "--target", f"here/new{number}"]
    return [*stores, "--receipts", f"{desk}/r{number}", "--jobs", str(THREADS)]


def _versioned(client: Any, name: str) -> None:
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})


@contextmanager
def served(desk: Path, seconds: float = 0) -> Iterator[Any]:
    """A client of a new versitygw, known to ~/.aws as the profile `here`, whose answers arrive so much later."""
    emulators.build(GATEWAY, "github.com/versity/versitygw/cmd/versitygw")
    server = port = _port()
    for name in ("objects", "versions"):
        (desk / name).mkdir()
    words = [
        str(emulators.installed(GATEWAY) / "versitygw"),
        "--region",
        "ap-northeast-1",
        "--port",
        f"127.0.0.1:{server}",
    ]
    # Else it ends each connection after one answer, as no store does.
    words += ["--keep-alive", "--quiet", "posix", "--versioning-dir", str(desk / "versions"), str(desk / "objects")]
    with ExitStack() as running_:
        running_.enter_context(_listening(server, words))
        if seconds:
            port = _port()
            line = LINE.format(server=server, port=port, seconds=seconds)
            running_.enter_context(_listening(port, [sys.executable, "-c", line]))
        endpoint = f"http://127.0.0.1:{port}"
        (desk / "config").write_text(f"[profile here]\nregion = ap-northeast-1\nendpoint_url = {endpoint}\n")
        keys = "".join(f"aws_{name.lower()} = {value}\n" for name, value in KEYS.items())
        (desk / "credentials").write_text(f"[here]\n{keys}")
        os.environ |= {
            "AWS_CONFIG_FILE": str(desk / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(desk / "credentials"),
        }
        yield boto3.Session(profile_name="here").client("s3")


def _port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def _listening(port: int, words: Sequence[str]) -> Iterator[None]:
    """A process that listens on this port of the loopback address. AssertionError where it does not come to that."""
    environment = os.environ | {"ROOT_ACCESS_KEY": KEYS["ACCESS_KEY_ID"], "ROOT_SECRET_KEY": KEYS["SECRET_ACCESS_KEY"]}
    process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, f"{words[0]} ended"
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


def plan() -> None:
    """The plan of the largest example, with its runbook."""
    example = ROOT / "stacks" / "config" / "Pulumi.011002-resident-record-production.yaml"
    with tempfile.TemporaryDirectory() as desk:
        file = Path(desk) / "stack.yaml"
        file.write_text(f"{example.read_text()}  machikumo:database_password: {json.dumps({'secure': 'v1:x:y'})}\n")
        words = [
            sys.executable,
            "-m",
            "operations",
            "swap",
            "plan",
            str(file),
            "--to",
            "gcp",
            "--runbook",
            f"{desk}/r.md",
        ]
        before = getrusage(RUSAGE_CHILDREN)
        seconds = [took(lambda: subprocess.run(words, stdout=subprocess.DEVNULL, check=False)) for _ in range(ROUNDS)]
        after = getrusage(RUSAGE_CHILDREN)
    busy = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / ROUNDS
    print(
        f"swap plan: {statistics.median(seconds):.1f} s (target 10), {busy:.1f} s of processor time in its three processes"
    )


if __name__ == "__main__":
    for chosen in sys.argv[1:] or ("plan", "objects", "database"):
        {"database": database, "objects": objects, "plan": plan}[chosen]()
