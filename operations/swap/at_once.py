"""The same work on many things, some at once."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import TypeVar

__all__ = ["at_once"]

WAITING = 16
"""So many things a worker are taken before their turn: a list of millions is never held whole."""

Thing = TypeVar("Thing")
Result = TypeVar("Result")


def at_once(jobs: int, work: Callable[[Thing], Result], things: Iterable[Thing]) -> Iterator[Result]:
    """The results in the things' order. After an error nothing more is begun."""
    waiting, failed = deque[Future[Result]](), threading.Event()

    def guarded(thing: Thing) -> Result:
        if failed.is_set():
            # Nobody sees it: what failed has its turn before.
            raise CancelledError
        try:
            return work(thing)
        except BaseException:
            failed.set()
            raise

    with ThreadPoolExecutor(jobs) as threads:
        try:
            for thing in things:
                waiting.append(threads.submit(guarded, thing))
                if len(waiting) > jobs * WAITING:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            failed.set()
