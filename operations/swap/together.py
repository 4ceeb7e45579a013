"""Many conversations with stores held by one thread, each going on as its answer arrives.

Threads that read an answer each take turns at the interpreter's lock. Between stores at hand that takes longer than the reading (docs/decisions/0028).
"""

from collections.abc import Generator, Iterable
from select import POLLIN, poll
from typing import Protocol, runtime_checkable

from operations.swap.store import Content, Version

__all__ = ["Arriving", "Conversation", "Together", "together"]

AT_ONCE = 1 << 17
"""Bytes of one look at a connection."""


class Arriving(Protocol):
    """An answer that is on its way."""

    place: int
    """The file descriptor of its connection."""
    patience: float | None
    """Seconds that are waited for any of it; None: without an end."""

    def take(self, into: memoryview) -> bool:
        """Take what came, once the connection told that something did; whether no more is waited for."""

    def give_up(self) -> None:
        """Wait for it no longer."""


Conversation = Generator[Arriving, None, Content | None]
"""It yields an answer, goes on when no more of that is waited for, and returns what it found. None: nothing, it is to be asked for otherwise."""


@runtime_checkable
class Together(Protocol):
    """A store of which many versions can be asked for before the first answer is read."""

    def conversation(self, version: Version, *, whole: bool) -> Conversation:
        """Ask what describes a version, `whole`: and for its bytes; else the SHA-256 is that of none. Raises StoreError."""


def together(conversations: Iterable[Conversation], at_once: int) -> list[Content | None]:
    """What each of them returns, in their order; so many are under way at the same time. Raises StoreError."""
    found = dict[int, Content | None]()
    waiting = dict[int, tuple[int, Conversation, Arriving]]()
    connections, into, left = poll(), memoryview(bytearray(AT_ONCE)), enumerate(conversations)

    def go_on(number: int, one: Conversation) -> None:
        try:
            arriving = next(one)
        except StopIteration as ended:
            found[number] = ended.value
            return
        waiting[arriving.place] = number, one, arriving
        connections.register(arriving.place, POLLIN)

    while True:
        while len(waiting) < at_once and (more := next(left, None)):
            go_on(*more)
        if not waiting:
            return [found[number] for number in sorted(found)]
        patience = min((one.patience for _, _, one in waiting.values() if one.patience is not None), default=None)
        came = connections.poll(None if patience is None else patience * 1000)
        for place in [place for place, _ in came] or [*waiting]:
            number, conversation, arriving = waiting[place]
            if not came:
                # Nothing came for so long: none of them is waited for any longer.
                arriving.give_up()
            elif not arriving.take(into):
                continue
            connections.unregister(place)
            del waiting[place]
            go_on(number, conversation)
