"""A way to the source's server that carries no more than a limit: pg_dump has none of its own. The relay of `machikumo swap relay` carries the same.

It stands on this machine while a dump runs. To a server that is reached by TCP it listens on the loopback address; `host` stays what it is, so
TLS goes through untouched and the server's certificate is still checked against its name. To one that is reached by a socket in a folder it
listens in a private folder: nobody else comes in as the user of this process (`peer`). GSSAPI encryption through it is untried.
"""

import socket
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field

from psycopg.conninfo import make_conninfo

from operations.swap.connection import Reader
from operations.swap.limit import Limit
from operations.swap.refusal import Refusal
from operations.wording import say

__all__ = ["Address", "Way", "carry", "limited"]

CHUNK = 2**16
"""Bytes that are taken from the limit at once."""

Address = str | tuple[str, int]
"""The path of a socket, or host and port."""

REACHED = 30.0
"""Seconds in which a server has to take a connection."""

ALIVE: Mapping[str, int] = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 6}
"""An end that is gone without a word is noticed after two minutes; not every system has them by these names."""


@dataclass(frozen=True, kw_only=True)
class Way:
    """A connection string as it was given, what leads there, and what a program's environment needs beside that: libpq finds no password
    for another port.
    """

    given: str
    through: str
    environment: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def limited(text: str, source: Reader, limit: Limit) -> Iterator[Way]:
    """The way of `text` to the server to which `source` is connected, all its connections together under the limit. Raises Refusal."""
    if limit.bits_per_second is None:
        yield Way(given=text, through=text)
        return
    info = source.info
    with ExitStack() as stack:
        try:
            if info.host.startswith("/") and not info.hostaddr:
                folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="machikumo-"))
                server = stack.enter_context(socket.socket(socket.AF_UNIX))
                server.bind(f"{folder}/.s.PGSQL.{info.port}")
                server.listen()
                to: Address = f"{info.host}/.s.PGSQL.{info.port}"
                through = make_conninfo(text, host=folder, hostaddr="", port=info.port)
            else:
                server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
                to = info.hostaddr, info.port
                port = server.getsockname()[1]
                through = make_conninfo(text, host=info.host, hostaddr="127.0.0.1", port=port)
        except OSError as error:
            raise Refusal(
                say(
                    f"the limit can't be kept: no relay on this machine: {error}",
                    f"上限を守れません。中継を始められません: {error}",
                )
            ) from error
        threading.Thread(target=_serve, args=[server, to, limit], daemon=True).start()
        try:
            yield Way(given=text, through=through, environment={"PGPASSWORD": info.password} if info.password else {})
        finally:
            # Wakes the thread that waits for the next connection.
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)


def _serve(server: socket.socket, to: Address, limit: Limit) -> None:
    with suppress(OSError):
        while True:
            client, _ = server.accept()
            threading.Thread(target=_carry, args=[client, to, limit], daemon=True).start()


def _carry(client: socket.socket, to: Address, limit: Limit) -> None:
    """What breaks here is an error of the program that came."""
    with suppress(OSError):
        carry(client, to, limit)


def carry(client: socket.socket, to: Address, limit: Limit) -> None:
    """One connection, until it has ended in both directions; what comes from the server is taken from the limit.

    The client's socket is closed in any case. Raises OSError where the server can't be reached.
    """
    with client, _reached(to) as source:
        for end in (client, source):
            _kept_alive(end)
        asks = threading.Thread(target=_pass, args=[client, source, Limit(None)], daemon=True)
        asks.start()
        _pass(source, client, limit)
        asks.join()


def _reached(to: Address) -> socket.socket:
    if isinstance(to, tuple):
        made = socket.create_connection(to, timeout=REACHED)
        made.settimeout(None)
        return made
    made = socket.socket(socket.AF_UNIX)
    try:
        made.connect(to)
    except OSError:
        made.close()
        raise
    return made


def _kept_alive(end: socket.socket) -> None:
    if end.family == socket.AF_UNIX:
        return
    end.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in ALIVE.items():
        if hasattr(socket, name):
            end.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _pass(one: socket.socket, other: socket.socket, limit: Limit) -> None:
    """Until `one` says no more, which `other` is told when all before it has arrived; a break ends both directions."""
    try:
        while chunk := one.recv(CHUNK):
            limit.take(len(chunk))
            other.sendall(chunk)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
