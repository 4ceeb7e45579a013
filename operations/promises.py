"""Which promises a deployed state keeps, as the verifier sees it: the rules judge, the capability table declares."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from policies.state import judge_state

__all__ = ["Capabilities", "Declaration", "Outcome", "outcomes"]


class Outcome(StrEnum):
    """What became of one promise."""

    KEPT = "kept"
    SUBSTITUTE = "substitute"
    NOT_OFFERED = "not offered"
    BROKEN = "broken"
    UNPROVED = "unproved"


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """Why a cloud does not keep a promise literally, and what keeps it instead (None: nothing does)."""

    reason: str
    substitute: str | None
    source: str
    """The vendor's page."""
    since: str
    """The day it was read, as YYYY-MM-DD."""


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """`promises`: id to sentence. `not_offered`: cloud to promise to what is declared of it."""

    promises: Mapping[str, str]
    not_offered: Mapping[str, Mapping[str, Declaration]]

    @staticmethod
    @cache
    def read() -> "Capabilities":
        """Ask the components, once, in a process of their own: operations import no components. No cloud SDK is loaded."""
        asked = [sys.executable, "-P", "-m", "components", "--json"]
        answer = subprocess.run(asked, stdout=subprocess.PIPE, check=True)  # noqa: S603
        given = json.loads(answer.stdout)
        declared = {
            cloud: {promise: Declaration(**entry) for promise, entry in entries.items()}
            for cloud, entries in given["not_offered"].items()
        }
        return Capabilities(promises=given["promises"], not_offered=declared)

    def substitutes(self, cloud: str) -> Mapping[str, str | None]:
        """The promises that the cloud does not keep literally, each with what keeps it instead."""
        return {promise: entry.substitute for promise, entry in self.not_offered.get(cloud, {}).items()}


def outcomes(state: Mapping[str, Any], cloud: str, capabilities: Capabilities) -> Mapping[str, Outcome]:
    """Promise id to outcome. Kept: at least one rule judged it and every verdict holds. What is declared counts as its
    declaration says, unless a verdict is violated or unknown. Anything else (no rule judged it, a verdict `not-offered`
    that no declaration covers) is unproved, never kept.
    """
    verdicts: dict[str, set[str]] = defaultdict(set)
    for verdict in judge_state(state).verdicts:
        if verdict.rule.promise:
            verdicts[verdict.rule.promise].add(str(verdict.answer))
    declared = capabilities.substitutes(cloud)
    return {promise: _outcome(promise, verdicts[promise], declared) for promise in capabilities.promises}


def _outcome(promise: str, answers: set[str], declared: Mapping[str, str | None]) -> Outcome:
    if "violated" in answers:
        return Outcome.BROKEN
    if promise in declared and "unknown" not in answers:
        return Outcome.SUBSTITUTE if declared[promise] else Outcome.NOT_OFFERED
    return Outcome.KEPT if answers == {"holds"} else Outcome.UNPROVED
