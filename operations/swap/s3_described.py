"""What describes a version, as S3 says it."""

import re
from collections.abc import Mapping
from typing import Any

from operations.swap.store import Described

__all__ = ["PROPERTIES", "described"]

PROPERTIES: Mapping[str, str] = {
    "cache_control": "CacheControl",
    "content_disposition": "ContentDisposition",
    "content_encoding": "ContentEncoding",
    "content_language": "ContentLanguage",
    "content_type": "ContentType",
    "redirect": "WebsiteRedirectLocation",
}
"""Our name, and the one by which a request for an object answers and a put takes it."""
MD5 = re.compile(r'"([0-9a-f]{32})"')
"""An ETag that can be one: of an object in one part that is encrypted by no key of KMS or of the customer.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html"""


def described(answer: Mapping[str, Any], tags: Mapping[str, str]) -> Described:
    """Of the answer to a request for an object or for its head, as boto3's client gives it, and the object's tags."""
    properties = {name: answer[theirs] for name, theirs in PROPERTIES.items() if answer.get(theirs)}
    if answer.get("ExpiresString"):
        properties["expires"] = answer["ExpiresString"]
    if answer.get("ObjectLockLegalHoldStatus") == "ON":
        properties["legal_hold"] = "ON"
    plain = answer.get("ServerSideEncryption", "AES256") == "AES256" and "SSECustomerAlgorithm" not in answer
    md5 = MD5.fullmatch(answer.get("ETag", "")) if plain else None
    return Described(
        length=answer["ContentLength"],
        properties=properties,
        metadata=answer["Metadata"],
        tags=tags,
        until=answer.get("ObjectLockRetainUntilDate"),
        md5=md5[1] if md5 else "",
    )
