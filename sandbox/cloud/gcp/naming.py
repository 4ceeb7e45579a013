"""How Google Cloud spells names, labels and places.

https://cloud.google.com/compute/docs/naming-resources
https://cloud.google.com/resource-manager/docs/labels-overview
https://cloud.google.com/about/locations
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, matches
from sandbox.cloud.context import Object
from sandbox.cloud.resource_type import Check, Name
from sandbox.cloud.value import at

ROOT: Final = "https://www.googleapis.com/compute/v1/"
CREATED: Final = "2026-04-01T00:00:00.000-07:00"
_KEY: Final = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_VALUE: Final = re.compile(r"[a-z0-9_-]{0,63}")
_REGION: Final = re.compile(r"/regions/([^/]+)/")
_PLACE: Final = r"(africa|asia|australia|europe|me|northamerica|southamerica|us)-[a-z]+\d{1,2}"


def compute_name(where: str) -> Name:
    """RFC 1035: lower case, digits, hyphens, a letter first."""
    return Name(pattern=r"[a-z]([-a-z0-9]*[a-z0-9])?", unique_in=where)


def region_of(found: Object) -> str:
    """The region an object of Compute Engine lies in, from its id; other services say their location in inputs."""
    part = _REGION.search(found.id)
    return part[1] if part else ""


def region_rule(path: str, others: str = "") -> Check:
    """A region such as asia-northeast1, or one of the `others` (a pattern)."""
    return matches(path, f"{_PLACE}|{others}" if others else _PLACE, "no region of Google Cloud")


def label_rule(path: str) -> Check:
    """At most 64 labels, in ASCII, so that every service takes them."""

    def check(inputs: Mapping[str, Any]) -> Problems:
        for where, labels in at(inputs, path):
            if len(labels) > 64:
                yield where, "at most 64 labels"
            for key, value in labels.items():
                if not _KEY.fullmatch(key):
                    yield where, f"'{key}' is no label key: lower-case letters, digits, _ and -, a letter first"
                if not _VALUE.fullmatch(value):
                    yield where, f"'{value}' is no label value: at most 63 lower-case letters, digits, _ and -"

    return check


def description_rule(path: str, longest: int = 2048) -> Check:
    """A text that is not too long."""

    def check(inputs: Mapping[str, Any]) -> Problems:
        for where, text in at(inputs, path):
            if len(text) > longest:
                yield where, f"a description has at most {longest} characters"

    return check
