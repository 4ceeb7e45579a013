"""How far a long step is: a bar on the terminal, and a small file in the folder of receipts that `swap status` reads."""

import fcntl
import json
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bar

from operations.swap.refusal import Refusal
from operations.swap.whole_file import put
from operations.wording import say

__all__ = ["SILENT", "Progress", "Seen", "Silent", "duration", "seen"]

PREFIX = ".progress-"
EVERY = 1.0
"""Seconds between two writings of the file."""
MOVES = 0.1
"""Seconds between two movements of the bar."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A step under way or broken off. `total` is 0 where nobody knows it; times are seconds since 1970."""

    step: str
    phase: str
    done: int
    total: int
    started: float
    updated: float
    running: bool = True

    @property
    def share(self) -> float | None:
        """What part is done, from 0 to 1; None where the whole is not known."""
        return min(self.done / self.total, 1.0) if self.total > 0 else None

    @property
    def left(self) -> float | None:
        """Seconds that the rest takes at the speed measured so far; None before anything was measured."""
        took = self.updated - self.started
        return took * (self.total - self.done) / self.done if self.done > 0 and self.total >= self.done else None

    def __str__(self) -> str:
        share = self.share
        bar = "" if share is None else f" [{'#' * int(share * 20):-<20}] {int(share * 100)}%"
        phase = f" {self.phase}" if self.phase else ""
        if not self.running:
            when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.updated))
            words = (
                f"stopped at {when}; give the command again",
                f"{when} で止まっています。同じコマンドをもう一度実行します",
            )
            return f"{self.step}:{bar}{phase} {say(*words)}"
        rest = "" if self.left is None else f" {_remaining(self.left)}"
        return f"{self.step}:{bar}{phase}{rest}"


class Silent:
    """Progress that nobody looks at."""

    def more(self, count: int) -> None:
        """So much more there is to do."""

    def add(self, count: int) -> None:
        """So much is done."""

    def phase(self, name: str) -> None:
        """What is done now, for a person."""


SILENT = Silent()


class Progress(Silent):
    """Shown while the `with` lasts. When that ends, or was refused, the file goes; after a kill or a crash it stays and says how far the step came."""

    def __init__(self, folder: Path, step: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._name = folder, f"{PREFIX}{step}"
        now = time.time()
        self._now = Seen(step=step, phase="", done=0, total=0, started=now, updated=now)
        self._guard = threading.Lock()
        self._written = self._shown = 0.0
        self._uncounted = 0
        self._hold: IO[str] | None = None
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rest]}"))
        redirected = sys.stdout.isatty()
        self._bar = Bar(
            *columns, console=console, transient=True, disable=not console.is_terminal, redirect_stdout=redirected
        )
        self._task = self._bar.add_task(step, total=None, rest="")

    def __enter__(self) -> Self:
        hold = (self._folder / f"{self._name}.lock").open("w")
        if _locked(hold):
            # Where another run of the same step has it, this one only shows its bar.
            self._hold = hold
        else:
            hold.close()
        self._bar.start()
        self._show()
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        with self._guard:
            self._set()
        self._bar.stop()
        if self._hold is None:
            return
        if kind is None or issubclass(kind, Refusal):
            (self._folder / self._name).unlink(missing_ok=True)
        else:
            self._written = 0.0
            self._show()
        Path(self._hold.name).unlink(missing_ok=True)
        self._hold.close()

    def more(self, count: int) -> None:
        """So much more there is to do."""
        with self._guard:
            self._set(total=self._now.total + count)

    def add(self, count: int) -> None:
        """So much is done. Of many small things not each is shown."""
        with self._guard:
            self._uncounted += count
            if time.monotonic() - self._shown >= MOVES:
                self._set()

    def phase(self, name: str) -> None:
        """What is done now, for a person."""
        with self._guard:
            self._written = 0.0
            self._set(phase=name)

    def _set(self, **values: int | str) -> None:
        done, self._uncounted = self._now.done + self._uncounted, 0
        self._now = replace(self._now, **values, done=done, updated=time.time())  # type: ignore[arg-type]
        self._show()

    def _show(self) -> None:
        now, self._shown = self._now, time.monotonic()
        rest = "" if now.left is None else _remaining(now.left)
        description = f"{now.step} {now.phase}".rstrip()
        self._bar.update(self._task, description=description, completed=now.done, total=now.total or None, rest=rest)
        if self._hold is not None and time.monotonic() - self._written >= EVERY:
            self._written = time.monotonic()
            content = {key: value for key, value in asdict(now).items() if key != "running"}
            # It only shows: no step ends because there is no room for it.
            with suppress(OSError):
                put(self._folder, self._name, json.dumps(content, ensure_ascii=False).encode(), anew=True)


def seen(folder: Path) -> list[Seen]:
    """The steps of this folder that run or broke off, by name. A file that can't be read is passed over: it only shows."""
    return [one for path in sorted(folder.glob(f"{PREFIX}*")) if path.suffix != ".lock" for one in _read(path)]


def duration(seconds: float) -> str:
    """About how long, for a person."""
    minutes = max(1, round(seconds / 60))
    if seconds < 60:
        return say("less than a minute", "1 分未満")
    if minutes < 120:
        return say(f"{minutes} minutes", f"{minutes} 分")
    return say(f"{minutes / 60:.1f} hours", f"{minutes / 60:.1f} 時間")


def _remaining(seconds: float) -> str:
    return say(f"about {duration(seconds)} left", f"残り約 {duration(seconds)}")


def _read(path: Path) -> Iterator[Seen]:
    try:
        content: Mapping[str, str | float] = json.loads(path.read_text(encoding="utf-8"))
        lock = path.with_name(f"{path.name}.lock")
        yield Seen(**content, running=lock.exists() and _held(lock))  # type: ignore[arg-type]
    except (OSError, ValueError, TypeError):
        return


def _held(lock: Path) -> bool:
    with lock.open() as file:
        return not _locked(file)


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
