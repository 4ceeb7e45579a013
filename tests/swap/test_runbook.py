"""`machikumo swap plan --runbook`: what the meeting reads, the order of the systems, and what is never overwritten."""

import re
import shlex
from argparse import ArgumentParser
from pathlib import Path

import pytest

from operations import swap
from operations.environment import ROOT
from operations.promises import Capabilities
from operations.swap.receipts import chain
from operations.swap.refusal import Refusal
from operations.swap.runbook_page import example
from operations.swap.runbook_stages import COURSE
from stacks.settings import NEXT, Language
from tests.swap.test_plan import AMOUNTS, CAPABILITIES, DECISION, EXAMPLE, LINKAGE

PASSWORD = "  machikumo:database_password: {secure: 'v1:x:y'}\n"


class Desk:
    """A folder with stack files, from which plans are made."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.runbook = folder, folder / "runbook.md"

    def stack(self, name: str, cidr: str, *changed: tuple[str, str]) -> str:
        text = EXAMPLE.read_text().replace("10.16.0.0/16", cidr) + PASSWORD
        for old, new in changed:
            assert old in text
            text = text.replace(old, new)
        (self.folder / f"{name}.yaml").write_text(text)
        return str(self.folder / f"{name}.yaml")

    def amounts(self, name: str, gib: int) -> str:
        file = self.folder / f"{name}.toml"
        file.write_text(AMOUNTS.replace("database_gib = 100", f"database_gib = {gib}"))
        return str(file)

    def plan(self, *words: str) -> int:
        return swap.main(["plan", "--to", "oci", *words, "--runbook", str(self.runbook)])

    @property
    def stacks(self) -> list[str]:
        """The stacks, in the order of the page's chapters."""
        return re.findall(r"^\| \d+ \|[^`]*`([^`]+)`", self.runbook.read_text(), re.MULTILINE)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alike: None) -> Desk:  # noqa: ARG001
    monkeypatch.setattr(Capabilities, "read", lambda: CAPABILITIES)
    return Desk(tmp_path)


def test_the_page_of_the_example_is_current() -> None:
    for name, language in (("runbook.md", Language.JA), ("runbook.en.md", Language.EN)):
        assert (ROOT / "docs" / name).read_text() == example(language), f"docs/{name}: operations/swap/runbook_page.py"


def test_the_meeting_reads_japanese_unless_the_terminal_speaks_english(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = desk.stack("one", "10.16.0.0/16")
    assert desk.plan(stack) == 1
    assert desk.runbook.read_text().startswith("# 移行手順書: 北海道札幌市\n")
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    assert desk.plan(stack) == 1
    english = desk.runbook.read_text()
    assert english.startswith("# Runbook of the move: ")
    assert {one for line in english.splitlines() for one in re.findall("[\\u3040-\\u30ff]+", line)} == set()


def test_every_stage_has_its_commands_its_conditions_and_the_way_back_that_the_settings_allow(desk: Desk) -> None:
    desk.plan(desk.stack("one", "10.16.0.0/16"), "--receipts", str(desk.folder / "r"), "--network-cidr", "10.48.0.0/16")
    text = desk.runbook.read_text()
    parts = re.split(r"^#### \d\) ", text.partition("\n### リスク")[0], flags=re.MULTILINE)[1:]
    assert [part.split("\n", 1)[0] for part in parts] == [str(stage) for stage in COURSE]
    for stage, part in zip(COURSE, parts, strict=True):
        commands = part.partition("```sh\n")[2].partition("```")[0]
        assert f"./machikumo swap advance {desk.folder}/one.yaml --receipts {desk.folder}/r " in commands
        assert "pulumi up -s 011002-resident-record-production" in commands
        assert "- [ ] " in part
        if len(NEXT[stage]) > 1:
            assert f"→ {NEXT[stage][1].to}: " in part
            assert f"./machikumo swap back {desk.folder}/one.yaml" in part
    assert "--to oci --network-cidr 10.48.0.0/16" in parts[0]
    assert _steps(parts[3]) == [
        "close",
        "finish",
        "copy",
        "copy-records",
        "verify-records",
        "verify",
        "status",
        "advance",
    ]
    given, back = (_steps(one) for one in parts[4].split("\n戻り方: "))
    assert given == ["point-names", "check-names", "verify-records", "move-state", "status", "advance"]
    assert back == [
        "back",
        "close",
        "copy",
        "copy-records",
        "verify-records",
        "verify",
        "advance",
        "point-names",
        "check-names",
    ]
    assert "ALTER DATABASE ledger RENAME TO ledger_before_return" in parts[4]


def _steps(text: str) -> list[str]:
    return [line.split()[2] for line in text.splitlines() if line.startswith("./machikumo swap ")]


def test_every_command_of_the_runbook_is_one_that_the_tool_takes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.plan(desk.stack("one", "10.16.0.0/16"))
    given = [
        shlex.split(one)
        for one in re.findall(r"\./machikumo (swap \S+ [^…`]+?)(?:`|$)", desk.runbook.read_text(), re.MULTILINE)
    ]
    parsed = ArgumentParser.parse_args

    def only_parsed(parser: ArgumentParser, words: list[str]) -> None:
        parsed(parser, words)
        raise Refusal("taken")

    monkeypatch.setattr(ArgumentParser, "parse_args", only_parsed)
    assert {swap.main(words[1:]) for words in given} == {2}
    assert {words[1] for words in given} == swap.STEPS.keys() - {
        "unfollow",
        "lock-records",
        "describe-records",
        "receipts",
    }


def test_copies_are_locked_where_the_target_can_and_not_in_a_rehearsal_that_could_not_be_undone(desk: Desk) -> None:
    production = desk.stack("one", "10.16.0.0/16")
    rehearsal = desk.stack("two", "10.17.0.0/16", ("environment: production", "environment: verification"))
    found = {}
    for target in ("azure", "gcp", "oci"):
        for name, stack in (("production", production), ("verification", rehearsal)):
            desk.runbook.unlink(missing_ok=True)
            desk.plan(stack, "--to", target)
            told = desk.runbook.read_text()
            found[target, name] = re.findall(r"swap lock-records .*?(--days \d+)? --receipts", told)
    given = {("azure", "production"): ["--days 1825"], ("gcp", "production"): [""], ("gcp", "verification"): [""]}
    assert found == {one: given.get(one, []) for one in found}


def test_a_loss_stands_there_with_who_decided_it_or_as_open(desk: Desk) -> None:
    stack = desk.stack("one", "10.16.0.0/16")
    (desk.folder / "decisions.toml").write_text(DECISION + LINKAGE)
    assert desk.plan(stack) == 1
    assert "`promise-by-substitute` database.both" in desk.runbook.read_text()
    assert desk.runbook.read_text().count("**未承認**") == 2
    assert desk.plan(stack, "--decisions", str(desk.folder / "decisions.toml")) == 0
    text = desk.runbook.read_text()
    assert "**未承認**" not in text
    assert text.count("| 確認した (2026-11-25) | 情報政策課 | CISO |") == 2


def test_hours_and_yen_stand_there_with_the_formula_and_are_said_to_be_unknown_where_nobody_stated_them(
    desk: Desk,
) -> None:
    stack = desk.stack("one", "10.16.0.0/16")
    desk.plan(stack)
    assert desk.runbook.read_text().count("未記入") == 3
    desk.plan(stack, "--amounts", desk.amounts("a", 100))
    text = desk.runbook.read_text()
    assert "**17,100 円**(一度)= (100 + 900) GiB × 17.1 円" in text
    assert "**576,000 円** = (月 730,000 円 × 12 日 + 月 365,000 円 × 24 日)÷ 30.417 日" in text
    assert "machikumo:swap_settle_days は 30 です" in text
    assert "一晩" not in text
    desk.plan(stack, "--amounts", desk.amounts("a", 6000))
    assert "停止の見積りは 21.5 時間で、一晩(12 時間)を超えます" in desk.runbook.read_text()


def test_what_people_wrote_is_never_lost_and_what_they_did_not_touch_is_made_anew(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    one = desk.stack("one", "10.16.0.0/16")
    other = desk.stack("two", "10.20.0.0/16", ("system: resident-record", "system: fixed-asset-tax"))
    desk.plan(one)
    desk.plan(one, "--amounts", desk.amounts("a", 100))
    assert "未記入" not in desk.runbook.read_text()
    made = desk.runbook.read_text()
    receipts = str(desk.folder / "receipts")
    for text, words in (
        ("minutes of something else\n", (one,)),
        (made, (other,)),
        (made.replace("| CISO(", "| 鈴木("), (one,)),
    ):
        desk.runbook.write_text(text)
        assert desk.plan(*words, "--receipts", receipts) == 2
        assert "nothing was changed" in capsys.readouterr().err
        assert desk.runbook.read_text() == text
    assert not Path(receipts).exists()


def test_the_order_is_verification_then_the_shortest_stop_then_the_resident_record_unless_it_was_given(
    desk: Desk,
) -> None:
    record = desk.stack("a", "10.16.0.0/16")
    tax = desk.stack("b", "10.20.0.0/16", ("system: resident-record", "system: fixed-asset-tax"))
    seal = desk.stack("c", "10.24.0.0/16", ("system: resident-record", "system: seal-registration"))
    rehearsal = desk.stack("d", "10.28.0.0/16", ("environment: production", "environment: verification"))
    files = (record, tax, seal, rehearsal)
    names = {
        "record": "011002-resident-record-production",
        "tax": "011002-fixed-asset-tax-production",
        "seal": "011002-seal-registration-production",
        "rehearsal": "011002-resident-record-verification",
    }
    desk.plan(*files)
    assert desk.stacks == [names[one] for one in ("rehearsal", "seal", "tax", "record")]
    sizes = [word for gib in (1, 2, 3, 900) for word in ("--amounts", desk.amounts(f"{gib}", gib))]
    desk.plan(*files, *sizes)
    assert desk.stacks == [names[one] for one in ("rehearsal", "tax", "seal", "record")]
    assert "| 合計 |" in desk.runbook.read_text()
    desk.plan(*files, "--as-given", "--receipts", str(desk.folder / "r"))
    assert desk.stacks == [names[one] for one in ("record", "tax", "seal", "rehearsal")]
    assert {one.name for one in (desk.folder / "r").iterdir()} == set(names.values())
    assert [set(one.hashes) for one in chain(desk.folder / "r" / names["tax"])] == [
        {"runbook", "posture-source", "posture-target"}
    ]


def test_one_meeting_decides_for_one_body_and_each_stack_once(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    one = desk.stack("one", "10.16.0.0/16")
    elsewhere = desk.stack("two", "10.20.0.0/16", ('"011002"', '"342084"'), ("札幌市", "府中市"))
    for words, told in (
        ((one, elsewhere), "stacks of several bodies (011002, 342084)"),
        ((one, one), "named twice: 011002-resident-record-production"),
        ((one, "--amounts", desk.amounts("a", 1), "--amounts", desk.amounts("b", 1)), "--amounts: give it 1 times"),
    ):
        assert desk.plan(*words) == 2
        assert told in capsys.readouterr().err
    assert not desk.runbook.exists()


def test_risks_come_from_the_settings(desk: Desk) -> None:
    desk.plan(desk.stack("one", "10.16.0.0/16"))
    assert "machikumo:image が設定されていません" in desk.runbook.read_text()
    desk.runbook.unlink()
    image = f"  machikumo:image: application@sha256:{'0' * 64}\n"
    desk.plan(desk.stack("one", "10.16.0.0/16", (PASSWORD, PASSWORD + image)))
    assert "oci のレジストリ(出力 swap_image_registry)へ push しておかないと" in desk.runbook.read_text()
