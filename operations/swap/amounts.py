"""What a move takes: hours on the line, yen for what leaves the source's cloud, yen for two sides at once. From stated numbers only.

The file (`--amounts`), every key required; rates are the contract's, none is built in:

    database_gib = 120              # what lies in the database, GiB (2^30 bytes)
    objects_gib = 800               # what lies in the object store, with the versions that are moved
    line_mbps = 500                 # what the line between the clouds really carries, megabits (10^6) a second
    egress_yen_per_gib = 17.1       # the source's price for what leaves it
    source_yen_per_month = 900000   # the stack as it is
    target_yen_per_month = 850000   # the stack on the target
    prepare_days = 14               # from the target's first `up` to the cutover
    settle_days = 30                # how long the old side is kept after it
"""

import tomllib
from dataclasses import dataclass, fields
from fractions import Fraction
from pathlib import Path

from operations.swap.refusal import Refusal
from operations.wording import say

__all__ = ["Amounts", "read_amounts"]

GIB_BITS = 8 * 2**30
DAYS_PER_MONTH = Fraction(365, 12)
CHECK_SHARE = Fraction(1, 2)
"""Of the copy's time, for the comparison: a planning figure; what the real one takes depends on the servers."""


@dataclass(frozen=True, kw_only=True)
class Amounts:
    """The stated numbers, exact."""

    database_gib: Fraction
    objects_gib: Fraction
    line_mbps: Fraction
    egress_yen_per_gib: Fraction
    source_yen_per_month: Fraction
    target_yen_per_month: Fraction
    prepare_days: Fraction
    settle_days: Fraction

    def hours(self, gib: Fraction) -> Fraction:
        """Hours that the line carries so much, at the least."""
        return gib * GIB_BITS / (self.line_mbps * 10**6) / 3600

    @property
    def copy_hours(self) -> Fraction:
        """Hours of copying: database and objects, one after the other."""
        return self.hours(self.database_gib + self.objects_gib)

    @property
    def down_hours(self) -> Fraction:
        """Hours without service when the database is copied by dump and restore: its copy, and CHECK_SHARE of that for the comparison.

        Objects are copied before; what changed since is not counted.
        """
        return self.hours(self.database_gib) * (1 + CHECK_SHARE)

    @property
    def egress_yen(self) -> Fraction:
        """Yen for what leaves the source's cloud, once."""
        return (self.database_gib + self.objects_gib) * self.egress_yen_per_gib

    @property
    def double_yen(self) -> Fraction:
        """Yen for the second side: the target until the cutover, the old side after it."""
        return (
            self.target_yen_per_month * self.prepare_days + self.source_yen_per_month * self.settle_days
        ) / DAYS_PER_MONTH


def read_amounts(path: Path) -> Amounts:
    """The file's numbers. Raises Refusal with every problem: a key missing or unknown, no number, less than nothing, no line."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Fraction)
    except (OSError, ValueError) as error:
        raise Refusal(f"{path}: {error}") from None
    keys = {field.name for field in fields(Amounts)}
    problems = [
        say(
            f"{key}: missing; add {key} = NUMBER (docs/swap.md)",
            f"{key}: ありません。{key} = 数 を加えます(docs/swap.md)",
        )
        for key in sorted(keys - content.keys())
    ]
    problems += [
        say(
            f"{key}: not known; the keys are {', '.join(sorted(keys))}",
            f"{key}: 使えないキーです。使えるのは {'、'.join(sorted(keys))}",
        )
        for key in sorted(content.keys() - keys)
    ]
    for key in sorted(keys & content.keys()):
        value, least = content[key], 1 if key == "line_mbps" else 0
        if isinstance(value, bool) or not isinstance(value, int | Fraction) or value < least:
            problems.append(
                say(f"{key} = {value}: a number from {least} up", f"{key} = {value}: {least} 以上の数にします")
            )
    if problems:
        raise Refusal("\n".join(f"{path}: {problem}" for problem in problems))
    return Amounts(**{key: Fraction(content[key]) for key in keys})
