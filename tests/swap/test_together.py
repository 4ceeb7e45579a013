"""Several objects asked for at the same time: each answer arrives whole however they are cut and mixed, and what fails is told apart from the rest."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from ssl import SSLContext

import pytest
from botocore.credentials import ReadOnlyCredentials  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout

from operations.swap import together as module
from operations.swap.s3_arriving import Arriving
from operations.swap.s3_described import described as described_by
from operations.swap.s3_direct import Direct, answered
from operations.swap.store import Content, Described
from operations.swap.together import Conversation, together
from tests.swap.test_s3_exchange import END, OK, RESET, Piece, pieces, request

Answers = Mapping[str, Sequence[Piece | Callable[[], object]]]
"""What the store says of each key, piece by piece, and what it does in between."""


class Store:
    """It takes many connections at once, and answers once so many requests have come."""

    def __init__(self, answers: Answers, all_came: threading.Barrier, tls: SSLContext | None) -> None:
        self._answers, self._all_came, self._tls = answers, all_came, tls
        self.connections, self.requests = 0, list[str]()

    def serve(self, listening: socket.socket) -> None:
        conversations = list[threading.Thread]()
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                self.connections += 1
                conversations.append(threading.Thread(target=self._converse, args=(connection,)))
                conversations[-1].start()
        for one in conversations:
            one.join()

    def _converse(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with (
            suppress(OSError),
            connection,
            self._tls.wrap_socket(connection, server_side=True) if self._tls else connection as spoken,
        ):
            while asked := request(spoken).decode():
                method, target, _ = asked.split(" ", 2)
                self.requests.append(f"{method} {target}")
                self._all_came.wait(10)
                for piece in self._answers[target.removeprefix("/b/").partition("?")[0]]:
                    if piece is RESET:
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                    if piece is RESET or piece is None:
                        return
                    if isinstance(piece, bytes):
                        spoken.sendall(piece)
                    else:
                        piece()


@contextmanager
def asking(
    answers: Answers, *, tls: SSLContext | None = None, trusted: Path | None = None, patience: float = 5
) -> Iterator[tuple[Store, Direct]]:
    """The store answers once it was asked for all keys."""
    waits = Timeout(connect=5, read=patience)
    store = Store(answers, threading.Barrier(len(answers)), tls)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = threading.Thread(target=store.serve, args=(listening,))
        serving.start()
        port = listening.getsockname()[1]
        try:
            with (
                HTTPSConnectionPool("localhost", port, timeout=waits, maxsize=16, ca_certs=trusted)
                if tls
                else HTTPConnectionPool("127.0.0.1", port, timeout=waits, maxsize=16)
            ) as pool:
                yield store, direct(pool)
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            serving.join()


def direct(pool: HTTPConnectionPool) -> Direct:
    made = Direct.__new__(Direct)
    made._host, made._path, made._agent, made._region = "b.example.jp", "/b", "kit", "ap-northeast-1"
    keys = ReadOnlyCredentials("AKID", "secret", None)
    made._credentials = type("Keys", (), {"get_frozen_credentials": lambda _: keys})()
    made._pool, made._rests = pool, 0.0
    return made


def content(body: bytes, length: int | None = None) -> Content:
    length = len(body) if length is None else length
    described = Described(length=length, properties={}, metadata={}, tags={}, until=None)
    return Content(sha256=sha256(body).hexdigest(), described=described)


def conversation(asked: Direct, key: str, *, whole: bool) -> Conversation:
    if sent := asked.ask("GET" if whole else "HEAD", key, "1"):
        yield (found := Arriving(asked, sent))
        if found.answer:
            described = described_by(answered(found.answer), {})
            return Content(sha256=found.sha256, described=described)
    return None


def ask(asked: Direct, wanted: Mapping[str, bool], at_once: int = 16) -> list[Content | None]:
    return together((conversation(asked, key, whole=whole) for key, whole in wanted.items()), at_once)


def told(body: bytes) -> bytes:
    return OK + b"content-length: %d" % len(body) + END + body


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(st.binary(max_size=500), st.sets(st.integers(0, 1000), max_size=5), st.booleans()),
        min_size=1,
        max_size=6,
    ),
    st.integers(1, 200),
)
def test_all_answers_arrive_whole_however_they_are_cut_and_the_connections_are_used_again(
    objects: list[tuple[bytes, set[int], bool]], at_once: int
) -> None:
    """The store answers none before it was asked for all of them."""
    heads = {str(number): OK + b"content-length: %d" % len(body) + END for number, (body, _, _) in enumerate(objects)}
    wanted = {str(number): whole for number, (_, _, whole) in enumerate(objects)}
    answers = {
        str(number): pieces(heads[str(number)] + (body if whole else b""), cuts)
        for number, (body, cuts, whole) in enumerate(objects)
    }
    expected = [content(body if whole else b"", len(body)) for number, (body, _, whole) in enumerate(objects)]
    with pytest.MonkeyPatch.context() as patched, asking(answers) as (store, asked):
        patched.setattr(module, "AT_ONCE", at_once)
        for _ in range(3):
            assert ask(asked, wanted) == expected
    assert sorted(store.requests) == sorted(
        f"{'GET' if whole else 'HEAD'} /b/{key}?versionId=1" for key, whole in wanted.items() for _ in range(3)
    )
    assert store.connections == len(objects)


def test_over_tls_nothing_waits_for_what_came_already(tls: SSLContext, tmp_path: Path) -> None:
    """A record is read from the connection whole, and taken in several steps: the connection says no more of the rest."""
    bodies = {"a": bytes(range(256)) * 1000, "b": b"b" * 16_000}
    answers = {key: [OK + b"content-length: %d" % len(body) + END, body] for key, body in bodies.items()}
    with (
        pytest.MonkeyPatch.context() as patched,
        asking(answers, tls=tls, trusted=tmp_path / "trusted.pem") as (store, asked),
    ):
        patched.setattr(module, "AT_ONCE", 1000)
        for _ in range(2):
            assert ask(asked, dict.fromkeys(bodies, True)) == [content(body) for body in bodies.values()]
        assert asked._rests == 0
    assert store.connections == 2


def test_no_answer_waits_for_another_one_that_does_not_come_on() -> None:
    """A byte of the first one is sent after each of the others, of which the connection holds a part, was taken."""
    large, taken = b"x" * 2**25, [threading.Event(), threading.Event()]
    waiting = [partial(one.wait, 10) for one in taken]
    answers: Answers = {
        "a": [told(b"ab")[:-2], waiting[0], b"a", waiting[1], b"b"],
        "b": [told(large), taken[0].set],
        "c": [waiting[0], told(large), taken[1].set],
    }
    with asking(answers) as (_, asked):
        expected = [content(b"ab"), content(large), content(large)]
        assert ask(asked, dict.fromkeys(answers, True)) == expected


class There:
    """An answer that is there."""

    patience = None

    def __init__(self, connection: socket.socket) -> None:
        self.place = connection.fileno()

    def take(self, into: memoryview) -> bool:
        return bool(into)

    def give_up(self) -> None:
        raise AssertionError


@given(st.integers(0, 9), st.integers(1, 9))
def test_only_so_many_are_under_way_at_the_same_time(count: int, at_once: int) -> None:
    under_way = set[int]()
    most = 0

    def one(number: int) -> Conversation:
        nonlocal most
        under_way.add(number)
        most = max(most, len(under_way))
        ours, theirs = socket.socketpair()
        with ours, theirs:
            theirs.sendall(b"x")
            for _ in range(3):
                yield There(ours)
        under_way.remove(number)
        return content(bytes([number]))

    assert together(map(one, range(count)), at_once) == [content(bytes([number])) for number in range(count)]
    assert most == min(count, at_once)


LONG = b"x" * 100_000


@pytest.mark.parametrize(
    ("answer", "rests"),
    [
        ([b"HTTP/1.1 404 Not Found\r\ncontent-length: 0" + END], True),
        ([b"HTTP/1.1 503 Slow Down\r\ncontent-length: 0" + END], True),
        ([b"no HTTP" + END], True),
        ([told(LONG)[:-1], None], True),
        ([told(LONG)[:-1], RESET], True),
        ([told(LONG)[:30], None], True),
        # The store had ended the connection before it was asked.
        ([None], False),
        ([RESET], False),
    ],
)
def test_what_fails_is_left_to_be_asked_for_by_itself_and_the_rest_arrives(
    answer: Sequence[Piece], rests: bool
) -> None:
    answers = {"a": [told(b"a")], "b": answer, "c": [told(LONG)]}
    with asking(answers) as (store, asked):
        assert ask(asked, dict.fromkeys(answers, True)) == [content(b"a"), None, content(LONG)]
        assert (asked._rests > 0) is rests
        # Where a store refuses or slows down, botocore alone asks for a while.
        assert ask(asked, {}) == []
        asked._rests = float("inf")
        assert ask(asked, {"a": True, "c": True}) == [None, None]
    assert len(store.requests) == 3


def test_tags_that_can_not_be_read_are_left_to_botocore() -> None:
    with asking({"k": [told(b"<Tagging")]}) as (_, asked):
        assert asked.tags("k", "1") is None
        assert asked._rests > 0


def test_for_what_does_not_come_nobody_waits_longer_than_the_pool_says() -> None:
    over = threading.Event()
    late = partial(over.wait, 10)
    answers: Answers = {"a": [told(b"a")], "b": [told(LONG)[:-1], late, LONG[-1:]], "c": [late, told(b"c")]}
    with asking(answers, patience=0.3) as (_, asked):
        try:
            assert ask(asked, dict.fromkeys(answers, True)) == [content(b"a"), None, None]
            assert asked._rests > 0
        finally:
            over.set()


def test_a_store_that_is_not_there_is_asked_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with HTTPConnectionPool("127.0.0.1", port, timeout=Timeout(connect=5)) as pool:
        assert ask(direct(pool), {"a": True, "b": False}) == [None, None]
