"""The store that a name means. A cloud's SDK is imported only where a store of that cloud is named."""

from importlib import import_module

from operations.swap.store import Store

__all__ = ["opened"]


def opened(named: str) -> Store:
    """PROFILE/BUCKET (S3), azure:ACCOUNT/CONTAINER or gcs:BUCKET. Raises StoreError."""
    prefix, colon, rest = named.partition(":")
    if colon and prefix == "azure":
        module, name = "blob_store", rest
    elif colon and prefix == "gcs":
        module, name = "gcs_store", rest
    else:
        module, name = "s3_store", named
    made: Store = import_module(f"operations.swap.{module}").opened(name)
    return made
