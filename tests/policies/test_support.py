"""The dated table of supported versions: every row is read, its date decides, and what it does not know stays open."""

import re
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.facts.support import FILE, runtime, supported
from policies.facts.vocabulary import UNKNOWN

TABLE: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
ROWS = [(one["name"], version, end) for one in TABLE["product"] for version, end in one["ends"].items()]


@pytest.mark.parametrize(("product", "version", "end"), ROWS)
def test_the_tables_day_decides(product: str, version: str, end: Any) -> None:
    for spelled in (version, f"v{version}.7", f"{version}.0-extra.9"):
        assert supported(product, spelled) is (end >= TABLE["as_of"])


def test_every_product_says_where_its_dates_are_from_and_whether_they_were_seen_there() -> None:
    for one in TABLE["product"]:
        assert one.keys() == {"name", "source", "verified", "ends"}
        assert one["source"].startswith("https://")
        assert isinstance(one["verified"], bool)
    names = [one["name"] for one in TABLE["product"]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("product", "version", "expected"),
    [
        ("postgresql", "", True),
        ("postgresql", "9.6", False),
        ("postgresql", "99", UNKNOWN),
        ("postgresql", "text", UNKNOWN),
        ("postgresql", UNKNOWN, UNKNOWN),
        (UNKNOWN, "17", UNKNOWN),
        ("db2", "11.5", UNKNOWN),
        ("mysql", "8.0.40", False),
        ("mysql", "8.4", True),
        ("mysql", "8.1", False),
        ("kubernetes-gcp", "1.35.0-gke.3047000", True),
    ],
)
def test_older_than_the_table_has_ended_and_newer_is_not_known(product: Any, version: Any, expected: Any) -> None:
    assert supported(product, version) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("", True),
        ("DOCKER|registry/image:1", True),
        ("python3.12", True),
        ("python312", True),
        ("PYTHON|3.12", True),
        ("python3.9", False),
        ("python39", False),
        ("nodejs22.x", True),
        ("nodejs22", True),
        ("NODE|22-lts", True),
        ("nodejs18.x", False),
        ("java21", True),
        ("java8.al2", True),
        ("JAVA|21-java21", True),
        ("dotnet10", True),
        ("DOTNET-ISOLATED|8.0", False),
        ("dotnetcore3.1", False),
        ("ruby34", True),
        ("php84", True),
        ("provided.al2023", True),
        ("provided.al2", False),
        ("provided", False),
        ("TOMCAT|10.0-java17", UNKNOWN),
        ("go1.x", UNKNOWN),
        (UNKNOWN, UNKNOWN),
    ],
)
def test_runtimes_are_read_in_every_clouds_spelling(name: Any, expected: Any) -> None:
    assert runtime(name) is expected


@given(st.text() | st.from_regex(re.compile(r"[a-zA-Z-]+\|?[0-9.]+", re.ASCII)))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert runtime(text) in (True, False, UNKNOWN)
    assert supported("postgresql", text) in (True, False, UNKNOWN)
