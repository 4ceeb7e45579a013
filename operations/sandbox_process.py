"""The sandbox's server as a child process: up when this says so, gone when the block ends."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

SERVER = (sys.executable, "-P", "-m", "sandbox.cloud")
SECONDS_TO_START = 120.0
SECONDS_TO_END = 10.0


class SandboxError(Exception):
    """The sandbox did not start; the text carries what it said."""


@contextlib.contextmanager
def running_sandbox(state: Path, *, server: Sequence[str] = SERVER) -> Iterator[Mapping[str, int]]:
    """Start the sandbox on the state in `state` (made where missing) and yield the port of each package on 127.0.0.1.

    It has a process group of its own, so that Ctrl-C lets the engine finish its talk with it first; it watches this
    process and goes when this process is killed. Its words go to `sandbox.log` in `state`. Raises SandboxError.
    """
    state.mkdir(parents=True, exist_ok=True)
    log = state / "sandbox.log"
    with tempfile.TemporaryDirectory(prefix="ports-", dir=state) as folder, log.open("w") as words:
        ports_file = Path(folder) / "ports.json"
        process = subprocess.Popen(  # noqa: S603
            [*server, "--state", str(state), "--ports-file", str(ports_file), "--parent", str(os.getpid())],
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            start_new_session=True,
        )
        try:
            yield _ports(process, ports_file, log)
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(SECONDS_TO_END)
            process.kill()
            process.wait()


def _ports(process: subprocess.Popen[bytes], ports_file: Path, log: Path) -> Mapping[str, int]:
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end:
        if ports_file.exists():  # written whole, then renamed
            ports: dict[str, int] = json.loads(ports_file.read_text())
            return ports
        if process.poll() is not None:
            raise SandboxError(f"the sandbox ended with exit code {process.returncode}:\n{log.read_text()}")
        time.sleep(0.02)
    raise SandboxError(f"the sandbox was not ready after {SECONDS_TO_START:.0f} s:\n{log.read_text()}")
