"""The store that a name means. A cloud's SDK is imported only where a store of that cloud is named."""

from importlib import import_module

from operations.swap.lockable import Lockable
from operations.swap.store import Store

__all__ = ["lockable", "opened"]


def opened(named: str) -> Store:
    """PROFILE/BUCKET (S3), azure:ACCOUNT/CONTAINER or gcs:BUCKET. Raises StoreError."""
    cloud, name = _parts(named)
    made: Store = import_module(f"operations.swap.{cloud}_store").opened(name)
    return made


def lockable(named: str) -> Lockable:
    """The same, to bind what lies there. Raises StoreError."""
    cloud, name = _parts(named)
    made: Lockable = import_module(f"operations.swap.{cloud}_lock").lockable(name)
    return made


def _parts(named: str) -> tuple[str, str]:
    """What the modules of its kind begin with, and its name there."""
    prefix, colon, rest = named.partition(":")
    kinds = {"azure": "blob", "gcs": "gcs"}
    return (kinds[prefix], rest) if colon and prefix in kinds else ("s3", named)
