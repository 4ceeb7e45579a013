"""An object store over the S3 protocol, which Amazon S3 and OCI speak.

A store is named PROFILE/BUCKET: credentials, region and endpoint are those of the profile in ~/.aws/config and ~/.aws/credentials, and
never on the command line. https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
"""

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import boto3  # type: ignore[import-untyped]
from botocore.exceptions import ClientError  # type: ignore[import-untyped]

from operations.swap.holding import Limits
from operations.swap.receipts import Place
from operations.swap.s3_arriving import Arriving
from operations.swap.s3_client import client, noted, refusals
from operations.swap.s3_described import PROPERTIES, described
from operations.swap.s3_direct import Direct, answered, tagged
from operations.swap.s3_list import ordered, pages, read_lines, version_id
from operations.swap.s3_object_lock import locked, refuse_untold
from operations.swap.s3_twins import twins
from operations.swap.store import (
    GONE,
    Content,
    Described,
    Hashed,
    OccupiedError,
    Store,
    StoreError,
    Stream,
    Unheld,
    Version,
)
from operations.swap.together import Conversation
from operations.wording import say

__all__ = ["S3Store", "opened"]

LIMITS = Limits(
    properties=frozenset({*PROPERTIES, "expires"}),
    held="legal_hold",
    metadata_name=re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]+"),
    metadata_bytes=2048,
    tags=10,
    tag=re.compile(r"[\w\s+\-=.:/@]*"),
)
"""Names of metadata are stored in lower case. https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html"""
NAME_BYTES = 1024
NOT_FOUND = 404
WHOLE = 32 << 20
"""Up to so many bytes an object is put in one request, from memory; in parts, ten of 8 MiB are held."""


def opened(name: str) -> Store:
    """The store PROFILE/BUCKET. Raises StoreError."""
    return S3Store(name)


class S3Store:
    """One bucket."""

    marks = True
    tools: Mapping[str, str] = {"boto3": boto3.__version__}

    def __init__(self, named: str) -> None:
        profile, _, self._bucket = named.partition("/")
        if not profile or not self._bucket:
            forms = "PROFILE/BUCKET, azure:ACCOUNT/CONTAINER, gcs:BUCKET"
            raise StoreError(say(f"{named}: write {forms}", f"{named}: {forms} のどれかの形で書きます"))
        self._named = named
        with refusals(named):
            self._client = client(named, profile)
            self._client.meta.events.register("before-parse.s3.ListObjectVersions", read_lines)
            self.place = Place(system="s3", address=self._client.meta.endpoint_url, name=self._bucket)
            with noted(self._client) as sent:
                self.versioned = self._client.get_bucket_versioning(Bucket=self._bucket).get("Status") == "Enabled"
            self._direct = Direct(self._client, sent[-1])
            self.locks = locked(self._client, self._bucket)
        self._counts, self._told = False, not self.locks

    def histories(self) -> Iterator[tuple[str, list[Version]]]:
        """Each key with its versions, oldest first."""
        waiting: dict[str, list[Version]] = {}
        for page in self._pages(""):
            for version in page:
                waiting.setdefault(version.key, []).append(version)
            last = max(waiting, default="")
            for key in sorted(waiting.keys() - {last}):
                yield key, ordered(waiting.pop(key))
        for key in sorted(waiting):
            yield key, ordered(waiting[key])

    def versions_of(self, key: str) -> list[Version]:
        """The versions of one key, oldest first."""
        return ordered([one for page in self._pages(key) for one in page if one.key == key])

    def described(self, version: Version) -> Described:
        """What describes a version."""
        with refusals(self._named):
            answer = self._direct.head(version.key, self._asked(version))
            return self._described(version, answer or self._client.head_object(**self._which(version)))

    @contextmanager
    def opened(self, version: Version) -> Iterator[tuple[Described, Stream]]:
        """A version's bytes."""
        with refusals(self._named):
            answer = self._direct.get(version.key, self._asked(version))
            answer = answer or self._client.get_object(**self._which(version))
            yield self._described(version, answer), answer["Body"]

    def conversation(self, version: Version, *, whole: bool) -> Conversation:
        """What describes a version, `whole`: and its bytes, asked for beside others. Its tags, too, where they have to be."""
        with refusals(self._named):
            asked = self._direct.ask("GET" if whole else "HEAD", version.key, self._asked(version))
            if asked is None:
                return None
            yield (found := Arriving(self._direct, asked))
            if found.answer is None:
                return None
            answer, tags = answered(found.answer), None
            if self._asks_tags(answer) and (
                asked := self._direct.ask("GET", version.key, self._asked(version), tags=True)
            ):
                yield (told := Arriving(self._direct, asked, content=True))
                tags = self._direct.tried(partial(tagged, told.answer)) if told.answer else None
            return Content(sha256=found.sha256, described=self._described(version, answer, tags))

    def put(self, key: str, stream: Hashed, described: Described, *, over: str | None) -> str:
        """Put a version; its own retention is in governance mode. Without versions what is there is looked at just before."""
        given: dict[str, Any] = {
            PROPERTIES[name]: value for name, value in described.properties.items() if name in PROPERTIES
        }
        given["Metadata"] = dict(described.metadata)
        if "expires" in described.properties:
            given["Expires"] = parsedate_to_datetime(described.properties["expires"])
        if described.tags:
            given["Tagging"] = urlencode(described.tags, safe="", quote_via=quote)
        if self.locks:
            # A put with retention needs a checksum, be it the bucket's own retention.
            # https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
            given["ChecksumAlgorithm"] = "SHA256"
        if "legal_hold" in described.properties:
            given["ObjectLockLegalHoldStatus"] = "ON"
        if described.until is not None:
            given |= {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": described.until}
        with refusals(self._named):
            if not self.versioned and self._latest(key) != over:
                raise OccupiedError(self.place, key)
            if described.length > WHOLE:
                self._client.upload_fileobj(stream, self._bucket, key, ExtraArgs=given)
                return str(self._latest(key))
            body = stream.whole(key, described)
            began = time.monotonic()
            tried = answer = self._direct.put(key, body, stream.sha256, given)
            answer = answer or self._client.put_object(Bucket=self._bucket, Key=key, Body=body, **given)
            placed = str(self._id(answer) or self._latest(key))
            again = tried == {} or answer.get("ResponseMetadata", {}).get("RetryAttempts")
            if self.versioned and again:
                bypass = {"BypassGovernanceRetention": True} if self.locks else {}
                took = time.monotonic() - began
                for one in [*twins(self, key, placed, over=over, took=took, sha256=stream.sha256)]:
                    # A copy of our own, put twice. Where it is locked for good, or may not be removed, the comparison names it.
                    with suppress(ClientError):
                        self._client.delete_object(**self._which(one), **bypass)
            return placed

    def delete(self, key: str) -> str:
        """Mark a key as deleted; its versions stay."""
        with refusals(self._named):
            answer = self._client.delete_object(Bucket=self._bucket, Key=key)
        if not self.versioned or answer.get("VersionId"):
            return str(answer.get("VersionId") or GONE)
        return next((one.id for one in self.versions_of(key)[-1:]), GONE)

    def fits(self, key: str) -> bool:
        """Whether it has 1,024 bytes at most (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html)."""
        return 0 < len(key.encode()) <= NAME_BYTES

    def unheld(self, described: Described) -> Iterator[Unheld]:
        """What S3 can't hold."""
        return LIMITS.broken(described, locks=self.locks, store=self.place.name)

    def holds_all_of(self, other: Store) -> bool:
        """Another bucket whose objects have no retention of their own where these can't."""
        return isinstance(other, S3Store) and (self.locks or not other.locks)

    def _asked(self, version: Version) -> str:
        return version.id if self.versioned else ""

    def _which(self, version: Version) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": version.key, **({"VersionId": version.id} if self.versioned else {})}

    def _id(self, answer: Mapping[str, Any]) -> str | None:
        return version_id(answer, versioned=self.versioned)

    def _latest(self, key: str) -> str | None:
        """The id of what is there now."""
        try:
            return self._id(self._client.head_object(Bucket=self._bucket, Key=key))
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == NOT_FOUND:
                return None
            raise

    @property
    def _amazon(self) -> bool:
        return (urlsplit(self.place.address).hostname or "").endswith((".amazonaws.com", ".amazonaws.com.cn"))

    def _asks_tags(self, answer: Mapping[str, Any]) -> bool:
        """Whether the answer about an object does not say how many there are, or says that there are some.

        Not every store that speaks S3 tells it: it is believed once it was told right, and at once of Amazon, who tells it to whoever may
        read tags, which the first request shows. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
        """
        return not self._counts or bool(answer.get("TagCount"))

    def _tags(self, version: Version, answer: Mapping[str, Any], tags: Mapping[str, Any] | None) -> dict[str, str]:
        if tags is None and not self._asks_tags(answer):
            return {}
        tags = tags or self._direct.tags(version.key, self._asked(version))
        listed = (tags or self._client.get_object_tagging(**self._which(version)))["TagSet"]
        told = answer.get("TagCount") or 0
        self._counts = (self._counts or self._amazon or bool(listed)) and told == len(listed)
        return {one["Key"]: one["Value"] for one in listed}

    def _described(
        self, version: Version, answer: Mapping[str, Any], tags: Mapping[str, Any] | None = None
    ) -> Described:
        """`answer`: to a request for the object or for its head. Of the first one it is seen whether it tells all. `tags`: where they were asked for."""
        if not self._told:
            refuse_untold(self._client, self._which(version), self._named, amazon=self._amazon)
            self._told = True
        return described(answer, self._tags(version, answer, tags))

    def _pages(self, prefix: str) -> Iterator[list[Version]]:
        with refusals(self._named):
            yield from pages(self._client, self._bucket, prefix, versioned=self.versioned)
