"""What S3's client puts twice: where an answer is lost it puts again without a word, and a bucket with versions keeps both."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import dropwhile

from operations.swap.store import Store, Version, read

__all__ = ["twins"]

WHOLE = 1.0
"""Seconds in which the times of a list are exact."""


def twins(store: Store, key: str, placed: str, *, over: str | None, took: float, sha256: str) -> Iterator[Version]:
    """The versions of `key` that are of the same put as `placed`: above `over`, of the same bytes, from the seconds that the put `took`.

    Only the store's own times are compared.
    """
    history = store.versions_of(key)
    above = dropwhile(lambda one: one.id != over, history) if over in {one.id for one in history} else history
    ended = next((one.modified for one in history if one.id == placed), None)
    for one in above:
        ours = ended is not None and one.modified >= ended - timedelta(seconds=took + WHOLE)
        if one.id not in (over, placed) and ours and not one.deleted and read(store, one).sha256 == sha256:
            yield one
