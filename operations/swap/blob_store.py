"""An object store of Azure: one container of Azure Blob Storage, with its blobs' versions, index tags and immutability."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from azure.core import MatchConditions
from azure.core.exceptions import AzureError, ResourceExistsError, ResourceModifiedError, ResourceNotFoundError
from azure.storage.blob import (
    BlobClient,
    BlobProperties,
    ContainerClient,
    ContentSettings,
    ImmutabilityPolicy,
    __version__,
)

from operations.swap.blob_container import container
from operations.swap.holding import Limits
from operations.swap.receipts import Place
from operations.swap.store import (
    GONE,
    Described,
    Hashed,
    OccupiedError,
    Store,
    StoreError,
    Stream,
    Unheld,
    Version,
    marked,
)
from operations.wording import say

__all__ = ["VERSION", "BlobStore", "opened", "refusals", "whole_seconds"]

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
VERSION = re.compile(r"\d{4}-")
"""How the id of a version begins: a time. An ETag begins otherwise."""
SIGNATURE = re.compile(r"sig=[^&\s'\"]+")


def opened(name: str) -> Store:
    """The store ACCOUNT/CONTAINER, or the container's URL as a stack's output has it. Raises StoreError."""
    return BlobStore(container(name))


class BlobStore:
    """One container."""

    marks = False
    tools: Mapping[str, str] = {"azure-storage-blob": __version__}

    def __init__(self, client: ContainerClient) -> None:
        self._client, self._named = client, f"azure:{client.account_name}/{client.container_name}"
        self.place = Place(
            system="azure-blob", address=f"{client.scheme}://{client.primary_hostname}", name=client.container_name
        )
        with refusals(self._named):
            found = client.get_container_properties()
            # A container with immutability for single versions always keeps versions; of another the service does not say whether it does.
            self.locks = bool(found.immutable_storage_with_versioning_enabled)
            first = (
                next(iter(client.list_blobs(include=["versions"], results_per_page=1)), None)
                if not self.locks
                else None
            )
            self.versioned = self.locks or bool(first and first.version_id)
            # Where versions are kept, each snapshot is one of them too. Whoever may not read tags is refused the whole list.
            self._kept = [
                "versions" if self.versioned else "snapshots",
                "metadata",
                "tags",
                "immutabilitypolicy",
                "legalhold",
            ]

    def histories(self) -> Iterator[tuple[str, list[Version]]]:
        """Each key with its versions, oldest first."""
        with refusals(self._named):
            yield from _histories(self._client.list_blobs(include=self._kept), self._named)

    def versions_of(self, key: str) -> list[Version]:
        """The versions of one key, oldest first."""
        with refusals(self._named):
            listed = self._client.list_blobs(name_starts_with=key, include=self._kept)
            return next((history for found, history in _histories(listed, self._named) if found == key), [])

    def described(self, version: Version) -> Described:
        """What describes a version."""
        blob = self._blob(version)
        if version.described:
            return version.described
        with refusals(self._named):
            return _described(blob.get_blob_properties(), blob.get_blob_tags())

    @contextmanager
    def opened(self, version: Version) -> Iterator[tuple[Described, Stream]]:
        """A version's bytes; without `decompress` what is stored with gzip would come unpacked."""
        with refusals(self._named):
            blob = self._blob(version)
            stream = blob.download_blob(decompress=False)
            tags = version.described.tags if version.described else blob.get_blob_tags()
            yield _described(stream.properties, tags), stream

    def put(self, key: str, stream: Hashed, described: Described, *, over: str | None) -> str:
        """Put a version as a block blob; its own retention is an unlocked policy. What is there is compared as it is put."""
        settings: dict[str, Any] = {name: described.properties.get(name) for name in PROPERTIES}
        more: dict[str, Any] = {"legal_hold": True} if "legal_hold" in described.properties else {}
        if described.until is not None:
            until = whole_seconds(described.until)
            more["immutability_policy"] = ImmutabilityPolicy(expiry_time=until, policy_mode="Unlocked")
        if over is not None and not self.versioned:
            more |= {"etag": f'"{over}"', "match_condition": MatchConditions.IfNotModified}
        with refusals(self._named):
            try:
                answer = self._client.get_blob_client(key).upload_blob(
                    stream,  # type: ignore[arg-type]  # it asks for an IO and only reads
                    length=described.length,
                    overwrite=over is not None,
                    metadata=dict(described.metadata),
                    tags=dict(described.tags) or None,
                    content_settings=ContentSettings(**settings),
                    **more,
                )
            except (ResourceExistsError, ResourceModifiedError):
                raise OccupiedError(self.place, key) from None
        # The list names ETags without the quotes of an answer.
        return str(answer.get("version_id") or answer["etag"].strip('"'))

    def delete(self, key: str) -> str:
        """Delete a key; where versions are kept, they stay."""
        with refusals(self._named), suppress(ResourceNotFoundError):
            self._client.delete_blob(key)
        return next((one.id for one in self.versions_of(key)[-1:]), GONE) if self.versioned else GONE

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


def whole_seconds(until: datetime) -> datetime:
    """As a policy takes it; never shorter."""
    return (until + timedelta(microseconds=999_999)).replace(microsecond=0)


def _described(found: BlobProperties, tags: Mapping[str, str]) -> Described:
    settings = {name: getattr(found.content_settings, name) for name in PROPERTIES}
    if str(found.blob_type) not in ("BlobType.BLOCKBLOB", "BlockBlob"):
        settings["blob_type"] = str(found.blob_type)
    if found.has_legal_hold:
        settings["legal_hold"] = "ON"
    return Described(
        length=found.size,
        properties={name: value for name, value in settings.items() if value},
        metadata=found.metadata,
        tags=dict(tags),
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
                described=_described(one, one.tags or {}),
            )
            for one in found
        ]
        yield key, marked(sorted(history, key=lambda one: (one.latest, one.id)))


@contextmanager
def refusals(named: str) -> Iterator[None]:
    """What the store or its client refuses, as one message."""
    try:
        yield
    except AzureError as error:
        # A SAS token is part of the addresses that a failed connection names.
        raise StoreError(f"{named}: {SIGNATURE.sub('sig=…', str(error).splitlines()[0])}") from None
