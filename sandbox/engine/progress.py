"""Run a long command and say how far it is: one line rewritten on a terminal, a line each half minute elsewhere."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox.engine.wording import say

ENDING = (signal.SIGTERM, signal.SIGINT)
LINES_KEPT = 20
SECONDS_BETWEEN_LINES = 30.0


class Progress:
    """The progress of one command, on standard error."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._started = time.monotonic()
        self._shown = 0.0
        self._downloaded = 0
        self._compiled = 0

    def note(self) -> None:
        """Say the title once."""
        print(self._title, file=sys.stderr, flush=True)  # noqa: T201

    def run(self, command: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> None:
        """Run `go build -v …` to its end; raises SystemExit with its last lines when it fails.

        The command has its own process group, which goes when this function does, whatever ends it.
        """
        self.note()
        # A signal between the start and the `try` would leave the command running: it waits until the `try` can act on it.
        early: list[int] = []
        handlers = {number: signal.signal(number, lambda number, _: early.append(number)) for number in ENDING}
        process = subprocess.Popen(  # noqa: S603
            command,
            cwd=folder,
            env=dict(environment),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        done = threading.Event()
        ticking = threading.Thread(target=self._tick, args=(done,), daemon=True)
        last: list[str] = []
        assert process.stderr is not None
        try:
            for number, handler in handlers.items():
                signal.signal(number, handler)
            if early:
                sys.exit(128 + early[0])
            ticking.start()
            for line in process.stderr:
                last = [*last[-LINES_KEPT:], line]
                self._count(line)
            code = process.wait()
        finally:
            done.set()
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            process.stderr.close()
        if code != 0:
            sys.exit("".join(last) + say(f"the build failed (exit {code})", f"ビルドに失敗しました(終了コード {code})"))
        self._show(end="\n")

    def _count(self, line: str) -> None:
        if line.startswith("go: downloading "):
            self._downloaded += 1
        elif not line.startswith(("go: ", "#")):
            self._compiled += 1

    def _tick(self, done: threading.Event) -> None:
        while not done.wait(0.5):
            if sys.stderr.isatty() or time.monotonic() - self._shown >= SECONDS_BETWEEN_LINES:
                self._show(end="" if sys.stderr.isatty() else "\n")

    def _show(self, *, end: str) -> None:
        self._shown = time.monotonic()
        seconds = int(self._shown - self._started)
        text = say(
            f"{seconds} s: {self._downloaded} modules downloaded, {self._compiled} packages compiled",
            f"{seconds}秒: 取得したモジュール {self._downloaded}、コンパイル済みパッケージ {self._compiled}",
        )
        start = "\r\033[K" if sys.stderr.isatty() else ""
        print(f"{start}  {text}", end=end, file=sys.stderr, flush=True)  # noqa: T201
