"""pg_dump and pg_restore as they are run: their errors are never passed over, and none outlives this process."""

import ctypes
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from operations.swap.connection import APPLICATION
from operations.swap.refusal import Refusal
from operations.swap.tools import folder_with, version
from operations.wording import say

__all__ = ["Programs", "ToolError", "versions"]

NAMES = ("pg_dump", "pg_restore")
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)
NOTHING: Mapping[str, str] = MappingProxyType({})


class ToolError(Refusal):
    """pg_dump or pg_restore ended with an error; its words are the message."""


class Programs:
    """Programs of one copy, some at once: `end` ends those that run, and none begins any more."""

    def __init__(self) -> None:
        self._guard, self._running, self._ended = threading.Lock(), set[subprocess.Popen[bytes]](), False

    def run(self, program: str, words: Sequence[str], environment: Mapping[str, str] = NOTHING, *, at: str) -> str:
        """What it printed; `at`: what a message calls the other end. Raises ToolError.

        It dies with this process, kill -9 included: no half copy goes on behind the next run's back.
        """
        with self._guard:
            if self._ended:
                raise _failed(program, at, _told(signal.SIGTERM))
            began = subprocess.Popen(  # noqa: S603
                [_path(program), "--no-password", *words] if program == "pg_dump" else [_path(program), *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, **environment, "PGAPPNAME": APPLICATION, "LC_MESSAGES": os.environ.get("LANG", "C")},
                # It makes one call of the system, by a library that is loaded already.
                preexec_fn=_dies_with_its_parent,  # noqa: PLW1509
            )
            self._running.add(began)
        try:
            printed, said = began.communicate()
        finally:
            # After an interrupt it may still run.
            began.terminate()
            with self._guard:
                self._running.discard(began)
        if began.returncode != 0:
            # Who is killed says nothing.
            raise _failed(program, at, said.decode("utf-8", "replace").strip() or _told(-began.returncode))
        return printed.decode("utf-8")

    def end(self) -> None:
        """End what runs: what somebody else's failure made useless."""
        with self._guard:
            self._ended = True
            for one in self._running:
                one.terminate()


def versions() -> dict[str, str]:
    """The programs' versions."""
    return {name: version(_path(name)) for name in NAMES}


def _path(program: str) -> Path:
    return folder_with(*NAMES) / program


def _failed(program: str, at: str, told: str) -> ToolError:
    return ToolError(
        say(
            f"{program} failed ({at}):\n{told}\nMend the cause and give the same command again",
            f"{program} が失敗しました({at}):\n{told}\n原因を直し、同じコマンドをもう一度実行してください",
        )
    )


def _told(number: int) -> str:
    name = signal.Signals(number).name if number in set(signal.Signals) else str(-number)
    return say(f"ended by {name}", f"{name} で終了しました")


def _dies_with_its_parent() -> None:
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
