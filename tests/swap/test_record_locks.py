"""Copied records locked on Azure and Google Cloud.

Azurite has no immutability: the policies that are sent to it are kept here, and told with the head of a blob as the service does. fake-gcs-server
keeps an object's retention and enforces none; its buckets have no policy, so a bucket's is set in the client. What the services do is unverified.
"""

import itertools
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from azure.core.pipeline.transport import RequestsTransport
from google.cloud import storage  # type: ignore[import-untyped]

from operations import swap
from operations.swap.gcs_lock import GcsLock
from operations.swap.locking import Locked, lock, unlocked
from operations.swap.manifest import Manifest, Moved
from operations.swap.receipts import Place, chain, write
from operations.swap.removing import removed
from operations.swap.store import Version
from operations.swap.stores import lockable, opened
from tests.swap import emulators
from tests.swap.sides import Azure, Given, Google

NOW = datetime.now(UTC).replace(microsecond=0)
LONG, SHORT = NOW + timedelta(days=900), NOW + timedelta(days=5)
UNTIL, MODE = "x-ms-immutability-policy-until-date", "x-ms-immutability-policy-mode"
NUMBERS = itertools.count()
"""The emulators stay for all tests: each has stores of its own."""
Policies = dict[str, tuple[str, datetime]]


@pytest.fixture(scope="module")
def connection() -> Iterator[str]:
    with emulators.azurite() as made:
        yield made


@pytest.fixture(scope="module")
def google() -> Iterator[str]:
    with emulators.fake_gcs() as made:
        yield made


@pytest.fixture
def policies(connection: str, monkeypatch: pytest.MonkeyPatch) -> Policies:
    """Of each blob, by its path; a locked one is never made shorter, unlocked or given up."""
    kept, send = Policies(), RequestsTransport.send

    def policed(self: RequestsTransport, request: Any, **more: Any) -> Any:
        path, _, asked = request.url.partition("?")
        told = {name.lower(): value for name, value in request.headers.items()}
        answer = send(self, request, **more)
        if "comp=immutabilityPolicies" in asked:
            answer.status_code = 200
        if request.method == "DELETE" and "comp=immutabilityPolicies" in asked:
            assert kept.pop(path)[0] == "Unlocked"
        elif request.method == "DELETE":
            assert path not in kept, "a blob under a policy is not deleted"
        if request.method == "PUT" and UNTIL in told:
            new = told[MODE], parsedate_to_datetime(told[UNTIL])
            mode, until = kept.get(path, ("Unlocked", NOW))
            assert mode == "Unlocked" or (new[0] == "Locked" and new[1] >= until)
            kept[path] = new
        if "restype=container" in asked:
            answer.headers["x-ms-immutable-storage-with-versioning-enabled"] = "true"
        if path in kept:
            mode, until = kept[path]
            answer.headers.update({MODE: mode.lower(), UNTIL: until.strftime("%a, %d %b %Y %H:%M:%S GMT")})
        return answer

    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", connection)
    monkeypatch.setattr(RequestsTransport, "send", policed)
    return kept


@pytest.fixture
def azure(policies: Policies, connection: str, google: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A container that has copies of `long`, kept by the source, and `plain`; the move stands at settle."""
    assert policies == {}
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", google)
    source = Google()
    number = next(NUMBERS)
    ends = source.make(f"from-{number}"), Azure(connection).make(f"to-{number}")
    for key, until in (("long", LONG), ("plain", None)):
        source.put(ends[0].removeprefix("gcs:"), key, b"x", Given(until=until))
    folder = tmp_path / "receipts"
    words = ["--source", ends[0], "--target", ends[1], "--receipts", str(folder)]
    assert swap.main(["copy-records", *words]) == 0
    sides = [Place(system="stack", address=one, name="s") for one in ("gcp", "azure")]
    write(folder, step="stage", source=sides[0], target=sides[1], notes=("settle",))
    return ends[1]


def by_key(policies: Policies) -> dict[str, tuple[str, datetime]]:
    return {path.rpartition("/")[2]: policy for path, policy in policies.items()}


def test_copies_on_azure_are_locked_by_a_policy_of_each(azure: str, policies: Policies, tmp_path: Path) -> None:
    line = ["lock-records", "--target", azure, "--receipts", str(tmp_path / "receipts"), "--days", "400"]
    assert by_key(policies) == {"long": ("Unlocked", LONG)}
    assert swap.main(line) == 0
    assert chain(tmp_path / "receipts")[-1].counts == {"bound": 2, "before": 0, "ended": 0, "unlocked": 0}
    (plain,) = [history[0] for key, history in opened(azure).histories() if key == "plain"]
    locked = {"long": ("Locked", LONG), "plain": ("Locked", plain.modified + timedelta(days=400))}
    assert by_key(policies) == locked
    assert swap.main(line) == 0
    assert chain(tmp_path / "receipts")[-1].counts == {"bound": 0, "before": 2, "ended": 0, "unlocked": 0}
    assert by_key(policies) == locked


def test_a_policy_that_did_not_take_is_told(
    azure: str, policies: Policies, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    send = RequestsTransport.send

    def forgets(self: RequestsTransport, request: Any, **more: Any) -> Any:
        if "comp=immutabilityPolicies" in request.url:
            request.headers = {k: "Unlocked" if k.lower() == MODE else v for k, v in request.headers.items()}
        return send(self, request, **more)

    monkeypatch.setattr(RequestsTransport, "send", forgets)
    line = ["lock-records", "--target", azure, "--receipts", str(tmp_path / "receipts"), "--days", "1"]
    assert swap.main(line) == 1
    told = capsys.readouterr().out
    assert sorted(re.findall(r"(\w+) \([^)]*\): locked until None", told)) == ["long", "plain"]
    assert {mode for mode, _ in policies.values()} == {"Unlocked"}


def test_azure_does_not_tell_its_days_and_nobody_guesses_them(
    azure: str, policies: Policies, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = dict(policies)
    line = ["lock-records", "--target", azure, "--receipts", str(tmp_path / "receipts")]
    assert swap.main(line) == 2
    assert "give --days, the stack's machikumo:retention_days" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        swap.main([*line, "--days", "0"])
    assert "'0': a number of days, 1 or more" in capsys.readouterr().err
    assert policies == before


def test_copies_on_azure_are_removed_with_their_policies_when_the_move_is_given_up(
    azure: str, policies: Policies, tmp_path: Path
) -> None:
    sides = [Place(system="stack", address=one, name="s") for one in ("gcp", "azure")]
    write(tmp_path / "receipts", step="stage", source=sides[0], target=sides[1], notes=("withdraw",))
    assert swap.main(["remove-records", "--target", azure, "--receipts", str(tmp_path / "receipts")]) == 0
    assert chain(tmp_path / "receipts")[-1].counts == {"removed": 2, "left": 0}
    assert policies == {}
    assert list(opened(azure).histories()) == []


def test_the_latest_version_on_azure_is_deleted_as_the_blob_and_then_by_its_id(
    connection: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Azurite keeps no versions: what is asked of it is compared, and answered as the first deletion was."""
    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", connection)
    side, number = Azure(connection), next(NUMBERS)
    name = side.make(f"versions-{number}")
    side.put(f"versions-{number}", "k", b"x")
    store = lockable(name)
    store.versioned = True
    asked, first, send = list[bool](), list[Any](), RequestsTransport.send

    def recorded(self: RequestsTransport, request: Any, **more: Any) -> Any:
        if request.method == "DELETE":
            asked.append("versionid=2026-11-26" in request.url)
            first[:] = first or [send(self, request, **more)]
            return first[0]
        return send(self, request, **more)

    monkeypatch.setattr(RequestsTransport, "send", recorded)
    for latest, by_id in ((True, [False, True]), (False, [True])):
        asked.clear()
        store.remove(Version(key="k", id="2026-11-26T00:00:00.0000000Z", deleted=False, latest=latest, modified=NOW))
        assert asked == by_id


def test_a_container_without_immutability_locks_nothing(
    connection: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", connection)
    target = Azure(connection).make("plain")
    sides = [Place(system="stack", address=one, name="s") for one in ("gcp", "azure")]
    write(tmp_path, step="stage", source=sides[0], target=sides[1], notes=("settle",))
    write(tmp_path, step="copy-records", source=sides[0], target=lockable(target).place)
    assert swap.main(["lock-records", "--target", target, "--receipts", str(tmp_path), "--days", "9"]) == 2
    assert "its versions can have no retention of their own" in capsys.readouterr().err


@pytest.fixture
def bucket(google: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int, bool, bool], GcsLock]:
    """A bucket with copies of `long`, `short` and `plain`, of which the source asks to keep two; its policy and whether that is locked."""
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", google)
    side, manifest = Google(), Manifest(tmp_path)
    name = side.make(f"bucket-{next(NUMBERS)}").removeprefix("gcs:")
    for key, until in (("long", LONG), ("short", SHORT), ("plain", None)):
        side.put(name, key, b"x", Given(until=until))
        (version,) = opened(f"gcs:{name}").versions_of(key)
        kept = until.isoformat() if until else ""
        manifest.add(Moved(key=key, source="1", target=version.id, sha256="a", length=1, until=kept))

    def made(days: int, locked: bool, own: bool) -> GcsLock:
        store = GcsLock(name)
        store._kept_seconds, store.locks = days * 86_400, own
        store._bucket._properties["retentionPolicy"] = {"retentionPeriod": str(days * 86_400), "isLocked": locked}
        return store

    return made


def modes(store: GcsLock) -> dict[str, tuple[str | None, datetime | None]]:
    found = {one.name: one.retention for one in store._client.list_blobs(store._bucket)}
    return {key: (one.mode, one.retain_until_time) for key, one in found.items()}


def test_a_locked_policy_of_a_bucket_binds_what_lies_in_it(
    bucket: Callable[[int, bool, bool], GcsLock], tmp_path: Path
) -> None:
    store, manifest = bucket(10, True, False), Manifest(tmp_path)
    before, days = modes(store), store.binding()
    assert days == timedelta(days=10)
    assert lock(store, manifest, days, now=NOW, jobs=2) == Locked(bound=1, before=2, ended=0)
    # The bucket has no retention of single objects, and its policy ends before the source's.
    (told,) = unlocked(store, manifest, days, now=NOW, jobs=2)
    assert re.fullmatch(rf"long \(\d+\): locked until .*, to be {re.escape(str(LONG))}", told)
    assert modes(store) == before


def test_retention_of_an_object_of_google_is_locked_where_the_policy_is_too_short(
    bucket: Callable[[int, bool, bool], GcsLock], tmp_path: Path
) -> None:
    store, manifest = bucket(10, True, True), Manifest(tmp_path)
    days = store.binding()
    assert days
    assert lock(store, manifest, days, now=NOW, jobs=2) == Locked(bound=1, before=2, ended=0)
    assert list(unlocked(store, manifest, days, now=NOW, jobs=2)) == []
    assert modes(store) == {"long": ("Locked", LONG), "short": ("Unlocked", SHORT), "plain": (None, None)}
    assert lock(store, manifest, days, now=NOW, jobs=2) == Locked(bound=0, before=3, ended=0)


def test_a_policy_that_can_be_shortened_binds_nothing(bucket: Callable[[int, bool, bool], GcsLock]) -> None:
    assert bucket(10, False, True).binding() is None


def test_copies_on_google_are_removed_with_the_retention_that_can_be_shortened(
    bucket: Callable[[int, bool, bool], GcsLock], tmp_path: Path
) -> None:
    store = bucket(0, False, True)
    patched = list[tuple[Any, Any, Any]]()
    made = storage.Blob.patch

    def seen(self: Any, **more: Any) -> None:
        asked = self._properties["retention"]
        patched.append((asked["mode"], asked["retainUntilTime"], more["override_unlocked_retention"]))
        made(self, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage.Blob, "patch", seen)
        done = removed(store, tmp_path, 1, jobs=1)
    assert (done.versions, done.left) == (3, [])
    assert patched == [(None, None, True)] * 2
    assert list(store.histories()) == []
