"""The other objects of the cloud, as one account sees them."""

import re
from typing import Final

from sandbox.cloud.context import Object
from sandbox.cloud.store import Store, owner_of

# Identities that say whose they are; anything else is a name within one account.
_COMPLETE: Final = re.compile(r"arn:|/subscriptions/|projects/|ocid1\.|https://")


class Neighbours:
    """The `World` that the rows of one account see: other accounts may use the same names."""

    def __init__(self, store: Store, owner: str) -> None:
        self._store, self._owner = store, owner

    def find(self, handle: str, *tokens: str) -> Object | None:
        """See `World.find`."""
        found = self._store.known_as(handle, *tokens)
        own = [other for other in found if owner_of(other.scope) in ("", self._owner)]
        return next(iter(own or (found if _COMPLETE.match(handle) else ())), None)

    def objects(self, *tokens: str) -> list[Object]:
        """See `World.objects`."""
        return self._store.objects(self._owner, *tokens)
