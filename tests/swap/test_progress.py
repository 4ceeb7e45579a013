"""How far a long step is: what the file says, what becomes of it after a kill, and what `swap status` shows."""

import io
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from rich.cells import cell_len

from operations import swap
from operations.swap.progress import Progress, Seen, duration, seen
from operations.swap.refusal import Refusal
from stacks.settings import Stage
from tests.swap.servers import Server
from tests.swap.test_advance import NOW, Course

SLEEPER = """
import sys, time
from pathlib import Path
from operations.swap.progress import Progress
with Progress(Path(sys.argv[1]), "verify") as progress:
    progress.more(200)
    progress.add(60)
    progress.phase("rows")
    print("ready", flush=True)
    time.sleep(60)
"""


def at(done: int, total: int, seconds: float, *, running: bool = True) -> Seen:
    return Seen(step="verify", phase="", done=done, total=total, started=1000, updated=1000 + seconds, running=running)


def test_the_rest_takes_as_long_as_what_was_done_says() -> None:
    assert at(25, 100, 60).left == 180
    assert (at(0, 100, 60).left, at(5, 0, 60).left) == (None, None)
    assert str(at(25, 100, 60)) == "verify: [#####---------------] 25% about 3 minutes left"
    assert str(at(0, 100, 60)) == "verify: [--------------------] 0%"
    assert str(at(5, 0, 60)) == "verify:"
    assert [duration(one) for one in (5, 90, 7000, 7200)] == [
        "less than a minute",
        "2 minutes",
        "117 minutes",
        "2.0 hours",
    ]


def test_of_many_small_things_not_each_is_shown_and_all_are_counted(tmp_path: Path) -> None:
    progress = Progress(tmp_path, "verify")
    with patch.object(progress._bar, "update") as shown, progress:
        for _ in range(10_000):
            progress.add(1)
        assert shown.call_count < 1000
    assert shown.call_args.kwargs["completed"] == progress._now.done == 10_000


def test_a_run_that_was_killed_is_told_from_one_that_works(tmp_path: Path) -> None:
    run = subprocess.Popen([sys.executable, "-c", SLEEPER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    assert run.stdout.readline() == "ready\n"
    [working] = seen(tmp_path)
    assert (working.running, working.done, working.total, working.phase) == (True, 60, 200, "rows")
    assert "30% rows" in str(working)
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()
    [stopped] = seen(tmp_path)
    assert not stopped.running
    assert f"stopped at {time.strftime('%Y-%m-%dT', time.gmtime(stopped.updated))}" in str(stopped)
    assert "left" not in str(stopped)
    with Progress(tmp_path, "verify"):
        assert [one.running for one in seen(tmp_path)] == [True]
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_of_a_step_that_ended_or_was_refused_and_a_crash_says_how_far_it_came(tmp_path: Path) -> None:
    with Progress(tmp_path, "copy") as progress:
        progress.more(3)
        progress.add(3)
    with pytest.raises(Refusal), Progress(tmp_path, "copy"):
        raise Refusal("no")
    assert list(tmp_path.iterdir()) == []
    with suppress(ZeroDivisionError), Progress(tmp_path, "copy") as progress:
        progress.more(4)
        progress.add(1)
        progress.add(1 // 0)
    assert [(one.step, one.done, one.total, one.running) for one in seen(tmp_path)] == [("copy", 1, 4, False)]


def test_a_second_run_of_the_same_step_leaves_the_first_ones_file_alone(tmp_path: Path) -> None:
    with Progress(tmp_path, "verify") as first:
        first.more(10)
        first.phase("first")
        with Progress(tmp_path, "verify") as second:
            second.more(999)
            second.phase("second")
        assert [one.phase for one in seen(tmp_path)] == ["first"]


def test_a_file_that_is_none_only_shows_nothing(tmp_path: Path) -> None:
    for name, text in (("copy", "{"), ("verify", '{"step": "verify"}'), ("x", "[]")):
        (tmp_path / f".progress-{name}").write_text(text)
    assert seen(tmp_path) == []


def test_no_bar_where_nobody_looks_and_one_that_fits_the_terminal_where_somebody_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown(*, terminal: bool) -> str:
        error = io.StringIO()
        error.isatty = lambda: terminal  # type: ignore[method-assign]
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stderr", error)
            patch.setenv("COLUMNS", "60")
            patch.setenv("TERM", "xterm" if terminal else "dumb")
            patch.setenv("LANG", "ja_JP.UTF-8")
            with Progress(tmp_path, "copy") as progress:
                progress.more(100)
                progress.add(50)
                progress.phase("移行先の索引をすべて作り直しています")
                progress._bar.refresh()
        return error.getvalue()

    assert shown(terminal=False) == ""
    text = shown(terminal=True)
    assert "移行先の索引" in text
    assert "残り約" in text
    frames = re.split(r"[\r\n]|\x1b\[[0-9;?]*[A-Za-ln-z]", re.sub(r"\x1b\[[0-9;]*m", "", text))
    assert max(cell_len(one) for one in frames) == 60


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return Course(tmp_path)


def status(course: Course, capsys: pytest.CaptureFixture[str]) -> str:
    swap.main(["status", str(course.file), "--receipts", str(course.receipts)])
    return capsys.readouterr().out


def interrupted(progress: Progress, course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    with progress:
        progress.more(8)
        progress.phase("rows")
        progress.add(2)
        assert "verify: [--------------------] 0% rows\n" in status(course, capsys)
        raise KeyboardInterrupt


def test_status_shows_what_runs_and_what_stopped(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    course.at(Stage.COPY)
    assert "verify:" not in status(course, capsys)
    progress = Progress(course.receipts, "verify")
    with pytest.raises(KeyboardInterrupt):
        interrupted(progress, course, capsys)
    assert "verify: [#####---------------] 25% rows stopped at " in status(course, capsys)


@pytest.mark.parametrize(("passed", "left"), [(0, 30), (29, 1), (30, 0), (45, 0)])
def test_status_counts_the_days_of_settle(
    passed: int, left: int, course: Course, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    course.at(Stage.SETTLE)
    days = timedelta(days=passed)

    class Later(type(NOW)):  # type: ignore[misc]
        @classmethod
        def now(cls, tz: object) -> object:
            assert tz is UTC
            return NOW + days

    monkeypatch.setattr("operations.swap.status_step.datetime", Later)
    told = status(course, capsys)
    assert f"{left} of 30 days left: the former side is kept until 2026-12-26" in told


def watched(monkeypatch: pytest.MonkeyPatch, *steps: str) -> dict[str, list[tuple[int, int]]]:
    """How far each of the steps says that it came, and of how much, each time that it ends."""
    told: dict[str, list[tuple[int, int]]] = {}

    class Watched(Progress):
        def __exit__(self, *ended: object) -> None:
            super().__exit__(*ended)  # type: ignore[arg-type]
            told.setdefault(self._now.step, []).append((self._now.done, self._now.total))

    for step in steps:
        monkeypatch.setattr(f"operations.swap.{step}_step.Progress", Watched)
    return told


def test_the_copy_and_the_comparison_tell_how_far_they_are(
    source: Server, target: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = watched(monkeypatch, "copy", "verify")
    decisions = tmp_path / "decisions.toml"
    decisions.write_text(
        '[[accepted]]\nloss = "role-password"\nname = "*"\nreason = "r"\nowner = "o"\napprover = "a"\napproved = 2026-11-25\n'
    )
    ends = ["--source", source.to("juki"), "--target", target.to("juki"), "--decisions", str(decisions)]
    for step in ("copy", "verify"):
        assert swap.main([step, *ends, "--receipts", str(tmp_path / "receipts")]) == 0
    [(copied, all_of_it)], [(compared, both)] = told["copy"], told["verify"]
    assert copied == all_of_it > 100_000
    assert compared == both > 100_000
    assert [one.name for one in (tmp_path / "receipts").iterdir() if one.name.startswith(".progress")] == []
