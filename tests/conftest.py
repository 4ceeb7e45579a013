"""The suite runs with the network cut, and options of the suite."""

import os
import socket
from collections.abc import Iterator

import pytest

CLOSED = "http://127.0.0.1:9"
"""A proxy that nobody answers: what a child process sends out through it fails at once."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-inventories", action="store_true", help="write tests/inventories/*.json anew")


@pytest.fixture(scope="session", autouse=True)
def _network_is_cut() -> Iterator[None]:
    """After set-up nothing is fetched: not by this process, and not by the engine, its hosts and its plugins."""
    connect = socket.socket.connect

    def loopback_only(self: socket.socket, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple):
            assert address[0] in ("127.0.0.1", "::1", "localhost"), f"a test reaches for {address}"
        connect(self, address)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", loopback_only)
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            patch.setitem(os.environ, name, CLOSED)
            patch.setitem(os.environ, name.lower(), CLOSED)
        for name in ("NO_PROXY", "no_proxy"):
            patch.setitem(os.environ, name, "127.0.0.1,localhost,::1")
        yield
