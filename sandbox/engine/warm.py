"""Programs that start in milliseconds: copies of a process that has loaded what such programs import.

Loading a cloud's SDK costs an engine run more than all its own work. Whoever runs the engine many times (the test suite, the
series of kills and sequences) does so inside `warm_programs()`: the language host then asks the server named by
MACHIKUMO_WARM for a copy of itself (fork) instead of starting an interpreter. The server learns what to load from what its
copies loaded out of the virtual environment; the checkout's own modules are never kept, so a changed or an older program
runs as it is. A copy ends with its client.
"""

import contextlib
import importlib
import json
import os
import runpy
import select
import signal
import socket
import struct
import subprocess
import sys
import sysconfig
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

VARIABLE: Final = "MACHIKUMO_WARM"
"""Names the server's socket."""

LIBRARY: Final = sysconfig.get_path("purelib")
LENGTH: Final = struct.Struct("!I")
ENDED_WITH_CLIENT: Final = 143
LISTENING: Final = b"1"


@contextlib.contextmanager
def warm_programs() -> Iterator[None]:
    """Let every engine run of this process's children start its programs warm; the server ends with the block or this process."""
    with tempfile.TemporaryDirectory(prefix="warm-") as folder:
        path = str(Path(folder) / "socket")
        server = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", "-m", "sandbox.engine.warm", path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            if server.stdout.read(1) != LISTENING:
                raise RuntimeError(f"no warm programs: the server ended with exit code {server.wait()}")
            os.environ[VARIABLE] = path
            yield
        finally:
            os.environ.pop(VARIABLE, None)
            server.stdin.close()
            server.wait()
            server.stdout.close()


def main(arguments: Sequence[str]) -> NoReturn:
    """Serve on the socket until standard input is closed."""
    import pulumi.runtime  # noqa: F401 # what every program loads; not for those who only ask

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a copy: its client has the connection
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(arguments[0])
        listening.listen()
        os.write(sys.stdout.fileno(), LISTENING)
        loaded: dict[int, socket.socket] = {}
        while True:
            ready, *_ = select.select([0, listening, *loaded], [], [])
            if 0 in ready:
                os._exit(0)  # taking apart what was loaded would take seconds
            for reports in (loaded.pop(number) for number in ready if number in loaded):
                with reports:
                    _load(reports)
            if listening in ready:
                reports = _copy(listening)
                loaded[reports.fileno()] = reports


def _load(reports: socket.socket) -> None:
    """Load what a copy loaded; a copy that was ended reports nothing."""
    with reports.makefile("r") as words:
        names = words.read().split()
    for name in names:
        with contextlib.suppress(Exception):  # the program that needs it will say so
            importlib.import_module(name)


def _copy(listening: socket.socket) -> socket.socket:
    """Take one request and let a copy of this process serve it; what the copy loaded can be read from the socket returned.

    A client that was killed before it had asked leaves half a request or none: nothing is started.
    """
    connection, _ = listening.accept()
    here, there = socket.socketpair()
    with connection, there:
        head, streams, *_ = socket.recv_fds(connection, LENGTH.size, 2)
        length = LENGTH.unpack(head)[0] if len(head) == LENGTH.size else -1
        body = connection.makefile("rb").read(max(length, 0))
        if len(body) == length and os.fork() == 0:
            here.close()
            listening.close()
            _serve(connection, there, streams, json.loads(body))
        for stream in streams:
            os.close(stream)
    return here


def _serve(
    connection: socket.socket, reports: socket.socket, streams: list[int], request: Mapping[str, Any]
) -> NoReturn:
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for number, stream in enumerate(streams, 1):
            os.dup2(stream, number)
            os.close(stream)
        os.chdir(request["folder"])
        os.environ.clear()
        os.environ.update(request["environment"])
        threading.Thread(target=_end_with, args=(connection,), daemon=True).start()
        before = set(sys.modules)
        code = _run([word for word in request["arguments"] if word != "-u"])
        reports.sendall("\n".join(name for name in [*sys.modules] if name not in before and _of_library(name)).encode())
    except Exception:  # noqa: BLE001 # a folder that is not there, say: its words go where the program's go
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        connection.sendall(bytes([code & 0xFF]))
        os._exit(code)


def _end_with(connection: socket.socket) -> None:
    connection.recv(1)
    os._exit(ENDED_WITH_CLIENT)


def _of_library(name: str) -> bool:
    file = getattr(sys.modules[name], "__file__", None)
    return bool(file) and str(file).startswith(LIBRARY)


def _run(arguments: list[str]) -> int:
    """Do what `python ARGUMENTS…` does: a module after -m, or a script; return the exit code."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    module = arguments[0] == "-m"
    sys.argv = arguments[1:] if module else arguments
    sys.path.insert(0, str(Path.cwd()) if module else str(Path(sys.argv[0]).parent))
    try:
        if module:
            runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(sys.argv[0], run_name="__main__")
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)  # noqa: T201
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 # as the interpreter does at the end of a program
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


if __name__ == "__main__":
    main(sys.argv[1:])
