"""An object store of Google Cloud: one bucket of Cloud Storage, with its objects' generations and retention.

It is named gcs:BUCKET. Credentials are Application Default Credentials (GOOGLE_APPLICATION_CREDENTIALS, `gcloud auth application-default
login`, the machine's service account): https://cloud.google.com/docs/authentication/application-default-credentials
"""

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import groupby
from typing import Any

import requests
from google.api_core.exceptions import GoogleAPIError, NotFound, PreconditionFailed
from google.auth.exceptions import GoogleAuthError
from google.cloud import storage  # type: ignore[import-untyped]
from google.cloud.storage.exceptions import DataCorruption, InvalidResponse  # type: ignore[import-untyped]

from operations.swap.connections import keeping
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

__all__ = ["GcsStore", "bucket_named", "opened", "refusals"]

PROPERTIES = ("cache_control", "content_disposition", "content_encoding", "content_language", "content_type")
LIMITS = Limits(
    properties=frozenset({*PROPERTIES, "custom_time"}),
    headers=False,
    metadata_name=re.compile(r".+", re.DOTALL),
    metadata_bytes=8192,
    tags=0,
    tag=re.compile(r".*"),
)
"""https://cloud.google.com/storage/quotas#objects. There are no tags; object contexts are another thing and are not used."""
NAME = re.compile(r"(?!\.{1,2}$)(?!\.well-known/acme-challenge/)[^\r\n]+")
"""https://cloud.google.com/storage/docs/objects#naming"""
NAME_BYTES = 1024
CHUNK = 8 << 20


def opened(name: str) -> Store:
    """The store BUCKET. Raises StoreError."""
    return GcsStore(bucket_named(name))


def bucket_named(name: str) -> str:
    """The bucket's name. Raises StoreError where it can be none."""
    if not name or "/" in name:
        raise StoreError(say(f"gcs:{name}: write gcs:BUCKET", f"gcs:{name}: gcs:バケット名 と書きます"))
    return name


class GcsStore:
    """One bucket."""

    marks = False
    tools: Mapping[str, str] = {"google-cloud-storage": storage.__version__}

    def __init__(self, name: str) -> None:
        self._named = f"gcs:{name}"
        with refusals(self._named):
            self._client: Any = storage.Client()
            # It offers no other way. https://github.com/googleapis/python-storage/issues/34
            keeping(self._client._http)  # noqa: SLF001
            self._bucket = self._client.get_bucket(name)
            self.place = Place(system="gcs", address=self._client.api_endpoint, name=name)
            self.versioned = bool(self._bucket.versioning_enabled)
            self.locks = self._bucket.object_retention_mode == "Enabled"
            self._kept_seconds = int(self._bucket.retention_period or 0)

    def histories(self) -> Iterator[tuple[str, list[Version]]]:
        """Each key with its versions, oldest first."""
        with refusals(self._named):
            yield from self._histories(None)

    def versions_of(self, key: str) -> list[Version]:
        """The versions of one key, oldest first."""
        with refusals(self._named):
            return next((history for found, history in self._histories(key) if found == key), [])

    def described(self, version: Version) -> Described:
        """What describes a version."""
        with refusals(self._named):
            return version.described or _described(self._blob(version))

    @contextmanager
    def opened(self, version: Version) -> Iterator[tuple[Described, Stream]]:
        """A version's bytes. `raw_download`: else what is stored with gzip would come unpacked, and with another length.

        https://cloud.google.com/storage/docs/transcoding
        """
        with refusals(self._named):
            described = version.described or _described(self._blob(version))
            # By name and generation; what was found would be read by the address that the server gave it.
            blob = self._bucket.blob(version.key, generation=int(version.id))
            if described.length <= CHUNK:
                yield described, BytesIO(blob.download_as_bytes(raw_download=True))
            else:
                yield described, blob.open("rb", chunk_size=CHUNK, raw_download=True)

    def put(self, key: str, stream: Hashed, described: Described, *, over: str | None) -> str:
        """Put a version; its own retention is in unlocked mode. What is there is compared as it is put."""
        blob = self._bucket.blob(key, chunk_size=CHUNK)
        for name in PROPERTIES:
            setattr(blob, name, described.properties.get(name))
        blob.metadata = dict(described.metadata)
        if "custom_time" in described.properties:
            blob.custom_time = datetime.fromisoformat(described.properties["custom_time"])
        if described.until is not None and self.locks:
            blob.retention.mode = "Unlocked"
            blob.retention.retain_until_time = described.until.astimezone(UTC)
        # 0: nothing that was not deleted. A put whose answer was lost is not put again over itself.
        there = int(over) if over and over.isdecimal() else 0
        with refusals(self._named):
            try:
                blob.upload_from_file(stream, size=described.length, if_generation_match=there)
            except PreconditionFailed:
                raise OccupiedError(self.place, key) from None
        return str(blob.generation)

    def delete(self, key: str) -> str:
        """Delete a key; where versions are kept, they stay."""
        with refusals(self._named), suppress(NotFound):
            self._bucket.delete_blob(key)
        return next((one.id for one in self.versions_of(key)[-1:]), GONE) if self.versioned else GONE

    def fits(self, key: str) -> bool:
        """Whether an object may have this name: 1,024 bytes, no line breaks."""
        return bool(NAME.fullmatch(key)) and len(key.encode()) <= NAME_BYTES

    def unheld(self, described: Described) -> Iterator[Unheld]:
        """What Cloud Storage can't hold. The bucket's own policy, counted from now, may be enough for a retention."""
        kept = datetime.now(UTC) + timedelta(seconds=self._kept_seconds)
        return LIMITS.broken(described, locks=self.locks, store=self.place.name, kept=kept)

    def holds_all_of(self, other: Store) -> bool:  # noqa: ARG002
        """Never without a look: a hold is not put with an object."""
        return False

    def _blob(self, version: Version) -> Any:
        found = self._bucket.get_blob(version.key, generation=int(version.id))
        if found is None:
            told = (
                f"{self._named}/{version.key}: generation {version.id} is gone",
                f"{self._named}/{version.key}: 世代 {version.id} がなくなりました",
            )
            raise StoreError(say(*told))
        return found

    def _histories(self, key: str | None) -> Iterator[tuple[str, list[Version]]]:
        """Objects are listed by name."""
        # As JSON writes it: the client would send Python's True, which not every server reads.
        listed = self._client.list_blobs(self._bucket, prefix=key, versions="true" if self.versioned else None)
        for name, blobs in groupby(listed, key=lambda one: one.name):
            history = [
                Version(
                    key=name,
                    id=str(one.generation),
                    deleted=False,
                    latest=one.time_deleted is None,
                    modified=one.time_created,
                    described=_described(one),
                    listed=f"{one.crc32c} {one.size} {one.md5_hash or ''}",
                )
                for one in sorted(blobs, key=lambda one: int(one.generation))
            ]
            yield name, marked(history)


def _described(blob: Any) -> Described:
    properties = {name: getattr(blob, name) for name in PROPERTIES}
    # What has no type is served as this one.
    properties["content_type"] = properties["content_type"] or "application/octet-stream"
    if blob.custom_time:
        properties["custom_time"] = blob.custom_time.isoformat()
    if blob.temporary_hold or blob.event_based_hold:
        properties["legal_hold"] = "ON"
    return Described(
        length=blob.size,
        properties={name: value for name, value in properties.items() if value},
        metadata=blob.metadata or {},
        tags={},
        # The second is what follows from the bucket's policy too.
        until=max(filter(None, (blob.retention.retain_until_time, blob.retention_expiration_time)), default=None),
        # Composite objects have none.
        md5=b64decode(blob.md5_hash or "").hex(),
    )


@contextmanager
def refusals(named: str) -> Iterator[None]:
    """What the store or its client refuses, as one message."""
    try:
        yield
    except (GoogleAPIError, GoogleAuthError, DataCorruption, InvalidResponse, requests.RequestException) as error:
        raise StoreError(f"{named}: {str(error).splitlines()[0]}") from None
