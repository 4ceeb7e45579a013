"""Records in object stores: carried with their history, compared byte for byte, whatever interrupts, on moto's S3 server."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
from botocore.awsrequest import AWSResponse  # type: ignore[import-untyped]
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from operations import swap
from operations.swap.manifest import Manifest
from operations.swap.receipts import Place, chain, write
from operations.swap.record_comparison import compare
from operations.swap.records import carry
from operations.swap.s3_lock import S3Lock
from operations.swap.s3_store import S3Store
from operations.swap.store import Described, Hashed, OccupiedError
from tests.swap.sides import moto, profile, s3

KEEP = datetime.now(UTC).replace(microsecond=0) + timedelta(days=900)
NAMES = ("住民/令和8年/葛󠄀城.csv", "a b+c?&=/..;x", "plain", "empty")
"""With an ideographic variation selector, with what URLs use, and plain."""


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with moto() as address:
        yield address


@pytest.fixture
def client(endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    profile(endpoint, tmp_path, monkeypatch)
    # moto keeps one state for the whole process.
    requests.post(f"{endpoint}/moto-api/reset", timeout=10).raise_for_status()
    return s3()


def bucket(client: Any, name: str, *, versioned: bool = True) -> str:
    client.create_bucket(
        Bucket=name,
        ObjectLockEnabledForBucket=versioned,
        CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"},
    )
    return f"here/{name}"


@pytest.fixture
def source(client: Any) -> str:
    named = bucket(client, "old")
    for number, key in enumerate(NAMES[:3]):
        for version in range(2):
            client.put_object(
                Bucket="old",
                Key=key,
                Body=f"{key}{version}".encode() * 1000,
                ContentType="text/csv; charset=UTF-8",
                Metadata={"torihiki": str(number)},
                Tagging="kubun=%E7%A8%8E",
                ObjectLockMode="GOVERNANCE",
                ObjectLockRetainUntilDate=KEEP,
            )
    client.delete_object(Bucket="old", Key="plain")
    client.put_object(Bucket="old", Key="empty", Body=b"")
    return named


def words(step: str, source: str, target: str, folder: Path, *more: str) -> list[str]:
    return [step, "--source", source, "--target", target, "--receipts", str(folder), "--jobs", "4", *more]


def test_every_version_arrives_and_is_the_same(client: Any, source: str, tmp_path: Path) -> None:
    target = bucket(client, "new")
    assert swap.main(words("copy-records", source, target, tmp_path / "receipts")) == 0
    assert swap.main(words("verify-records", source, target, tmp_path / "receipts")) == 0
    listed = client.list_object_versions(Bucket="new")
    assert sorted((one["Key"], one["IsLatest"]) for one in listed["Versions"]) == sorted(
        (one["Key"], one["IsLatest"]) for one in client.list_object_versions(Bucket="old")["Versions"]
    )
    assert [(one["Key"], one["IsLatest"]) for one in listed["DeleteMarkers"]] == [("plain", True)]
    found = client.get_object(Bucket="new", Key=NAMES[0])
    assert found["Body"].read() == f"{NAMES[0]}1".encode() * 1000
    assert (found["ContentType"], found["Metadata"]) == ("text/csv; charset=UTF-8", {"torihiki": "0"})
    assert (found["ObjectLockMode"], found["ObjectLockRetainUntilDate"]) == ("GOVERNANCE", KEEP)
    tags = client.get_object_tagging(Bucket="new", Key=NAMES[0])["TagSet"]
    assert tags == [{"Key": "kubun", "Value": "税"}]
    written = [
        (one.step, one.counts["versions" if one.step == "copy-records" else "differences"])
        for one in chain(tmp_path / "receipts")
    ]
    assert written == [("copy-records", 8), ("verify-records", 0)]


def test_what_only_s3_knows_of_an_object_arrives_in_another_bucket(client: Any, tmp_path: Path) -> None:
    old, target = bucket(client, "old"), bucket(client, "new")
    given = {
        "WebsiteRedirectLocation": "/elsewhere",
        "ObjectLockLegalHoldStatus": "ON",
        "ContentDisposition": "attachment",
        "ContentLanguage": "ja",
        "CacheControl": "no-store",
    }
    client.put_object(Bucket="old", Key="p/../q", Body=b"1", Expires=KEEP, ChecksumAlgorithm="SHA256", **given)
    assert swap.main(words("copy-records", old, target, tmp_path / "receipts")) == 0
    assert swap.main(words("verify-records", old, target, tmp_path / "receipts")) == 0
    found = client.get_object(Bucket="new", Key="p/../q")
    assert {name: found.get(name) for name in given} == given
    assert found["Expires"] == KEEP


def test_what_the_source_gets_meanwhile_comes_with_the_next_copy(client: Any, source: str, tmp_path: Path) -> None:
    target = bucket(client, "new")
    line = words("copy-records", source, target, tmp_path / "receipts")
    assert swap.main(line) == 0
    client.put_object(Bucket="old", Key=NAMES[0], Body=b"later")
    client.put_object(Bucket="old", Key="another", Body=b"new")
    assert swap.main(words("verify-records", source, target, tmp_path / "receipts")) == 1
    assert swap.main(line) == 0
    assert chain(tmp_path / "receipts")[-1].counts == {"keys": 5, "versions": 2, "bytes": 8, "left-out": 0}
    assert swap.main(words("verify-records", source, target, tmp_path / "receipts")) == 0


@pytest.mark.parametrize("puts", [1, 2, 6])
def test_a_kill_after_any_put_and_the_same_command_again_end_the_same(
    client: Any, source: str, tmp_path: Path, puts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the put and its line in the manifest, where nothing says that it was done."""
    target, folder = bucket(client, "new"), tmp_path / "receipts"

    def dies() -> None:
        add, count = Manifest.add, 0

        def counted(self: Manifest, moved: Any) -> None:
            nonlocal count
            count += 1
            if count == puts:
                os.kill(os.getpid(), signal.SIGKILL)
            add(self, moved)

        monkeypatch.setattr(Manifest, "add", counted)
        carry(S3Store(source), S3Store(target), Manifest(folder), jobs=1)

    killed = multiprocessing.get_context("fork").Process(target=dies)
    killed.start()
    killed.join()
    assert killed.exitcode == -signal.SIGKILL
    carry(S3Store(source), S3Store(target), Manifest(folder), jobs=4)
    assert list(compare(S3Store(source), S3Store(target), Manifest(folder), jobs=4)) == []
    assert sum(len(history) for _, history in S3Store(target).histories()) == 8


def test_a_line_that_a_kill_cut_off_is_written_anew(client: Any, source: str, tmp_path: Path) -> None:
    target, folder = bucket(client, "new"), tmp_path / "receipts"
    carry(S3Store(source), S3Store(target), Manifest(folder), jobs=1)
    whole = (folder / "records.jsonl").read_bytes()
    (folder / "records.jsonl").write_bytes(whole[:-20])
    carry(S3Store(source), S3Store(target), Manifest(folder), jobs=1)
    assert sorted((folder / "records.jsonl").read_bytes().splitlines()) == sorted(whole.splitlines())


CORRUPTED = {
    "put over": lambda c: c.put_object(Bucket="new", Key="empty", Body=b"x"),
    "deleted": lambda c: c.delete_object(Bucket="new", Key=NAMES[1]),
    "retention": lambda c: c.put_object_retention(
        Bucket="new",
        Key=NAMES[1],
        BypassGovernanceRetention=True,
        Retention={"Mode": "GOVERNANCE", "RetainUntilDate": KEEP - timedelta(days=1)},
    ),
}


def latest(client: Any, key: str) -> str:
    return str(client.head_object(Bucket="new", Key=key)["VersionId"])


@pytest.mark.parametrize("name", ["put over", "deleted"])
def test_what_was_changed_in_the_copy_is_found(client: Any, source: str, tmp_path: Path, name: str) -> None:
    target, folder = bucket(client, "new"), tmp_path / "receipts"
    assert swap.main(words("copy-records", source, target, folder)) == 0
    CORRUPTED[name](client)
    assert swap.main(words("verify-records", source, target, folder)) == 1
    assert chain(folder)[-1].counts["differences"] >= 1


@pytest.mark.parametrize("told", ["metadata torihiki", "property content_type"])
def test_a_version_put_with_other_metadata_is_found(
    client: Any, source: str, tmp_path: Path, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, folder, put = bucket(client, "new"), tmp_path / "receipts", S3Store.put
    other = {"metadata": {"torihiki": "9"}} if told == "metadata torihiki" else {"properties": {"content_type": "a/b"}}

    def bent(self: S3Store, key: str, stream: Hashed, described: Described, *, over: str | None) -> str:
        return put(self, key, stream, replace(described, **other), over=over)  # type: ignore[arg-type]

    monkeypatch.setattr(S3Store, "put", bent)
    carry(S3Store(source), S3Store(target), Manifest(folder), jobs=1)
    found = list(compare(S3Store(source), S3Store(target), Manifest(folder), jobs=1))
    assert [one for one in found if told in one]


def settled(folder: Path, *, mode: str = "COMPLIANCE") -> None:
    """The stage settle: its receipt, and the store as its `up` leaves it."""
    ends = [Place(system="stack", address=one, name="s") for one in ("aws", "oci")]
    write(folder, step="stage", source=ends[0], target=ends[1], notes=("settle",))
    # moto takes a default retention for an empty bucket only; S3 takes it at any time.
    new = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets["new"]
    new.object_lock_enabled, new.default_lock_mode, new.default_lock_days = True, mode, 400


def retained(client: Any) -> list[tuple[str, str | None, datetime | None]]:
    listed = client.list_object_versions(Bucket="new")["Versions"]
    heads = [
        (one["Key"], client.head_object(Bucket="new", Key=one["Key"], VersionId=one["VersionId"])) for one in listed
    ]
    return sorted((key, head.get("ObjectLockMode"), head.get("ObjectLockRetainUntilDate")) for key, head in heads)


def test_copies_are_locked_as_what_is_put_there_since_and_never_shorter(
    client: Any, source: str, tmp_path: Path
) -> None:
    target, folder = bucket(client, "new"), tmp_path / "receipts"
    line = ["lock-records", "--target", target, "--receipts", str(folder)]
    assert swap.main(words("copy-records", source, target, folder)) == 0
    # An administrator shortened one meanwhile: it is locked as long as the source keeps it.
    CORRUPTED["retention"](client)
    settled(folder)
    assert swap.main(line) == 0
    assert chain(folder)[-1].counts == {"bound": 7, "before": 0, "ended": 0, "unlocked": 0}
    found = retained(client)
    put = client.head_object(Bucket="new", Key="empty")["LastModified"]
    assert found == sorted(
        [(key, "COMPLIANCE", KEEP) for key in NAMES[:3] for _ in range(2)]
        + [("empty", "COMPLIANCE", put + timedelta(days=400))]
    )
    assert swap.main(line) == 0
    assert chain(folder)[-1].counts == {"bound": 0, "before": 7, "ended": 0, "unlocked": 0}
    assert retained(client) == found


def test_a_lock_that_is_killed_is_given_again(
    client: Any, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, folder, locks = bucket(client, "new"), tmp_path / "receipts", S3Lock.lock
    assert swap.main(words("copy-records", source, target, folder)) == 0
    settled(folder)
    left = [3]

    def dies(self: S3Lock, version: Any, until: datetime) -> None:
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        locks(self, version, until)

    line = ["lock-records", "--target", target, "--receipts", str(folder), "--jobs", "1"]
    with monkeypatch.context() as patch:
        patch.setattr(S3Lock, "lock", dies)
        killed = multiprocessing.get_context("fork").Process(target=swap.main, args=(line,))
        killed.start()
        killed.join()
    assert killed.exitcode == -signal.SIGKILL
    assert swap.main(line) == 0
    assert chain(folder)[-1].counts == {"bound": 4, "before": 3, "ended": 0, "unlocked": 0}
    assert {mode for _, mode, _ in retained(client)} == {"COMPLIANCE"}


def test_a_copy_that_is_gone_or_whose_lock_did_not_take_is_told(
    client: Any, source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    target, folder, locks = bucket(client, "new"), tmp_path / "receipts", S3Lock.lock
    assert swap.main(words("copy-records", source, target, folder)) == 0
    settled(folder)
    client.delete_object(Bucket="new", Key="empty", VersionId=latest(client, "empty"))

    def forgets(self: S3Lock, version: Any, until: datetime) -> None:
        if version.key != "plain":
            locks(self, version, until)

    monkeypatch.setattr(S3Lock, "lock", forgets)
    assert swap.main(["lock-records", "--target", target, "--receipts", str(folder)]) == 1
    told = [one.partition(" ")[0] for one in capsys.readouterr().out.splitlines()]
    assert sorted(one for one in told if one in NAMES) == ["empty", "plain", "plain"]
    assert chain(folder)[-1].counts["unlocked"] == 3


def test_nothing_is_locked_before_the_other_side_serves_or_in_another_store(
    client: Any, source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target, folder = bucket(client, "new"), tmp_path / "receipts"
    line = ["lock-records", "--target", target, "--receipts", str(folder)]
    assert swap.main(words("copy-records", source, target, folder)) == 0
    assert swap.main(line) == 2
    assert "does not stand at settle" in capsys.readouterr().err
    settled(folder, mode="GOVERNANCE")
    assert swap.main(line) == 2
    assert "pulumi up of the stage settle first" in capsys.readouterr().err
    assert swap.main([*line[:2], source, *line[3:]]) == 2
    assert "no receipt says" in capsys.readouterr().err
    assert {mode for _, mode, _ in retained(client)} == {"GOVERNANCE", None}


def test_nothing_of_somebody_elses_is_overwritten(client: Any, source: str, tmp_path: Path) -> None:
    target = bucket(client, "new")
    client.put_object(Bucket="new", Key="empty", Body=b"somebody else's")
    with pytest.raises(OccupiedError):
        carry(S3Store(source), S3Store(target), Manifest(tmp_path / "receipts"), jobs=1)
    assert client.get_object(Bucket="new", Key="empty")["Body"].read() == b"somebody else's"
    assert len(client.list_object_versions(Bucket="new", Prefix="empty")["Versions"]) == 1


def test_a_target_without_versions_takes_the_latest_once_that_is_decided(
    client: Any, source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target, folder = bucket(client, "new", versioned=False), tmp_path / "receipts"
    assert swap.main(words("copy-records", source, target, folder)) == 1
    told = capsys.readouterr().out
    assert ("former-versions old (4 of them)" in told, "object-retention new (2 versions" in told) == (True, True)
    assert client.list_objects_v2(Bucket="new")["KeyCount"] == 0
    decisions = tmp_path / "decisions.toml"
    decisions.write_text(
        "".join(
            f'[[accepted]]\nloss = "{loss}"\nname = "*"\nreason = "最新だけでよい"\nowner = "課"\napprover = "CISO"\n'
            "approved = 2026-11-26\n"
            for loss in ("former-versions", "object-retention")
        )
    )
    assert swap.main(words("copy-records", source, target, folder, "--decisions", str(decisions))) == 0
    assert swap.main(words("verify-records", source, target, folder, "--decisions", str(decisions))) == 0
    assert swap.main(words("verify-records", source, target, folder)) == 1
    assert "retention: until None" in capsys.readouterr().out
    assert sorted(one["Key"] for one in client.list_objects_v2(Bucket="new")["Contents"]) == sorted(
        {*NAMES} - {"plain"}
    )


def test_a_store_that_is_not_there_is_one_message(
    client: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert client
    for wrong in ("here/missing", "nobody/old", "old"):
        assert swap.main(words("copy-records", wrong, wrong, tmp_path / "receipts")) == 2
        told = capsys.readouterr().err
        assert told.startswith(f"machikumo: {wrong}")
        assert len(told.splitlines()) == 1


def test_a_profile_that_is_missing_is_told_with_its_cure(
    client: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert client
    assert swap.main(words("copy-records", "nobody/old", "nobody/old", tmp_path / "receipts")) == 2
    told = capsys.readouterr().err
    assert "no profile nobody in ~/.aws/config" in told
    assert told.endswith("aws configure --profile nobody\n")


def test_a_version_from_before_versions_were_kept_arrives(client: Any, tmp_path: Path) -> None:
    place = {"LocationConstraint": "ap-northeast-1"}
    client.create_bucket(Bucket="old", CreateBucketConfiguration=place)
    client.put_object(Bucket="old", Key="a", Body=b"before")
    client.put_bucket_versioning(Bucket="old", VersioningConfiguration={"Status": "Enabled"})
    client.put_object(Bucket="old", Key="a", Body=b"since")
    listed = client.list_object_versions(Bucket="old")["Versions"]
    assert "null" in {one["VersionId"] for one in listed}
    target, folder = bucket(client, "new"), tmp_path / "receipts"
    assert swap.main(words("copy-records", "here/old", target, folder)) == 0
    assert swap.main(words("verify-records", "here/old", target, folder)) == 0
    bodies = [
        client.get_object(Bucket="new", Key="a", VersionId=one["VersionId"])["Body"].read()
        for one in client.list_object_versions(Bucket="new")["Versions"]
    ]
    assert bodies == [b"since", b"before"]


def test_a_manifest_that_is_none_is_one_message(
    client: Any, source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target, folder = bucket(client, "new"), tmp_path / "receipts"
    folder.mkdir()
    (folder / "records.jsonl").write_text("no line\n")
    assert swap.main(words("copy-records", source, target, folder)) == 2
    assert "records.jsonl, line 1" in capsys.readouterr().err


class Body(BytesIO):
    """What a connection brings."""

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.getvalue()


@pytest.mark.parametrize("right", ["GetObjectRetention", "GetObjectLegalHold"])
def test_who_is_not_told_of_retention_copies_nothing(
    right: str,
    client: Any,
    source: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An answer about an object leaves out then that it is kept, and for how long."""
    target, made = bucket(client, "new"), S3Store.__init__
    denied = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"

    def barred(self: S3Store, named: str) -> None:
        made(self, named)
        self.place = replace(self.place, address="https://s3.ap-northeast-1.amazonaws.com")
        for name in ("GetObjectRetention", "GetObjectLegalHold"):
            answer = AWSResponse("http://127.0.0.1", 403 if name == right else 404, {}, Body(denied))
            self._client.meta.events.register(f"before-send.s3.{name}", lambda answer=answer, **_: answer)

    with monkeypatch.context() as patch:
        patch.setattr(S3Store, "__init__", barred)
        for step in ("copy-records", "verify-records"):
            assert swap.main(words(step, source, target, tmp_path / "receipts")) == (2 if step == "copy-records" else 1)
    told = capsys.readouterr().err
    assert told.startswith(
        f"machikumo: here/old: the bucket has object lock, and retention or legal holds of its objects are not told to this profile: give it the right s3:{right} there"
    )
    assert "Versions" not in client.list_object_versions(Bucket="new")
    assert swap.main(words("copy-records", source, target, tmp_path / "receipts")) == 0
