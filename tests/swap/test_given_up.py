"""The copies of records taken out of the target of a move that is given up, on moto's S3 server: all that was put, and nothing else."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from operations import swap
from operations.swap.receipts import Place, chain, write
from operations.swap.s3_lock import S3Lock
from tests.swap.sides import PROFILE, S3, Given, moto, profile

KEEP = datetime.now(UTC).replace(microsecond=0) + timedelta(days=900)
NAMES = ("住民/令和8年/葛󠄀城.csv", "a b+c?&=/..;x", "gone")


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with moto() as address:
        yield address


class Move:
    """Two buckets; the source has each name twice, under retention and one under a legal hold, and one name deleted."""

    def __init__(self, folder: Path) -> None:
        side = S3(lock=True)
        self.client, self.folder = side.client, folder
        self.source, self.target = side.make("old"), side.make("new")
        for key in NAMES:
            for version in range(2):
                side.put("old", key, f"{key}{version}".encode(), Given(until=KEEP))
        side.delete("old", "gone")
        held = {"ChecksumAlgorithm": "SHA256"}
        self.client.put_object_legal_hold(Bucket="old", Key=NAMES[0], LegalHold={"Status": "ON"}, **held)

    def copy(self) -> int:
        return swap.main(["copy-records", "--source", self.source, "--target", self.target, *self._folder])

    def remove(self, *, store: str | None = None) -> int:
        return swap.main(["remove-records", "--target", store or self.target, *self._folder, "--jobs", "1"])

    def stage(self, name: str) -> None:
        ends = [Place(system="stack", address=one, name="s") for one in ("aws", "oci")]
        write(self.folder, step="stage", source=ends[0], target=ends[1], notes=(name,))

    def lying(self, bucket: str) -> list[tuple[str, str]]:
        """Key and id of every version and deletion."""
        listed = self.client.list_object_versions(Bucket=bucket)
        return [
            (one["Key"], one["VersionId"]) for kind in ("Versions", "DeleteMarkers") for one in listed.get(kind, ())
        ]

    @property
    def _folder(self) -> list[str]:
        return ["--receipts", str(self.folder)]


@pytest.fixture
def move(endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Move:
    profile(endpoint, tmp_path, monkeypatch)
    requests.post(f"{endpoint}/moto-api/reset", timeout=10).raise_for_status()
    return Move(tmp_path / "receipts")


def test_all_that_was_put_goes_and_what_others_put_is_named_and_stays(
    move: Move, capsys: pytest.CaptureFixture[str]
) -> None:
    assert move.copy() == 0
    source = move.lying("old")
    other = move.client.put_object(Bucket="new", Key=NAMES[0], Body=b"of others")["VersionId"]
    move.stage("withdraw")
    assert move.remove() == 1
    assert f"{NAMES[0]} ({other}): not put by this move" in capsys.readouterr().out.splitlines()
    assert move.lying("new") == [(NAMES[0], other)]
    assert chain(move.folder)[-1].counts == {"removed": 7, "left": 1}
    move.client.delete_object(Bucket="new", Key=NAMES[0], VersionId=other)
    assert move.remove() == 0
    assert move.lying("new") == []
    assert move.lying("old") == source


def test_a_move_that_was_given_up_begins_anew(move: Move) -> None:
    for again in range(2):
        assert move.copy() == 0
        assert len(move.lying("new")) == 7, again
        move.stage("withdraw")
        assert move.remove() == 0
        assert move.lying("new") == []
        move.stage("prepare")
    assert move.copy() == 0
    verify = ["verify-records", "--source", move.source, "--target", move.target, "--receipts", str(move.folder)]
    assert swap.main(verify) == 0


def test_a_removal_that_is_killed_is_given_again_and_a_copy_meanwhile_counts_too(
    move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert move.copy() == 0
    move.stage("withdraw")
    left, removes = [6], S3Lock.remove

    def dies(self: S3Lock, version: Any) -> None:
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        removes(self, version)

    with monkeypatch.context() as patch:
        patch.setattr(S3Lock, "remove", dies)
        killed = multiprocessing.get_context("fork").Process(target=move.remove)
        killed.start()
        killed.join()
    assert killed.exitcode == -signal.SIGKILL
    (rest,) = move.lying("new")
    # Only the first copy's list knows it from now on.
    for key, version in move.lying("old"):
        if key == rest[0]:
            move.client.put_object_legal_hold(
                Bucket="old", Key=key, VersionId=version, LegalHold={"Status": "OFF"}, ChecksumAlgorithm="SHA256"
            )
            move.client.delete_object(Bucket="old", Key=key, VersionId=version, BypassGovernanceRetention=True)
    move.stage("prepare")
    assert move.copy() == 0
    assert len(move.lying("new")) == 6
    move.stage("withdraw")
    assert move.remove() == 0
    assert move.lying("new") == []
    assert chain(move.folder)[-1].counts == {"removed": 6, "left": 0}


def test_nothing_goes_of_a_move_that_may_still_be_made_nor_from_another_store(
    move: Move, capsys: pytest.CaptureFixture[str]
) -> None:
    assert move.copy() == 0
    before = move.lying("old"), move.lying("new")
    for stage in ("prepare", "copy", "cutover", "settle", "retire"):
        move.stage(stage)
        assert move.remove() == 2
        assert "does not stand at withdraw" in capsys.readouterr().err
    move.stage("withdraw")
    move.client.create_bucket(Bucket="third", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    for store in (move.source, f"{PROFILE}/third"):
        assert move.remove(store=store) == 2
        assert "not the store that this move copied records to" in capsys.readouterr().err
    assert (move.lying("old"), move.lying("new")) == before


def test_what_nobody_can_remove_stops_it_and_stays(move: Move, capsys: pytest.CaptureFixture[str]) -> None:
    assert move.copy() == 0
    (locked,) = [id_ for key, id_ in move.lying("new") if key == NAMES[1]][:1]
    retention = {"Mode": "COMPLIANCE", "RetainUntilDate": KEEP}
    move.client.put_object_retention(
        Bucket="new",
        Key=NAMES[1],
        VersionId=locked,
        Retention=retention,
        BypassGovernanceRetention=True,
        ChecksumAlgorithm="SHA256",
    )
    move.stage("withdraw")
    assert move.remove() == 2
    told = capsys.readouterr().err
    assert "AccessDenied" in told
    assert "The `pulumi up` of withdraw takes the store's retention off" in told
    assert (NAMES[1], locked) in move.lying("new")
