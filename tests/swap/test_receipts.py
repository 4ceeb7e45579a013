"""Receipts: the same bytes for the same step, and every alteration of the chain found."""

import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from operations.__main__ import main
from operations.swap import receipts
from operations.swap.receipts import HEAD, Place, Receipt, ReceiptError, broken, canonical, chain, read, write
from operations.swap.secrets import SecretError

ROOT = Path(__file__).parents[2]
OLD = Place(system="postgresql", address="db.old.internal:5432", name="juki", identity="7012")
NEW = Place(system="postgresql", address="db.new.internal:5432", name="juki")
NINE = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "C.UTF-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, step="check-source", source=OLD, counts={"losses": 2}, now=NINE)
    write(
        tmp_path,
        step="copy",
        source=OLD,
        target=NEW,
        hashes={"fingerprint": "a" * 64},
        tools={"pg_dump": "15.18"},
        now=NINE,
    )
    write(tmp_path, step="verify", source=OLD, target=NEW, notes=("住民票 𠮷󠄀",), now=NINE)
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_receipt_is_canonical_and_keeps_the_published_schema(folder: Path) -> None:
    schema = json.loads((ROOT / "docs" / "receipt.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    contents = [json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))]
    assert [list(validator.iter_errors(content)) for content in contents] == [[], [], []]
    assert contents[0].keys() == set(schema["required"]) == set(schema["properties"])
    assert list(validator.iter_errors({**contents[0], "password": ""})) != []
    assert (folder / "0001-check-source.json").read_bytes() == (
        b'{"counts":{"losses":2},"hashes":{},"notes":[],"number":1,"previous":null,"source":{"address":"db.old.internal:5432",'
        b'"identity":"7012","name":"juki","system":"postgresql"},"step":"check-source","target":null,'
        b'"time":"2026-11-25T09:00:00Z","tools":{},"version":1}\n'
    )


def test_what_was_written_is_read(folder: Path) -> None:
    assert names(folder) == ["0001-check-source.json", "0002-copy.json", "0003-verify.json", HEAD]
    assert [(one.number, one.step, one.target) for one in chain(folder)] == [
        (1, "check-source", None),
        (2, "copy", NEW),
        (3, "verify", NEW),
    ]
    assert read(folder / "0003-verify.json").notes == ("住民票 𠮷󠄀",)


def altered(name: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        content = (folder / name).read_bytes()
        assert old in content
        (folder / name).write_bytes(content.replace(old, new))

    return change


def exchanged(folder: Path) -> None:
    first, second = folder / "0001-check-source.json", folder / "0002-copy.json"
    contents = first.read_bytes(), second.read_bytes()
    first.write_bytes(contents[1])
    second.write_bytes(contents[0])


def removed(*names: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        for name in names:
            (folder / name).unlink()

    return change


def added(name: str, content: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).write_text(content)

    return change


def inserted(folder: Path) -> None:
    (folder / "0004-verify.json").write_bytes((folder / "0003-verify.json").read_bytes())


CHANGES: Mapping[str, tuple[Callable[[Path], None], list[str]]] = {
    "a count": (altered("0001-check-source.json", b'"losses":2', b'"losses":0'), ["0002-copy.json: what stands"]),
    "a hash": (altered("0002-copy.json", b"a" * 64, b"b" * 64), ["0003-verify.json: what stands"]),
    "the last": (altered("0003-verify.json", "住民票".encode(), "住民表".encode()), ["HEAD: names"]),
    "a space": (
        altered("0002-copy.json", b',"step"', b', "step"'),
        ["0002-copy.json: altered", "0003-verify.json: what stands"],
    ),
    "a byte": (
        altered("0002-copy.json", b'"copy"', b'"\xffopy"'),
        ["0002-copy.json: no receipt", "0003-verify.json: what stands"],
    ),
    "a key more": (
        altered("0003-verify.json", b'"version":1', b'"version":1,"zeal":1'),
        ["0003-verify.json: no receipt", "HEAD: names"],
    ),
    "a number that is a text": (
        altered("0003-verify.json", b'"number":3', b'"number":"3"'),
        ["0003-verify.json: no receipt", "HEAD: names"],
    ),
    "another version": (
        altered("0003-verify.json", b'"version":1', b'"version":2'),
        ["0003-verify.json: no receipt", "HEAD: names"],
    ),
    "the first gone": (
        removed("0001-check-source.json"),
        ["0002-copy.json: stands at place 1", "0003-verify.json: stands at place 2"],
    ),
    "one gone": (removed("0002-copy.json"), ["0003-verify.json: stands at place 2"]),
    "the last gone": (removed("0003-verify.json"), ["HEAD: names"]),
    "two gone": (removed("0002-copy.json", "0003-verify.json"), ["HEAD: names"]),
    "order": (
        exchanged,
        [
            "0001-check-source.json: stands at place 1",
            "0002-copy.json: stands at place 2",
            "0003-verify.json: what stands",
        ],
    ),
    "one doubled": (inserted, ["0004-verify.json: stands at place 4"]),
    "a stranger": (
        added("notes.json", "{}"),
        [
            "notes.json: no receipt",
            *(f"{name}: stands" for name in ("0001-check-source.json", "0002-copy.json", "0003-verify.json")),
        ],
    ),
    "no head": (removed(HEAD), ["HEAD: names -"]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_alteration_is_found_and_named(change: str, folder: Path) -> None:
    alter, expected = CHANGES[change]
    alter(folder)
    problems = broken(folder)
    assert len(problems) == len(expected), problems
    assert [found for found, start in zip(problems, expected, strict=True) if not found.startswith(start)] == []
    with pytest.raises(ReceiptError) as refused:
        write(folder, step="verify", source=OLD, now=NINE)
    assert refused.value.problems == problems


def test_a_chain_that_was_written_anew_differs_from_the_noted_head(folder: Path, tmp_path: Path) -> None:
    noted = (folder / HEAD).read_text().strip()
    assert broken(folder, head=noted) == ()
    again = tmp_path / "again"
    write(again, step="check-source", source=OLD, now=NINE)
    assert broken(again) == ()
    assert [problem.split(" that ")[0] for problem in broken(again, head=noted)] == [f"no receipt has the hash {noted}"]


def test_a_process_that_died_before_the_head_was_written_left_a_whole_chain(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = receipts.put

    def dies(folder: Path, name: str, content: bytes, *, anew: bool) -> None:
        if anew:
            raise KeyboardInterrupt
        put(folder, name, content, anew=anew)

    monkeypatch.setattr(receipts, "put", dies)
    with pytest.raises(KeyboardInterrupt):
        write(folder, step="verify", source=OLD, now=NINE)
    monkeypatch.setattr(receipts, "put", put)
    assert broken(folder) == ()
    write(folder, step="verify", source=OLD, now=NINE)
    assert (broken(folder), [one.number for one in chain(folder)]) == ((), [1, 2, 3, 4, 5])


def test_of_two_runs_that_append_at_once_one_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = os.link

    def second(source: Path, target: Path) -> None:
        monkeypatch.setattr(os, "link", link)
        monkeypatch.setattr(os, "getpid", lambda: 1)
        write(folder, step="copy", source=OLD, now=NINE)
        link(source, folder / "0004-copy.json")
        raise AssertionError(target)

    monkeypatch.setattr(os, "link", second)
    with pytest.raises(ReceiptError, match=r"0004-copy\.json: another run wrote it just now"):
        write(folder, step="copy", source=OLD, now=NINE)
    assert ([one.number for one in chain(folder)], len(names(folder))) == ([1, 2, 3, 4], 5)


SECRETS = (
    "postgresql://juki:hunter2@db.old.internal/juki",
    "host=db password=hunter2",
    "PGPASSWORD=hunter2",
    "Token: hunter2",
    "-----BEGIN RSA PRIVATE KEY-----",
    "SCRAM-SHA-256$4096:salt$stored:server",
    "md5" + "0" * 32,
)


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("at", ["notes", "tools", "source"])
def test_a_secret_never_enters_a_receipt(secret: str, at: str, tmp_path: Path) -> None:
    words: dict[str, Any] = {
        "source": OLD,
        at: {"notes": (secret,), "tools": {"x": secret}, "source": Place(system="s", address=secret, name="n")}[at],
    }
    with pytest.raises(SecretError) as refused:
        write(tmp_path, step="copy", now=NINE, **words)
    assert "hunter2" not in str(refused.value)
    assert names(tmp_path) == []


def test_a_user_in_a_url_and_the_word_password_are_no_secret(tmp_path: Path) -> None:
    notes = ("postgresql://juki@db.old.internal/juki", "role-password *: passwords are set anew")
    assert write(tmp_path, step="copy", source=OLD, notes=notes, now=NINE).notes == notes


TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(counts=st.dictionaries(TEXTS, st.integers(min_value=0)), notes=st.lists(TEXTS), name=TEXTS)
def test_canonical_json_comes_back_as_it_was(counts: dict[str, int], notes: list[str], name: str) -> None:
    receipt = Receipt(
        number=1, step="copy", time="2026-11-25T09:00:00Z", source=Place(system="s", address="a", name=name), target=None,
        counts=counts, notes=tuple(notes), previous=None,
    )  # fmt: skip
    content = canonical(receipt)
    assert receipts._parsed(json.loads(content)) == receipt
    assert content == canonical(receipts._parsed(json.loads(content)))


ODD = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ODD | st.lists(ODD, max_size=2) | st.dictionaries(TEXTS, ODD, max_size=2))
def test_odd_files_are_problems_and_never_crashes(content: Any) -> None:
    for odd in (content, dict.fromkeys(receipts.KEYS, content)):
        with pytest.raises((ValueError, TypeError, AttributeError)):
            receipts._parsed(odd)


def test_the_command_tells_the_chain_and_its_head(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["swap", "receipts", str(folder)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in told[:3]] == [
        ["1", "2026-11-25T09:00:00Z", "check-source"],
        ["2", "2026-11-25T09:00:00Z", "copy"],
        ["3", "2026-11-25T09:00:00Z", "verify"],
    ]
    head = (folder / HEAD).read_text().strip()
    assert told[3] == f"Whole. Note this hash elsewhere: {head}"
    assert main(["swap", "receipts", str(folder), "--head", head]) == 0


def test_the_command_says_what_is_broken_in_the_language_of_the_terminal(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", "ja_JP.UTF-8")
    (folder / "0002-copy.json").unlink()
    assert main(["swap", "receipts", str(folder)]) == 1
    told = "0003-verify.json: 2 番目にありますが 0003-verify.json として書かれました(欠落または順序の変更)\n"
    assert capsys.readouterr().err == told
    assert main(["swap", "receipts", str(tmp_path / "none")]) == 2


def test_a_word_that_is_no_step_is_refused_with_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["swap", "recipts"]) == 2
    assert capsys.readouterr().err.startswith("usage: machikumo swap STEP")
