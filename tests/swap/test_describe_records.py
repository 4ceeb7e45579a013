"""What describes records and was changed on the source since they were copied: carried without a byte, or named."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from google.cloud import storage  # type: ignore[import-untyped]

from operations import swap
from operations.swap.receipts import chain
from operations.swap.s3_lock import S3Lock
from operations.swap.stores import lockable, opened
from tests.swap import emulators, test_record_locks
from tests.swap.sides import S3, Azure, Given, Google, Side, moto, profile, s3
from tests.swap.test_record_locks import Policies

NOW = datetime.now(UTC).replace(microsecond=0)
SHORT, LONG = NOW + timedelta(days=9), NOW + timedelta(days=900)


policies = test_record_locks.policies
"""A fixture: Azure's immutability, which Azurite has not."""


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with moto() as address:
        yield address


@pytest.fixture(scope="module")
def connection() -> Iterator[str]:
    with emulators.azurite() as made:
        yield made


@pytest.fixture(scope="module")
def google() -> Iterator[str]:
    with emulators.fake_gcs() as made:
        yield made


@pytest.fixture
def client(endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    profile(endpoint, tmp_path, monkeypatch)
    requests.post(f"{endpoint}/moto-api/reset", timeout=10).raise_for_status()
    return s3()


class Move:
    """Two stores whose records were copied."""

    def __init__(self, source: Side, target: Side, name: str, folder: Path) -> None:
        self.folder, self.names = folder / "receipts", (source.make(f"{name}-old"), target.make(f"{name}-new"))
        for key in ("k", "left"):
            source.put(f"{name}-old", key, b"x", Given(tag=("kubun", "zei"), metadata={"torihiki": "1"}, until=SHORT))
        assert self.run("copy-records") == 0

    def run(self, step: str, *more: str) -> int:
        ends = ["--source", self.names[0], "--target", self.names[1], "--receipts", str(self.folder)]
        return swap.main([step, *ends, *more])

    @property
    def counts(self) -> dict[str, int]:
        return dict(chain(self.folder)[-1].counts)


def test_tags_holds_and_longer_retention_of_s3_are_carried_and_no_byte_is(
    client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    move = Move(S3(lock=True), S3(lock=True), "s3", tmp_path)
    before = client.list_object_versions(Bucket="s3-new")["Versions"]
    client.put_object_tagging(Bucket="s3-old", Key="k", Tagging={"TagSet": [{"Key": "nendo", "Value": "8"}]})
    client.put_object_legal_hold(Bucket="s3-old", Key="k", LegalHold={"Status": "ON"})
    kept = {"Mode": "GOVERNANCE", "RetainUntilDate": LONG}
    client.put_object_retention(Bucket="s3-old", Key="k", Retention=kept)
    assert move.run("verify-records") == 1
    monkeypatch.setattr(S3Lock, "opened", None)
    monkeypatch.setattr(S3Lock, "put", None)
    capsys.readouterr()
    assert move.run("describe-records") == 0
    told = [one.partition("): ")[2] for one in capsys.readouterr().out.splitlines()[:-1]]
    assert told == ["property legal_hold", "tag kubun", "tag nendo", f"retention: until {SHORT}, {LONG} on the source"]
    assert move.counts == {"versions": 1, "left": 0}
    assert client.list_object_versions(Bucket="s3-new")["Versions"] == before
    found = client.head_object(Bucket="s3-new", Key="k")
    assert (found["ObjectLockMode"], found["ObjectLockRetainUntilDate"]) == ("GOVERNANCE", LONG)
    monkeypatch.undo()


def test_what_is_locked_for_good_stays_so_and_a_hold_that_fell_falls(client: Any, tmp_path: Path) -> None:
    move = Move(S3(lock=True), S3(lock=True), "bound", tmp_path)
    target = lockable(move.names[1])
    (version,) = next(history for key, history in target.histories() if key == "k")
    target.lock(version, SHORT)
    for side in ("old", "new"):
        client.put_object_legal_hold(Bucket=f"bound-{side}", Key="left", LegalHold={"Status": "ON"})
    client.put_object_legal_hold(Bucket="bound-old", Key="left", LegalHold={"Status": "OFF"})
    kept = {"Mode": "GOVERNANCE", "RetainUntilDate": LONG}
    client.put_object_retention(Bucket="bound-old", Key="k", Retention=kept)
    assert move.run("describe-records") == 0
    assert target.retention(version) == (LONG, LONG)
    assert client.get_object_legal_hold(Bucket="bound-new", Key="left")["LegalHold"]["Status"] == "OFF"
    assert move.run("verify-records") == 0
    assert move.run("describe-records") == 0
    assert move.counts == {"versions": 0, "left": 0}


def test_what_belongs_to_the_bytes_of_a_version_is_named(
    client: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    side = S3(lock=True)
    move = Move(side, side, "meta", tmp_path)
    side.describe("meta-old", "k", {"torihiki": "2"})
    assert move.run("describe-records") == 1
    assert capsys.readouterr().out.splitlines()[-2].endswith("): metadata torihiki: can't be changed there")
    assert move.counts == {"versions": 1, "left": 1}
    assert client.head_object(Bucket="meta-new", Key="k")["Metadata"] == {"torihiki": "1"}


def test_azure_is_given_tags_and_a_longer_policy(
    client: Any,
    connection: str,
    policies: Policies,
    tmp_path: Path,
) -> None:
    move = Move(S3(lock=True), Azure(connection), f"az{NOW:%H%M%S}", tmp_path)
    old = move.names[0].partition("/")[2]
    assert {path.rpartition("/")[2]: kept for path, kept in policies.items()} == {
        "k": ("Unlocked", SHORT),
        "left": ("Unlocked", SHORT),
    }
    client.put_object_tagging(Bucket=old, Key="k", Tagging={"TagSet": [{"Key": "nendo", "Value": "8"}]})
    kept = {"Mode": "GOVERNANCE", "RetainUntilDate": LONG}
    client.put_object_retention(Bucket=old, Key="k", Retention=kept)
    assert move.run("describe-records") == 0
    # Azurite's list tells no policy, so each is asked for again, and left as it is.
    assert move.counts == {"versions": 2, "left": 0}
    assert {path.rpartition("/")[2]: kept for path, kept in policies.items()} == {
        "k": ("Unlocked", LONG),
        "left": ("Unlocked", SHORT),
    }
    found = {key: history[-1].described for key, history in opened(move.names[1]).histories()}
    assert {key: dict(one.tags) for key, one in found.items() if one} == {"k": {"nendo": "8"}, "left": {"kubun": "zei"}}


def test_google_is_given_metadata_anew_and_loses_what_is_gone(
    google: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", google)
    side = Google()
    name = f"g{NOW:%H%M%S}"
    source, target = (f"{name}-{end}" for end in ("old", "new"))
    names = side.make(source), side.make(target)
    side.put(source, "k", b"x", Given(metadata={"torihiki": "1"}))
    line = ["--source", names[0], "--target", names[1], "--receipts", str(tmp_path / "receipts")]
    assert swap.main(["copy-records", *line]) == 0
    before = [[one.id for one in history] for _, history in opened(names[1]).histories()]
    blob = side._client.bucket(source).get_blob("k")
    blob.content_type, blob.metadata = "text/plain", {"torihiki": "2"}
    blob.patch()
    assert swap.main(["verify-records", *line]) == 1
    assert swap.main(["describe-records", *line]) == 0
    assert swap.main(["verify-records", *line]) == 0
    found = side.get(target, "k")
    assert found
    assert (found.type, found.metadata) == ("text/plain", {"torihiki": "2"})
    side.describe(target, "k", {"torihiki": "2", "kyu": "1"})
    sent, patch = list[object](), storage.Blob.patch

    def noted(self: storage.Blob, **more: object) -> None:
        sent.append(self._properties["metadata"])
        patch(self, **more)

    monkeypatch.setattr(storage.Blob, "patch", noted)
    # The emulator takes what has no value for an empty text, and the service for nothing (unverified): so it is named as left here.
    assert swap.main(["describe-records", *line]) == 1
    assert sent == [{"torihiki": "2", "kyu": None}]
    assert [[one.id for one in history] for _, history in opened(names[1]).histories()] == before
