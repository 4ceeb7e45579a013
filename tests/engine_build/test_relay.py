"""The relay leads a new connection to where its target is now, and keeps the open ones where they were."""

import socket
import threading
from contextlib import ExitStack

from sandbox.engine.relay import Relay


def test_a_new_connection_goes_to_the_new_target_and_an_open_one_stays() -> None:
    with ExitStack() as opened:
        first, second = (opened.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(2))
        relay = Relay(first.getsockname()[1])
        opened.callback(relay.close)

        def meet(server: socket.socket) -> tuple[socket.socket, socket.socket]:
            near = opened.enter_context(socket.create_connection(("127.0.0.1", relay.port), timeout=20))
            server.settimeout(20)
            far, _ = server.accept()
            return near, opened.enter_context(far)

        old = meet(first)
        relay.target = second.getsockname()[1]
        for near, far in (meet(second), old):
            near.sendall(b"asked")
            assert far.recv(16) == b"asked"
            far.sendall(b"answered")
            assert near.recv(16) == b"answered"
        old[1].close()
        assert old[0].recv(16) == b""
    for joined in [thread for thread in threading.enumerate() if "_join" in thread.name]:
        joined.join(20)
    assert not [thread for thread in threading.enumerate() if "_join" in thread.name or "_pass_on" in thread.name]
