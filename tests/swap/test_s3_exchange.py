"""One request and its answer on the wire: whatever a store may say arrives whole or is refused, and a connection is used again only when it can be."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from ssl import SSLContext, SSLError
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.exceptions import HTTPError, NewConnectionError, ProtocolError

from operations.swap.s3_exchange import AT_ONCE, JOINED, Answer, EndedError, exchanged
from tests.swap.test_certificate_file import pem

END = b"\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\n"
HEADERS = {"host": "b.example.jp", "x-amz-date": "20261127T000000Z"}
RESET = struct.pack("ii", 1, 0)
"""As a piece, and as the option of the connection that does it: the server drops the connection."""
Piece = bytes | None
"""Bytes sent by themselves; None: the server closes the connection."""


class Store:
    """It takes one request after the other and answers each with the next of the answers, piece by piece."""

    def __init__(self, listening: socket.socket, answers: Sequence[Sequence[Piece]], tls: SSLContext | None) -> None:
        self._listening, self._answers, self._tls = listening, list(answers), tls
        self.port = int(listening.getsockname()[1])
        self.connections, self.requests = 0, list[bytes]()

    def serve(self) -> None:
        while self._answers:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            connection.settimeout(10)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            # Whoever does not trust it leaves while it shakes hands, who does not understand it in the middle of an answer.
            with (
                connection,
                suppress(SSLError, ConnectionError),
                self._tls.wrap_socket(connection, server_side=True) if self._tls else connection as spoken,
            ):
                self._converse(spoken)

    def _converse(self, connection: socket.socket) -> None:
        while self._answers and (asked := request(connection)):
            self.requests.append(asked)
            for piece in self._answers.pop(0):
                if piece is RESET:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                if piece is RESET or piece is None:
                    return
                connection.sendall(piece)
        connection.recv(1)  # until the other side has gone


def request(connection: socket.socket) -> bytes:
    came = b""
    while END not in came:
        if not (more := connection.recv(AT_ONCE)):
            return b""
        came += more
    head, _, body = came.partition(END)
    length = next((int(one[16:]) for one in head.split(b"\r\n") if one.startswith(b"content-length: ")), 0)
    while len(body) < length:
        body += connection.recv(AT_ONCE)
    return head + END + body


@contextmanager
def asking(
    *answers: Sequence[Piece], tls: SSLContext | None = None, trusted: Path | None = None
) -> Iterator[tuple[Store, HTTPConnectionPool]]:
    patience = Timeout(connect=5, read=5)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        store = Store(listening, answers, tls)
        serving = threading.Thread(target=store.serve)
        serving.start()
        try:
            with (
                HTTPSConnectionPool("localhost", store.port, timeout=patience, ca_certs=trusted)
                if tls
                else HTTPConnectionPool("127.0.0.1", store.port, timeout=patience)
            ) as pool:
                yield store, pool
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            serving.join()


def asked(pool: HTTPConnectionPool, method: str = "GET", *, whole: bool = True) -> Answer:
    return exchanged(pool, method, "/b/k", HEADERS, whole=whole)


def pieces(whole: bytes, cuts: set[int]) -> list[Piece]:
    at = [0, *sorted(one % len(whole) for one in cuts), len(whole)]
    return [whole[start:end] for start, end in pairwise(at) if start != end]


def told(body: bytes, chunks: Sequence[int]) -> bytes:
    """An answer with its length, or in chunks of these."""
    if not chunks:
        return OK + b"Content-Length: %d" % len(body) + END + body
    said, left = b"", body
    for size in chunks:
        part, left = left[:size], left[size:]
        said += b"%X ;name=value\r\n%s\r\n" % (len(part), part) if part else b""
    said += b"%x\r\n%s\r\n" % (len(left), left) if left else b""
    return OK + b"Transfer-Encoding: Chunked" + END + said + b"0\r\nX-Trailer: a\r\n\r\n"


@settings(deadline=None, max_examples=60)
@given(
    st.binary(max_size=300),
    st.lists(st.integers(1, 90), max_size=4),
    st.sets(st.integers(0, 1000), max_size=6),
    st.booleans(),
)
def test_an_answer_arrives_whole_however_it_is_cut_and_the_connection_is_used_again(
    body: bytes, chunks: list[int], cuts: set[int], whole: bool
) -> None:
    answer = pieces(told(body, chunks), cuts)
    with asking(answer, answer, answer) as (store, pool):
        for _ in range(3):
            came = asked(pool, whole=whole)
            assert (came.content if whole else came.body.read()) == body
    assert store.connections == 1


def test_a_request_is_sent_as_it_is_given() -> None:
    with asking([OK + b"content-length: 0" + END], [OK + b"content-length: 3" + END + b"abc"]) as (store, pool):
        exchanged(pool, "PUT", "/b/k?a=b", HEADERS | {"x-amz-meta-a": "1  2"}, b"\0" * 100_000, whole=True)
        asked(pool)
    head = b"host: b.example.jp\r\nx-amz-date: 20261127T000000Z\r\n"
    put = b"PUT /b/k?a=b HTTP/1.1\r\n" + head + b"x-amz-meta-a: 1  2\r\ncontent-length: 100000" + END + b"\0" * 100_000
    assert store.requests == [put, b"GET /b/k HTTP/1.1\r\n" + head + b"\r\n"]
    assert store.connections == 1


def test_headers_are_told_by_their_names_in_lower_case_and_repeated_ones_together() -> None:
    head = b'ETag:\t"a" \r\nX-Amz-Meta-A: 1: 2\r\nx-amz-meta-B: a\r\nX-AMZ-META-b: \xe9\r\nEmpty:\r\nContent-Length: 7'
    with asking([OK + head + END]) as (_, pool):
        came = asked(pool, "HEAD")
    assert (came.content, came.headers) == (
        b"",
        {
            "etag": '"a"',
            "x-amz-meta-a": "1: 2",
            "x-amz-meta-b": "a, é",
            "empty": "",
            "content-length": "7",
        },
    )


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        ("HEAD", OK + b"content-length: 3\r\nConnection: Close" + END),
        ("HEAD", b"HTTP/1.0 200 OK\r\ncontent-length: 3" + END),
        ("PUT", OK + b"x: y" + END),
        # More than was told.
        ("GET", OK + b"content-length: 3" + END + b"abcd"),
    ],
    ids=["closed", "1.0", "no length", "more"],
)
def test_a_connection_that_can_not_be_used_again_is_not(method: str, answer: bytes) -> None:
    with asking([answer], [answer]) as (store, pool):
        for _ in range(2):
            asked(pool, method)
    assert store.connections == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 206 Partial Content\r\ncontent-length: 3" + END + b"abc",
        b"HTTP/1.1 2000 OK\r\ncontent-length: 3" + END + b"abc",
        b"HTTP/1.1 100 Continue" + END + OK + b"content-length: 3" + END + b"abc",
        b"HTTP/1.1 307 Temporary Redirect\r\ncontent-length: 0" + END,
        b"HTTP/1.1 503 Slow Down\r\ncontent-length: 0" + END,
        b"HTTP/2 200\r\ncontent-length: 0" + END,
        b"ICY 200 OK\r\ncontent-length: 0" + END,
        OK + b"x: y" + END + b"abc",
        OK + b"content-length: -3" + END + b"abc",
        OK + b"content-length: 3, 3" + END + b"abc",
        OK + b"content-length: +3" + END + b"abc",
        OK + b"content-length: 3\r\n folded: y" + END + b"abc",
        OK + b"content-length: 3\r\nnothing" + END + b"abc",
        OK + b"content-length: 3\r\n: y" + END + b"abc",
        OK + b"content-length : 3" + END + b"abc",
        OK + b"x: " + b"y" * 2 * AT_ONCE + b"\r\ncontent-length: 3" + END + b"abc",
        OK + b"transfer-encoding: gzip, chunked" + END + b"0" + END,
        OK + b"transfer-encoding: chunked" + END + b"-3\r\nabc\r\n0" + END,
        OK + b"transfer-encoding: chunked" + END + b"0x3\r\nabc\r\n0" + END,
        OK + b"transfer-encoding: chunked" + END + b"3\r\nabcd\r\n0" + END,
        OK + b"transfer-encoding: chunked" + END + b"%x\r\n%s\r\n0" % (JOINED + 1, b"y" * (JOINED + 1)) + END,
    ],
    ids=range(21),
)
def test_what_is_no_success_or_not_understood_is_refused_and_its_connection_not_used_again(answer: bytes) -> None:
    good = OK + b"content-length: 3" + END + b"abc"
    with asking([answer, None], [good]) as (store, pool):
        with pytest.raises(ValueError, match=r"."):
            asked(pool)
        assert asked(pool).content == b"abc"
    assert store.connections == 2


@pytest.mark.parametrize(
    "answer",
    [
        OK + b"content-length: 4" + END + b"abc",
        OK + b"content-length: 4" + END,
    ],
    ids=["some", "none"],
)
@pytest.mark.parametrize("end", [None, RESET], ids=["ended", "reset"])
def test_bytes_that_do_not_come_are_missed(answer: bytes, end: Piece) -> None:
    with asking([answer, end], [answer, end]) as (store, pool):
        with pytest.raises(ProtocolError):
            asked(pool)
        came = asked(pool, whole=False)
        with pytest.raises(ProtocolError):
            came.body.read()
    assert store.connections == 2


@pytest.mark.parametrize(
    "cut", [b"HTTP/1.1 20", OK + b"transfer-encoding: chunked" + END + b"3\r\nabc\r\n0\r\n"], ids=["head", "chunks"]
)
def test_an_answer_that_is_cut_is_refused(cut: bytes) -> None:
    with asking([cut, None]) as (_, pool), pytest.raises(ValueError, match="no end"):
        asked(pool)


@pytest.mark.parametrize("before", [0, 1])
@pytest.mark.parametrize("end", [None, RESET], ids=["ends", "resets"])
def test_a_connection_that_the_store_ends_without_a_word_is_told_apart(before: int, end: Piece) -> None:
    good = OK + b"content-length: 3" + END + b"abc"
    with asking(*[[good]] * before, [end]) as (store, pool):
        for _ in range(before):
            asked(pool)
        with pytest.raises(EndedError):
            asked(pool)
    assert store.connections == 1


def test_a_body_that_is_closed_before_its_end_ends_its_connection() -> None:
    good = OK + b"content-length: 6" + END + b"abc"
    with asking([good], [good + b"def"]) as (store, pool):
        came = asked(pool, whole=False)
        assert came.body.read(2) == b"ab"
        came.body.close()
        came = asked(pool, whole=False)
        read: Callable[[int], Any] = came.body.read
        assert [read(size) for size in (4, 4, 4)] == [b"abcd", b"ef", b""]
    assert store.connections == 2


def test_a_store_that_says_nothing_or_is_not_there_is_waited_for_no_longer_than_the_pool_says() -> None:
    with asking([]) as (store, pool):
        pool.timeout = Timeout(connect=None, read=0.05)
        with pytest.raises(TimeoutError):
            asked(pool)
    with HTTPConnectionPool("127.0.0.1", store.port) as closed, pytest.raises(NewConnectionError):
        asked(closed)


def test_over_tls_it_is_the_same(tls: SSLContext, tmp_path: Path) -> None:
    body = bytes(range(256)) * 1000
    answer: list[Piece] = [OK + b"content-length: %d" % len(body) + END, body]
    with asking(answer, answer, tls=tls, trusted=tmp_path / "trusted.pem") as (store, pool):
        assert asked(pool).content == asked(pool, whole=False).body.read() == body
    assert store.connections == 1


def test_a_store_whose_certificate_is_not_trusted_is_asked_nothing(tls: SSLContext, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(pem(["localhost"], begins=datetime.now(UTC) - timedelta(days=2)))
    with asking([OK + END], tls=tls, trusted=other) as (store, pool), pytest.raises((SSLError, HTTPError)):
        asked(pool)
    assert store.requests == []
