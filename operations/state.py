"""An exported state, made fit to be kept: it names no path of the machine that ran the engine."""

from collections.abc import Mapping
from typing import Any

__all__ = ["portable"]

PLACES = frozenset({"sourcePosition", "stackTrace"})
"""Where in the program a resource was registered: absolute paths."""


def portable(state: Mapping[str, Any]) -> dict[str, Any]:
    """`state` (of `pulumi stack export`) without source positions; everything else, secrets' ciphertext included, stays."""
    deployment = dict(state["deployment"])
    deployment["resources"] = [
        {key: value for key, value in resource.items() if key not in PLACES}
        for resource in deployment.get("resources", [])
    ]
    return {**state, "deployment": deployment}
