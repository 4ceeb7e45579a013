"""The words of the command line, the gate, and the doctor's table."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from operations import doctor, gate
from operations.__main__ import COMMANDS, main
from operations.swap import tools

NEITHER = {"on_path": None, "built": None, "built_version": "3.259.0", "go": None}


def test_the_commands_are_these() -> None:
    assert set(COMMANDS) == {"check", "demo", "test", "sandbox", "recover", "swap", "controls", "parity", "doctor"}


@pytest.mark.parametrize(("language", "words"), [("C.UTF-8", "usage: machikumo"), ("ja_JP.UTF-8", "使い方: machikumo")])
def test_help_speaks_the_language_of_the_terminal(
    language: str, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", language)
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(words)
    assert [line.split()[0] for line in shown.splitlines()[2:]] == list(COMMANDS)


def test_an_unknown_command_is_refused_with_the_list(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert main(["demmo"]) == 2
    assert capsys.readouterr().err.startswith("unknown command: demmo\n\nusage: machikumo COMMAND")


def test_the_gate_is_format_lint_types_and_all_tests_in_this_order() -> None:
    shown = [(step.name, step.command[-2 if step.name.startswith("ruff") else 1 :]) for step in gate.steps(["-k", "x"])]
    assert shown == [
        ("ruff format --check", ("--check", ".")),
        ("ruff check", ("check", ".")),
        ("mypy", ("-m", "mypy")),
        ("emulators", ("-m", "tests.swap.emulators")),
        ("pytest", ("-m", "pytest", "-n", "3", "--dist", "worksteal", "-k", "x")),
    ]


@pytest.mark.parametrize(("codes", "expected"), [((0, 0), 0), ((1, 0), 1), ((0, 5), 1)])
@pytest.mark.parametrize(("beside", "order"), [(False, ["ran 0", "ran 1"]), (True, ["ran 1", "ran 0"])])
def test_the_gate_runs_every_step_and_fails_when_one_fails(
    codes: tuple[int, int],
    expected: int,
    beside: bool,
    order: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    steps = tuple(
        gate.Step(
            name=f"step {number}",
            command=(sys.executable, "-c", f"import sys; print('ran {number}'); sys.exit({code})"),
            beside=beside and number == 0,
        )
        for number, code in enumerate(codes)
    )
    monkeypatch.setenv("LANG", "C.UTF-8")
    (tmp_path / "pulumi").write_text("")
    monkeypatch.setenv("MACHIKUMO_ENGINE", str(tmp_path))
    monkeypatch.setattr(gate, "steps", lambda _: steps)
    assert gate.main([]) == expected
    shown = capfd.readouterr().out
    assert [line for line in shown.splitlines() if line.startswith("ran")] == order
    verdicts = [line.split(" s  ")[1] for line in shown.splitlines() if " s  " in line]
    assert verdicts == ["ok" if code == 0 else f"FAILED (exit {code})" for code in codes]


@pytest.mark.parametrize(
    ("explained", "found", "mended"),
    [
        ({"on_path": {"folder": "/p", "version": "v3.300.0", "refused": None}}, "v3.300.0 /p", False),
        ({"built": "/cache/engine"}, "v3.259.0 /cache/engine", False),
        (
            {"built": "/cache", "on_path": {"folder": "/p", "version": "v3.1.0", "refused": "old"}},
            "v3.259.0 /cache (/p/pulumi: old)",
            False,
        ),
        ({"go": "go1.26.0"}, "not built yet; the first command builds it with go1.26.0", False),
        ({"go": "go1.25.9"}, "go1.25.9", True),
        ({}, "-", True),
    ],
)
def test_the_doctor_says_which_engine_is_used_and_asks_for_one_only_when_none_can_be_had(
    explained: Mapping[str, Any], found: str, mended: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "C.UTF-8")
    finding = doctor.engine({**NEITHER, **explained})
    assert (finding.found, bool(finding.mend)) == (found, mended)


def test_a_missing_sdk_is_a_finding_with_the_command_that_mends_it() -> None:
    assert doctor.sdk("pulumi-sakura").mend.endswith("machikumo doctor")


def test_missing_programs_of_postgresql_are_a_finding_that_says_how_to_install_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(tools, "DEBIAN", tmp_path)
    assert doctor.postgresql().mend == (
        f"pg_dump, pg_restore, psql, initdb, pg_ctl: not found (PATH, {tmp_path}/*/bin). "
        "Debian, Ubuntu: apt-get install postgresql"
    )
    old, new = tmp_path / "9" / "bin", tmp_path / "15" / "bin"
    for folder in (old, new):
        folder.mkdir(parents=True)
        for name in ("pg_dump", "pg_restore", "psql", "initdb", "pg_ctl"):
            (folder / name).write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 15.18 (Debian 15.18-0)'\n")
            (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    assert doctor.postgresql() == doctor.Finding(subject="PostgreSQL (for swap and test)", found=f"15.18 {new}")


def test_the_stand_ins_of_object_stores_ask_for_npm_and_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert [one.mend for one in doctor.emulators()] == ["https://nodejs.org/", "https://go.dev/doc/install"]
    for name in ("npm", "go"):
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(0o755)
    assert [(one.found, one.mend) for one in doctor.emulators()] == [
        (f"{tmp_path}/{name}", "") for name in ("npm", "go")
    ]


def test_the_doctor_looks_at_everything_that_the_commands_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "C.UTF-8")
    looked_at = [
        "Python >= 3.11",
        "uv",
        "locked dependencies",
        "Pulumi engine",
        "PostgreSQL (for swap and test)",
        "Node.js >= 20 (for test)",
        "Go >= 1.26 (for test)",
        "disk",
        *doctor.SDKS,
        "sandbox",
    ]
    assert [finding.subject for finding in doctor.findings()] == looked_at


@pytest.mark.parametrize(("mend", "code"), [("", 0), ("mend it", 1)])
def test_the_doctors_exit_code_says_whether_something_is_missing(
    mend: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "findings", lambda: iter([doctor.Finding(subject="a thing", found="-", mend=mend)]))
    assert doctor.main([]) == code
    assert ("mend it" in capsys.readouterr().out.replace("to mend it", "")) == bool(mend)


def test_the_installed_command_runs() -> None:
    program = Path(sys.prefix) / "bin" / "machikumo"
    assert subprocess.run([program, "--help"], capture_output=True, check=True).stderr == b""
