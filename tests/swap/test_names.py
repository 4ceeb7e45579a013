"""`machikumo swap check-names`: which names lead to the side that serves, and what is never taken for it."""

import json
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from operations import swap
from operations.swap.receipts import chain
from stacks.settings import Stage
from tests.settings.test_values import OWN_NAME
from tests.swap.test_advance import Course

ENTRY = "internal-entry.ap-northeast-1.elb.amazonaws.com"
"""Of the side that serves after the cutover, 10.48.0.0/16; the side that was left has 10.16.0.0/16 (Course)."""


class Desk:
    """A stack whose other side serves, a resolver, and the command."""

    def __init__(self, course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
        self.course = course.at(Stage.SETTLE)
        self.outputs = course.file.parent / "outputs.json"
        self.outputs.write_text(json.dumps({"application_address": ENTRY, "swap_application_address": "10.16.1.4"}))
        self.zone: dict[str, Sequence[str] | int] = {ENTRY: ("10.48.1.4", "10.48.2.4")}
        monkeypatch.setattr(socket, "getaddrinfo", self._asked)

    def _asked(self, name: str, port: int, **_: object) -> list[tuple[object, ...]]:
        if name[0].isdigit():
            return [(0, 0, 0, "", (name, port))]
        answer = self.zone.get(name, socket.EAI_NONAME)
        if isinstance(answer, int):
            raise socket.gaierror(answer, "no")
        return [(0, 0, 0, "", (one, port)) for one in answer]

    def check(self, *names: str, to: Sequence[str] = ()) -> int:
        words = [word for name in names for word in ("--name", name)]
        where = [word for one in to for word in ("--address", one)] or ["--outputs", str(self.outputs)]
        return swap.main(
            ["check-names", str(self.course.file), "--receipts", str(self.course.receipts), *words, *where]
        )

    @property
    def receipt(self) -> tuple[str, Mapping[str, int]]:
        last = chain(self.course.receipts)[-1]
        return last.step, last.counts


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(Course(tmp_path), monkeypatch)


def test_a_name_is_right_when_it_has_the_same_addresses_by_whatever_record(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.zone |= {"juki.example.lg.jp": ("10.48.2.4", "10.48.1.4"), "alias.example.lg.jp": ("10.48.1.4", "10.48.2.4")}
    assert desk.check("juki.example.lg.jp", "JUKI.example.lg.jp.", "alias.example.lg.jp") == 0
    assert desk.receipt == ("check-names", {"names": 2, "differences": 0})
    assert "right     juki.example.lg.jp: 10.48.1.4, 10.48.2.4\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (("10.16.1.4",), "leads to 10.16.1.4 (aws, which does not serve), has to lead to 10.48.1.4, 10.48.2.4"),
        (("10.48.1.4",), "leads to 10.48.1.4, has to"),
        (("10.48.1.4", "10.48.2.4", "10.16.1.4"), "leads to 10.16.1.4, 10.48.1.4, 10.48.2.4 (aws, which does not serve)"),
        (("10.48.1.4", "10.48.2.4", "fe80::1"), "leads to 10.48.1.4, 10.48.2.4, fe80::1, has to"),
        (socket.EAI_NONAME, "leads to no address, has to"),
    ],
)  # fmt: skip
def test_each_name_that_may_lead_elsewhere_is_told_with_the_record_to_write(
    found: Sequence[str] | int, told: str, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.zone |= {"juki.example.lg.jp": found, "other.example.lg.jp": desk.zone[ENTRY]}
    assert desk.check("other.example.lg.jp", "juki.example.lg.jp") == 1
    assert desk.receipt == ("check-names", {"names": 2, "differences": 1})
    [line] = [one for one in capsys.readouterr().out.splitlines() if one.startswith("elsewhere ")]
    assert told in line
    assert line.endswith(f"Write: juki.example.lg.jp. CNAME {ENTRY}.")


def test_a_name_that_the_entry_on_azure_does_not_know_leads_there_and_is_not_answered(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    own = "application.proudsea-1a2b3c4d.japaneast.azurecontainerapps.io"
    lines = "".join(f"  machikumo:{key}: {json.dumps(value)}\n" for key, value in OWN_NAME.items())
    desk.course.file.write_text(
        desk.course.file.read_text().replace("machikumo:cloud: gcp", "machikumo:cloud: azure") + lines
    )
    desk.outputs.write_text(json.dumps({"application_address": own}))
    desk.zone |= dict.fromkeys((own, "juki.example.lg.jp", "old.example.lg.jp"), ("10.48.1.4",))
    assert desk.check("juki.example.lg.jp", own) == 0
    assert desk.receipt == ("check-names", {"names": 2, "differences": 0})
    assert desk.check("juki.example.lg.jp", "old.example.lg.jp") == 1
    assert desk.receipt == ("check-names", {"names": 2, "differences": 1})
    [line] = [one for one in capsys.readouterr().out.splitlines() if one.startswith("no answer ")]
    assert "old.example.lg.jp: leads to 10.48.1.4, and the entry there does not know the name" in line
    assert "machikumo:azure_host_names" in line
    desk.zone["old.example.lg.jp"] = ("10.16.1.4",)
    assert desk.check("old.example.lg.jp") == 1
    assert "elsewhere old.example.lg.jp" in capsys.readouterr().out


def test_stated_addresses_are_written_as_records_of_their_kind(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.check("juki.example.lg.jp", to=("10.48.1.4", "10.48.1.5")) == 1
    assert "Write: juki.example.lg.jp. A 10.48.1.4, juki.example.lg.jp. A 10.48.1.5" in capsys.readouterr().out


def test_the_side_that_was_left_is_never_taken_for_the_one_that_serves(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    before = len(chain(desk.course.receipts))
    desk.zone |= {"juki.example.lg.jp": ("10.16.1.4",), ENTRY: ("10.16.1.4",)}
    assert desk.check("juki.example.lg.jp") == 2
    assert "outputs from before the last up?" in capsys.readouterr().err
    assert desk.check("juki.example.lg.jp", to=("10.48.1.4", "10.16.1.4")) == 2
    assert len(chain(desk.course.receipts)) == before


def test_what_cannot_be_compared_is_refused_with_one_message(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    before = len(chain(desk.course.receipts))
    desk.zone |= {"slow.example.lg.jp": socket.EAI_AGAIN}
    for names, told in (
        (("https://juki.example.lg.jp/",), "no host name"),
        (("10.48.1.4",), "no host name"),
        (("slow.example.lg.jp",), "gives no answer"),
    ):
        assert desk.check(*names) == 2
        assert told in capsys.readouterr().err
    del desk.zone[ENTRY]
    assert desk.check("juki.example.lg.jp") == 2
    assert "can't be resolved here" in capsys.readouterr().err
    for text in ("{}", "[]", "{", '{"application_address": null}'):
        desk.outputs.write_text(text)
        assert desk.check("juki.example.lg.jp") == 2
        assert "pulumi stack output --json > " in capsys.readouterr().err
    assert len(chain(desk.course.receipts)) == before


def test_the_status_says_what_to_do_until_the_names_are_right(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["status", str(desk.course.file), "--receipts", str(desk.course.receipts)]
    desk.zone["juki.example.lg.jp"] = ("10.16.1.4",)
    told = []
    for answer in (("10.16.1.4",), ("10.16.1.4",), desk.zone[ENTRY]):
        swap.main(words)
        told.append("now: point the names" in capsys.readouterr().out)
        desk.zone["juki.example.lg.jp"] = answer
        desk.check("juki.example.lg.jp")
        capsys.readouterr()
    swap.main(words)
    assert [*told, "now: point the names" in capsys.readouterr().out] == [True, True, True, False]
