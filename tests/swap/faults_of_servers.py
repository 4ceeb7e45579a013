"""What goes wrong with a PostgreSQL server while something is moved: it is killed, the way to it is cut, its disk is full."""

import os
import resource
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from io import StringIO
from pathlib import Path
from typing import Self

from tests.swap.servers import Server, start


def kill(server: Server) -> None:
    """Send kill -9 to the server and to every process of it; returns when none is left. Nothing is flushed, nobody is told."""
    lock = server.folder / "data" / "postmaster.pid"
    first = int(lock.read_text().split()[0])
    # It starts no other process while its own are listed.
    os.kill(first, signal.SIGSTOP)
    handles = [os.pidfd_open(one) for one in (first, *_children(first))]
    for handle in handles:
        signal.pidfd_send_signal(handle, signal.SIGKILL)
    for handle in handles:
        select.select([handle], [], [])
        os.close(handle)
    # As after the machine was started anew: where nobody reaps the dead, a server would take its own old process for alive.
    lock.unlink()
    (server.folder / ".s.PGSQL.5432.lock").unlink()


@contextmanager
def full(server: Server, size: int) -> Iterator[None]:
    """The server is started anew, and meanwhile no file of it may become larger: it treats that as a full disk."""
    kill(server)
    with no_room(size):
        start(server.folder)
    yield
    kill(server)
    start(server.folder)


@contextmanager
def no_room(size: int) -> Iterator[None]:
    """No file that this process or a program of it writes may become larger, where a full disk can't be had: the errors come in the same places."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _children(parent: int) -> Iterator[int]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _, rest = path.read_text().rpartition(")")
            if int(rest.split()[1]) == parent:
                yield int(name.split()[0])


class Relay:
    """The way to a server, by TCP. When the words pass, in whichever direction, something is done, and they do not arrive.

    `server`: its socket's path, or host and port.
    """

    def __init__(self, server: str | tuple[str, int]) -> None:
        self._server, self._words, self._do, self._passed = server, b"", lambda: b"", threading.Event()
        self._loses = False
        self._open, self._guard = set[socket.socket](), threading.Lock()
        self._threads = list[threading.Thread]()
        self._listener: socket.socket | None = None
        self.port = 0

    @contextmanager
    def when(self, words: bytes, do: Callable[[], bytes | None], *, loses: bool = False) -> Iterator[None]:
        """Do it once, when the words pass, which they must before this ends or soon after; what it returns is the answer to them.

        `loses`: they arrive, and the server's answer does not.
        """
        self._words, self._do, self._passed, self._loses = words, do, threading.Event(), loses
        yield
        assert self._passed.wait(30), words

    def cut(self) -> None:
        """End every connection and take no other."""
        if self._listener:
            _ended(self._listener)
            self._listener = None
        for one in list(self._open):
            _ended(one)

    def mend(self) -> None:
        """Take connections, on the same port as before."""
        if self._listener is None:
            self._listener = socket.create_server(("127.0.0.1", self.port))
            self.port = self._listener.getsockname()[1]
            self._begin(self._accept, self._listener)

    def __enter__(self) -> Self:
        self.mend()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()
        for one in self._threads:
            one.join()

    def _begin(self, target: Callable[..., None], *words: object) -> None:
        self._threads.append(threading.Thread(target=target, args=words))
        self._threads[-1].start()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client = listener.accept()[0]
                there = socket.socket(socket.AF_UNIX if isinstance(self._server, str) else socket.AF_INET)
                self._open |= {client, there}
                try:
                    there.connect(self._server)
                except OSError:
                    _ended(client)
                    continue
                lost = threading.Event()
                self._begin(self._carry, client, there, lost)
                self._begin(self._carry, there, client, lost)

    def _carry(self, come: socket.socket, go: socket.socket, lost: threading.Event) -> None:
        before = b""
        with suppress(OSError):
            while part := come.recv(65536):
                if lost.is_set():
                    break
                with self._guard:
                    if self._words and self._words in before + part:
                        self._words = b""
                        answer = self._do()
                        self._passed.set()
                        if answer:
                            come.sendall(answer)
                        if not self._loses:
                            break
                        # What this side says still goes there; what the other side answers does not come back.
                        self._loses = False
                        lost.set()
                        go.sendall(part)
                        self._begin(self._carry, come, go, threading.Event())
                        return
                before = part[-100:]
                go.sendall(part)
        _ended(come)
        _ended(go)


def _ended(one: socket.socket) -> None:
    # close() alone would not wake who waits for it.
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


class _Told(StringIO):
    def __init__(self, step: str, do: Callable[[], None]) -> None:
        super().__init__()
        self.step, self.do = step, do

    def write(self, text: str) -> int:
        if self.step and text.strip() == self.step:
            self.step = ""
            self.do()
        return super().write(text)


@contextmanager
def at(step: str, do: Callable[[], None]) -> Iterator[None]:
    """Do it when the command says that it begins this step, which must happen."""
    told = _Told(step, do)
    try:
        with redirect_stdout(told):
            yield
    finally:
        sys.stdout.write(told.getvalue())
    assert not told.step, told.getvalue()
