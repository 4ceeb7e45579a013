"""What point-names does not believe of a name server, and which files it takes for a key."""

import shutil
import socket
from base64 import b64decode
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from operations.swap import name_server
from operations.swap.refusal import Refusal
from operations.swap.tsig_key import read_key
from stacks.settings import Stage
from tests.swap import name_servers
from tests.swap.name_servers import SECRETS, Here, key_file
from tests.swap.test_advance import Course
from tests.swap.test_point_names import FORMER, Desk


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Course(tmp_path_factory.mktemp("moved")).at(Stage.PREPARE).file.parent


@pytest.fixture(scope="module")
def running() -> Iterator[Here]:
    with name_servers.here() as server:
        yield server


@pytest.fixture
def desk(tmp_path: Path, moved: Path, running: Here, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    running.emptied()
    shutil.copytree(moved, tmp_path, dirs_exist_ok=True)
    made = Desk(tmp_path, running, monkeypatch)
    made.stated("10.16.1.9", "10.48.1.4")
    running.write("juki", f"60 A {FORMER}")
    yield made
    running.wrong = None


@pytest.mark.parametrize(
    ("wrong", "told", "steps"),
    [
        ("unsigned", "nothing of it is believed", []),
        ("secondhand", "AA=0: the server is not the primary of this zone", []),
        ("no updates", "NOTIMP: the server takes no updates of RFC 2136", ["point-names-begun"]),
        ("forgetful", f"has other records: juki.example.lg.jp: A {FORMER} (60 s)", ["point-names-begun"]),
    ],
)
def test_an_answer_that_proves_nothing_ends_with_one_message(
    wrong: str, told: str, steps: Sequence[str], desk: Desk, running: Here, capsys: pytest.CaptureFixture[str]
) -> None:
    running.wrong = wrong
    assert desk.point() == 2
    [line] = capsys.readouterr().err.splitlines()
    assert told in line
    assert [one for one, _ in desk.steps] == steps


def test_a_server_that_does_not_tell_all_types_still_guards_them(desk: Desk, running: Here) -> None:
    running.write("juki", f"60 A {FORMER}", "60 MX 10 mail.example.com.")
    desk.stated("entry.example.net", "10.48.1.4")
    desk.resolver["entry.example.net"] = ("10.16.1.9",)
    running.wrong = "any"
    assert desk.point() == 2
    running.wrong = None
    assert running.records("juki") == {f"60 A {FORMER}", "60 MX 10 mail.example.com."}


def test_a_server_that_says_nothing_is_given_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(name_server, "TIMEOUT", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert desk.point(server=f"127.0.0.1:{silent.getsockname()[1]}") == 2
    assert "timeout: no answer over TCP" in capsys.readouterr().err


def test_numbers_outside_their_range_and_names_outside_the_zone_are_refused(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (("--ttl", "0"), ("--ttl", "86401"), ("--ttl-only", "-1"), ("--ttl", "1h")):
        with pytest.raises(SystemExit, match="2"):
            desk.point(*words)
        assert "seconds, 1 to 86400" in capsys.readouterr().err.replace("expected one argument", "seconds, 1 to 86400")
    assert desk.point(server="ns1:70000") == 2
    assert desk.point(names=("juki.example.com",)) == 2
    assert desk.point(names=[f"n{one}" for one in range(101)]) == 2
    assert "101 names: at most 100 at once" in capsys.readouterr().err


def test_a_key_is_read_in_every_form_that_the_tools_and_people_write(tmp_path: Path) -> None:
    file = tmp_path / "key"
    by_hand = (
        f'// made by hand\n/* key x {{ */ key reader {{ # ours\n secret {SECRETS["mover"]};algorithm "HMAC-SHA512"; }}'
    )
    for text, secret in ((key_file("reader"), SECRETS["reader"]), (by_hand, SECRETS["mover"])):
        file.write_text(text)
        file.chmod(0o400)
        key = read_key(file)
        assert (key.name.to_text(), key.algorithm.to_text()) == ("reader.", "hmac-sha512.")
        assert key.secret == b64decode(secret)
        file.unlink()


@pytest.mark.parametrize(
    ("text", "mode", "told"),
    [
        (key_file("mover"), 0o640, "others may read or write it (mode 0640)"),
        (key_file("mover"), 0o602, "others may read or write it (mode 0602)"),
        (
            key_file("mover").replace("sha256", "md5"),
            0o600,
            "algorithm hmac-md5: hmac-sha256, hmac-sha384, hmac-sha512",
        ),
        (key_file("mover") + key_file("admin"), 0o600, "not one key in the form"),
        (key_file("mover").replace("algorithm hmac-sha256;", ""), 0o600, "not one key in the form"),
        (key_file("mover").replace("=", "!"), 0o600, "not one key in the form"),
        (key_file("mover").replace(SECRETS["mover"], ""), 0o600, "not one key in the form"),
        (SECRETS["mover"], 0o600, "not one key in the form"),
        (key_file("mover").replace('"mover"', f'"{"m" * 64}"'), 0o600, "not one key in the form"),
    ],
)
def test_what_is_no_key_or_is_not_kept_is_refused_without_telling_it(
    text: str, mode: int, told: str, tmp_path: Path
) -> None:
    file = tmp_path / "key"
    file.write_text(text)
    file.chmod(mode)
    with pytest.raises(Refusal) as refused:
        read_key(file)
    assert told in str(refused.value)
    assert SECRETS["mover"][:8] not in str(refused.value)
