"""The list of what lies in a bucket of the S3 protocol, with its former versions."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring, tostring

from operations.swap.s3_client import moment
from operations.swap.store import Version

__all__ = ["ordered", "pages", "read_lines", "version_id"]

OK = 200
Fields = Mapping[str, Callable[[str], Any]]
FIELDS: Fields = {"Key": str, "VersionId": str, "IsLatest": "true".__eq__, "LastModified": moment}
LINES: Mapping[str, tuple[str, Fields]] = {
    "Version": ("Versions", {**FIELDS, "ETag": str, "Size": int}),
    "DeleteMarker": ("DeleteMarkers", FIELDS),
}
"""A line of the answer, botocore's name of all such lines, and what of it is used here.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html"""


def version_id(answer: Mapping[str, Any], *, versioned: bool) -> str | None:
    """The id of the version that an answer or a line of the list is about."""
    return answer.get("VersionId" if versioned else "ETag")


def read_lines(*, response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    """Read the lines of an answer before botocore does, which takes ten times as long for them; all else is left to it.

    Where it can't be read, all of it is. For the event before-parse.s3.ListObjectVersions of a client.
    """
    try:
        answer = fromstring(response_dict["body"] if response_dict["status_code"] == OK else b"")  # noqa: S314
        lines: dict[str, list[Any]] = {}
        for line in answer:
            if found := LINES.get(_name(line)):
                theirs, fields = found
                lines.setdefault(theirs, []).append(
                    {name: fields[name](one.text or "") for one in line if (name := _name(one)) in fields}
                )
    except (ParseError, ValueError):
        return
    answer[:] = [one for one in answer if _name(one) not in LINES]
    response_dict["body"] = tostring(answer)
    customized_response_dict.update(lines)


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


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
