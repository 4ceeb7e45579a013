"""How many days lie between written moments, and which of several terms ends first. Nothing here asks what time it is."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from policies.facts.vocabulary import UNKNOWN, Maybe, Unknown

__all__ = ["SECONDS_A_DAY", "days_between", "soonest", "whole_days"]

SECONDS_A_DAY = 86_400

# RFC 3339, and the way in which OCI tells a moment back (`2026-11-26 11:49:09 +0000 UTC`).
_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.\d+)? ?(Z|[+-]\d{2}:?\d{2})(?: UTC)?", re.IGNORECASE
)


def whole_days(seconds: int) -> int:
    """Days that have begun: a second more than 90 days is 91."""
    return -(-seconds // SECONDS_A_DAY)


def soonest(terms: Iterable[Maybe[int]]) -> Maybe[int]:
    """The shortest of several terms in days, where 0 is never; unknown where one is."""
    found = list(terms)
    ending = [days for days in found if not isinstance(days, Unknown) and days]
    return UNKNOWN if UNKNOWN in found else min(ending, default=0)


def days_between(start: Maybe[str], end: Maybe[str]) -> Maybe[int]:
    """Days begun between two moments; unknown where one is, or is no moment."""
    first, last = _moment(start), _moment(end)
    if isinstance(first, Unknown) or isinstance(last, Unknown):
        return UNKNOWN
    return whole_days((last - first) // timedelta(seconds=1))


def _moment(text: Maybe[str]) -> Maybe[datetime]:
    found = None if isinstance(text, Unknown) else _MOMENT.fullmatch(text.strip())
    if found is None:
        return UNKNOWN
    zone = found[3].upper().replace("Z", "+00:00")
    try:
        return datetime.fromisoformat(f"{found[1]}T{found[2]}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        return UNKNOWN
