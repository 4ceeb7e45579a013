"""What is asked past botocore: signed as it signs, put and answered as it puts and answers, and left to it where anything is unusual."""

import os
import string
from collections.abc import Iterator, Mapping
from copy import copy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from botocore.auth import S3SigV4Auth  # type: ignore[import-untyped]
from botocore.awsrequest import AWSRequest  # type: ignore[import-untyped]
from botocore.credentials import ReadOnlyCredentials  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import NewConnectionError

from operations.swap import s3_direct, s3_store
from operations.swap.s3_client import client, noted
from operations.swap.s3_direct import RESTS, Direct
from operations.swap.s3_exchange import EndedError
from operations.swap.s3_store import S3Store
from operations.swap.store import Described, Hashed, Version
from tests.swap.sides import S3, moto, profile

KEEP = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
ODD = ("a", "住民/葛󠄀城 .csv", "a b+c?&=/..;x%41", "//x/./y/", "~-._!*'()@:$,")
ANSWERED = sorted({*s3_direct.ANSWERED.values(), "Metadata", "ContentLength", "TagCount", "ObjectLockRetainUntilDate"})
FULL = Described(
    length=4,
    properties={
        "cache_control": "no-store,  max-age=0",
        "content_disposition": 'attachment; filename="a  b.csv"',
        "content_encoding": "x-packed",
        "content_language": "ja",
        "content_type": "text/csv; charset=Shift_JIS",
        "expires": "Thu, 01 Jan 2032 00:00:00 GMT",
        "legal_hold": "ON",
    },
    metadata={"kubun": "1  2", "x-y": "a=b"},
    tags={"a b": "c/d+e", "kubun": ""},
    until=KEEP,
)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with moto() as made:
        yield made


@pytest.fixture
def store(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> S3Store:
    profile(address, tmp_path, monkeypatch)
    return S3Store(S3(lock=True).make(f"direct-{tmp_path.name[-40:].lower().replace('_', '-').strip('-')}"))


class Bytes:
    """A stream that is read once."""

    def __init__(self, content: bytes) -> None:
        self._left = content

    def read(self, size: int, /) -> bytes:
        read, self._left = self._left[:size], self._left[size:]
        return read


def put(store: S3Store, key: str, described: Described = FULL) -> str:
    return store.put(key, Hashed(Bytes(b"x" * described.length)), described, over=None)


def version(store: S3Store, key: str) -> Version:
    return store.versions_of(key)[-1]


class BarredError(Exception):
    """Something was asked that should not have been."""


def no_botocore(store: S3Store) -> Any:
    return patch.object(store._client, "_make_api_call", side_effect=BarredError)


NAME = st.text(string.ascii_lowercase + string.digits + "-", min_size=1, max_size=12)
VALUE = st.text(
    string.printable.replace("\n", "").replace("\r", "").replace("\x0b", "").replace("\x0c", ""), max_size=30
)


@settings(deadline=None)
@given(
    st.sampled_from(["HEAD", "GET", "PUT"]),
    st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=3).map("/".join),
    st.text(string.ascii_letters + string.digits + "._-~+/=", max_size=32),
    st.dictionaries(NAME.map("x-amz-meta-{}".format), VALUE, max_size=4),
    st.sampled_from([None, "session/token+=="]),
)
def test_a_request_is_signed_as_botocore_signs_it(
    method: str, key: str, version_id: str, headers: dict[str, str], token: str | None
) -> None:
    keys = ReadOnlyCredentials("AKID", "secret", token)
    direct = Direct.__new__(Direct)
    direct._host, direct._region = "b.s3.ap-northeast-1.amazonaws.com", "ap-northeast-1"
    direct._credentials = type("Keys", (), {"get_frozen_credentials": lambda _: keys})()
    path, query = f"/{s3_direct.quote(key, safe='/~')}", s3_direct._which(version_id)
    ours = direct._signed(method, path, query, headers, s3_direct.NOTHING)
    request = AWSRequest(method, f"https://{direct._host}{path}" + (f"?{query}" if query else ""), {**headers})
    moment = datetime.strptime(ours["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    with patch("botocore.auth.get_current_datetime", return_value=moment):
        S3SigV4Auth(keys, "s3", "ap-northeast-1").add_auth(request)
    assert ours["authorization"] == request.headers["Authorization"]
    assert ours.get("x-amz-security-token") == request.headers.get("X-Amz-Security-Token")


def test_what_is_put_and_answered_is_what_botocore_puts_and_is_answered(store: S3Store) -> None:
    with no_botocore(store):
        ours = {key: put(store, key) for key in ODD}
    store._direct._rests = float("inf")
    theirs = {key: put(store, f"{key} ") for key in ODD}
    for key in ODD:
        which = {"Bucket": store._bucket, "Key": key, "VersionId": ours[key]}
        there = store._client.head_object(**which | {"Key": f"{key} ", "VersionId": theirs[key]})
        asked = store._client.head_object(**which)
        changing = {"VersionId", "LastModified"}
        assert {name: asked.get(name) for name in ANSWERED if name not in changing} == {
            name: there.get(name) for name in ANSWERED if name not in changing
        }
        store._direct._rests = 0.0
        direct, tags = store._direct.head(key, ours[key]), store._direct.tags(key, ours[key])
        got = store._direct.get(key, ours[key])
        assert got is not None
        assert got.pop("Body").read() == b"xxxx"
        assert direct == got == {name: asked[name] for name in ANSWERED if name in asked}
        assert tags == {"TagSet": store._client.get_object_tagging(**which)["TagSet"]}
        store._direct._rests = float("inf")


@pytest.mark.parametrize("lock", [True, False])
@pytest.mark.parametrize("way", ["direct", "botocore", "in parts"])
def test_whatever_is_put_into_a_bucket_with_object_lock_has_a_checksum(
    lock: bool, way: str, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Amazon refuses it else, also where only the bucket has a retention, which moto does not."""
    profile(address, tmp_path, monkeypatch)
    store = S3Store(S3(lock=lock).make(f"checksum-{lock}-{way}".lower().replace(" ", "-")))
    if way == "in parts":
        monkeypatch.setattr(s3_store, "WHOLE", 1)
    elif way == "botocore":
        store._direct._rests = float("inf")
    sent, urlopen, exchanged = list[bool](), HTTPConnectionPool.urlopen, s3_direct.exchanged

    def note(method: str, headers: Mapping[str, str]) -> None:
        if method == "PUT":
            sent.append("x-amz-checksum-sha256" in {name.lower() for name in headers})

    def by_botocore(pool: Any, method: str, *more: Any, headers: Mapping[str, str], **named: Any) -> Any:
        note(method, headers)
        return urlopen(pool, method, *more, headers=headers, **named)

    def directly(pool: Any, method: str, target: str, headers: Mapping[str, str], *more: Any, **named: Any) -> Any:
        note(method, headers)
        return exchanged(pool, method, target, headers, *more, **named)

    monkeypatch.setattr(HTTPConnectionPool, "urlopen", by_botocore)
    monkeypatch.setattr(s3_direct, "exchanged", directly)
    # boto3 puts 8 MiB in one part.
    put(store, "k", Described(length=9 << 20, properties={}, metadata={}, tags={}, until=None))
    assert sent == [lock] * (2 if way == "in parts" else 1)


def test_a_version_is_described_and_read_without_botocore(store: S3Store) -> None:
    put(store, "k")
    one = version(store, "k")
    with no_botocore(store):
        store._told = True
        with store.opened(one) as (described, stream):
            assert stream.read(10) == b"xxxx"
        assert described == store.described(one) == FULL


@pytest.mark.parametrize(
    "why", [ValueError("no success"), NewConnectionError(None, "refused"), TimeoutError()], ids=repr
)
def test_after_anything_but_success_botocore_alone_asks_for_a_while(store: S3Store, why: Exception) -> None:
    put(store, "k")
    one, clock, direct = version(store, "k"), 1000.0, store._direct
    sent = s3_direct.exchanged
    with patch.object(s3_direct, "exchanged") as asked, patch.object(s3_direct.time, "monotonic", lambda: clock):
        asked.side_effect = why
        assert (direct.head("k", one.id), direct.get("k", one.id), asked.call_count) == (None, None, 1)
        clock += RESTS - 1
        asked.side_effect = sent
        assert (direct.tags("k", one.id), asked.call_count) == (None, 1)
        clock += 1
        assert direct.head("k", one.id) is not None
        # An idle connection that the store ended says nothing of the store.
        asked.side_effect = EndedError
        assert (direct.head("k", one.id), asked.call_count) == (None, 3)
        # It may have arrived.
        assert direct.put("k", b"", s3_direct.NOTHING, {"Metadata": {}}) == {}
        asked.side_effect = sent
        assert direct.head("k", one.id) is not None


def test_bytes_are_asked_for_as_they_lie_there(store: S3Store) -> None:
    """Nothing here decodes what a store would have packed on the way."""
    with patch.object(s3_direct, "exchanged", side_effect=EndedError) as asked:
        store._direct.get("k", "")
    assert asked.call_args.args[3]["accept-encoding"] == "identity"


def test_what_is_unusual_is_left_to_botocore(store: S3Store) -> None:
    with noted(store._client) as sent:
        store._client.get_bucket_versioning(Bucket=store._bucket)
    version_2 = replace_header(sent[-1], "Authorization", "AWS AKID:signature")
    with patch.object(s3_direct, "exchanged") as asked:
        for value in ("葛城", "a\r\nx-amz-acl: public-read", "a\x00"):
            assert store._direct.put("k", b"", s3_direct.NOTHING, {"Metadata": {"name": value}}) is None
        assert Direct(store._client, version_2).head("k", "") is None
        with patch.dict(os.environ, {"http_proxy": "http://proxy.example.jp:3128", "no_proxy": "", "NO_PROXY": ""}):
            behind = client("here/b", "here")
        assert Direct(behind, sent[-1]).head("k", "") is None
        assert Direct(behind, sent[-1]).put("k", b"", s3_direct.NOTHING, {"Metadata": {}}) is None
        assert not asked.called


def replace_header(sent: Any, name: str, value: str) -> Any:
    changed = copy(sent)
    changed.headers = {**sent.headers, name: value}
    return changed
