"""The processes that the language host starts: none outlives it."""

import contextlib
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox.engine.warm_child import WarmChild, served

SECONDS_TO_END = 3.0

Child = subprocess.Popen[bytes] | WarmChild


class Children:
    """Every process started here, in this process's own group: the engine's signals to the group reach them too."""

    def __init__(self) -> None:
        self._running: set[Child] = set()
        self._lock = threading.Lock()

    def start(self, command: Sequence[str], *, folder: Path, environment: Mapping[str, str], piped: bool) -> Child:
        """Start a command; `piped` catches its output, otherwise it writes to the host's own."""
        stream = subprocess.PIPE if piped else None
        with self._lock:
            child: Child
            if served(command[0]):
                child = WarmChild(command[1:], folder=folder, environment=environment, piped=piped)
            else:
                child = subprocess.Popen(  # noqa: S603
                    command, cwd=folder, env=dict(environment), stdin=subprocess.DEVNULL, stdout=stream, stderr=stream
                )
            self._running.add(child)
        return child

    def wait(self, child: Child) -> int:
        """Wait for the child's end and return its exit code."""
        code = child.wait()
        with self._lock:
            self._running.discard(child)
        return code

    def end(self, child: Child) -> None:
        """End the child: asked first, killed after a few seconds."""
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(SECONDS_TO_END)
        child.kill()

    def end_all(self) -> None:
        """End every child at once."""
        with self._lock:
            running = list(self._running)
        for child in running:
            child.terminate()
        for child in running:
            self.end(child)
