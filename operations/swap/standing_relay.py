"""The relay that stands: connections from the target's server to the source's, all of them under one limit, until it is told to end.

It logs in nowhere and reads nothing of what passes: TLS, where the two servers speak it, goes through untouched.
"""

import os
import select
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Semaphore, Thread

from psycopg import pq
from psycopg.conninfo import make_conninfo

from operations.swap.connection import UnreachableError, without_password
from operations.swap.limit import Limit
from operations.swap.refusal import Refusal
from operations.swap.relay import Address, carry
from operations.wording import say

__all__ = ["MOST", "ending", "server_of", "stand"]

MOST = 16
"""Connections at once. A copy that follows needs one, and for a moment two; a server takes some hundred from everybody together."""


NOWHERE = f"{os.devnull}/none"
"""A file that can't be there: an empty name would mean the usual one."""


def server_of(text: str) -> Address:
    """Where the server of a connection string listens, as libpq reads the string: service file, environment, defaults.

    Nobody logs in, and no password file is read. Raises Refusal where that is no one server.
    """
    begun = pq.PGconn.connect_start(make_conninfo(without_password(text), passfile=NOWHERE).encode())
    try:
        given = {one.keyword: (one.val or b"").decode() for one in begun.info if one.keyword in (b"hostaddr", b"host")}
        host, port, told = given[b"hostaddr"] or begun.host.decode(), begun.port.decode(), begun.error_message
    finally:
        begun.finish()
    if "," in "".join(given.values()):
        raise Refusal(
            say(
                f"{text}: names several servers. Name the one that takes writes",
                f"{text}: サーバが複数書かれています。書込みを受け付けるものを一つだけ書いてください",
            )
        )
    if not host or not port.isdecimal():
        raise UnreachableError(f"{text}: {told.decode('utf-8', 'replace').strip()}")
    return f"{host}/.s.PGSQL.{port}" if host.startswith("/") else (host, int(port))


class _Told:
    """What the connections tell, one line each, until the end: a thread that wrote while the program ends would break its end."""

    def __init__(self) -> None:
        self._guard, self._ended = Lock(), False

    def line(self, text: str, *, last: bool = False) -> None:
        with self._guard:
            if not self._ended:
                print(text, flush=True)  # noqa: T201
            self._ended = self._ended or last


@contextmanager
def ending() -> Iterator[socket.socket]:
    """Inside, SIGINT and SIGTERM end nothing by themselves: each is a byte to read from the socket, so that none is missed between two looks."""
    woken, wakes = socket.socketpair()
    wakes.setblocking(False)
    former = signal.set_wakeup_fd(wakes.fileno())
    handlers = {one: signal.signal(one, lambda *_: None) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield woken
    finally:
        signal.set_wakeup_fd(former)
        for one, handler in handlers.items():
            signal.signal(one, handler)
        woken.close()
        wakes.close()


def stand(server: socket.socket, to: Address, limit: Limit, until: socket.socket) -> None:
    """Carry what comes until there is something to read from `until`. A connection that fails is told and closed, and the next one is taken."""
    told, room = _Told(), Semaphore(MOST)
    server.setblocking(False)
    while until not in select.select([server, until], [], [])[0]:
        # Who came may be gone already.
        with suppress(BlockingIOError, ConnectionError):
            client, (host, port, *_) = server.accept()
            client.setblocking(True)
            words = [client, f"{host}:{port}", to, limit, told, room]
            Thread(target=_carried, args=words, daemon=True).start()
    told.line(say("ended", "終わりました"), last=True)


def _carried(client: socket.socket, name: str, to: Address, limit: Limit, told: _Told, room: Semaphore) -> None:
    if not room.acquire(blocking=False):
        client.close()
        told.line(
            say(
                f"{name}: refused, {MOST} connections are open already",
                f"{name}: 拒否しました。すでに {MOST} の接続があります",
            )
        )
        return
    try:
        told.line(say(f"{name}: connected", f"{name}: 接続しました"))
        carry(client, to, limit)
        told.line(say(f"{name}: ended", f"{name}: 終わりました"))
    except OSError as error:
        told.line(
            say(
                f"{name}: closed, the source can't be reached: {error}",
                f"{name}: 閉じました。移行元に接続できません: {error}",
            )
        )
    finally:
        room.release()
