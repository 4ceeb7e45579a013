"""An object store over the S3 protocol: its objects with every former version, and how one is put. Amazon S3 and OCI speak it.

A store is named PROFILE/BUCKET: credentials, region and endpoint are those of the profile in ~/.aws/config and ~/.aws/credentials, and
never on the command line. https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import boto3  # type: ignore[import-untyped]  # its stubs are as large as itself
from boto3.exceptions import Boto3Error  # type: ignore[import-untyped]
from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]

from operations.swap.receipts import Place
from operations.swap.refusal import Refusal
from operations.wording import say

__all__ = ["Content", "Store", "StoreError", "Version"]

CARRIED = (
    "CacheControl",
    "ContentDisposition",
    "ContentEncoding",
    "ContentLanguage",
    "ContentType",
    "Metadata",
    "WebsiteRedirectLocation",
)
"""What a request for an object answers of it and a put takes, by the same names."""
CHUNK = 1 << 20
BOUND = "COMPLIANCE"
"""The mode of retention that nobody can shorten, the account's owner neither."""
CONFIG = Config(
    # Not every store that speaks S3 knows the newer checksums; ours are SHA-256 of what was read.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    max_pool_connections=32,
    retries={"mode": "adaptive", "max_attempts": 8},
)


class StoreError(Refusal):
    """The store can't be read or written; the message names the store and what it answered."""


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of an object, or the marker of its deletion (`deleted`). `id`: the store's own; where it keeps no versions, the ETag."""

    key: str
    id: str
    deleted: bool
    latest: bool
    modified: datetime = field(compare=False)


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a version holds: SHA-256 and length of its bytes, metadata and tags as they were given, until when it can't be removed."""

    sha256: str
    length: int
    described: Mapping[str, Any]
    tags: Mapping[str, str]
    until: datetime | None
    """None: no retention of its own."""


class Store:
    """One bucket. Every method raises StoreError where the store refuses."""

    def __init__(self, named: str) -> None:
        profile, _, self._bucket = named.partition("/")
        if not profile or not self._bucket:
            raise StoreError(say(f"{named}: write PROFILE/BUCKET", f"{named}: プロファイル名/バケット名と書きます"))
        self._named = named
        with _refusals(named):
            self._client: Any = boto3.Session(profile_name=profile).client("s3", config=CONFIG)
            self.place = Place(system="s3", address=self._client.meta.endpoint_url, name=self._bucket)
            self.versioned = self._client.get_bucket_versioning(Bucket=self._bucket).get("Status") == "Enabled"
            self.locks = self._locks()

    def histories(self) -> Iterator[tuple[str, list[Version]]]:
        """Each key with its versions, oldest first."""
        waiting: dict[str, list[Version]] = {}
        for page in self._pages(""):
            for version in page:
                waiting.setdefault(version.key, []).append(version)
            last = max(waiting, default="")
            for key in sorted(waiting.keys() - {last}):
                yield key, _ordered(waiting.pop(key))
        for key in sorted(waiting):
            yield key, _ordered(waiting[key])

    def versions_of(self, key: str) -> list[Version]:
        """The versions of one key, oldest first."""
        return _ordered([one for page in self._pages(key) for one in page if one.key == key])

    def read(self, version: Version, *, into: "Store | None" = None) -> Content:
        """Read a version whole; with `into`, put it there on the way."""
        which = {"Bucket": self._bucket, "Key": version.key, **({"VersionId": version.id} if self.versioned else {})}
        with _refusals(self._named):
            answer = self._client.get_object(**which)
            tagged = self._client.get_object_tagging(**which)
            stream = _Hashed(answer["Body"])
            described = {name: answer[name] for name in CARRIED if answer.get(name)}
            tags = {one["Key"]: one["Value"] for one in tagged["TagSet"]}
            until = answer.get("ObjectLockRetainUntilDate")
            if into is not None:
                into.put(version.key, stream, described, tags, until)
            else:
                while stream.read(CHUNK):
                    pass
            return Content(sha256=stream.sha256, length=stream.length, described=described, tags=tags, until=until)

    def put(
        self,
        key: str,
        stream: "_Hashed",
        described: Mapping[str, Any],
        tags: Mapping[str, str],
        until: datetime | None,
    ) -> None:
        """Put a version, the latest from now on. Its own retention is one that an administrator can still shorten: before the cutover this is a copy."""
        given = dict(described)
        if tags:
            given["Tagging"] = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in tags.items())
        if until is not None and self.locks:
            # A put with retention needs a checksum. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
            given |= {
                "ObjectLockMode": "GOVERNANCE",
                "ObjectLockRetainUntilDate": until,
                "ChecksumAlgorithm": "SHA256",
            }
        with _refusals(self._named):
            self._client.upload_fileobj(stream, self._bucket, key, ExtraArgs=given)

    def delete(self, key: str) -> None:
        """Mark a key as deleted; its versions stay."""
        with _refusals(self._named):
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def binding(self) -> timedelta | None:
        """For how long nobody can remove what is put there; None where the store does not bind it, or an administrator can shorten it."""
        if not self.locks:
            return None
        with _refusals(self._named):
            found = self._client.get_object_lock_configuration(Bucket=self._bucket)["ObjectLockConfiguration"]
        rule = found.get("Rule", {}).get("DefaultRetention", {})
        # A leap year more rather than a day less.
        days = rule.get("Days") or rule.get("Years", 0) * 366
        return timedelta(days=days) if rule.get("Mode") == BOUND and days else None

    def retention(self, version: Version) -> tuple[bool, datetime | None]:
        """Whether nobody can shorten a version's own retention, and its end; None without one."""
        with _refusals(self._named):
            found = self._client.head_object(Bucket=self._bucket, Key=version.key, VersionId=version.id)
        return found.get("ObjectLockMode") == BOUND, found.get("ObjectLockRetainUntilDate")

    def lock(self, version: Version, until: datetime) -> None:
        """Bind a version until that moment, in the mode that nobody can shorten. What it was bound for must not be longer."""
        with _refusals(self._named):
            # The copy's own mode may be changed only by who may bypass it; its end is never brought forward.
            # https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html
            self._client.put_object_retention(
                Bucket=self._bucket,
                Key=version.key,
                VersionId=version.id,
                BypassGovernanceRetention=True,
                ChecksumAlgorithm="SHA256",
                Retention={"Mode": BOUND, "RetainUntilDate": until},
            )

    def _pages(self, prefix: str) -> Iterator[list[Version]]:
        with _refusals(self._named):
            pages = self._client.get_paginator("list_object_versions").paginate(Bucket=self._bucket, Prefix=prefix)
            for page in pages:
                yield [
                    Version(
                        key=one["Key"],
                        id=one["VersionId"] if one["VersionId"] != "null" else one.get("ETag", "null"),
                        deleted=kind == "DeleteMarkers",
                        latest=one["IsLatest"],
                        modified=one["LastModified"],
                    )
                    for kind in ("Versions", "DeleteMarkers")
                    for one in page.get(kind, ())
                ]

    def _locks(self) -> bool:
        """Whether objects can have a retention of their own."""
        try:
            found = self._client.get_object_lock_configuration(Bucket=self._bucket)
        except ClientError as error:
            if error.response["Error"]["Code"] in ("ObjectLockConfigurationNotFoundError", "NotImplemented"):
                return False
            raise
        return bool(found["ObjectLockConfiguration"].get("ObjectLockEnabled") == "Enabled")


class _Hashed:
    """A stream that is hashed and counted as it is read."""

    def __init__(self, body: Any) -> None:
        self._body, self._hash, self.length = body, hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        part: bytes = self._body.read(size if size >= 0 else None)
        self._hash.update(part)
        self.length += len(part)
        return part

    @property
    def sha256(self) -> str:
        """Of what was read so far, in hexadecimal."""
        return self._hash.hexdigest()


def _ordered(listed: list[Version]) -> list[Version]:
    """Oldest first; `listed` is the store's order, versions and deletions apart, each newest first.

    Times are whole seconds. Where a version and a deletion fall into the same one, the deletion is taken as the later, unless the store
    says that the version is the latest.
    """
    oldest_first = listed[::-1]
    return sorted(oldest_first, key=lambda one: (one.latest, one.modified, one.deleted))


def _quoted(text: str) -> str:
    return quote(text, safe="")


@contextmanager
def _refusals(named: str) -> Iterator[None]:
    """What the store or its client refuses, as one message."""
    try:
        yield
    except (BotoCoreError, Boto3Error, ClientError) as error:
        raise StoreError(f"{named}: {error}") from None
