"""Physical names: made within the row's rule when the program gives none, held against it when it does."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from sandbox.cloud.resource_type import Name

DEFAULTS = "__defaults"
"""The input that lists what the provider filled in, as the bridged providers write it; Diff needs it to know auto-names."""
_SUFFIX = 7


def proposal(rule: Name, urn_name: str, seed: bytes) -> str:
    """The logical name and a random suffix, within the rule."""
    return fitted(rule, urn_name, hashlib.sha256(seed + urn_name.encode()).hexdigest()[:_SUFFIX])


def fitted(rule: Name, stem: str, suffix: str = "") -> str:
    """`stem` and `suffix` with the rule's letters, length and prefix; the stem is cut, the suffix never."""
    stem = stem.lower() if rule.lower else stem
    stem = re.sub(f"[^{rule.allowed}]+", rule.separator, stem.removeprefix(rule.prefix))
    end = f"{rule.separator}{suffix}" if suffix and stem else suffix
    room = rule.longest - len(rule.prefix) - len(end)
    stem = stem[:room]
    if rule.separator:
        stem = stem.strip(rule.separator) or "x"
    name = rule.prefix + stem + end
    return name + "0" * (rule.shortest - len(name))


def automatic(rule: Name, urn_name: str, seed: bytes, proposed: str, mode: str, olds: Mapping[str, Any]) -> str | None:
    """The name to fill in, or None when naming is left to the program. `mode` is PROPOSE, ENFORCE or DISABLE.

    An object that has a name keeps it.
    """
    if rule.property in olds:
        kept: str = olds[rule.property]
        return kept
    if not rule.automatic or mode == "DISABLE":
        return None
    if proposed and mode == "ENFORCE":
        return proposed
    if proposed:
        name = fitted(rule, proposed)
        # A proposal that had to be cut could lose the random end that makes it unique.
        return name if len(proposed) <= rule.longest - len(rule.prefix) else proposal(rule, urn_name, seed)
    return proposal(rule, urn_name, seed)


def refused(rule: Name, name: str) -> str | None:
    """Why the cloud refuses this name, or None."""
    if not rule.shortest <= len(name) <= rule.longest:
        return f"'{name}' has {len(name)} characters, {rule.shortest} to {rule.longest} are allowed"
    if not re.fullmatch(rule.pattern, name):
        return f"'{name}' does not match {rule.pattern}"
    return None
