"""One request and its answer over a connection of urllib3's pool, read as HTTP alone says.

The standard library reads every header of an answer as those of a letter, which takes most of the processor time of a small request
(docs/decisions/0028). Here only what a store says on success to a request for one object is understood: status 200, and a body whose
length is told or that comes in chunks. https://www.rfc-editor.org/rfc/rfc9112
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from typing import Any

from urllib3 import HTTPConnectionPool
from urllib3.exceptions import ProtocolError

__all__ = ["SENDABLE", "Answer", "EndedError", "exchanged"]

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
    body: "Body"
    content: bytes = b""


class _Coming(RawIOBase):
    """What came with the head of an answer, and whatever comes after it."""

    def __init__(self, early: bytes, connection: Any) -> None:
        self.early, self._connection = early, connection

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        if not self.early:
            return int(self._connection.sock.recv_into(into))
        came = min(len(into), len(self.early))
        into[:came], self.early = self.early[:came], self.early[came:]
        return came


class Body(RawIOBase):
    """The bytes of an answer. Read to the end, the connection is given back; closed before that, it is ended."""

    def __init__(self, pool: Any, connection: Any, early: bytes, length: int, *, kept: bool) -> None:
        self._pool, self._connection, self._left, self._kept = pool, connection, length, kept
        self._coming = _Coming(early, connection)
        if not length:
            self._end()

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """So many bytes, fewer only at the end. Raises ProtocolError where fewer came than were told."""
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        held = bytearray(wanted)
        view, came = memoryview(held), 0
        while came < wanted:
            came += self.readinto(view[came:])
        return bytes(held)

    def readinto(self, into: Any) -> int:
        """What is there, into this."""
        wanted = min(len(into), self._left)
        if not wanted:
            return 0
        came = self._received(into[:wanted])
        self._left -= came
        if not self._left:
            self._end()
        return came

    def _received(self, into: Any) -> int:
        try:
            if came := self._coming.readinto(into):
                return came
        except OSError as error:
            self.close()
            raise ProtocolError(f"the connection broke {self._left} bytes too early: {error}") from error
        self.close()
        raise ProtocolError(f"the connection ended {self._left} bytes too early")

    def close(self) -> None:
        """End what is left of it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        super().close()

    def _end(self) -> None:
        if not self._kept or self._coming.early:
            self._connection.close()
        self._pool._put_conn(self._connection)  # noqa: SLF001
        self._connection = None


def exchanged(
    pool: HTTPConnectionPool,
    method: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes | None = None,
    *,
    whole: bool,
) -> Answer:
    """Send a request whose headers are SENDABLE, and take the answer, `whole` or up to its body.

    Raises EndedError; ValueError for any answer but a success, or for one that is not understood; ProtocolError, HTTPError and OSError where the
    connection fails. Then nobody knows whether what was put arrived.
    """
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if body is not None:
        lines.append(f"content-length: {len(body)}")
    sent = "\r\n".join([*lines, "", ""]).encode("ascii")
    connection: Any = pool._get_conn()  # noqa: SLF001
    try:
        if connection.is_closed:
            connection.connect()
            connection.sock.settimeout(pool.timeout.read_timeout)
        head, early = _asked(connection.sock, sent, body)
        answer = _answer(pool, connection, method, head, early)
        if whole:
            answer.content = answer.body.read()
    except BaseException:
        connection.close()
        raise
    return answer


def _asked(sock: Any, sent: bytes, body: bytes | None) -> tuple[bytes, bytes]:
    """The status and the headers, and what came after them."""
    try:
        sock.sendall(sent)
        if body:
            sock.sendall(body)
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
        early = _joined(headers["transfer-encoding"], BufferedReader(_Coming(early, connection)))
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
