"""One stack's part of a plan, and in which order several stacks of one body move."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from operations.swap.amounts import Amounts
from operations.swap.certificate_file import Certificate
from operations.swap.comparison import Comparison
from operations.swap.decisions import Decision, settled
from operations.swap.losses import Loss
from operations.swap.posture import Posture
from operations.swap.refusal import Refusal
from operations.wording import say
from stacks.settings import Language, System

__all__ = ["ORDER", "Planned", "Say", "in_order", "of_one_body", "settle", "speaking"]

Say = Callable[[str, str], str]
"""One sentence of two, the English and the Japanese."""

ORDER = (
    "Verification before production: it is the rehearsal and holds nothing to lose. The resident record last, since the other systems read "
    "it; of the rest the one with the shortest down time first, where amounts are stated for all; else as in the list of the 20 systems. "
    "The order is this kit's choice, not a rule of any ministry's: --as-given keeps the order of the command",
    "検証を本番より先にします(練習になり、失うデータがありません)。住民記録はほかの業務から参照されるため最後にします。"
    "そのほかは、データ量がすべてに書かれていれば停止時間の短い順、なければ標準化対象20業務の順です。"
    "この順は本キットの選択で、省庁の定めではありません。--as-given を付けるとコマンドに書いた順になります",
)
"""Why `in_order` puts them so."""


def speaking(language: Language) -> Say:
    """A chooser of sentences of one language, whatever the terminal speaks."""
    return lambda english, japanese: japanese if language is Language.JA else english


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What was found for one stack. `target_cidr`: the range that was stated for its other side; `certificate`: what its entry is to
    present, where a file was given; `posture`: both sides' facts, None where the target refuses the settings; `decided`: accepted losses.
    """

    file: Path
    found: Comparison
    amounts: Amounts | None
    target_cidr: str | None
    receipts: Path | None
    decisions: Path | None
    decided: tuple[tuple[Loss, Decision], ...] = ()
    left: tuple[Loss, ...] = ()
    certificate: Certificate | None = None
    posture: Posture | None = None

    @property
    def stack(self) -> str:
        """The stack's name."""
        return self.found.settings.stack


def settle(plan: Planned, decisions: Sequence[Decision]) -> Planned:
    """The plan with what was decided of its losses, and what is left."""
    accepted, left = settled(plan.found.losses, decisions)
    decided = tuple((loss, next(one for one in decisions if one.covers(loss))) for loss in accepted)
    return replace(plan, decided=decided, left=tuple(left))


def of_one_body(plans: Sequence[Planned]) -> None:
    """Raise Refusal where a stack is named twice, or the stacks belong to several bodies: one meeting decides for one body."""
    stacks = [one.stack for one in plans]
    twice = sorted({one for one in stacks if stacks.count(one) > 1})
    if twice:
        raise Refusal(say(f"named twice: {', '.join(twice)}", f"二度書かれています: {'、'.join(twice)}"))
    bodies = sorted({one.found.settings.body_code for one in plans})
    if len(bodies) > 1:
        listed = ", ".join(bodies)
        raise Refusal(
            say(
                f"stacks of several bodies ({listed}): plan each body by itself",
                f"複数の団体({listed})のスタックがあります。団体ごとに計画します",
            )
        )


def in_order(plans: Iterable[Planned]) -> list[Planned]:
    """The order in which they move: ORDER says why."""
    listed = list(plans)
    stated = all(one.amounts for one in listed)

    def place(one: Planned) -> tuple[bool, bool, Fraction, int]:
        settings = one.found.settings
        down = one.amounts.down_hours if stated and one.amounts else Fraction(0)
        last = settings.system is System.RESIDENT_RECORD
        return settings.production, last, down, list(System).index(settings.system)

    return sorted(listed, key=place)
