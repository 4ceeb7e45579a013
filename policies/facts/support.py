"""Whether a version is still fixed by its maker, by the dated table in supported.toml."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from policies.facts.vocabulary import UNKNOWN, Maybe, Unknown

__all__ = ["FILE", "runtime", "supported"]

FILE = Path(__file__).with_name("supported.toml")

_NUMBERS = re.compile(r"\d+(?:\.\d+)*")
# How clouds spell runtimes: `python3.12`, `python312`, `PYTHON|3.12`, `nodejs22.x`, `NODE|22-lts`, `java8.al2`, `dotnet8`, `provided.al2023`.
_RUNTIME = re.compile(r"(?P<name>[a-z_-]+?)[|:]?v?(?P<version>\d+(?:\.\d+)*)\D?.*", re.IGNORECASE)
_NAMES = {
    "node": "nodejs",
    "nodejs": "nodejs",
    "python": "python",
    "java": "java",
    "tomcat": "tomcat",
    "dotnet": "dotnet",
    "dotnetcore": "dotnet",
    "dotnet-isolated": "dotnet",
    "ruby": "ruby",
    "php": "php",
}
_TWO_PARTS = frozenset({"python", "ruby", "php"})


@cache
def _table() -> tuple[date, Mapping[str, Mapping[tuple[int, ...], date]]]:
    given = tomllib.loads(FILE.read_text(encoding="utf-8"))
    rows = {one["name"]: {_parts(version): end for version, end in one["ends"].items()} for one in given["product"]}
    return given["as_of"], rows


def supported(product: Maybe[str], version: Maybe[str]) -> Maybe[bool]:
    """Whether the version was in standard support on the table's day.

    Not set ("") is the cloud's own default, which is supported. Older than the table: no. Newer than the table, or of a product that
    is not in it: unknown.
    """
    if isinstance(version, Unknown) or isinstance(product, Unknown):
        return UNKNOWN
    as_of, rows = _table()
    ends, found = rows.get(product), _NUMBERS.search(version)
    if not version:
        return True
    if ends is None or found is None:
        return UNKNOWN
    parts = _parts(found[0])
    cycle = next((known for known in ends if parts[: len(known)] == known), None)
    if cycle is not None:
        return ends[cycle] >= as_of
    return UNKNOWN if parts > max(ends) else False


def runtime(name: Maybe[str]) -> Maybe[bool]:
    """The same for a runtime as a cloud spells it; "" is an image, which brings its own."""
    if isinstance(name, Unknown):
        return UNKNOWN
    if not name or name.upper().startswith(("DOCKER|", "COMPOSE|", "SITECONTAINERS|")):
        return True
    if name.startswith("provided"):
        return supported("amazon-linux", name.partition(".al")[2] or "1")
    found = _RUNTIME.fullmatch(name)
    product = _NAMES.get(found["name"].lower().rstrip("-_")) if found else None
    if found is None or product is None:
        return UNKNOWN
    version = found["version"]
    if product in _TWO_PARTS and "." not in version:  # `python312`
        version = f"{version[0]}.{version[1:]}"
    return supported(product, version)


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part[:9]) for part in version.split("."))
