"""Logic with three answers (Kleene's): what is unknown stays unknown unless the other operands decide."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from policies.facts.vocabulary import UNKNOWN, Maybe, Unknown

T = TypeVar("T")
U = TypeVar("U")


def every(*answers: Maybe[bool]) -> Maybe[bool]:
    """False where one is false, else unknown where one is unknown, else true."""
    if any(answer is False for answer in answers):
        return False
    return UNKNOWN if any(isinstance(answer, Unknown) for answer in answers) else True


def some(*answers: Maybe[bool]) -> Maybe[bool]:
    """True where one is true, else unknown where one is unknown, else false."""
    if any(answer is True for answer in answers):
        return True
    return UNKNOWN if any(isinstance(answer, Unknown) for answer in answers) else False


def no(answer: Maybe[bool]) -> Maybe[bool]:
    """The opposite."""
    return UNKNOWN if isinstance(answer, Unknown) else not answer


def when(value: Maybe[T], then: Callable[[T], Maybe[U]]) -> Maybe[U]:
    """`then` of the value, or unknown."""
    return UNKNOWN if isinstance(value, Unknown) else then(value)


def gather(values: Iterable[Maybe[T]]) -> Maybe[frozenset[T]]:
    """The set of the values; unknown where one is, or is no plain value (an odd document)."""
    found: set[T] = set()
    for value in values:
        if isinstance(value, Unknown | dict | list):
            return UNKNOWN
        found.add(value)
    return frozenset(found)
