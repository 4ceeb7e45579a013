"""One request and its answer over a connection of urllib3's pool, read as HTTP alone says.

The standard library reads every header of an answer as those of a letter, which takes most of the processor time of a small request
(docs/decisions/0028). Here only what a store says on success to a request for one object is understood: status 200, and a body whose
length is told or that comes in chunks. https://www.rfc-editor.org/rfc/rfc9112
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BufferedReader
from socket import socket
from typing import Any

from urllib3 import HTTPConnectionPool

from operations.swap.s3_body import Body, Coming

__all__ = ["SENDABLE", "Answer", "Asked", "EndedError", "asked", "exchanged"]

SENDABLE = re.compile(r"[\t\x20-\x7e]*")
"""What the value of a header may be; any other is not for here."""
SUCCESS = re.compile(rb"HTTP/1\.([01]) 200\b")
CHUNK = re.compile(rb"([0-9A-Fa-f]+)[ \t]*(?:;[^\r\n]*)?\r\n")
"""The line before a chunk; the last one has no bytes. https://www.rfc-editor.org/rfc/rfc9112#section-7.1"""
AT_ONCE = 1 << 16
"""Bytes of one look at the connection, and of a head at most."""
JOINED = 1 << 20
"""Bytes of a body in chunks at most; an object does not come in them."""


class EndedError(Exception):
    """The connection ended without a word: mostly one that the store had ended because nothing came on it for a while."""


@dataclass(kw_only=True)
class Answer:
    """A success. `headers`: by their names in lower case. `body`: to be read to its end or closed. `content`: what was read of it here."""

    headers: Mapping[str, str]
    body: Body
    content: bytes = b""


class Asked:
    """A request that was sent. Its answer is to be taken, or it is closed."""

    def __init__(self, pool: HTTPConnectionPool, connection: Any, method: str) -> None:
        self._pool, self._connection, self._method = pool, connection, method

    @property
    def sock(self) -> socket:
        """Where the answer arrives; its time-out is the pool's."""
        found: socket = self._connection.sock
        return found

    def answer(self, *, whole: bool) -> Answer:
        """The answer, `whole` or up to its body. Raises as `exchanged` does; then the connection is closed."""
        try:
            head, early = _head(self.sock)
            answer = _answer(self._pool, self._connection, self._method, head, early)
            if whole:
                answer.content = answer.body.read()
        except BaseException:
            self.close()
            raise
        return answer

    def close(self) -> None:
        """End its connection."""
        self._connection.close()


def exchanged(
    pool: HTTPConnectionPool,
    method: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes | bytearray | None = None,
    *,
    whole: bool,
) -> Answer:
    """Send a request whose headers are SENDABLE, and take the answer, `whole` or up to its body.

    Raises EndedError; ValueError for any answer but a success, or for one that is not understood; ProtocolError, HTTPError and OSError where the
    connection fails. Then nobody knows whether what was put arrived.
    """
    return asked(pool, method, target, headers, body).answer(whole=whole)


def asked(
    pool: HTTPConnectionPool,
    method: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes | bytearray | None = None,
) -> Asked:
    """Send a request, and leave the answer for later. Raises as `exchanged` does."""
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if body is not None:
        lines.append(f"content-length: {len(body)}")
    sent = "\r\n".join([*lines, "", ""]).encode("ascii")
    connection: Any = pool._get_conn()  # noqa: SLF001
    try:
        if connection.is_closed:
            connection.connect()
            connection.sock.settimeout(pool.timeout.read_timeout)
        _send(connection.sock, sent, body)
    except BaseException:
        connection.close()
        raise
    return Asked(pool, connection, method)


def _send(sock: socket, head: bytes, body: bytes | bytearray | None) -> None:
    try:
        sock.sendall(head)
        if body:
            sock.sendall(body)
    except ConnectionError:
        raise EndedError from None


def _head(sock: socket) -> tuple[bytes, bytes]:
    """The status and the headers, and what came after them."""
    try:
        came = sock.recv(AT_ONCE)
    except ConnectionError:
        raise EndedError from None
    if not came:
        raise EndedError
    while b"\r\n\r\n" not in came:
        more = sock.recv(AT_ONCE)
        if not more or len(came) > AT_ONCE:
            raise ValueError("no end of the headers")
        came += more
    head, _, early = came.partition(b"\r\n\r\n")
    return head, early


def _answer(pool: Any, connection: Any, method: str, head: bytes, early: bytes) -> Answer:
    if not (success := SUCCESS.match(head)):
        raise ValueError("no success")
    headers = dict[str, str]()
    for line in head.decode("latin-1").split("\r\n")[1:]:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise ValueError(line)
        name, value = name.lower(), value.strip(" \t")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    kept = success[1] == b"1" and headers.get("connection", "").lower() != "close"
    if "transfer-encoding" in headers and method != "HEAD":
        early = _joined(headers["transfer-encoding"], BufferedReader(Coming(early, connection)))
        length = len(early)
    elif "content-length" in headers:
        length = _number(headers["content-length"]) if method != "HEAD" else 0
    elif method == "PUT":
        length, kept = 0, False  # it ends with the connection, and nothing in it matters
    else:
        raise ValueError("no length")
    return Answer(headers=headers, body=Body(pool, connection, early, length, kept=kept))


def _number(told: str) -> int:
    if not told.isascii() or not told.isdecimal():
        raise ValueError(told)
    return int(told)


def _joined(encoding: str, coming: BufferedReader) -> bytes:
    """The chunks of a body."""
    if encoding.lower() != "chunked":
        raise ValueError(encoding)
    parts = list[bytes]()
    while size := _size(coming.readline(AT_ONCE)):
        if sum(map(len, parts)) + size > JOINED:
            raise ValueError("too much for chunks")
        parts.append(coming.read(size))
        if coming.readline(AT_ONCE) != b"\r\n":
            raise ValueError("a broken chunk")
    while trailer := coming.readline(AT_ONCE):
        if trailer == b"\r\n":
            return b"".join(parts)
    raise ValueError("no end of the chunks")


def _size(line: bytes) -> int:
    if (told := CHUNK.fullmatch(line)) is None:
        raise ValueError("no chunk")
    return int(told[1], 16)
