"""The list of a bucket: its lines are read as botocore reads them, and left to it where they can't be."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch
from xml.sax.saxutils import escape

import pytest
from botocore.parsers import RestXMLParser  # type: ignore[import-untyped]
from botocore.session import get_session  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from operations.swap.s3_client import moment
from operations.swap.s3_list import LINES, read_lines
from operations.swap.s3_store import S3Store
from tests.swap.sides import S3, moto, profile

SHAPE = get_session().get_service_model("s3").operation_model("ListObjectVersions").output_shape
NAMESPACE = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
ODD = ("a", "住民/葛󠄀城 .csv", "a b+c?&=/..;x%41<>", "~-._!*'()@:$,")
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=12)
LINE = st.fixed_dictionaries(
    {"Key": TEXT, "IsLatest": st.sampled_from(["true", "false"])},
    optional={
        "VersionId": TEXT,
        "LastModified": st.datetimes().map(lambda one: f"{one.isoformat(timespec='milliseconds')}Z"),
        "ETag": TEXT.map('"{}"'.format),
        "Size": st.integers(0, 2**45).map(str),
        "StorageClass": st.just("STANDARD"),
    },
)


def element(name: str, fields: dict[str, str]) -> str:
    inside = "".join(f"<{field}>{escape(value)}</{field}>" for field, value in fields.items())
    return f"<{name}>{inside}<Owner><ID>Key</ID><DisplayName>o</DisplayName></Owner></{name}>"


def parsed(answer: dict[str, Any], *, ours: bool) -> dict[str, Any]:
    """What botocore's endpoint makes of an answer."""
    given, customized = dict(answer), dict[str, Any]()
    if ours:
        read_lines(response_dict=given, customized_response_dict=customized, operation_model=None)
        assert not customized or given["body"] != answer["body"]
    found: dict[str, Any] = RestXMLParser(timestamp_parser=moment).parse(given, SHAPE)
    return found | customized


def used(page: dict[str, Any]) -> dict[str, Any]:
    """Of its lines, what is used."""
    lines = {
        name: [{key: one[key] for key in fields if key in one} for one in page[name]]
        for name, fields in LINES.values()
        if name in page
    }
    return page | lines


@pytest.mark.parametrize("namespace", [NAMESPACE, ""], ids=["with a namespace", "without"])
@given(st.lists(st.tuples(st.sampled_from([*LINES]), LINE), max_size=6), TEXT)
def test_lines_are_read_as_botocore_reads_them(
    namespace: str, lines: list[tuple[str, dict[str, str]]], prefix: str
) -> None:
    inside = "".join(element(*line) for line in lines)
    rest = f"<IsTruncated>true</IsTruncated><NextKeyMarker>{escape(prefix)}</NextKeyMarker><MaxKeys>6</MaxKeys>"
    body = f'<?xml version="1.0" encoding="UTF-8"?><ListVersionsResult{namespace}>{inside}{rest}</ListVersionsResult>'
    answer = {"status_code": 200, "headers": {}, "body": body.encode(), "context": {}}
    assert used(parsed(answer, ours=True)) == used(parsed(answer, ours=False))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<ListVersionsResult><Version><Key>a"),
        (200, b""),
        (200, b"<ListVersionsResult><Version><Key>a</Key><Size>many</Size></Version></ListVersionsResult>"),
        (403, b"<Error><Version><Key>a</Key></Version></Error>"),
    ],
)
def test_what_is_no_list_is_left_to_botocore(status: int, body: bytes) -> None:
    answer, customized = {"status_code": status, "body": body}, dict[str, Any]()
    read_lines(response_dict=answer, customized_response_dict=customized)
    assert (answer, customized) == ({"status_code": status, "body": body}, {})


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Store]:
    with moto() as address:
        profile(address, tmp_path, monkeypatch)
        yield S3Store(S3(lock=False).make("list"))


def test_a_bucket_is_listed_as_botocore_lists_it(store: S3Store) -> None:
    for key in ODD * 2:
        store._client.put_object(Bucket="list", Key=key, Body=b"x")
    store._client.delete_object(Bucket="list", Key=ODD[1])
    bodies, parse = list[bytes](), RestXMLParser.parse

    def noted(parser: Any, answer: dict[str, Any], shape: Any) -> Any:
        bodies.append(answer["body"])
        return parse(parser, answer, shape)

    with patch.object(RestXMLParser, "parse", noted):
        ours = list(store.histories())
    assert [len(history) for _, history in sorted(ours)] == [2, 2, 2, 3]
    assert not any(b"Key>" in body for body in bodies)
    store._client.meta.events.unregister("before-parse.s3.ListObjectVersions", read_lines)
    assert list(store.histories()) == ours
