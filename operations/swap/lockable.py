"""An object store whose versions can be bound, as a move sees it, the same for every protocol."""

from datetime import datetime, timedelta
from typing import Protocol

from operations.swap.store import Described, Store, Version

__all__ = ["Lockable"]


class Lockable(Store, Protocol):
    """A store whose versions can be bound, so that nobody can shorten it."""

    tells: bool
    """It says for how long it binds what is put there."""

    def binding(self) -> timedelta | None:
        """For how long nobody can remove what is put there now; None where the store does not bind it, or does not tell."""

    def retention(self, version: Version) -> tuple[datetime | None, datetime | None]:
        """Until when nobody can remove a version, and until when it is kept, be it that somebody can shorten that; None without an end."""

    def lock(self, version: Version, until: datetime) -> None:
        """Bind a version until that moment, where objects can have a retention of their own. What it is bound for must not be longer."""

    def describe(self, version: Version, described: Described) -> None:
        """Give a version that lies there these tags, this legal hold and no shorter retention, as far as the store can without putting it anew. What
        is bound stays bound.
        """

    def remove(self, version: Version) -> None:
        """Remove a version, or a deletion, for good, with a retention that an administrator can shorten and a legal hold. Raises StoreError
        where nobody can remove it.
        """
