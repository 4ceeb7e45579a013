"""Records between the stores of different clouds: moto's S3, Azurite, fake-gcs-server.

Azurite has no versions, no immutability and no sign-in by Entra ID, fake-gcs-server enforces no retention and asks for no credentials, and
none of the three refuses a name or metadata as its cloud would. So Azure's versions are tested on what its list would answer, retention by
the request that is sent, and the limits as the data that they are.
"""

import gzip
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import AzureError
from azure.core.pipeline.transport import RequestsTransport
from azure.storage.blob import BlobProperties
from urllib3.connectionpool import HTTPConnectionPool

from operations import swap
from operations.swap import blob_container, blob_store, s3_store
from operations.swap.manifest import Manifest
from operations.swap.receipts import chain
from operations.swap.record_comparison import compare
from operations.swap.records import UndecidedError, carry
from operations.swap.store import Described, Hashed, OccupiedError, Store, StoreError, Unheld, Version, read
from operations.swap.stores import opened
from tests.swap import emulators
from tests.swap.sides import S3, Azure, Found, Given, Google, Side, moto, profile

KEEP = datetime.now(UTC).replace(microsecond=0) + timedelta(days=900)
IVS, NFC, NFD, ODD = "住民/令和8年/葛󠄀城.csv", "が", "か\u3099", "a b+c?&=/..;x%41"
ZIPPED = gzip.compress(b"packed" * 100, mtime=0)
PLAIN = Described(length=1, properties={}, metadata={}, tags={}, until=None)


@pytest.fixture(scope="module")
def connection() -> Iterator[str]:
    with emulators.azurite() as made:
        yield made


@pytest.fixture(scope="module")
def google() -> Iterator[str]:
    with emulators.fake_gcs() as made:
        yield made


@pytest.fixture(scope="module")
def amazon() -> Iterator[str]:
    with moto() as made:
        yield made


@pytest.fixture
def sides(
    connection: str, google: str, amazon: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Callable[[], Side]]:
    profile(amazon, tmp_path, monkeypatch)
    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", connection)
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", google)
    return {
        "aws": lambda: S3(lock=True),
        "oci": lambda: S3(lock=False),
        "azure": lambda: Azure(connection),
        "gcs": Google,
    }


class Move:
    """Two stores of one move, filled with a few objects, each put twice."""

    numbers = iter(range(1000))

    def __init__(self, source: Side, target: Side, folder: Path) -> None:
        number = next(self.numbers)
        self.source, self.target, self.folder = source, target, folder
        self.old, self.new = f"old-{number}", f"new-{number}"
        self.names = source.make(self.old), target.make(self.new)

    def fill(self) -> None:
        for key in (IVS, NFC, NFD, ODD, "gone"):
            for version in range(2):
                body = f"{key}{version}".encode()
                given = Given(metadata={"torihiki": key.encode().hex()}, tag=("kubun", "zei"), until=KEEP)
                self.source.put(self.old, key, body, given)
        self.source.put(self.old, "zipped", ZIPPED, Given(type="text/plain", encoding="gzip"))
        self.source.put(self.old, "empty", b"")
        self.source.delete(self.old, "gone")

    def run(self, step: str, *more: str) -> int:
        ends = ["--source", self.names[0], "--target", self.names[1], "--receipts", str(self.folder)]
        return swap.main([step, *ends, "--jobs", "2", *more])

    @cached_property
    def stores(self) -> tuple[Store, Store]:
        return opened(self.names[0]), opened(self.names[1])

    def carry(self, *, jobs: int = 2) -> None:
        carry(*self.stores, Manifest(self.folder), jobs=jobs, accepts=lambda _: True)

    def differences(self) -> list[str]:
        return list(compare(*self.stores, Manifest(self.folder), jobs=2, accepts=lambda _: True))


AT_ONCE = 20


@pytest.mark.parametrize("kind", ["oci", "azure", "gcs"])
def test_a_connection_is_kept_for_each_of_many_objects_that_are_read_at_once(
    kind: str,
    sides: dict[str, Callable[[], Side]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    side = sides[kind]()
    move = Move(side, side, tmp_path)
    side.put(move.old, "a", b"a")
    store = move.stores[0]
    [(_, [version])] = store.histories()
    give_back, all_have_one = HTTPConnectionPool._put_conn, threading.Barrier(AT_ONCE)

    def late(pool: HTTPConnectionPool, connection: Any) -> None:
        all_have_one.wait(10)
        give_back(pool, connection)

    monkeypatch.setattr(HTTPConnectionPool, "_put_conn", late)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        read_ = list(threads.map(lambda _: read(store, version).sha256, range(AT_ONCE)))
    assert read_ == [sha256(b"a").hexdigest()] * AT_ONCE
    assert [one.getMessage() for one in caplog.records if "pool is full" in one.getMessage()] == []


LOSSES = {
    "aws-azure": {"former-versions old", "object-retention new"},
    "aws-gcs": {"object-tags kubun", "object-retention new"},
    "azure-gcs": {"object-tags kubun"},
    "azure-oci": set[str](),
    "gcs-oci": {"object-retention new"},
    "gcs-aws": set[str](),
    "gcs-azure": {"former-versions old", "object-retention new"},
}
"""What each pair loses here, all of it. Azurite and an OCI bucket lock nothing; the bucket of Google has no retention of its own."""

PAIRS = ("aws-azure", "azure-gcs", "gcs-oci", "aws-gcs")
"""For what depends less on the pair: each kind of store on either side."""


@pytest.fixture(params=LOSSES)
def move(request: pytest.FixtureRequest, sides: dict[str, Callable[[], Side]], tmp_path: Path) -> Move:
    source, _, target = request.param.partition("-")
    made = Move(sides[source](), sides[target](), tmp_path / "receipts")
    made.fill()
    return made


@pytest.fixture
def losses(request: pytest.FixtureRequest) -> set[str]:
    return LOSSES[request.node.callspec.params["move"]]


@pytest.fixture
def decisions(losses: set[str], tmp_path: Path) -> str:
    path = tmp_path / "decisions.toml"
    path.write_text(
        "".join(
            f'[[accepted]]\nloss = "{one.split()[0]}"\nname = "*"\nreason = "理由"\nowner = "課"\napprover = "CISO"\n'
            "approved = 2026-11-26\n"
            for one in losses
        )
    )
    return str(path)


def test_records_arrive_once_every_loss_is_decided(
    move: Move, losses: set[str], decisions: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert move.run("copy-records") == (1 if losses else 0)
    told = re.findall(r"((?:object|former)-\w+ [a-z]+)[-0-9]* \(", capsys.readouterr().out)
    assert (len(told), set(told)) == (len(losses), losses)
    if losses:
        assert move.target.get(move.new, IVS) is None
        assert move.run("copy-records", "--decisions", decisions) == 0
    assert move.run("verify-records", "--decisions", decisions) == 0, capsys.readouterr().out
    for key in (IVS, NFC, NFD, ODD):
        assert move.target.get(move.new, key) == Found(
            body=f"{key}1".encode(),
            type="text/csv",
            encoding=None,
            metadata={"torihiki": key.encode().hex()},
            tags=expected_tags(move),
        )
    zipped, empty = move.target.get(move.new, "zipped"), move.target.get(move.new, "empty")
    assert zipped
    assert empty
    assert (zipped.body, zipped.type, zipped.encoding, empty.body) == (ZIPPED, "text/plain", "gzip", b"")
    assert move.target.get(move.new, "gone") is None
    copied = [one for one in chain(move.folder) if one.step == "copy-records"][-1]
    assert len(copied.tools) == 2
    assert move.run("copy-records", "--decisions", decisions) == 0
    assert chain(move.folder)[-1].counts["versions"] == 0


def expected_tags(move: Move) -> dict[str, str]:
    return {} if Google in (type(move.source), type(move.target)) else {"kubun": "zei"}


def test_what_was_not_decided_is_a_difference(move: Move, losses: set[str], decisions: str) -> None:
    compared = {one.split()[0] for one in losses} & {"object-tags", "object-retention"}
    assert move.run("copy-records", "--decisions", decisions) == 0
    assert move.run("verify-records") == (1 if compared else 0)


@pytest.mark.parametrize("puts", [1, 4])
@pytest.mark.parametrize("move", PAIRS, indirect=True)
def test_a_kill_after_a_put_and_the_same_again_end_the_same(
    move: Move, puts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies() -> None:
        add, count = Manifest.add, 0

        def counted(self: Manifest, moved: Any) -> None:
            nonlocal count
            count += 1
            if count == puts:
                os.kill(os.getpid(), signal.SIGKILL)
            add(self, moved)

        monkeypatch.setattr(Manifest, "add", counted)
        move.carry(jobs=1)

    killed = multiprocessing.get_context("fork").Process(target=dies)
    killed.start()
    killed.join()
    assert killed.exitcode == -signal.SIGKILL
    move.carry()
    assert move.differences() == []


def test_what_was_changed_in_the_copy_or_described_anew_on_the_source_is_found(
    move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    move.carry()
    with monkeypatch.context() as bent:
        # Its bytes were read for the copy, and the list says the same of them.
        bent.setattr(move.stores[0], "opened", None)
        assert move.differences() == []
    move.source.describe(move.old, NFC, {"torihiki": "other"})
    move.target.put(move.new, "empty", b"x")
    move.target.describe(move.new, IVS, {"torihiki": "other"})
    move.target.delete(move.new, NFD)
    move.target.put(move.new, "stray", b"x")
    found = move.differences()
    assert {re.split(r" \(|: ", one)[0] for one in found} == {"empty", IVS, NFC, NFD, "stray"}
    # Where no versions are kept, what was changed is another object.
    told = ": metadata torihiki" if move.stores[1].versioned else ": missing"
    assert [one for one in found if one.startswith(IVS) and one.endswith(told)]


@pytest.mark.parametrize("move", PAIRS, indirect=True)
def test_nothing_of_somebody_elses_is_overwritten(move: Move) -> None:
    move.target.put(move.new, IVS, b"somebody else's")
    with pytest.raises(OccupiedError):
        move.carry()
    found = move.target.get(move.new, IVS)
    assert found
    assert found.body == b"somebody else's"


def test_what_the_source_gets_meanwhile_comes_with_the_next_copy(move: Move) -> None:
    move.carry()
    move.source.put(move.old, NFC, b"later")
    move.source.put(move.old, "gone", b"back again")
    move.source.delete(move.old, "empty")
    assert move.differences()
    move.carry()
    assert move.differences() == []
    found = move.target.get(move.new, "gone")
    assert found
    assert (found.body, move.target.get(move.new, "empty")) == (b"back again", None)


@pytest.fixture(params=PAIRS)
def empty(request: pytest.FixtureRequest, sides: dict[str, Callable[[], Side]], tmp_path: Path) -> Move:
    source, _, target = request.param.partition("-")
    return Move(sides[source](), sides[target](), tmp_path / "receipts")


def test_an_object_of_several_parts_arrives(empty: Move, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_store, "WHOLE", 8 << 20)
    body = os.urandom((9 << 20) + 1)
    empty.source.put(empty.old, "large", body)
    empty.carry()
    assert empty.differences() == []
    found = empty.target.get(empty.new, "large")
    assert found
    assert found.body == body


def test_what_was_changed_on_a_target_without_versions_is_not_overwritten(
    sides: dict[str, Callable[[], Side]], tmp_path: Path
) -> None:
    move = Move(sides["gcs"](), sides["azure"](), tmp_path / "receipts")
    move.source.put(move.old, "a", b"1")
    move.carry()
    move.source.put(move.old, "a", b"2")
    move.target.put(move.new, "a", b"somebody else's")
    with pytest.raises(OccupiedError):
        move.carry()
    found = move.target.get(move.new, "a")
    assert found
    assert found.body == b"somebody else's"
    # The same, put by a run that was killed before it wrote the line.
    move.target.put(move.new, "a", b"2", Given(type="text/csv"))
    there = move.stores[1].versions_of("a")
    move.carry()
    assert (move.differences(), move.stores[1].versions_of("a")) == ([], there)


@pytest.mark.parametrize("target", ["azure", "gcs", "aws"])
def test_a_mark_of_which_no_version_is_left_is_no_error(
    target: str, sides: dict[str, Callable[[], Side]], tmp_path: Path
) -> None:
    source = S3(lock=False)
    move = Move(source, sides[target](), tmp_path / "receipts")
    source.put(move.old, "marked", b"1")
    source.delete(move.old, "marked")
    (former,) = source.client.list_object_versions(Bucket=move.old)["Versions"]
    source.client.delete_object(Bucket=move.old, Key="marked", VersionId=former["VersionId"])
    assert [[one.deleted for one in history] for _, history in move.stores[0].histories()] == [[True]]
    move.carry()
    assert move.differences() == []


def test_a_history_of_somebody_elses_stops_the_copy_before_anything_is_written(
    sides: dict[str, Callable[[], Side]], tmp_path: Path
) -> None:
    move = Move(sides["aws"](), sides["gcs"](), tmp_path / "receipts")
    move.source.put(move.old, "a", b"ours")
    for body in (b"1", b"2"):
        move.target.put(move.new, "z", body)
    with pytest.raises(OccupiedError):
        move.carry()
    assert move.target.get(move.new, "a") is None


def test_fewer_bytes_than_were_announced_are_no_object() -> None:
    hashed = Hashed(Bytes(b"12"))
    assert (hashed.read(), hashed.tell()) == (b"12", 2)
    with pytest.raises(StoreError, match="a: 2 bytes came, 3 were announced"):
        hashed.ended("a", replace(PLAIN, length=3))


def test_what_came_after_the_losses_were_named_is_not_dropped(
    sides: dict[str, Callable[[], Side]], tmp_path: Path
) -> None:
    move = Move(sides["aws"](), sides["azure"](), tmp_path / "receipts")
    move.source.put(move.old, "late", b"1", Given(metadata={"torihiki-no": "1"}))
    with pytest.raises(UndecidedError, match=r"late: .*object-metadata torihiki-no"):
        carry(*move.stores, Manifest(move.folder), jobs=1)
    assert move.target.get(move.new, "late") is None


def test_a_deletion_in_the_middle_is_a_loss_where_the_target_keeps_no_mark(
    sides: dict[str, Callable[[], Side]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    move = Move(sides["oci"](), sides["gcs"](), tmp_path / "receipts")
    move.source.put(move.old, "again", b"1")
    move.source.delete(move.old, "again")
    move.source.put(move.old, "again", b"2")
    assert move.run("copy-records") == 1
    assert f"former-deletions {move.old} (1 of them)" in capsys.readouterr().out
    move.carry()
    assert move.differences() == []
    history = move.stores[1].versions_of("again")
    assert [(read(move.stores[1], one).sha256[:4], one.latest) for one in history] == [("6b86", False), ("d473", True)]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every request to Azure, as it is sent."""
    noted, send = list[Any](), RequestsTransport.send

    def noting(self: RequestsTransport, request: Any, **more: Any) -> Any:
        noted.append(request)
        return send(self, request, **more)

    monkeypatch.setattr(RequestsTransport, "send", noting)
    return noted


def test_a_retention_is_put_with_the_object_and_can_be_shortened(
    sides: dict[str, Callable[[], Side]], sent: list[Any]
) -> None:
    """Azure: the request, since Azurite locks nothing. Google: what fake-gcs-server was given."""
    odd = KEEP + timedelta(milliseconds=1)
    told = replace(PLAIN, properties={"legal_hold": "ON"}, until=odd)
    for name in ("azure", "gcs"):
        store = opened(sides[name]().make(f"kept-{name}"))
        assert [one.kind for one in store.unheld(told)] == ["object-property", "object-retention"]
        store.locks = True
        store.put("a", Hashed(Bytes(b"x")), told, over=None)
        if name == "gcs":
            assert store.described(store.versions_of("a")[0]).until == odd
            assert store._client.bucket("kept-gcs").get_blob("a").retention.mode == "Unlocked"  # type: ignore[attr-defined]
    heads = {name.lower(): value for name, value in sent[-1].headers.items()}
    assert heads["x-ms-immutability-policy-mode"] == "Unlocked"
    assert heads["x-ms-legal-hold"] == "true"
    # Whole seconds, and not one less.
    assert heads["x-ms-immutability-policy-until-date"] == (KEEP + timedelta(seconds=1)).strftime(
        "%a, %d %b %Y %H:%M:%S GMT"
    )


@pytest.mark.parametrize("name", ["azure", "gcs", "plain"])
def test_a_put_never_replaces_what_came_since_the_store_was_listed(
    name: str, sides: dict[str, Callable[[], Side]]
) -> None:
    """`plain`: S3 without versions. What is there is compared by the store as it takes the object, on S3 just before."""
    side = sides["oci" if name == "plain" else name]()
    named = side.make(f"since-{name}")
    if isinstance(side, S3):
        # A new bucket would have no versioning at all; a suspended one keeps none either.
        suspended = {"Status": "Suspended"}
        side.client.put_bucket_versioning(Bucket="since-plain", VersioningConfiguration=suspended)
    if isinstance(side, Google):
        bucket = side._client.get_bucket("since-gcs")
        bucket.versioning_enabled = False
        bucket.patch()
    store = opened(named)
    assert not store.versioned

    def put(body: bytes, over: str | None) -> str:
        return store.put("a", Hashed(Bytes(body)), replace(PLAIN, length=len(body)), over=over)

    first = put(b"ours", None)
    second = put(b"ours too", first)
    for over in (None, first):
        with pytest.raises(OccupiedError, match=r"/a: there is something"):
            put(b"ours again", over)
    found = side.get(f"since-{name}", "a")
    assert found
    assert (found.body, [one.id for one in store.versions_of("a")]) == (b"ours too", [second])


class Bytes:
    """A stream that can only be read."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def read(self, size: int) -> bytes:
        part, self._body = self._body[:size], self._body[size:]
        return part


@pytest.mark.parametrize("target", ["aws", "oci"])
def test_a_retention_that_is_over_is_no_retention(
    target: str, sides: dict[str, Callable[[], Side]], tmp_path: Path
) -> None:
    move = Move(sides["gcs"](), sides[target](), tmp_path / "receipts")
    move.source.put(move.old, "a", b"1", Given(until=KEEP - timedelta(days=1000)))
    assert move.run("copy-records") == 0
    assert move.run("verify-records") == 0


def test_a_missing_tool_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"the tests of object stores need Node\.js >= 20 on PATH"):
        emulators._run(["no-such-npm", "ci"], "Node.js >= 20", tmp_path)
    assert not emulators._folder(tmp_path).is_dir()
    with pytest.raises(AssertionError, match=r"is not installed: \./machikumo test"):
        emulators.installed(tmp_path)


def test_the_policy_of_a_bucket_of_google_may_be_enough(sides: dict[str, Callable[[], Side]]) -> None:
    store = opened(sides["gcs"]().make("policy"))
    told = replace(PLAIN, until=KEEP)
    for days, kinds in ((899, ["object-retention"]), (901, [])):
        store._kept_seconds = days * 86_400  # type: ignore[attr-defined]
        assert [one.kind for one in store.unheld(told)] == kinds


def listed(name: str, version: str | None, *, current: bool | None, snapshot: str | None = None) -> BlobProperties:
    """As a list of Azure names a blob."""
    made = BlobProperties()
    made.name, made.snapshot, made.etag, made.last_modified = name, snapshot, "0x1", KEEP
    made.version_id, made.is_current_version = version, current
    return made


def test_versions_of_azure_are_in_order_and_a_deletion_is_where_none_is_current() -> None:
    found = [
        listed("a", "2026-11-26T01:00:00.0000002Z", current=True),
        listed("a", "2026-11-26T01:00:00.0000001Z", current=None),
        listed("b", "2026-11-26T01:00:00.0000003Z", current=None),
        listed("c", None, current=None),
    ]
    told = {
        key: [(one.id[-3:], one.deleted, one.latest) for one in history]
        for key, history in blob_store._histories(found, "azure:a/b")
    }
    assert told == {
        "a": [("01Z", False, False), ("02Z", False, True)],
        "b": [("03Z", False, False), ("ted", True, True)],
        "c": [("0x1", False, True)],
    }
    with pytest.raises(StoreError, match="a has snapshots"):
        list(blob_store._histories([listed("a", None, current=None, snapshot="2026")], "azure:a/b"))


def test_a_version_of_azure_is_read_by_its_id_and_a_blob_by_its_name(
    sides: dict[str, Callable[[], Side]], sent: list[Any]
) -> None:
    """The addresses that are sent: Azurite does not look at the version."""
    side = sides["azure"]()
    store = opened(side.make("ids"))
    side.put("ids", "a", b"1")
    for id_, asked in (("2026-11-26T01:00:00.0000001Z", True), ("0x1C56B79593613F0", False)):
        version = Version(key="a", id=id_, deleted=False, latest=True, modified=KEEP)
        sent.clear()
        read(store, version)
        store.described(version)
        assert ["versionid=2026-11-26T01" in one.url for one in sent] == [asked] * 4
    with pytest.raises(StoreError, match=r"p/\.\./q can't be read"):
        store.described(replace(version, key="p/../q"))


NAMES_REFUSED = {
    "azure": {
        *(
            "ends.",
            "ends/",
            "a./b",
            "p/../q",
            "..",
            ".",
            "back\\slash",
            "gaiji\ue000",
            "bell\x07",
            "bell\r",
            "line\n",
            "",
        ),
        *("x" * 1025, "y" * 255, "あ" * 342),
    },
    "gcs": {"bell\r", "line\n", ".", "..", ".well-known/acme-challenge/a", "あ" * 342, "x" * 1025, ""},
    "aws": {"あ" * 342, "x" * 1025, ""},
}


@pytest.mark.parametrize("name", NAMES_REFUSED)
def test_names_that_a_store_can_not_have_are_refused(name: str, sides: dict[str, Callable[[], Side]]) -> None:
    store = opened(sides[name]().make(f"names-{name}"))
    every = {*set[str]().union(*NAMES_REFUSED.values()), IVS, NFC, NFD, ODD, "a//b", "/a", "x/" * 511 + "x", ".hidden"}
    assert {one for one in every if not store.fits(one)} == NAMES_REFUSED[name]


DESCRIBED = Described(
    length=1,
    properties={
        "redirect": "/b",
        "expires": "soon",
        "custom_time": "2026",
        "blob_type": "AppendBlob",
        "content_disposition": "名",
        "content_type": "a/b",
    },
    metadata={"torihiki-no": "1", "Large": "1", "kana": "カナ", "empty": "", "edge": " x", "plain": "1"},
    tags={"kubun": "税", "at": "@", "plain": "1", "sign": "?"},
    until=None,
)
UNHELD = {
    "azure": "blob_type content_disposition custom_time expires redirect | edge empty kana torihiki-no | at kubun sign",
    "gcs": "blob_type expires redirect |  | at kubun plain sign",
    "aws": "blob_type content_disposition custom_time | Large edge kana | sign",
}


@pytest.mark.parametrize("name", UNHELD)
def test_what_a_store_can_not_hold_is_named(name: str, sides: dict[str, Callable[[], Side]]) -> None:
    store = opened(sides[name]().make(f"held-{name}"))
    found = list(store.unheld(DESCRIBED))
    kinds = ("object-property", "object-metadata", "object-tags")
    assert " | ".join(" ".join(sorted(one.name for one in found if one.kind == kind)) for kind in kinds) == UNHELD[name]
    large = Described(
        length=1, properties={}, metadata={"a": "x" * 8192}, tags={str(n): "1" for n in range(11)}, until=None
    )
    assert Unheld(kind="object-metadata", name="a") in store.unheld(large)
    assert Unheld(kind="object-tags", name="10") in store.unheld(large)


def test_a_store_that_is_not_there_is_one_message(
    sides: dict[str, Callable[[], Side]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sides
    for wrong in ("gcs:missing", "gcs:a/b", "azure:devstoreaccount1/missing", "azure:devstoreaccount1"):
        ends = ["--source", wrong, "--target", wrong, "--receipts", str(tmp_path / "receipts")]
        assert swap.main(["copy-records", *ends]) == 2
        told = capsys.readouterr().err
        assert told.startswith(f"machikumo: {wrong}")
        assert len(told.splitlines()) == 1


def test_credentials_of_azure_are_those_of_the_account_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", f"AccountName=first;AccountKey={emulators.KEY}")
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT", "second")
    monkeypatch.setenv("AZURE_STORAGE_SAS_TOKEN", "sv=1&sig=2")
    found = {name: blob_container._client(name, "records") for name in ("first", "second", "third")}
    assert {name: type(one.credential).__name__ for name, one in found.items()} == {
        "first": "SharedKeyCredentialPolicy",
        "second": "NoneType",
        "third": "DefaultAzureCredential",
    }
    assert found["second"].url.endswith("second.blob.core.windows.net/records?sv=1&sig=2")
    assert [one.primary_hostname for one in found.values()] == [f"{name}.blob.core.windows.net" for name in found]


def test_no_signature_of_azure_is_shown() -> None:
    with pytest.raises(StoreError, match=r"^azure:a/b: url: /b\?sig=… \(Caused$"), blob_store.refusals("azure:a/b"):
        raise AzureError("url: /b?sig=geheim%3D (Caused\nRequestId:1")


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("s3_store", "azure google"),
        ("blob_store", "google boto3"),
        ("gcs_store", "azure boto3"),
        ("copy_records_step", "azure google boto3"),
    ],
)
def test_a_store_brings_in_no_other_clouds_client(module: str, absent: str) -> None:
    program = f"import sys, operations.swap.{module}; print(*({{*{absent.split()}}} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []


@pytest.fixture
def everything_accepted(tmp_path: Path) -> str:
    form = '[[accepted]]\nloss = "{}"\nname = "*"\nreason = "理由"\nowner = "課"\napprover = "CISO"\napproved = 2026-11-26\n'
    kinds = ("former-versions", "former-deletions", "object-name", "object-retention", "object-tags")
    (tmp_path / "all.toml").write_text("".join(form.format(one) for one in kinds))
    return str(tmp_path / "all.toml")


@pytest.mark.parametrize("move", PAIRS, indirect=True)
def test_the_way_back_brings_what_was_put_since_and_nothing_twice(
    move: Move, everything_accepted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    decided = ("--decisions", everything_accepted)
    assert move.run("copy-records", *decided) == 0
    before = {key: [one.id for one in history] for key, history in move.stores[0].histories()}
    move.target.put(move.new, "since", b"new", Given(metadata={"torihiki": "1"}))
    move.target.put(move.new, IVS, b"changed since")
    move.target.delete(move.new, NFD)
    ahead = move.names
    move.names = (ahead[1], ahead[0])
    assert move.run("verify-records", *decided) == 1
    capsys.readouterr()
    assert move.run("copy-records", *decided) == 0
    assert move.run("verify-records", *decided) == 0, capsys.readouterr().out
    bodies = {key: (found := move.source.get(move.old, key)) and found.body for key in (IVS, NFC, NFD, "since", "gone")}
    assert bodies == {IVS: b"changed since", NFC: f"{NFC}1".encode(), NFD: None, "since": b"new", "gone": None}
    after = {key: [one.id for one in history] for key, history in move.stores[0].histories()}
    assert {key: after[key] for key in before if key not in (IVS, NFD)} == {
        key: before[key] for key in before if key not in (IVS, NFD)
    }
    assert move.run("copy-records", *decided) == 0
    assert chain(move.folder)[-1].counts["versions"] == 0
    # And on again: the first direction still knows what lies where.
    move.source.put(move.old, "later still", b"x")
    move.names = ahead
    assert move.run("copy-records", *decided) == 0
    assert move.run("verify-records", *decided) == 0, capsys.readouterr().out
    assert chain(move.folder)[-2].counts["versions"] == 1


def test_what_somebody_put_there_since_is_not_covered_by_the_way_back(
    sides: dict[str, Callable[[], Side]], tmp_path: Path, everything_accepted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    move = Move(sides["azure"](), sides["gcs"](), tmp_path / "receipts")
    move.fill()
    assert move.run("copy-records", "--decisions", everything_accepted) == 0
    move.source.put(move.old, IVS, b"somebody else's")
    move.target.put(move.new, IVS, b"changed since")
    move.names = (move.names[1], move.names[0])
    assert move.run("copy-records", "--decisions", everything_accepted) == 2
    assert f"{IVS}: was changed after its records were carried from there" in capsys.readouterr().err
    found = move.source.get(move.old, IVS)
    assert found
    assert found.body == b"somebody else's"


def test_what_never_went_there_stays_and_is_not_covered_either(
    sides: dict[str, Callable[[], Side]], tmp_path: Path, everything_accepted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    move = Move(sides["aws"](), sides["azure"](), tmp_path / "receipts")
    move.source.put(move.old, "ends with a dot.", b"1")
    decided = ("--decisions", everything_accepted)
    assert move.run("copy-records", *decided) == 0
    move.source.put(move.old, "on both sides", b"old")
    move.names = (move.names[1], move.names[0])
    assert move.run("copy-records", *decided) == 0
    assert move.run("verify-records", *decided) == 0
    move.target.put(move.new, "on both sides", b"new")
    assert move.run("copy-records", *decided) == 2
    assert "on both sides: there is something that this move did not put there" in capsys.readouterr().err
    found = move.source.get(move.old, "on both sides")
    assert found
    assert found.body == b"old"
