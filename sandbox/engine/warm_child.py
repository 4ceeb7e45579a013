"""The language host's side of a warm program: asked for, waited for and ended as a subprocess is."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from sandbox.engine.warm import LENGTH, VARIABLE

DIED = 1
"""Exit code of a program that could not say one."""


class WarmChild:
    """A program in a copy of the server's process, with the part of subprocess.Popen that the host uses."""

    def __init__(self, arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str], piped: bool) -> None:
        ends = [os.pipe(), os.pipe()] if piped else []
        given = [write for _, write in ends] or [sys.stdout.fileno(), sys.stderr.fileno()]
        readers: list[IO[bytes] | None] = [os.fdopen(read, "rb") for read, _ in ends] or [None, None]
        self.stdout, self.stderr = readers
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.connect(os.environ[VARIABLE])
        body = json.dumps(
            {"arguments": list(arguments), "folder": str(folder), "environment": dict(environment)}
        ).encode()
        socket.send_fds(self._connection, [LENGTH.pack(len(body))], given)
        self._connection.sendall(body)
        for _, write in ends:
            os.close(write)
        self._code = DIED
        self._ended, self._lock = threading.Event(), threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with self._connection:
            said = self._connection.recv(1)
            self._code = said[0] if said else DIED
            with self._lock:
                self._ended.set()

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the exit code; subprocess.TimeoutExpired after `timeout` seconds."""
        if not self._ended.wait(timeout):
            raise subprocess.TimeoutExpired("a warm program", timeout or 0)
        return self._code

    def terminate(self) -> None:
        """End it: a copy watches its connection."""
        with self._lock:
            if not self._ended.is_set():
                self._connection.shutdown(socket.SHUT_WR)

    kill = terminate


def served(interpreter: str) -> bool:
    """Whether a server runs and this is the interpreter that its copies are."""
    return VARIABLE in os.environ and Path(interpreter).parent.samefile(Path(sys.prefix) / "bin")
