"""How Google Cloud spells names and labels.

https://cloud.google.com/compute/docs/naming-resources
https://cloud.google.com/resource-manager/docs/labels-overview
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems
from sandbox.cloud.resource_type import Check, Name
from sandbox.cloud.value import at

ROOT: Final = "https://www.googleapis.com/compute/v1/"
CREATED: Final = "2026-04-01T00:00:00.000-07:00"
_KEY: Final = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_VALUE: Final = re.compile(r"[a-z0-9_-]{0,63}")


def compute_name(where: str) -> Name:
    """RFC 1035: lower case, digits, hyphens, a letter first."""
    return Name(pattern=r"[a-z]([-a-z0-9]*[a-z0-9])?", unique_in=where)


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
