"""The bytes of an answer as they come over a connection of urllib3's pool, which is given back after the last of them."""

from io import RawIOBase
from select import POLLIN, poll
from ssl import SSLSocket
from typing import Any

from urllib3.exceptions import ProtocolError

__all__ = ["Body", "Coming"]


class Coming(RawIOBase):
    """What came with the head of an answer, and whatever comes after it."""

    def __init__(self, early: bytes, connection: Any) -> None:
        self.early, self._connection = early, connection

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, into: Any) -> int:
        """What is there, into this; nothing at the end."""
        if not self.early:
            return int(self._connection.sock.recv_into(into))
        came = min(len(into), len(self.early))
        into[:came], self.early = self.early[:came], self.early[came:]
        return came


class Body(RawIOBase):
    """The bytes of an answer. Read to the end, the connection is given back; closed before that, it is ended."""

    def __init__(self, pool: Any, connection: Any, early: bytes, length: int, *, kept: bool) -> None:
        self._pool, self._connection, self._left, self._kept = pool, connection, length, kept
        self._coming = Coming(early, connection)
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

    @property
    def left(self) -> int:
        """How many bytes are still to be read."""
        return self._left

    @property
    def at_hand(self) -> bool:
        """Whether some of them came already, and whoever waits for the connection would not be told of it, or of TLS's next record only."""
        if self._coming.early or not self._left:
            return bool(self._coming.early)
        sock = self._connection.sock
        return isinstance(sock, SSLSocket) and (sock.pending() > 0 or _readable(sock))

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


def _readable(sock: SSLSocket) -> bool:
    asked = poll()
    asked.register(sock, POLLIN)
    return bool(asked.poll(0))
