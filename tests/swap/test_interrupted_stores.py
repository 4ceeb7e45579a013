"""An object store that refuses for a while, is gone, or whose answer is lost, and a disk that is full: the same copy in the end, nothing twice."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import boto3  # type: ignore[import-untyped]
import pytest
import requests
from moto.server import ThreadedMotoServer

from operations import swap
from operations.swap import s3_direct
from operations.swap.receipts import chain
from operations.swap.s3_twins import twins
from operations.swap.stores import opened
from tests.swap import emulators
from tests.swap.faults_of_servers import Relay, no_room
from tests.swap.sides import S3, Azure, Google, Side

KEYS = ("a", "b", "c")
NUMBERS = count()
BUSY = b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
"""What each of the three answers when it is asked too much."""


@dataclass(frozen=True, kw_only=True)
class Far:
    """A kind of target: the way to it, the words by which a put into it begins, and what stands before a bucket's name."""

    way: Relay
    words: bytes
    side: Callable[[], Side]
    prefix: str
    waits: bool = True
    """Its client waits after whatever it meets. Where it is asked past its client (s3_direct.py) first, only a store that is gone makes that wait, too."""

    def make(self) -> str:
        """An empty bucket, as a command that takes the way calls it."""
        bucket = f"new-{next(NUMBERS)}"
        self.side().make(bucket)
        return f"{self.prefix}{bucket}"


@pytest.fixture(scope="module")
def moto() -> Iterator[tuple[str, int]]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield str(host), int(port)
    server.stop()


@pytest.fixture
def near(moto: tuple[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client of the source, a bucket `old` without versions. The target in moto has a profile of its own, `far`, once there is a way to it."""
    (tmp_path / "config").write_text(
        f"[profile here]\nregion = ap-northeast-1\nendpoint_url = http://127.0.0.1:{moto[1]}\n"
    )
    credentials = (f"[{name}]\naws_access_key_id = a\naws_secret_access_key = b\n" for name in ("here", "far"))
    (tmp_path / "credentials").write_text("".join(credentials))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    # moto keeps one state for the whole process.
    requests.post(f"http://127.0.0.1:{moto[1]}/moto-api/reset", timeout=10).raise_for_status()
    client = boto3.Session(profile_name="here").client("s3")
    client.create_bucket(Bucket="old", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    for key in KEYS:
        client.put_object(Bucket="old", Key=key, Body=key.encode() * 10)
    return client


@pytest.fixture
def amazon(near: Any, moto: tuple[str, int], tmp_path: Path) -> Iterator[Far]:
    assert near
    with Relay(moto) as way:
        with (tmp_path / "config").open("a") as config:
            config.write(f"[profile far]\nregion = ap-northeast-1\nendpoint_url = http://127.0.0.1:{way.port}\n")
        yield Far(way=way, words=b"PUT /new", side=lambda: S3(lock=True), prefix="far/", waits=False)


@pytest.fixture
def botocore(amazon: Far, monkeypatch: pytest.MonkeyPatch) -> Far:
    """As behind a proxy: nothing is asked past botocore."""
    monkeypatch.setattr(s3_direct, "_pool", lambda *_: None)
    return replace(amazon, waits=True)


@pytest.fixture(scope="module")
def azurite() -> Iterator[str]:
    with emulators.azurite() as connection:
        yield connection


@pytest.fixture
def azure(near: Any, azurite: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Far]:
    assert near
    port = azurite.rpartition(":")[2].partition("/")[0]
    with Relay(("127.0.0.1", int(port))) as way:
        monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", azurite.replace(f":{port}/", f":{way.port}/"))
        words, prefix = b"PUT /devstoreaccount1/new", "azure:devstoreaccount1/"
        yield Far(way=way, words=words, side=lambda: Azure(azurite), prefix=prefix)


@pytest.fixture(scope="module")
def fake_gcs() -> Iterator[str]:
    with emulators.fake_gcs() as address:
        yield address


@pytest.fixture
def google(near: Any, fake_gcs: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Far]:
    assert near
    with Relay(("127.0.0.1", int(fake_gcs.rpartition(":")[2]))) as way:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", f"http://127.0.0.1:{way.port}")
        yield Far(way=way, words=b"POST /upload/storage", side=Google, prefix="gcs:")


@pytest.fixture(params=["amazon", "botocore", "azure", "google"])
def far(request: pytest.FixtureRequest) -> Far:
    made: Far = request.getfixturevalue(request.param)
    return made


def words(step: str, target: str, folder: Path) -> list[str]:
    return [step, "--source", "here/old", "--target", target, "--receipts", str(folder), "--jobs", "2"]


def versions(target: str) -> dict[str, int]:
    return {key: len(history) for key, history in opened(target).histories()}


def test_what_a_put_meets_for_a_while_leaves_no_trace(
    far: Far, near: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the first put of an object, and at one over what is there. The clients' waiting is all that takes time: meanwhile the store comes back."""
    target, folder, waits = far.make(), tmp_path / "receipts", list[float]()

    def waited(seconds: float) -> None:
        waits.append(seconds)
        far.way.mend()

    faults: tuple[tuple[str, Callable[[], bytes | None], bool], ...] = (
        ("a", lambda: BUSY, False),
        ("d", far.way.cut, False),
        ("e", lambda: None, True),
        ("a", lambda: None, True),
    )
    for times, (key, met, loses) in enumerate(faults, 1):
        near.put_object(Bucket="old", Key=key, Body=str(times).encode())
        with monkeypatch.context() as patch, far.way.when(far.words, met, loses=loses):
            patch.setattr(time, "sleep", waited)
            assert swap.main(words("copy-records", target, folder)) == 0
        assert len(waits) >= (times if far.waits else times > 1)
    assert swap.main(words("verify-records", target, folder)) == 0
    assert versions(target) == {"a": 2 if opened(target).versioned else 1, "b": 1, "c": 1, "d": 1, "e": 1}


def test_a_version_is_a_twin_only_above_what_it_was_put_over_with_its_bytes_and_in_its_time(
    amazon: Far, near: Any
) -> None:
    bucket = amazon.make().partition("/")[2]
    bodies = (b"same", b"same", b"other", b"same")
    first, second, other, placed = (near.put_object(Bucket=bucket, Key="a", Body=body)["VersionId"] for body in bodies)
    store = opened(f"here/{bucket}")

    def found(over: str | None, took: float = 60) -> list[str]:
        same = sha256(b"same").hexdigest()
        return [one.id for one in twins(store, "a", placed, over=over, took=took, sha256=same)]

    assert [found(over) for over in (None, first, second, other)] == [[first, second], [second], [], []]
    # Put before this put began, by the store's own times.
    assert found(None, took=-60) == []


@pytest.mark.parametrize("kind", ["amazon", "botocore", "azure"])
def test_a_store_that_stays_away_is_one_message_and_the_copy_goes_on_later(
    kind: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    far: Far = request.getfixturevalue(kind)
    target, folder = far.make(), tmp_path / "receipts"
    with monkeypatch.context() as patch, far.way.when(far.words, far.way.cut):
        patch.setattr(time, "sleep", lambda _: None)
        assert swap.main(words("copy-records", target, folder)) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"machikumo: {target}")
    assert len(told.splitlines()) == 1
    far.way.mend()
    assert swap.main(words("copy-records", target, folder)) == 0
    assert swap.main(words("verify-records", target, folder)) == 0
    assert versions(target) == dict.fromkeys(KEYS, 1)
    assert [one.step for one in chain(folder)] == ["copy-records", "verify-records"]


def test_a_manifest_without_room_keeps_whole_lines_and_the_copy_goes_on_later(
    amazon: Far, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target, folder = amazon.make(), tmp_path / "receipts"
    with no_room(500):
        assert swap.main(words("copy-records", target, folder)) == 2
    manifest = folder / "records.jsonl"
    assert capsys.readouterr().err.startswith(f"machikumo: {manifest}: File too large. ")
    whole = manifest.read_text()
    assert whole.endswith("\n")
    assert 0 < len([json.loads(line) for line in whole.splitlines()]) < len(KEYS)
    assert swap.main(words("copy-records", target, folder)) == 0
    assert swap.main(words("verify-records", target, folder)) == 0
    assert versions(target) == dict.fromkeys(KEYS, 1)
