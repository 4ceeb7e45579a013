"""Every loss of a move between two servers, foreseen on them before anything is written."""

from operations.swap.connection import Reader
from operations.swap.contents import settle
from operations.swap.fingerprint import Fingerprint
from operations.swap.losses import Loss
from operations.swap.source_losses import by_catalogue
from operations.swap.target_losses import against
from operations.swap.tried_losses import by_trying

__all__ = ["found"]


def found(source: Reader, whole: Fingerprint, target: Reader) -> list[Loss]:
    """Every loss, in order of kind and name; the source's transaction is left with its settings."""
    settle(source)
    losses = [*by_catalogue(source), *by_trying(source), *against(source, whole, target)]
    return sorted(losses, key=lambda loss: (loss.kind, loss.name))
