"""An object store of Azure: one container of Azure Blob Storage, with its blobs' versions, index tags and immutability.

It is named azure:ACCOUNT/CONTAINER. Credentials, the first that is there: AZURE_STORAGE_CONNECTION_STRING, where it is that account's;
AZURE_STORAGE_SAS_TOKEN, where AZURE_STORAGE_ACCOUNT is that account; else Microsoft Entra ID (AZURE_CLIENT_ID and its like, a managed
identity, `az login`): https://learn.microsoft.com/azure/developer/python/sdk/authentication/credential-chains
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from itertools import groupby
from typing import Any

from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.storage.blob import (
    BlobClient,
    BlobProperties,
    ContainerClient,
    ContentSettings,
    ImmutabilityPolicy,
    __version__,
)

from operations.swap.holding import Limits
from operations.swap.receipts import Place
from operations.swap.store import Described, Hashed, Store, StoreError, Stream, Unheld, Version, marked
from operations.wording import say

__all__ = ["BlobStore", "opened"]

PROPERTIES = ("cache_control", "content_disposition", "content_encoding", "content_language", "content_type")
LIMITS = Limits(
    properties=frozenset(PROPERTIES),
    held="legal_hold",
    metadata_name=re.compile(r"[A-Za-z_][A-Za-z0-9_]*"),
    metadata_empty=False,
    metadata_bytes=8192,
    tags=10,
    tag=re.compile(r"[A-Za-z0-9 +\-./:=_]*"),
)
"""Names of metadata are C# identifiers: https://learn.microsoft.com/azure/storage/blobs/storage-blob-properties-metadata
Tags: https://learn.microsoft.com/azure/storage/blobs/storage-manage-find-blobs. That an empty value is refused is unverified."""
NAME = re.compile(r"(?!.*[./\\]$)(?!.*\./)[^\x00-\x1f\x7f-\x9f\\\ue000-\uf8ff\ufffe\uffff]{1,1024}")
"""https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
What lies in Unicode's private use area, where external characters (gaiji) are, is refused there."""
BLOCK = 8 << 20
VERSION = re.compile(r"\d{4}-")
"""How the id of a version begins: a time. An ETag begins otherwise."""
SIGNATURE = re.compile(r"sig=[^&\s'\"]+")


def opened(name: str) -> Store:
    """The store ACCOUNT/CONTAINER, or the container's URL as a stack's output has it. Raises StoreError."""
    host, slash, container = name.removeprefix("https://").partition("/")
    account = host.removesuffix(".blob.core.windows.net")
    if not (account and slash and container):
        raise StoreError(
            say(
                f"azure:{name}: write azure:ACCOUNT/CONTAINER",
                f"azure:{name}: azure:アカウント名/コンテナー名 と書きます",
            )
        )
    return BlobStore(_client(account, container))


def _client(account: str, container: str) -> ContainerClient:
    more: dict[str, Any] = {
        "max_single_put_size": BLOCK,
        "max_block_size": BLOCK,
        "max_single_get_size": BLOCK,
        "max_chunk_get_size": BLOCK,
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


class BlobStore:
    """One container."""

    marks = False
    tools: Mapping[str, str] = {"azure-storage-blob": __version__}

    def __init__(self, client: ContainerClient) -> None:
        self._client, self._named = client, f"azure:{client.account_name}/{client.container_name}"
        self.place = Place(
            system="azure-blob", address=f"{client.scheme}://{client.primary_hostname}", name=client.container_name
        )
        with _refusals(self._named):
            container = client.get_container_properties()
            # A container with immutability for single versions always keeps versions; of another the service does not say whether it does.
            self.locks = bool(container.immutable_storage_with_versioning_enabled)
            first = (
                next(iter(client.list_blobs(include=["versions"], results_per_page=1)), None)
                if not self.locks
                else None
            )
            self.versioned = self.locks or bool(first and first.version_id)
            # Where versions are kept, each snapshot is one of them too.
            self._kept = ["versions"] if self.versioned else ["snapshots"]

    def histories(self) -> Iterator[tuple[str, list[Version]]]:
        """Each key with its versions, oldest first."""
        with _refusals(self._named):
            yield from _histories(self._client.list_blobs(include=self._kept), self._named)

    def versions_of(self, key: str) -> list[Version]:
        """The versions of one key, oldest first."""
        with _refusals(self._named):
            listed = self._client.list_blobs(name_starts_with=key, include=self._kept)
            return next((history for found, history in _histories(listed, self._named) if found == key), [])

    def described(self, version: Version) -> Described:
        """What describes a version."""
        with _refusals(self._named):
            return self._described(version, self._blob(version).get_blob_properties())

    @contextmanager
    def opened(self, version: Version) -> Iterator[tuple[Described, Stream]]:
        """A version's bytes; without `decompress` what is stored with gzip would come unpacked."""
        with _refusals(self._named):
            stream = self._blob(version).download_blob(decompress=False)
            yield self._described(version, stream.properties), stream

    def put(self, key: str, stream: Hashed, described: Described) -> None:
        """Put a version as a block blob; its own retention is an unlocked policy."""
        settings: dict[str, Any] = {name: described.properties.get(name) for name in PROPERTIES}
        more: dict[str, Any] = {"legal_hold": True} if "legal_hold" in described.properties else {}
        if described.until is not None:
            # Whole seconds; never shorter.
            until = (described.until + timedelta(microseconds=999_999)).replace(microsecond=0)
            more["immutability_policy"] = ImmutabilityPolicy(expiry_time=until, policy_mode="Unlocked")
        with _refusals(self._named):
            self._client.get_blob_client(key).upload_blob(
                stream,  # type: ignore[arg-type]  # it asks for an IO and only reads
                length=described.length,
                overwrite=True,
                metadata=dict(described.metadata),
                tags=dict(described.tags) or None,
                content_settings=ContentSettings(**settings),
                **more,
            )

    def delete(self, key: str) -> None:
        """Delete a key; where versions are kept, they stay."""
        with _refusals(self._named):
            try:
                self._client.delete_blob(key)
            except ResourceNotFoundError:
                return

    def fits(self, key: str) -> bool:
        """Whether it is a blob's name: 1,024 characters, segments of 254, none that ends with a dot, no slash at the end."""
        return bool(NAME.fullmatch(key)) and all(len(part) <= 254 for part in key.split("/"))

    def unheld(self, described: Described) -> Iterator[Unheld]:
        """What a block blob can't hold."""
        return LIMITS.broken(described, locks=self.locks, store=self.place.name)

    def holds_all_of(self, other: Store) -> bool:  # noqa: ARG002 # there are kinds of blobs
        """Never without a look."""
        return False

    def _blob(self, version: Version) -> BlobClient:
        if any(part in (".", "..") for part in version.key.split("/")):
            # The client resolves them, and would read another blob.
            told = (
                f"{self._named}/{version.key} can't be read: it has the segment . or ..",
                f"{self._named}/{version.key}: . か .. を含む名前は読めません",
            )
            raise StoreError(say(*told))
        # A blob that was put before versions were kept has none.
        return self._client.get_blob_client(version.key, version_id=version.id if VERSION.match(version.id) else None)

    def _described(self, version: Version, found: BlobProperties) -> Described:
        settings = {name: getattr(found.content_settings, name) for name in PROPERTIES}
        if str(found.blob_type) not in ("BlobType.BLOCKBLOB", "BlockBlob"):
            settings["blob_type"] = str(found.blob_type)
        if found.has_legal_hold:
            settings["legal_hold"] = "ON"
        # Asked for always: the number of tags may not be told to who may not read them.
        tagged = self._blob(version).get_blob_tags()
        return Described(
            length=found.size,
            properties={name: value for name, value in settings.items() if value},
            metadata=found.metadata,
            tags=dict(tagged),
            until=found.immutability_policy.expiry_time,
        )


def _histories(listed: Iterable[BlobProperties], named: str) -> Iterator[tuple[str, list[Version]]]:
    """Blobs are listed by name, versions oldest first."""
    for key, blobs in groupby(listed, key=lambda one: one.name):
        found = list(blobs)
        if any(one.snapshot for one in found):
            told = (
                f"{named}/{key} has snapshots, which are not moved: delete them",
                f"{named}/{key}: スナップショットは移りません。削除します",
            )
            raise StoreError(say(*told))
        history = [
            Version(
                key=key,
                id=one.version_id or one.etag,
                deleted=False,
                latest=one.version_id is None or bool(one.is_current_version),
                modified=one.last_modified,
            )
            for one in found
        ]
        yield key, marked(sorted(history, key=lambda one: (one.latest, one.id)))


@contextmanager
def _refusals(named: str) -> Iterator[None]:
    """What the store or its client refuses, as one message."""
    try:
        yield
    except AzureError as error:
        # A SAS token is part of the addresses that a failed connection names.
        raise StoreError(f"{named}: {SIGNATURE.sub('sig=…', str(error).splitlines()[0])}") from None
