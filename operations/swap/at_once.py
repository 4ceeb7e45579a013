"""The same work on many things, some at once."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

__all__ = ["at_once"]

WAITING = 16
"""So many things a worker are taken before their turn: a list of millions is never held whole."""

Thing = TypeVar("Thing")
Result = TypeVar("Result")


def at_once(jobs: int, work: Callable[[Thing], Result], things: Iterable[Thing]) -> Iterator[Result]:
    """The results in the things' order. After an error nothing more is begun."""
    waiting = deque[Future[Result]]()
    with ThreadPoolExecutor(jobs) as threads:
        try:
            for thing in things:
                waiting.append(threads.submit(work, thing))
                if len(waiting) > jobs * WAITING:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
