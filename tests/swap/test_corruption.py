"""What is corrupted in the copy is found by the comparison, alone and by its name, and then the cutover is refused: by the real commands."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import md5, sha256
from pathlib import Path
from typing import Any

import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from operations import swap
from operations.swap.connection import connected
from operations.swap.receipts import chain
from stacks.settings import Stage
from tests.swap.servers import Server
from tests.swap.sides import moto, profile, s3
from tests.swap.test_advance import Course
from tests.swap.test_copy import accepted

GYOMU = (
    "CREATE TABLE daicho (id bigserial PRIMARY KEY, shi text, mei text, sei int CONSTRAINT plus CHECK (sei > 0))",
    "INSERT INTO daicho (shi, mei, sei) SELECT 'shi' || n, 'mei' || n, n FROM generate_series(1, 50) n",
    "CREATE TABLE rireki (n int)",
    "INSERT INTO rireki VALUES (1), (2)",
    "CREATE INDEX daicho_mei ON daicho (mei)",
    "CREATE FUNCTION kiroku() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TRIGGER kiroku BEFORE INSERT ON rireki FOR EACH ROW EXECUTE FUNCTION kiroku()",
    "GRANT SELECT ON daicho TO corruption_yomu",
    "ALTER TABLE rireki OWNER TO corruption_nushi",
    "SELECT lo_from_bytea(7, 'fuhyo')",
)
KEEP = datetime.now(UTC).replace(microsecond=0) + timedelta(days=900)
ROLES = ("corruption_yomu", "corruption_nushi")


@dataclass(frozen=True, kw_only=True)
class Corruption:
    """What is done to the copy, how it is taken back, and what alone is found."""

    done: str
    back: str
    found: tuple[str, ...]


CHECKSUM, COUNTED = ("rows public.daicho (checksum)",), ("rows public.rireki (checksum)", "rows public.rireki (rows)")
CORRUPTIONS = {
    "a byte of a row": Corruption(
        done="UPDATE daicho SET mei = 'meI7' WHERE id = 7",
        back="UPDATE daicho SET mei = 'mei7' WHERE id = 7",
        found=CHECKSUM,
    ),
    "a row missing": Corruption(
        done="DELETE FROM rireki WHERE n = 2",
        back="INSERT INTO rireki VALUES (2)",
        found=COUNTED,
    ),
    "a row twice": Corruption(
        done="INSERT INTO rireki VALUES (2)",
        back="DELETE FROM rireki WHERE ctid = (SELECT max(ctid) FROM rireki WHERE n = 2)",
        found=COUNTED,
    ),
    "one row for another": Corruption(
        done="UPDATE rireki SET n = 1 WHERE n = 2",
        back="UPDATE rireki SET n = 2 WHERE ctid = (SELECT max(ctid) FROM rireki)",
        found=("rows public.rireki (checksum)",),
    ),
    "two columns of a row exchanged": Corruption(
        done="UPDATE daicho SET shi = mei, mei = shi WHERE id = 7",
        back="UPDATE daicho SET shi = mei, mei = shi WHERE id = 7",
        found=CHECKSUM,
    ),
    "two rows exchanged in a column": Corruption(
        done="UPDATE daicho SET mei = 'mei' || 15 - id WHERE id IN (7, 8)",
        back="UPDATE daicho SET mei = 'mei' || id WHERE id IN (7, 8)",
        found=CHECKSUM,
    ),
    "a sequence's last value": Corruption(
        done="SELECT setval('daicho_id_seq', 49)",
        back="SELECT setval('daicho_id_seq', 50)",
        found=("sequence-value public.daicho_id_seq (last_value)",),
    ),
    "a byte of a large object": Corruption(
        done="SELECT lo_put(7, 4, 'O')", back="SELECT lo_put(7, 4, 'o')", found=("large-object 7 (content)",)
    ),
    "a constraint not validated": Corruption(
        done="ALTER TABLE daicho DROP CONSTRAINT plus, ADD CONSTRAINT plus CHECK (sei > 0) NOT VALID",
        back="ALTER TABLE daicho VALIDATE CONSTRAINT plus",
        found=("constraint plus on public.daicho (definition)", "constraint plus on public.daicho (validated)"),
    ),
    "an index missing": Corruption(
        done="DROP INDEX daicho_mei", back="CREATE INDEX daicho_mei ON daicho (mei)", found=("index public.daicho_mei",)
    ),
    "a grant missing": Corruption(
        done="REVOKE SELECT ON daicho FROM corruption_yomu",
        back="GRANT SELECT ON daicho TO corruption_yomu",
        found=("relation public.daicho (acl)",),
    ),
    "a trigger off": Corruption(
        done="ALTER TABLE rireki DISABLE TRIGGER kiroku",
        back="ALTER TABLE rireki ENABLE TRIGGER kiroku",
        found=("trigger kiroku on public.rireki (enabled)",),
    ),
    "another owner": Corruption(
        done="ALTER FUNCTION kiroku() OWNER TO corruption_nushi",
        back="ALTER FUNCTION kiroku() OWNER TO admin",
        found=("function public.kiroku() (acl)", "function public.kiroku() (owner)"),
    ),
}


class Cutover:
    """A move whose application is stopped, in a folder of its own."""

    def __init__(self, folder: Path, ends: list[str]) -> None:
        self.folder, self._ends = folder, ends
        self.receipts, self._file = folder / "receipts", folder / "Pulumi.yaml"
        self._decisions = folder / "decisions.toml"

    def run(self, step: str, *more: str) -> int:
        """A step between the two ends."""
        return swap.main([step, *self._ends, "--receipts", str(self.receipts), *more])

    def advance(self) -> int:
        """The step on, to `settle`."""
        words = [str(self._file), "--receipts", str(self.receipts), "--decisions", str(self._decisions)]
        return swap.main(["advance", *words])

    def refuses(self, count: int, capsys: pytest.CaptureFixture[str]) -> None:
        """The gate stays shut for these differences and for nothing else."""
        before, last = self._file.read_bytes(), chain(self.receipts)[-1]
        capsys.readouterr()
        assert self.advance() == 1
        assert capsys.readouterr().err.split() == ["blocks", f"{last.file}:", str(count), "differences"]
        assert (self._file.read_bytes(), chain(self.receipts)[-1]) == (before, last)

    def opens(self) -> None:
        """The gate lets the move through."""
        assert self.advance() == 0
        assert "machikumo:swap_stage: settle" in self._file.read_text()


@pytest.fixture(scope="module")
def databases(source: Server, target_server: Server) -> Iterator[list[str]]:
    """A small database and its clean copy."""
    for server in (source, target_server):
        server.run("postgres", *(f"CREATE ROLE {role}" for role in ROLES))
    source.run("postgres", "CREATE DATABASE gyomu")
    source.run("gyomu", *GYOMU)
    yield ["--source", source.to("gyomu"), "--target", target_server.to("gyomu")]
    target_server.emptied()
    source.run("postgres", "DROP DATABASE gyomu", *(f"DROP ROLE {role}" for role in ROLES))


@pytest.fixture(scope="module")
def copied(databases: list[str], tmp_path_factory: pytest.TempPathFactory) -> Cutover:
    """Copied and compared since the application was stopped."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LANG", "C.UTF-8")
        course = Course(tmp_path_factory.mktemp("course"))
        course.at(Stage.CUTOVER)
        folder = course.file.parent
        (folder / "decisions.toml").write_text(accepted("records-not-compared", "role-password", "other-session"))
        words = [*databases, "--receipts", str(course.receipts), "--decisions", str(folder / "decisions.toml")]
        # A target is none of its words.
        assert swap.main(["close", *words[:2], *words[4:]]) == 0
        assert [swap.main([step, *words]) for step in ("copy", "verify")] == [0, 0]
    return Cutover(folder, databases)


@pytest.fixture
def cutover(copied: Cutover, tmp_path: Path) -> Cutover:
    """As `copied` left it, for one test."""
    shutil.copytree(copied.folder, tmp_path / "move")
    return Cutover(tmp_path / "move", copied._ends)


@pytest.mark.parametrize("corruption", CORRUPTIONS.values(), ids=CORRUPTIONS)
def test_what_is_corrupted_in_the_database_is_found_alone_and_stops_the_cutover(
    corruption: Corruption, cutover: Cutover, target_server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    with connected(target_server.to("gyomu")) as connection:
        connection.execute(corruption.done)
        try:
            assert cutover.run("verify") == 1
        finally:
            connection.execute(corruption.back)
    assert chain(cutover.receipts)[-1].notes == corruption.found
    told = capsys.readouterr().out.splitlines()[:-1]
    assert [line.split(": ")[0] for line in told] == [note.split(" (")[0] for note in corruption.found]
    cutover.refuses(len(corruption.found), capsys)


def test_a_receipt_with_one_altered_bit_stops_the_cutover(cutover: Cutover) -> None:
    """Anywhere in any file of the receipts: at its beginning, at its end, and in some places between."""
    for path in sorted(cutover.receipts.glob("[!.]*")):
        content = path.read_bytes()
        for place in {0, *range(7, len(content), 1 + len(content) // 4), len(content.rstrip()) - 1}:
            path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            assert (swap.main(["receipts", str(cutover.receipts)]), cutover.advance()) == (1, 2), (path.name, place)
        path.write_bytes(content)
    cutover.opens()


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """With a bucket `old`, in which each key of IN_STORE and IN_SOURCE was put, some twice, and an empty one, `new`."""
    with moto() as endpoint:
        profile(endpoint, tmp_path, monkeypatch)
        made = s3()
        for bucket in ("old", "new"):
            place = {"LocationConstraint": "ap-northeast-1"}
            made.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True, CreateBucketConfiguration=place)
        keys = [*IN_STORE, *IN_SOURCE]
        for key, body in [*((key, b"one") for key in keys if "former" in key), *((key, b"two") for key in keys)]:
            put(made, key, body)
        yield made


def put(client: Any, key: str, body: bytes) -> None:
    client.put_object(
        Bucket="old",
        Key=key,
        Body=body,
        ContentType="text/csv",
        Metadata={"torihiki": "7"},
        Tagging="kubun=zei",
        ObjectLockMode="GOVERNANCE",
        ObjectLockRetainUntilDate=KEEP,
    )


def versions(client: Any, bucket: str, key: str) -> tuple[str, str]:
    """The ids of its former version and its latest, which may be the same."""
    listed = client.list_object_versions(Bucket=bucket, Prefix=key)["Versions"]
    ids = [one["VersionId"] for one in sorted(listed, key=lambda one: bool(one["IsLatest"]))]
    return ids[0], ids[-1]


def kept(key: str, version: str, bucket: str = "new") -> Any:
    """How moto keeps a version: what no request to the store changes."""
    return s3_backends[DEFAULT_ACCOUNT_ID]["aws"].get_object(bucket, key, version_id=version)


def removed(client: Any, key: str, version: str, bucket: str = "new") -> None:
    client.delete_object(Bucket=bucket, Key=key, VersionId=version, BypassGovernanceRetention=True)


def retained(client: Any, key: str, version: str, days: int, bucket: str = "new") -> None:
    retention = {"Mode": "GOVERNANCE", "RetainUntilDate": KEEP + timedelta(days=days)}
    client.put_object_retention(
        Bucket=bucket, Key=key, VersionId=version, BypassGovernanceRetention=True, Retention=retention
    )


def tagged(client: Any, key: str, bucket: str = "new") -> None:
    client.put_object_tagging(Bucket=bucket, Key=key, Tagging={"TagSet": [{"Key": "kubun", "Value": "betsu"}]})


def replaced(line: str, named: Mapping[str, str]) -> str:
    for name, version in named.items():
        line = line.replace(name, version)
    return line


def altered(version: Any, etag: str) -> None:
    version.value, version._etag = b"twO", etag


def short(content: bytes) -> str:
    return f"{sha256(content).hexdigest()[:12]}…"


IN_STORE: dict[str, tuple[Callable[[Any, str, str, str], Any], list[str]]] = {
    "a byte": (
        lambda _, key, __, latest: setattr(kept(key, latest), "value", b"twO"),
        [f"(latest): content: SHA-256 {short(b'two')} and {short(b'twO')}"],
    ),
    "a former byte": (
        lambda _, key, former, __: setattr(kept(key, former), "value", b"onE"),
        [f"(former): content: SHA-256 {short(b'one')} and {short(b'onE')}"],
    ),
    "a tag": (lambda client, key, *_: tagged(client, key), ["(latest): tag kubun"]),
    "all missing": (lambda client, key, _, latest: removed(client, key, latest), ["(latest): missing"]),
    "former missing": (lambda client, key, former, _: removed(client, key, former), ["(former): missing"]),
    "metadata": (
        lambda _, key, __, latest: kept(key, latest)._metadata.update({"x-amz-meta-torihiki": "8"}),
        ["(latest): metadata torihiki"],
    ),
    "retention": (
        lambda client, key, _, latest: retained(client, key, latest, -1),
        [f"(latest): retention: until {KEEP - timedelta(days=1)}, {KEEP} on the source"],
    ),
    "type": (
        lambda _, key, __, latest: kept(key, latest)._metadata.update({"Content-Type": "text/plain"}),
        ["(latest): property content_type"],
    ),
    "untouched": (lambda *_: None, []),
}
"""Under each key what is done to its versions in the copy, and what is found."""

IN_SOURCE: dict[str, tuple[Callable[[Any, str, str, str], Any], list[str]]] = {
    "source: put over": (
        lambda client, key, _, __: put(client, key, b"twO"),
        ["(newest): missing", "(latest): the latest on one side only"],
    ),
    "source: former missing": (
        lambda client, key, former, _: removed(client, key, former, "old"),
        ["(copied): only on the target"],
    ),
    "source: a tag": (lambda client, key, *_: tagged(client, key, "old"), ["(latest): tag kubun"]),
    "source: metadata": (
        lambda _, key, __, latest: kept(key, latest, "old")._metadata.update({"x-amz-meta-torihiki": "8"}),
        ["(latest): metadata torihiki"],
    ),
    "source: retention": (
        lambda client, key, _, latest: retained(client, key, latest, 1, "old"),
        [f"(latest): retention: until {KEEP}, {KEEP + timedelta(days=1)} on the source"],
    ),
    "source: a byte": (
        lambda _, key, __, latest: altered(kept(key, latest, "old"), etag=md5(b"twO").hexdigest()),
        [f"(latest): content: SHA-256 {short(b'twO')} and {short(b'two')}"],
    ),
    "source: decay": (
        # The list says what it said: the copy is as the source was.
        lambda _, key, __, latest: altered(kept(key, latest, "old"), etag=md5(b"two").hexdigest()),
        [],
    ),
}
"""Under each key what is done to its versions on the source after the copy, and what is found."""


def test_what_is_corrupted_in_an_object_store_is_found_alone_and_stops_the_cutover(
    client: Any, cutover: Cutover, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records = Cutover(cutover.folder, ["--source", "here/old", "--target", "here/new"])
    assert [records.run(step) for step in ("copy-records", "verify-records")] == [0, 0]
    shutil.copytree(records.folder, tmp_path / "clean")
    Cutover(tmp_path / "clean", []).opens()
    found = ["another: only on the target"]
    client.put_object(Bucket="new", Key="another")
    for key, (corrupt, lines) in IN_STORE.items():
        corrupt(client, key, *versions(client, "new", key))
        former, latest = versions(client, "old", key)
        found += [f"{key} {line.replace('former', former).replace('latest', latest)}" for line in lines]
    for key, (corrupt, lines) in IN_SOURCE.items():
        (former, latest), copied = versions(client, "old", key), versions(client, "new", key)[0]
        corrupt(client, key, former, latest)
        named = {"former": former, "(latest": f"({latest}", "copied": copied, "newest": versions(client, "old", key)[1]}
        found += [f"{key} {replaced(line, named)}" for line in lines]
    capsys.readouterr()
    assert records.run("verify-records") == 1
    assert sorted(capsys.readouterr().out.splitlines()[:-1]) == sorted(found)
    records.refuses(len(found), capsys)
    (_, decayed) = versions(client, "old", "source: decay")
    found.append(f"source: decay ({decayed}): content: SHA-256 {short(b'twO')} and {short(b'two')}")
    assert records.run("verify-records", "--whole") == 1
    assert sorted(capsys.readouterr().out.splitlines()[:-1]) == sorted(found)
