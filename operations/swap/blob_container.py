"""The container of Azure Blob Storage that a name means, and who signs in to it.

It is named azure:ACCOUNT/CONTAINER. Credentials, the first that is there: AZURE_STORAGE_CONNECTION_STRING, where it is that account's;
AZURE_STORAGE_SAS_TOKEN, where AZURE_STORAGE_ACCOUNT is that account; else Microsoft Entra ID (AZURE_CLIENT_ID and its like, a managed
identity, `az login`): https://learn.microsoft.com/azure/developer/python/sdk/authentication/credential-chains
"""

import os
from typing import Any

import requests
from azure.storage.blob import ContainerClient

from operations.swap.connections import keeping
from operations.swap.store import StoreError
from operations.wording import say

__all__ = ["container"]

BLOCK = 8 << 20


def container(name: str) -> ContainerClient:
    """The client of ACCOUNT/CONTAINER. Raises StoreError."""
    host, slash, named = name.removeprefix("https://").partition("/")
    account = host.removesuffix(".blob.core.windows.net")
    if not (account and slash and named):
        raise StoreError(
            say(
                f"azure:{name}: write azure:ACCOUNT/CONTAINER",
                f"azure:{name}: azure:アカウント名/コンテナー名 と書きます",
            )
        )
    return _client(account, named)


def _client(account: str, container: str) -> ContainerClient:
    more: dict[str, Any] = {
        "max_single_put_size": BLOCK,
        "max_block_size": BLOCK,
        "max_single_get_size": BLOCK,
        "max_chunk_get_size": BLOCK,
        "session": keeping(requests.Session()),
    }
    connection = os.environ.get("AZURE_STORAGE_CONNECTION_STRING", "")
    if f"AccountName={account};" in f"{connection};" or f"//{account}.blob." in connection:
        try:
            return ContainerClient.from_connection_string(connection, container, **more)
        except ValueError as error:
            raise StoreError(f"AZURE_STORAGE_CONNECTION_STRING: {error}") from None
    url = f"https://{account}.blob.core.windows.net"
    if os.environ.get("AZURE_STORAGE_ACCOUNT") == account and (token := os.environ.get("AZURE_STORAGE_SAS_TOKEN")):
        return ContainerClient(url, container, credential=token, **more)
    from azure.identity import DefaultAzureCredential

    return ContainerClient(url, container, credential=DefaultAzureCredential(), **more)
