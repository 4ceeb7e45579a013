"""Moments in time as OCI writes them (RFC 3339), held against now."""

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.cloud.context import Context
from sandbox.cloud.resource_type import Check
from sandbox.cloud.value import at


def moment(text: str) -> datetime:
    """The moment that the text is. Raises ValueError for what is none, or has no time zone."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"'{text}' has no time zone")
    return found


def now() -> datetime:
    """The sandbox's clock is the machine's."""
    return datetime.now(tz=UTC)


def created(context: Context) -> str:
    """When the object was made, as the provider writes it; it stays."""
    held = None if context.stored is None else context.stored.outputs.get("timeCreated")
    return str(held or f"{now():%Y-%m-%d %H:%M:%S} +0000 UTC")


def is_moment(path: str) -> Check:
    """A moment with its time zone."""

    def check(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for where, text in at(inputs, path):
            try:
                moment(str(text))
            except ValueError:
                yield where, f"InvalidParameter: '{text}' is no moment such as 2026-04-01T00:00:00Z"

    return check


def days_ahead(text: str, least: int, most: float = math.inf) -> str | None:
    """Why a moment is refused that must be at least and at most so many days ahead."""
    ahead = (moment(text) - now()) / timedelta(days=1)
    bounds = f"{least} to {most}" if most < math.inf else f"at least {least}"
    return None if least <= ahead <= most else f"400-InvalidParameter: {text} is not {bounds} days ahead"


def deletion_waits(context: Context) -> str | None:
    """The deletion of a vault or key is asked for a moment 7 to 30 days ahead."""
    asked = context.inputs.get("timeOfDeletion")
    return days_ahead(asked, 7, 30) if context.operation == "delete" and asked else None
