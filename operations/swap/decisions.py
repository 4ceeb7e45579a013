"""Decisions: which losses of a move somebody accepted, and who answers for that. One small TOML file.

[[accepted]]
loss = "role-password"      # the kind, as check-source prints it
name = "*"                  # the thing; * stands for any text
reason = "利用者は初回ログインで設定し直す"
owner = "情報政策課"
approver = "CISO"
approved = 2026-11-25
until = 2027-03-31          # only where the decision ends on a day (former-backups needs it)
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from operations.swap.losses import KINDS, Loss
from operations.swap.refusal import Refusal
from operations.swap.secrets import refuse_secrets
from operations.wording import say
from policies import waivers

__all__ = ["Decision", "DecisionError", "read_decisions", "settled"]

TEXTS = ("loss", "name", "reason", "owner", "approver")


class DecisionError(Refusal):
    """The file of decisions is wrong; every problem is named."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One accepted loss, or all of a kind. `until`: the last day of what is decided; None where it has none."""

    loss: str
    name: str
    reason: str
    owner: str
    approver: str
    approved: date
    until: date | None = None

    def covers(self, loss: Loss) -> bool:
        """Whether it accepts this one. `*` is the only sign with a meaning."""
        pattern = self.name.replace("[", "[[]").replace("?", "[?]")
        return self.loss == loss.kind and fnmatchcase(loss.name, pattern)

    def __str__(self) -> str:
        until = f"; until {self.until}" if self.until else ""
        return f"{self.loss} {self.name} ({self.reason}; {self.owner}, {self.approver} {self.approved}{until})"


def read_decisions(path: Path | None, *, today: date | None = None) -> tuple[Decision, ...]:
    """The file's decisions, none without a file; one that has ended by `today` (in Japan) is a problem. Raises DecisionError with every one, SecretError."""
    if path is None:
        return ()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DecisionError(f"{path}: {error}") from None
    listed = content.get("accepted", [])
    if content.keys() - {"accepted"} or not isinstance(listed, list):
        raise DecisionError(say(f"{path}: only [[accepted]] is known", f"{path}: 使えるのは [[accepted]] だけです"))
    day = today or waivers.today()
    problems = [f"{path} [{number}]: {told}" for number, one in enumerate(listed, 1) for told in _problems(one, day)]
    if problems:
        raise DecisionError("\n".join(problems))
    refuse_secrets(listed, str(path))
    return tuple(Decision(**one) for one in listed)


def settled(losses: Iterable[Loss], decisions: Iterable[Decision]) -> tuple[list[Loss], list[Loss]]:
    """The losses that are accepted, and those that are open."""
    listed = tuple(decisions)
    accepted, left = list[Loss](), list[Loss]()
    for loss in losses:
        covered = loss.acceptable and any(one.covers(loss) for one in listed)
        (accepted if covered else left).append(loss)
    return accepted, left


def _problems(one: Any, today: date) -> list[str]:
    if not isinstance(one, dict) or one.keys() - {"until"} != {*TEXTS, "approved"}:
        keys = ", ".join((*TEXTS, "approved"))
        return [
            say(
                f"needs exactly the keys {keys}, and until where it ends on a day",
                f"キーは {keys} のすべて、ほかは終わりの日(until)だけです",
            )
        ]
    empty = [key for key in TEXTS if not isinstance(one[key], str) or not one[key].strip()]
    problems = [say(f"{key}: a text that says something", f"{key}: 空でない文字列にします") for key in empty]
    undated = [key for key in ("approved", "until") if key in one and not _is_day(one[key])]
    problems += [say(f"{key}: a date, 2026-11-25", f"{key}: 日付(2026-11-25)にします") for key in undated]
    if "until" in one and not undated and one["until"] < one["approved"]:
        problems.append(say("until: a day before approved", "until: approved より前の日です"))
    elif "until" in one and not undated and one["until"] < today:
        problems.append(
            say(
                f"until: {one['until']} has passed: decide anew, or take the decision out",
                f"until: {one['until']} は過ぎています。もう一度決めるか、この決定を取り除きます",
            )
        )
    if "loss" not in empty:
        problems += _of_kind(one)
    return problems


def _of_kind(one: Mapping[str, Any]) -> list[str]:
    loss = one["loss"]
    if loss not in KINDS:
        return [say(f"'{loss}' is no loss", f"「{loss}」という損失はありません")]
    if not KINDS[loss].acceptable:
        return [say(f"{loss} can't be accepted: cure it", f"{loss} は認められません。直します")]
    if KINDS[loss].dated and "until" not in one:
        return [say(f"{loss}: until = DATE is missing", f"{loss}: until = 日付 がありません")]
    return []


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)
