"""What a move of records asks of a store, how much it holds and how fast it reads: counted, not timed."""

import json
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from operations import swap
from operations.swap import record_comparison, s3_direct
from operations.swap.at_once import WAITING, at_once
from operations.swap.limit import Limit
from operations.swap.manifest import Manifest, Moved
from operations.swap.receipts import chain
from operations.swap.record_comparison import compare, paired
from operations.swap.record_contents import GROUP, SMALL, Looking
from operations.swap.records import carry
from operations.swap.s3_direct import Direct
from operations.swap.s3_store import S3Store
from operations.swap.store import Described, Hashed, StoreError, Stream, Version
from operations.swap.together import Conversation
from tests.swap.sides import S3, moto, profile

BENT = sha256(b"x").hexdigest()
LINE = Moved(key="k", source="1", target="2", sha256="", length=0)


DESCRIBED = Described(length=0, properties={}, metadata={}, tags={}, until=None)


def nothing(*_: object, **__: object) -> Conversation:
    """A conversation that comes to nothing."""
    yield from ()
    return None


class Once:
    """A stream that can only be read. What it calls readinto is something else, as of Azure's client."""

    readinto = None

    def __init__(self, content: bytes) -> None:
        self.read = BytesIO(content).read


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with moto() as made:
        yield made


@pytest.fixture
def names(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An object with a tag and two without, and an empty bucket."""
    profile(address, tmp_path, monkeypatch)
    requests.post(f"{address}/moto-api/reset", timeout=10).raise_for_status()
    side = S3(lock=False)
    made = [side.make(one) for one in ("old", "new")]
    for key in ("b", "c"):
        side.client.put_object(Bucket="old", Key=key, Body=key.encode() * 1000)
    side.client.put_object(Bucket="old", Key="a", Body=b"a" * 1000, Tagging="kubun=1")
    return made


NAMES = {"HEAD": "HeadObject", "GET": "GetObject", "PUT": "PutObject"}


def asked(store: S3Store) -> list[str]:
    """The operations that are sent, from now on, by botocore or past it."""
    noted, sent = list[str](), store._direct._sent
    store._client.meta.events.register("before-call.s3", lambda model, **_: noted.append(model.name))

    def direct(method: str, key: str, query: str, **given: Any) -> Any:
        answer = sent(method, key, query, **given)
        if answer is not None:
            noted.append(NAMES[method] + ("Tagging" if query.startswith("tagging") else ""))
        return answer

    ask = store._direct.ask

    def early(method: str, key: str, version: str, *, tags: bool = False) -> Any:
        sent = ask(method, key, version, tags=tags)
        if sent is not None:
            noted.append(NAMES[method] + "Tagging" * tags)
        return sent

    store._direct._sent, store._direct.ask = direct, early  # type: ignore[method-assign]
    return noted


def bent(store: S3Store, bend: Callable[[dict[str, Any]], object]) -> None:
    """Bend what is answered to a request for an object."""
    got = store._direct.get

    def get(key: str, version: str) -> dict[str, Any] | None:
        answer = got(key, version)
        assert answer is not None
        bend(answer)
        return answer

    store._direct.get = get  # type: ignore[method-assign]


@pytest.mark.parametrize("proxy", [False, True])
def test_an_object_is_got_once_and_put_once(
    proxy: bool, names: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sends it: behind a proxy it is botocore."""
    if proxy:
        monkeypatch.setattr(s3_direct, "_pool", lambda *_: None)
    # One after the other: the first tells whether the store counts tags.
    monkeypatch.setattr(record_comparison, "AT_ONCE", 1)
    source, target = map(S3Store, names)
    ours, theirs = asked(source), asked(target)
    carry(source, target, Manifest(tmp_path / "receipts"), jobs=1)
    tagged = ["GetObject", "GetObjectTagging", "GetObject", "GetObject"]
    assert ours == ["ListObjectVersions", *tagged]
    assert theirs == ["ListObjectVersions", *["PutObject"] * 3]
    source, target = map(S3Store, names)
    ours, theirs = asked(source), asked(target)
    assert list(compare(source, target, Manifest(tmp_path / "receipts"), jobs=1)) == []
    assert ours == ["ListObjectVersions", "HeadObject", "GetObjectTagging", "HeadObject", "HeadObject"]
    assert theirs == ["ListObjectVersions", *tagged]
    source, target = map(S3Store, names)
    # At the same time the second may be asked for its tags before the first has told.
    source._counts = target._counts = True
    ours, theirs = asked(source), asked(target)
    assert list(compare(source, target, Manifest(tmp_path / "receipts"), jobs=4)) == []
    assert Counter(ours) == {"ListObjectVersions": 1, "HeadObject": 3, "GetObjectTagging": 1}
    assert Counter(theirs) == {"ListObjectVersions": 1, "GetObject": 3, "GetObjectTagging": 1}


def test_what_can_not_be_asked_for_together_is_asked_for_at_the_same_time_by_itself(
    names: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a comparison behind a proxy would wait for one object after the other."""
    source, target = map(S3Store, names)
    carry(source, target, Manifest(tmp_path / "receipts"), jobs=1)
    monkeypatch.setattr(S3Store, "conversation", nothing)
    inside, opened, described = threading.Barrier(6), S3Store.opened, S3Store.described

    @contextmanager
    def reading(store: S3Store, version: Version) -> Iterator[Any]:
        inside.wait(10)
        with opened(store, version) as found:
            yield found

    def describing(store: S3Store, version: Version) -> Described:
        inside.wait(10)
        return described(store, version)

    monkeypatch.setattr(S3Store, "opened", reading)
    monkeypatch.setattr(S3Store, "described", describing)
    assert list(compare(source, target, Manifest(tmp_path / "receipts"), jobs=4)) == []


@pytest.mark.parametrize("refused", [set(), {"tags"}, {"version"}])
def test_what_was_asked_for_together_is_of_the_version_and_asked_for_again_where_it_is_refused(
    refused: set[str], names: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = map(S3Store, names)
    client = source._client
    client.put_object(Bucket="old", Key="a", Body=b"later", Tagging="kubun=2")
    carry(source, target, Manifest(tmp_path / "receipts"), jobs=1)
    (first, _) = target.versions_of("a")
    changed = {"TagSet": [{"Key": "kubun", "Value": "3"}]}
    client.put_object_tagging(Bucket="new", Key="a", VersionId=first.id, Tagging=changed)
    ask = Direct.ask

    def asking(direct: Direct, method: str, key: str, version: str, *, tags: bool = False) -> Any:
        return ask(direct, method, key, "gone" if ("tags" if tags else "version") in refused else version, tags=tags)

    monkeypatch.setattr(Direct, "ask", asking)
    (former, _) = source.versions_of("a")
    found = list(compare(source, target, Manifest(tmp_path / "receipts"), jobs=4))
    assert found == [f"a ({former.id}): tag kubun"]


@given(st.lists(st.lists(st.integers(0, 2 * SMALL), max_size=9), max_size=30), st.integers(1, 4), st.booleans())
def test_small_objects_are_looked_at_together_in_full_groups_and_large_ones_by_themselves(
    lengths: list[list[int]], jobs: int, able: bool
) -> None:
    lines = {str(number): [replace(LINE, length=one) for one in each] for number, each in enumerate(lengths)}
    manifest = Manifest.__new__(Manifest)
    manifest._moved = lines
    store: Any = S3Store.__new__(S3Store)
    with ThreadPoolExecutor() as others:
        looking = Looking(store, store if able else object(), manifest, others, jobs=jobs, whole=False)
    groups = [*looking.groups((key, (), ()) for key in lines)]
    found = [(together, [int(key) for key, _, _ in group]) for together, group in groups]
    assert sorted(one for _, group in found for one in group) == [*range(len(lengths))]
    able = able and jobs > 1
    small = {number for number, each in enumerate(lengths) if able and max(each, default=0) <= SMALL}
    assert all(group in ([number] for number in range(len(lengths))) for together, group in found if not together)
    assert {one for together, group in found for one in group if together} == small
    full = [
        [
            max(sum(max(1, len(lengths[one])) for one in part), sum(sum(lengths[one]) for one in part) >> 20)
            for part in (group[:-1], group)
        ]
        for together, group in found
        if together
    ]
    assert all(before < GROUP * jobs for before, _ in full)
    assert all(whole >= GROUP * jobs for _, whole in full[:-1])


@pytest.mark.parametrize("stream", [BytesIO, Once])
@given(st.binary(max_size=300), st.integers(0, 300), st.sampled_from([1, 7, 1 << 20]))
def test_an_object_is_read_into_one_piece_and_only_as_long_as_it_was_announced(
    stream: Callable[[bytes], Stream], body: bytes, announced: int, step: int
) -> None:
    hashed, described = Hashed(stream(body)), replace(DESCRIBED, length=announced)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(hashed, "_step", step)
        if announced != len(body):
            with pytest.raises(StoreError, match=rf"k: {min(len(body), announced + 1)} bytes came, {announced} were"):
                hashed.whole("k", described)
        else:
            assert hashed.whole("k", described) == body
            assert (hashed.sha256, hashed.length) == (sha256(body).hexdigest(), len(body))


def test_a_comparison_looks_at_twice_as_many_objects_at_once_as_a_copy_has_workers(
    names: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = map(S3Store, names)
    carry(source, target, Manifest(tmp_path / "receipts"), jobs=1)
    opened, guard, two = S3Store.opened, threading.Lock(), threading.Event()
    inside, most = 0, 0

    @contextmanager
    def together(store: S3Store, version: Version) -> Iterator[Any]:
        nonlocal inside, most
        with guard:
            inside += 1
            most = max(most, inside)
            if inside == 2:
                two.set()
        assert two.wait(10)
        with opened(store, version) as found:
            yield found
        with guard:
            inside -= 1

    monkeypatch.setattr(S3Store, "opened", together)
    assert list(compare(source, target, Manifest(tmp_path / "receipts"), jobs=1)) == []
    assert most == 2


class Counted:
    """The steps of a move, and what each comparison asked S3 for the bytes of."""

    def __init__(self, names: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.got, self.bent = folder, list[tuple[str, str]](), ("", "")
        self.words = ["--source", names[0], "--target", names[1], "--receipts", str(folder)]
        opened = S3Store.opened

        @contextmanager
        def noted(store: S3Store, version: Version) -> Iterator[Any]:
            self.got.append((store.place.name, version.key))
            with opened(store, version) as (described, stream):
                bent = self.bent == (store.place.name, version.key)
                yield described, BytesIO(b"x" * described.length) if bent else stream

        conversation = S3Store.conversation

        def noted_beside(store: S3Store, version: Version, *, whole: bool) -> Conversation:
            name = (store.place.name, version.key)
            self.got.extend([name] * whole)
            found = yield from conversation(store, version, whole=whole)
            return replace(found, sha256=BENT) if found and name == self.bent else found

        monkeypatch.setattr(S3Store, "opened", noted)
        monkeypatch.setattr(S3Store, "conversation", noted_beside)

    def run(self, step: str, *more: str) -> tuple[int, list[tuple[str, str]]]:
        self.got.clear()
        code = swap.main([step, *self.words, *more])
        return code, sorted(self.got)


@pytest.fixture
def counted(names: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counted:
    return Counted(names, tmp_path / "receipts", monkeypatch)


ALL = [(bucket, key) for bucket in ("new", "old") for key in "abc"]
TARGET = [("new", key) for key in "abc"]
LISTED = "source bytes that were read for the copy, and of which the source's list says the same as then, were not read again"
SINCE = "bytes that an earlier comparison found the same were not read again, on neither side"


def test_what_a_comparison_proved_is_not_read_again_where_that_is_asked(
    counted: Counted, capsys: pytest.CaptureFixture[str]
) -> None:
    assert counted.run("copy-records")[0] == 0
    assert counted.run("verify-records", "--since-last") == (0, TARGET)
    assert counted.run("verify-records", "--since-last") == (0, [])
    assert chain(counted.folder)[-1].notes == (LISTED, SINCE)
    assert counted.run("verify-records") == (0, TARGET)
    assert chain(counted.folder)[-1].notes == (LISTED,)
    assert counted.run("verify-records", "--whole") == (0, ALL)
    assert chain(counted.folder)[-1].notes == ("the bytes of both stores were read whole",)
    client = S3(lock=False).client
    client.put_object(Bucket="old", Key="c", Body=b"later")
    assert counted.run("copy-records")[0] == 0
    assert counted.run("verify-records", "--since-last") == (0, [("new", "c")])
    # All but the bytes is read as ever.
    client.put_object_tagging(Bucket="new", Key="b", Tagging={"TagSet": [{"Key": "kubun", "Value": "2"}]})
    client.put_object(Bucket="new", Key="a", Body=b"a" * 1000, Tagging="kubun=1")
    capsys.readouterr()
    assert counted.run("verify-records", "--since-last") == (1, [])
    told = [line.split(" ", 1)[0] + line.partition(")")[2] for line in capsys.readouterr().out.splitlines()[:-1]]
    assert told == ["a: the latest on one side only", "a: only on the target", "b: tag kubun"]
    # Backwards the same pairs are proved.
    client.delete_object_tagging(Bucket="new", Key="b")
    (newest, *_) = client.list_object_versions(Bucket="new", Prefix="a")["Versions"]
    client.delete_object(Bucket="new", Key="a", VersionId=newest["VersionId"])
    counted.words[1], counted.words[3] = counted.words[3], counted.words[1]
    assert counted.run("verify-records", "--since-last") == (0, [])


def test_nothing_is_proved_by_a_comparison_that_found_an_altered_byte_nor_by_lines_that_were_altered(
    counted: Counted,
) -> None:
    assert counted.run("copy-records")[0] == 0
    counted.bent = ("new", "b")
    assert counted.run("verify-records") == (1, TARGET)
    counted.bent = ("", "")
    assert counted.run("verify-records", "--since-last") == (0, TARGET)
    file = counted.folder / "records.jsonl"
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole.replace('"until": ""', '"until": "x"', 1), encoding="utf-8")
    assert counted.run("verify-records", "--since-last") == (0, TARGET)
    file.write_text(whole.replace('"length": 1000', '"length": 1001'), encoding="utf-8")
    assert counted.run("verify-records") == (0, ALL)
    file.write_text(whole.replace('"sha256": "', '"sha256": "0'), encoding="utf-8")
    assert counted.run("verify-records") == (1, TARGET)


def test_bytes_that_the_way_damaged_are_read_again_and_found(
    counted: Counted, capsys: pytest.CaptureFixture[str]
) -> None:
    counted.bent = ("old", "b")
    assert counted.run("copy-records")[0] == 0
    counted.bent = ("", "")
    capsys.readouterr()
    assert counted.run("verify-records") == (1, [*TARGET, ("old", "b")])
    (found, _) = capsys.readouterr().out.splitlines()
    assert found.startswith("b (")
    assert "content: SHA-256" in found


def test_a_line_that_does_not_say_what_the_list_says_lets_the_source_be_read(counted: Counted) -> None:
    assert counted.run("copy-records")[0] == 0
    file = counted.folder / "records.jsonl"
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    # Of a key the list says something else; in the manifests of former days it stands nowhere.
    others = [one | {"source_listed": one["source_listed"] + ("0" if one["key"] == "b" else "")} for one in lines]
    without = [{name: told for name, told in one.items() if not name.endswith("_listed")} for one in lines]
    for written, read in ((others, [("old", "b")]), (without, ALL[3:])):
        file.write_text("".join(json.dumps(one) + "\n" for one in written), encoding="utf-8")
        assert counted.run("verify-records") == (0, [*TARGET, *read])


def test_on_the_way_back_only_what_was_read_for_it_is_not_read_again(counted: Counted) -> None:
    assert counted.run("copy-records")[0] == 0
    S3(lock=False).client.put_object(Bucket="new", Key="d", Body=b"since")
    counted.words[1], counted.words[3] = counted.words[3], counted.words[1]
    assert counted.run("copy-records")[0] == 0
    assert counted.run("verify-records") == (0, [*TARGET, *ALL[3:], ("old", "d")])
    counted.words[1], counted.words[3] = counted.words[3], counted.words[1]
    assert counted.run("verify-records") == (0, [*TARGET, ("new", "d"), ("old", "d")])


@pytest.mark.parametrize(("scheme", "says"), [("http", False), ("https", True)])
def test_bytes_without_a_hash_of_the_stores_are_taken_as_read_only_from_a_way_that_vouches_for_them(
    names: list[str], tmp_path: Path, scheme: str, says: bool
) -> None:
    source, target = map(S3Store, names)
    source.place = replace(source.place, address=f"{scheme}://example.jp")
    bent(source, lambda answer: answer.update(ServerSideEncryption="aws:kms"))
    manifest = Manifest(tmp_path / "receipts")
    carry(source, target, manifest, jobs=1)
    assert {bool(line.source_listed) for key in "abc" for line in manifest.of(key)} == {says}


def test_what_is_not_carried_yet_does_not_unmake_what_is_proved(counted: Counted) -> None:
    assert counted.run("copy-records")[0] == 0
    client = S3(lock=False).client
    client.put_object(Bucket="old", Key="c", Body=b"later")
    assert counted.run("verify-records") == (1, TARGET)
    assert counted.run("copy-records")[0] == 0
    assert counted.run("verify-records", "--since-last") == (0, [("new", "c")])


def test_tags_arrive_from_a_store_that_does_not_tell_how_many_there_are(names: list[str], tmp_path: Path) -> None:
    source, target = map(S3Store, names)
    client = source._client
    client.put_object_tagging(Bucket="old", Key="c", Tagging={"TagSet": [{"Key": "kubun", "Value": "3"}]})
    bent(source, lambda answer: answer.pop("TagCount", None))
    carry(source, target, Manifest(tmp_path / "receipts"), jobs=1)
    tags = {key: client.get_object_tagging(Bucket="new", Key=key)["TagSet"] for key in "abc"}
    assert {key: [one["Value"] for one in found] for key, found in tags.items()} == {"a": ["1"], "b": [], "c": ["3"]}


@pytest.mark.parametrize(("host", "times"), [("s3.ap-northeast-1.amazonaws.com", 1), ("amazonaws.com.example.jp", 3)])
def test_amazon_is_asked_for_tags_once_to_see_whether_they_may_be_read(
    names: list[str], tmp_path: Path, host: str, times: int
) -> None:
    source, target = map(S3Store, names)
    source._client.delete_object_tagging(Bucket="old", Key="a")
    source.place = replace(source.place, address=f"https://{host}")
    noted = asked(source)
    carry(source, target, Manifest(tmp_path / "receipts"), jobs=1)
    assert noted.count("GetObjectTagging") == times


def test_what_is_read_of_the_source_passes_the_limit_once(
    names: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken, guard = list[tuple[float | None, int]](), threading.Lock()

    def take(self: Limit, octets: int) -> None:
        with guard:
            taken.append((self.bits_per_second, octets))

    monkeypatch.setattr(Limit, "take", take)
    words = ["--source", names[0], "--target", names[1], "--receipts", str(tmp_path / "receipts")]
    assert swap.main(["copy-records", *words, "--limit-mbps", "2.5"]) == 0
    assert sorted(taken) == [(2_500_000, 1000)] * 3


@pytest.mark.parametrize("at_once", [True, False])
def test_who_waits_for_the_limit_reads_on_in_short_steps(at_once: bool) -> None:
    body, now, waits = BytesIO(os.urandom(1 << 20)), 0.0, list[float]()
    limit = Limit(8 * 2**20, clock=lambda: now, wait=waits.append)
    hashed = Hashed(body, limit)
    assert len(hashed.whole("k", replace(DESCRIBED, length=1 << 20)) if at_once else hashed.read()) == 1 << 20
    # The clock stands still: each waits for all before it, and all together for the second that a mebibyte takes.
    assert waits == [step / 16 for step in range(1, 17)]


def test_only_so_many_things_are_taken_before_their_turn() -> None:
    drawn = list[int]()

    def things() -> Iterator[int]:
        for number in range(1000):
            drawn.append(number)
            yield number

    results = at_once(2, lambda one: one * 2, things())
    assert next(results) == 0
    assert len(drawn) == 2 * WAITING + 1
    assert list(results) == [one * 2 for one in range(1, 1000)]


def test_after_an_error_nothing_more_is_begun() -> None:
    begun, all_wait = list[int](), threading.Event()

    def work(one: int) -> None:
        begun.append(one)
        all_wait.wait()
        raise ValueError(one)

    def things() -> Iterator[int]:
        yield from range(5)
        all_wait.set()

    with pytest.raises(ValueError, match="0"):
        list(at_once(1, work, things()))
    assert begun == [0]


def history(key: str) -> list[Version]:
    return [Version(key=key, id=key, deleted=False, latest=True, modified=None)]  # type: ignore[arg-type]


def test_two_lists_are_walked_together_in_whatever_order_they_come() -> None:
    def listed(keys: str) -> Iterator[tuple[str, list[Version]]]:
        return ((key, history(key)) for key in keys)

    ours, theirs = listed("abc"), listed("abc")
    assert next(paired(ours, theirs))[0] == "a"
    assert [next(ours)[0], next(theirs)[0]] == ["b", "b"]
    found = {key: (len(one), len(other)) for key, one, other in paired(listed("abcde"), listed("ecxa"))}
    assert found == {"a": (1, 1), "b": (1, 0), "c": (1, 1), "d": (1, 0), "e": (1, 1), "x": (0, 1)}
    assert [key for key, *_ in paired(listed("ba"), listed(""))] == ["a", "b"]


def test_a_version_is_put_when_the_line_of_the_one_before_is_on_disk(
    names: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut may leave one version of a key without its line, as a kill may, and not two."""
    side = S3(lock=False)
    for body in (b"second", b"third"):
        side.client.put_object(Bucket="old", Key="b", Body=body)
    manifest = Manifest(tmp_path / "receipts")
    sync, put, synced, before = os.fsync, S3Store.put, list[str](), dict[str, list[int]]()
    file = tmp_path / "receipts" / "records.jsonl"

    def noted(descriptor: int) -> None:
        sync(descriptor)
        synced[:] = file.read_text().splitlines()

    def watched(store: S3Store, key: str, *more: Any, **named: Any) -> str:
        before.setdefault(key, []).append(sum(json.loads(line)["key"] == key for line in synced))
        return put(store, key, *more, **named)

    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr(S3Store, "put", watched)
    source, target = map(S3Store, names)
    carry(source, target, manifest, jobs=1)
    assert before == {"a": [0], "b": [0, 1, 2], "c": [0]}
    assert len(synced) == 5


def test_lines_that_wait_together_are_synced_together_and_nobody_goes_on_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync, sizes, first, rest = os.fsync, list[int](), threading.Event(), threading.Event()
    manifest = Manifest(tmp_path)

    def slow(descriptor: int) -> None:
        size = os.fstat(descriptor).st_size
        if not sizes:
            first.set()
            rest.wait()
        sync(descriptor)
        sizes.append(size)

    monkeypatch.setattr(os, "fsync", slow)
    returned = list[int]()

    def add() -> None:
        manifest.add(LINE)
        manifest.settle()
        returned.append(len(sizes))

    workers = [threading.Thread(target=add) for _ in range(8)]
    workers[0].start()
    assert first.wait(10)
    for one in workers[1:]:
        one.start()
    while manifest._written < 8:
        pass
    rest.set()
    for one in workers:
        one.join()
    length = (tmp_path / "records.jsonl").stat().st_size // 8
    assert (sizes, sorted(returned)) == ([length, length * 8], [1, *[2] * 7])
    assert Manifest(tmp_path).of("k") == (LINE,) * 8
