"""One object asked for or put over the S3 protocol, with a small part of the processor time that botocore takes for it.

Between stores at hand a move waits for that time, and botocore takes most of it for what is the same in every request. Here the request is
signed as it signs, and sent over its client's own connections (trust in certificates, time-outs, credentials). Whatever is not answered
with success counts as not asked: the caller asks botocore, with its retries and its words. docs/decisions/0028 has the figures.
"""

import re
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256
from hmac import digest
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

# botocore reads the store's answers with it, too.
from xml.etree.ElementTree import ParseError, fromstring

from botocore.response import StreamingBody  # type: ignore[import-untyped]
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import HTTPError

from operations.swap.s3_client import moment
from operations.swap.s3_exchange import SENDABLE, Answer, Asked, EndedError, asked, exchanged

__all__ = ["Direct", "answered", "tagged"]

Taken = TypeVar("Taken")

RESTS = 60.0
"""Seconds for which botocore alone asks after an answer that was no success: a store that refuses or slows down is not pressed."""
NOTHING = sha256(b"").hexdigest()
SIGNED = re.compile(r"AWS4-HMAC-SHA256 Credential=[^/]+/\d{8}/([^/]+)/s3/aws4_request,.*")
"""How botocore signs for a bucket, with its region; another signature is left to it.
https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html"""
METADATA = "x-amz-meta-"
TAGGING = "tagging"
ANSWERED: Mapping[str, str] = {
    "cache-control": "CacheControl",
    "content-disposition": "ContentDisposition",
    "content-encoding": "ContentEncoding",
    "content-language": "ContentLanguage",
    "content-type": "ContentType",
    "etag": "ETag",
    "expires": "ExpiresString",
    "x-amz-object-lock-legal-hold": "ObjectLockLegalHoldStatus",
    "x-amz-server-side-encryption": "ServerSideEncryption",
    "x-amz-server-side-encryption-customer-algorithm": "SSECustomerAlgorithm",
    "x-amz-version-id": "VersionId",
    "x-amz-website-redirect-location": "WebsiteRedirectLocation",
}
"""Header of an answer → boto3's name of it. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html"""
PUT: Mapping[str, str] = {
    "CacheControl": "cache-control",
    "ContentDisposition": "content-disposition",
    "ContentEncoding": "content-encoding",
    "ContentLanguage": "content-language",
    "ContentType": "content-type",
    "ObjectLockLegalHoldStatus": "x-amz-object-lock-legal-hold",
    "ObjectLockMode": "x-amz-object-lock-mode",
    "Tagging": "x-amz-tagging",
    "WebsiteRedirectLocation": "x-amz-website-redirect-location",
}
"""boto3's name → header of a put. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html"""


class Direct:
    """The objects of one bucket. Every method answers as boto3's client does, or None: then that has to be asked."""

    def __init__(self, client: Any, sent: Any) -> None:
        """`sent`: what botocore sent to the bucket itself and got an answer to, which shows where that is and how it is signed."""
        url, signed = urlsplit(sent.url), SIGNED.fullmatch(_text(sent.headers.get("Authorization", "")))
        self._host, self._path = url.netloc, url.path.rstrip("/")
        self._agent = _text(sent.headers.get("User-Agent", ""))
        self._region = signed[1] if signed else ""
        self._credentials = client._request_signer._credentials  # noqa: SLF001
        self._pool = _pool(client._endpoint.http_session, sent.url)  # noqa: SLF001
        self._rests = 0.0 if signed and self._pool else float("inf")

    def head(self, key: str, version: str) -> dict[str, Any] | None:
        """What describes an object, or a version of it."""
        answer = self._sent("HEAD", key, _which(version))
        return None if answer is None else answered(answer)

    def get(self, key: str, version: str) -> dict[str, Any] | None:
        """The same with its bytes, which are still to be read."""
        answer = self._sent("GET", key, _which(version), whole=False)
        if answer is None:
            return None
        found = answered(answer)
        return {**found, "Body": StreamingBody(answer.body, found["ContentLength"])}

    def tags(self, key: str, version: str) -> dict[str, Any] | None:
        """Its tags."""
        answer = self._sent("GET", key, _which(version, tags=True))
        return None if answer is None else self.tried(lambda: tagged(answer))

    def put(self, key: str, body: bytes | bytearray, hashed: str, given: Mapping[str, Any]) -> dict[str, Any] | None:
        """Put an object. `hashed`: its SHA-256, which the store holds against what came; `given`: as to boto3's client.

        Empty: nobody knows whether it lies there. None: nothing was sent.
        """
        headers = {PUT[name]: value for name, value in given.items() if name in PUT}
        headers |= {f"{METADATA}{name}": value for name, value in given["Metadata"].items()}
        if "Expires" in given:
            headers["expires"] = format_datetime(given["Expires"].astimezone(UTC), usegmt=True)
        if "ObjectLockRetainUntilDate" in given:
            until = given["ObjectLockRetainUntilDate"].astimezone(UTC)
            headers["x-amz-object-lock-retain-until-date"] = until.isoformat().replace("+00:00", "Z")
        if "ChecksumAlgorithm" in given:
            headers["x-amz-sdk-checksum-algorithm"] = "SHA256"
            headers["x-amz-checksum-sha256"] = b64encode(bytes.fromhex(hashed)).decode()
        if self._leaves(headers):
            return None
        answer = self._sent("PUT", key, "", headers=headers, body=body, hashed=hashed)
        return {} if answer is None else answered(answer)

    def _leaves(self, headers: Mapping[str, str]) -> bool:
        """Whether a request with these is left to botocore."""
        return time.monotonic() < self._rests or not all(map(SENDABLE.fullmatch, headers.values()))

    def _sent(
        self,
        method: str,
        key: str,
        query: str,
        *,
        headers: Mapping[str, str] = {},
        body: bytes | bytearray | None = None,
        hashed: str = NOTHING,
        whole: bool = True,
    ) -> Answer | None:
        """`whole`: with all of its bytes."""
        request = self._request(method, key, query, headers, hashed)
        return request and self.tried(lambda: exchanged(*request, body, whole=whole))

    def ask(self, method: str, key: str, version: str, *, tags: bool = False) -> Asked | None:
        """Send a request about a version or its tags, whose answer is taken later, by `tried`. None where it was not sent."""
        request = self._request(method, key, _which(version, tags=tags), {}, NOTHING)
        return request and self.tried(lambda: asked(*request))

    def tried(self, work: Callable[[], Taken]) -> Taken | None:
        """What `work` takes from the store, or None: then botocore is to ask."""
        try:
            return work()
        except EndedError:
            return None
        except (HTTPError, OSError, ParseError, ValueError):
            self._rests = time.monotonic() + RESTS
            return None

    def _request(
        self, method: str, key: str, query: str, headers: Mapping[str, str], hashed: str
    ) -> tuple[HTTPConnectionPool, str, str, dict[str, str]] | None:
        """Over which connections what is asked for, and the headers with their signature. None where it is left to botocore."""
        if self._leaves(headers):
            return None
        assert self._pool is not None
        path = f"{self._path}/{quote(key, safe='/~')}"
        signed = self._signed(method, path, query, headers, hashed)
        target = f"{path}?{query.replace(f'{TAGGING}=', TAGGING)}" if query else path
        return self._pool, method, target, {**signed, "user-agent": self._agent, "accept-encoding": "identity"}

    def _signed(self, method: str, path: str, query: str, headers: Mapping[str, str], hashed: str) -> dict[str, str]:
        """The headers with the signature over all of them."""
        keys = self._credentials.get_frozen_credentials()
        now = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        given = {**headers, "host": self._host, "x-amz-content-sha256": hashed, "x-amz-date": now}
        if keys.token:
            given["x-amz-security-token"] = keys.token
        names = sorted(given)
        canonical = [
            method,
            path,
            query,
            *(f"{name}:{' '.join(given[name].split())}" for name in names),
            "",
            ";".join(names),
            hashed,
        ]
        scope = f"{now[:8]}/{self._region}/s3/aws4_request"
        signing = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{sha256(chr(10).join(canonical).encode()).hexdigest()}"
        signature = digest(_signing_key(keys.secret_key, scope), signing.encode(), "sha256").hex()
        said = f"AWS4-HMAC-SHA256 Credential={keys.access_key}/{scope}, SignedHeaders={';'.join(names)}, Signature={signature}"
        return {**given, "authorization": said}


def _which(version: str, *, tags: bool = False) -> str:
    return "&".join([f"{TAGGING}="] * tags + [f"versionId={quote(version, safe='')}"] * bool(version))


@lru_cache(maxsize=8)
def _signing_key(secret: str, scope: str) -> bytes:
    """Of a day, a region and a service."""
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = digest(key, part.encode(), "sha256")
    return key


def _pool(session: Any, url: str) -> HTTPConnectionPool | None:
    """The connections of botocore's session to this host; None where a proxy is between, which is left to it."""
    if session._proxy_config.proxy_url_for(url):  # noqa: SLF001
        return None
    pool = session._get_connection_manager(url).connection_from_url(url)  # noqa: SLF001
    session._setup_ssl_cert(pool, url, session._verify)  # noqa: SLF001
    assert isinstance(pool, HTTPConnectionPool)
    return pool


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def answered(answer: Answer) -> dict[str, Any]:
    """What is told of an object, by boto3's names."""
    found: dict[str, Any] = {"Metadata": {}}
    for name, value in answer.headers.items():
        if name in ANSWERED:
            found[ANSWERED[name]] = value
        elif name.startswith(METADATA):
            found["Metadata"][name.removeprefix(METADATA)] = value
        elif name == "content-length":
            found["ContentLength"] = int(value)
        elif name == "x-amz-tagging-count":
            found["TagCount"] = int(value)
        elif name == "x-amz-object-lock-retain-until-date":
            found["ObjectLockRetainUntilDate"] = moment(value)
    return found


def tagged(answer: Answer) -> dict[str, Any]:
    """An object's tags, as boto3's client answers."""
    tags = fromstring(answer.content).iterfind("{*}TagSet/{*}Tag")  # noqa: S314
    return {"TagSet": [{name: one.findtext(f"{{*}}{name}") or "" for name in ("Key", "Value")} for one in tags]}
