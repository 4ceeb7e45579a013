"""`machikumo swap point-names`: what is written on a name server, what never is, and a run that dies in between.

These ask whatever server `name_servers.STARTED` starts, so that `python -m tests.swap.bind` shows the same of BIND.
"""

import json
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from operations import swap
from operations.swap.name_server import NameServer
from operations.swap.receipts import chain
from operations.swap.stack_file import StackFile
from stacks.settings import Stage
from tests.swap import name_servers
from tests.swap.name_servers import SECRETS, Authoritative, key_file
from tests.swap.test_advance import RECORDS, Course

ENTRY = "internal-entry.ap-northeast-1.elb.amazonaws.com"
"""Of the side that serves after the cutover, 10.48.0.0/16; the side that was left has 10.16.0.0/16 (Course)."""
FORMER = "10.16.1.4"
RIGHT = f"60 CNAME {ENTRY}."
DECISION = """[[accepted]]
loss = "name-leads-elsewhere"
name = "juki.example.lg.jp"
reason = "旧サーバを指している"
owner = "情報政策課"
approver = "CISO"
approved = 2026-11-25
"""


class Desk:
    """A stack whose other side serves, a resolver, a name server, and the command."""

    def __init__(self, folder: Path, server: Authoritative, monkeypatch: pytest.MonkeyPatch) -> None:
        self.file, self.receipts, self.folder = folder / "Pulumi.yaml", folder / "receipts", folder
        self.server = server
        self.outputs = folder / "outputs.json"
        self.stated(ENTRY, FORMER)
        self.resolver: dict[str, Sequence[str] | int] = {ENTRY: ("10.48.1.4", "10.48.2.4")}
        self._real = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self._asked)
        for one in SECRETS:
            self.key(one)

    def stated(self, serves: str, other: str) -> None:
        self.outputs.write_text(json.dumps({"application_address": serves, "swap_application_address": other}))

    def key(self, name: str, text: str | None = None) -> Path:
        file = self.folder / f"{name}.key"
        file.write_text(text or key_file(name))
        file.chmod(0o600)
        return file

    def stage(self, stage: Stage) -> None:
        file = StackFile(self.file)
        file.set("swap_stage", str(stage))
        file.save()

    def _asked(self, name: str, port: object, *words: object, **options: object) -> object:
        if name[0].isdigit() or ":" in name:
            return self._real(name, port, *words, **options)
        answer = self.resolver.get(name, socket.EAI_NONAME)
        if isinstance(answer, int):
            raise socket.gaierror(answer, "no")
        return [(0, 0, 0, "", (one, port)) for one in answer]

    def point(self, *words: str, names: Sequence[str] = ("juki",), key: str = "mover", **other: str) -> int:
        given = {"zone": "example.lg.jp", "server": self.server.place, **other}
        where = [] if "--ttl-only" in words or "--address" in words else ["--outputs", str(self.outputs)]
        return swap.main(
            [
                *("point-names", str(self.file), "--receipts", str(self.receipts), *where, *words),
                *("--key-file", str(self.folder / f"{key}.key")),
                *(word for name, value in given.items() for word in (f"--{name}", value)),
                *(word for one in names for word in ("--name", one if "." in one else f"{one}.example.lg.jp")),
            ]
        )

    @property
    def steps(self) -> list[tuple[str, Mapping[str, int]]]:
        """Of the receipts, those of this command."""
        return [(one.step, one.counts) for one in chain(self.receipts) if one.step.startswith("point-names")]


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stack after its cutover; each test has a copy."""
    return Course(tmp_path_factory.mktemp("moved")).at(Stage.SETTLE).file.parent


@pytest.fixture(scope="module")
def running() -> Iterator[Authoritative]:
    with name_servers.STARTED() as server:
        yield server


@pytest.fixture
def desk(tmp_path: Path, moved: Path, running: Authoritative, monkeypatch: pytest.MonkeyPatch) -> Desk:
    running.emptied()
    shutil.copytree(moved, tmp_path, dirs_exist_ok=True)
    return Desk(tmp_path, running, monkeypatch)


def test_names_of_the_side_that_was_left_come_to_lead_to_the_other_in_one_update_and_no_other_name_changes(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.server.write("juki", f"3600 A {FORMER}", "3600 A 10.16.1.5")
    desk.server.write("other", "300 A 10.16.1.9", "300 MX 10 mail.example.com.")
    desk.server.write("tax", "600 CNAME former-entry.example.net.")
    desk.resolver["former-entry.example.net"] = ("10.16.1.7",)
    before = desk.server.serial
    assert desk.point(names=("juki", "TAX.example.lg.jp.", "tax")) == 0
    assert desk.server.records("juki") == desk.server.records("tax") == {RIGHT}
    assert desk.server.records("other") == {"300 A 10.16.1.9", "300 MX 10 mail.example.com."}
    assert desk.server.serial == before + 1
    assert desk.steps == [
        ("point-names-begun", {"names": 2, "changed": 0}),
        ("point-names", {"names": 2, "changed": 2}),
    ]
    last = chain(desk.receipts)[-1]
    lines = (
        f"juki.example.lg.jp: A 10.16.1.4 10.16.1.5 (3600 s) -> CNAME {ENTRY}. (60 s)",
        f"tax.example.lg.jp: CNAME former-entry.example.net. (600 s) -> CNAME {ENTRY}. (60 s)",
    )
    assert last.notes == (*lines, f"serial: {before + 1}")
    assert last.target is not None
    assert (last.target.address, last.target.name) == (desk.server.place, "example.lg.jp")
    assert capsys.readouterr().out.splitlines() == [
        *(f"change {one}" for one in lines),
        f"2 names, 2 of them changed. {last.file}",
    ]


def test_addresses_are_written_as_addresses_and_the_way_back_is_the_same_command(desk: Desk) -> None:
    course = Course.__new__(Course)
    course.file, course.receipts, course.hashes = desk.file, desk.receipts, {}
    desk.server.write("juki", f"60 CNAME {ENTRY}.")
    course.take(on=False)
    course.receipt("close", source="gcp", target="aws")
    course.receipt("copy", source="gcp", target="aws")
    course.receipt("verify", source="gcp", target="aws", differences=0)
    course.take(RECORDS)
    desk.stated(FORMER, ENTRY)
    del desk.resolver[ENTRY]
    assert desk.point("--ttl", "120") == 0
    assert desk.server.records("juki") == {f"120 A {FORMER}"}
    assert desk.point("--address", "10.16.1.5", "--address", "10.16.1.6", "--address", "fd00::5") == 0
    assert desk.server.records("juki") == {"60 A 10.16.1.5", "60 A 10.16.1.6", "60 AAAA fd00::5"}


@pytest.mark.parametrize("records", [(f"3600 CNAME {ENTRY.upper()}.",), ("3600 CNAME alias.example.lg.jp.",)])
def test_what_leads_there_already_is_left_as_it_is(records: Sequence[str], desk: Desk) -> None:
    desk.server.write("juki", *records)
    desk.resolver["alias.example.lg.jp"] = ("10.48.2.4", "10.48.1.4")
    before = desk.server.serial, desk.server.records("juki")
    assert desk.point() == 0
    assert (desk.server.serial, desk.server.records("juki")) == before
    assert desk.steps == [("point-names", {"names": 1, "changed": 0})]


@pytest.mark.parametrize(
    "records",
    [
        ("60 A 192.0.2.1",),
        (f"60 A {FORMER}", "60 A 192.0.2.1"),
        (f"60 A {FORMER}", "60 AAAA 2001:db8::1"),
        ("60 CNAME elsewhere.example.net.",),
        ("60 CNAME gone.example.net.",),
        (),
    ],
)
def test_what_leads_to_neither_side_is_overwritten_only_by_decision_and_until_then_nothing_is(
    records: Sequence[str], desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.resolver["elsewhere.example.net"] = ("10.16.1.4", "192.0.2.1")
    desk.server.write("juki", *records)
    desk.server.write("tax", f"60 A {FORMER}")
    before = desk.server.serial
    assert desk.point(names=("tax", "juki")) == 1
    assert [one.split("(")[0] for one in capsys.readouterr().out.splitlines() if one.startswith("open")] == [
        "open   name-leads-elsewhere juki.example.lg.jp "
    ]
    assert (desk.server.serial, desk.steps) == (before, [])
    (desk.folder / "decisions.toml").write_text(DECISION)
    assert desk.point("--decisions", str(desk.folder / "decisions.toml"), names=("tax", "juki")) == 0
    assert desk.server.records("juki") == desk.server.records("tax") == {RIGHT}
    assert chain(desk.receipts)[-1].notes[0].startswith("accepted: name-leads-elsewhere juki.example.lg.jp (旧サーバ")


@pytest.mark.parametrize(
    ("before", "meanwhile"),
    [
        ((f"60 A {FORMER}",), ("60 A 192.0.2.1",)),
        ((f"60 A {FORMER}",), (f"60 A {FORMER}", "60 A 192.0.2.1")),
        ((f"60 A {FORMER}",), (f"60 A {FORMER}", "60 AAAA 2001:db8::1")),
        ((f"60 A {FORMER}",), (f"60 A {FORMER}", '60 TXT "proof"')),
        ((f"60 A {FORMER}",), ("60 CNAME other.example.lg.jp.",)),
        ((f"60 A {FORMER}",), ()),
        ((), (f"60 A {FORMER}",)),
        ((), ("60 MX 10 mail.example.com.",)),
    ],
)
def test_what_somebody_else_wrote_meanwhile_stays_and_no_name_is_changed(
    before: Sequence[str],
    meanwhile: Sequence[str],
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    desk.server.write("tax", f"60 A {FORMER}")
    desk.server.write("juki", *before)
    (desk.folder / "decisions.toml").write_text(DECISION)
    change = NameServer.change

    def late(self: NameServer, message: object) -> None:
        desk.server.write("juki", *meanwhile)
        change(self, message)  # type: ignore[arg-type]

    monkeypatch.setattr(NameServer, "change", late)
    assert desk.point("--decisions", str(desk.folder / "decisions.toml"), names=("tax", "juki")) == 2
    assert "RRSET: the records are not, or no longer, those that were seen" in capsys.readouterr().err
    assert (desk.server.records("juki"), desk.server.records("tax")) == ({*meanwhile}, {f"60 A {FORMER}"})
    assert [one for one, _ in desk.steps] == ["point-names-begun"]


@pytest.mark.parametrize(
    ("beside", "to", "told"),
    [
        ("60 MX 10 mail.example.com.", ENTRY, "has records of type MX too"),
        ('60 TXT "proof"', ENTRY, "has records of type TXT too"),
        ("60 HTTPS 1 . ipv4hint=10.16.1.4", "10.48.1.4", "has records of type HTTPS too"),
    ],
)
def test_other_records_of_a_name_are_never_lost(
    beside: str, to: str, told: str, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.server.write("juki", f"60 A {FORMER}", beside)
    desk.stated(to, FORMER)
    before = desk.server.records("juki")
    assert desk.point() == 2
    assert told in capsys.readouterr().err
    assert (desk.server.records("juki"), desk.steps) == (before, [])


def test_an_address_is_changed_beside_records_that_lead_nowhere(desk: Desk) -> None:
    desk.server.write("juki", f"60 A {FORMER}", "300 MX 10 mail.example.com.")
    desk.stated("10.48.1.4", FORMER)
    assert desk.point() == 0
    assert desk.server.records("juki") == {"60 A 10.48.1.4", "300 MX 10 mail.example.com."}


def test_a_lifetime_is_changed_alone_and_at_any_stage(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.server.write("juki", "86400 A 192.0.2.1", "86400 AAAA 2001:db8::1", "300 MX 10 mail.example.com.")
    desk.server.write("tax", "3600 CNAME elsewhere.example.net.")
    desk.stage(Stage.CUTOVER)
    assert desk.point("--ttl-only", "60", names=("juki", "tax")) == 0
    assert desk.server.records("juki") == {"60 A 192.0.2.1", "60 AAAA 2001:db8::1", "300 MX 10 mail.example.com."}
    assert desk.server.records("tax") == {"60 CNAME elsewhere.example.net."}
    before = desk.server.serial
    assert desk.point("--ttl-only", "60", names=("juki", "tax")) == 0
    assert desk.point("--ttl-only", "60", names=("alias",)) == 2
    assert "alias.example.lg.jp: has no records" in capsys.readouterr().err
    assert desk.server.serial == before


@pytest.mark.parametrize("stage", [Stage.CUTOVER, Stage.RETURN])
def test_no_name_is_pointed_while_neither_side_serves(
    stage: Stage, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.server.write("juki", f"60 A {FORMER}")
    desk.stage(stage)
    assert desk.point() == 2
    assert "neither side serves" in capsys.readouterr().err
    assert desk.server.records("juki") == {f"60 A {FORMER}"}


def test_the_side_that_was_left_is_never_what_a_name_is_pointed_at(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.server.write("juki", "60 A 192.0.2.1")
    for serves, told in ((FORMER, "outputs from before the last up?"), ("gone.example.net", "can't be resolved here")):
        desk.stated(serves, ENTRY)
        assert desk.point() == 2
        assert told in capsys.readouterr().err
    assert desk.point("--address", "10.48.1.4", "--address", ENTRY) == 2
    assert "one name, or addresses only" in capsys.readouterr().err
    assert (desk.server.records("juki"), desk.steps) == ({"60 A 192.0.2.1"}, [])


@pytest.mark.parametrize("arrived", [False, True])
def test_a_run_that_died_is_given_again_and_what_was_there_before_is_known(
    arrived: bool, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.server.write("juki", f"3600 A {FORMER}")

    def dies(self: NameServer, message: object) -> None:
        if arrived:
            change(self, message)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    change = NameServer.change
    with monkeypatch.context() as patched:
        patched.setattr(NameServer, "change", dies)
        with pytest.raises(KeyboardInterrupt):
            desk.point()
    assert f"juki.example.lg.jp: A {FORMER} (3600 s) -> CNAME {ENTRY}. (60 s)" in chain(desk.receipts)[-1].notes
    assert desk.point() == 0
    assert desk.server.records("juki") == {RIGHT}
    assert desk.steps[-1] == ("point-names", {"names": 1, "changed": int(not arrived)})


def test_showing_writes_nothing_anywhere(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.server.write("juki", f"3600 A {FORMER}")
    before = desk.server.serial
    assert desk.point("--show") == 1
    assert capsys.readouterr().out == f"change juki.example.lg.jp: A {FORMER} (3600 s) -> CNAME {ENTRY}. (60 s)\n"
    assert (desk.server.serial, desk.steps) == (before, [])
    desk.server.write("juki", RIGHT)
    assert desk.point("--show") == 0


def _skewed(patch: pytest.MonkeyPatch) -> None:
    """The clock of whoever gives the command; a server of this process keeps its own."""
    command = threading.current_thread()
    ahead = SimpleNamespace(time=lambda: time.time() + 3600 * (threading.current_thread() is command))
    patch.setattr("dns.message.time", ahead)


@pytest.mark.parametrize(
    ("key", "given", "told"),
    [
        ("stranger", {}, "BADKEY: the server does not know this key"),
        ("false", {}, "BADSIG: the signatures do not fit"),
        ("reader", {}, "REFUSED: the server does not let this key do that"),
        ("mover", {"zone": "lg.jp"}, "NOTAUTH: the server is not the primary of this zone"),
        ("mover", {"zone": "juki.example.lg.jp"}, "NOTAUTH: the server is not the primary of this zone"),
        ("mover", {"zone": "example.com"}, "juki.example.lg.jp: not inside --zone example.com"),
        ("mover", {"server": "127.0.0.1:1"}, "Connection refused: no answer over TCP"),
        ("mover", {"server": "https://ns1"}, "--server https://ns1: ns1.example.lg.jp"),
        ("mover", {"skew": "yes"}, "BADTIME: the clocks of this machine and the server"),
    ],
)
def test_each_refusal_of_a_server_is_one_message_that_says_what_to_do_and_nothing_is_changed(
    key: str,
    given: dict[str, str],
    told: str,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    desk.server.write("juki", f"60 A {FORMER}")
    desk.key("stranger", key_file("mover").replace('"mover"', '"stranger"'))
    desk.key("false", key_file("mover").replace(SECRETS["mover"], SECRETS["admin"]))
    skew: Callable[[pytest.MonkeyPatch], None] | None = _skewed if given.get("skew") else None
    with monkeypatch.context() as patched:
        if skew:
            skew(patched)
        assert desk.point(key=key, **{one: text for one, text in given.items() if one != "skew"}) == 2
    said = capsys.readouterr()
    [line] = said.err.splitlines()
    assert told in line
    assert desk.server.records("juki") == {f"60 A {FORMER}"}
    written = "".join(one.read_text() for one in desk.receipts.iterdir() if one.is_file()) + said.out + said.err
    assert [one for one in SECRETS.values() if one in written] == []


def test_a_name_under_a_wildcard_is_told_and_left(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.server.write("*", f"60 A {FORMER}")
    assert desk.point() == 2
    assert "by a wildcard (*)" in capsys.readouterr().err
    assert desk.server.records("*") == {f"60 A {FORMER}"}
