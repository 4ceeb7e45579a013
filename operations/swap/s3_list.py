"""The list of what lies in a bucket of the S3 protocol, with its former versions."""

from collections.abc import Iterator, Mapping
from typing import Any

from operations.swap.store import Version

__all__ = ["ordered", "pages", "version_id"]


def version_id(answer: Mapping[str, Any], *, versioned: bool) -> str | None:
    """The id of the version that an answer or a line of the list is about."""
    return answer.get("VersionId" if versioned else "ETag")


def pages(client: Any, bucket: str, prefix: str, *, versioned: bool) -> Iterator[list[Version]]:
    """The versions and deletions whose keys begin so, as the store lists them."""
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        yield [
            Version(
                key=one["Key"],
                id=version_id(one, versioned=versioned) or "null",
                deleted=kind == "DeleteMarkers",
                latest=one["IsLatest"],
                modified=one["LastModified"],
                listed=f"{one['ETag']} {one['Size']} {one['LastModified'].isoformat()}" if "ETag" in one else "",
            )
            for kind in ("Versions", "DeleteMarkers")
            for one in page.get(kind, ())
        ]


def ordered(listed: list[Version]) -> list[Version]:
    """Oldest first; `listed` is the store's order, versions and deletions apart, each newest first.

    Times are whole seconds. Where a version and a deletion fall into the same one, the deletion is taken as the later, unless the store
    says that the version is the latest.
    """
    oldest_first = listed[::-1]
    return sorted(oldest_first, key=lambda one: (one.latest, one.modified, one.deleted))
