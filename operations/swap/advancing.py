"""One step of a move, taken in the stack file: on (`advance`) or back (`back`)."""

import argparse
import hashlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from operations.swap.decisions import Decision, read_decisions
from operations.swap.gate import PASS, blocking, entered, proof
from operations.swap.receipts import Place, Receipt, canonical, chain, write
from operations.swap.refusal import Refusal
from operations.swap.stack_file import StackFile
from operations.wording import say
from stacks.settings import NEXT, Cloud, Language, Settings, Stage, Step

__all__ = ["Taken", "move", "parser", "taken"]

EXCHANGED = ("cloud", "network_cidr", "database_password")
"""Each with its `swap_` twin: what the two sides have of their own."""

DECIDED = "decided: "
"""Before a decision in the notes of a receipt."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """The step that was taken, and the receipt of it."""

    settings: Settings
    receipt: Receipt


def parser(word: str, english: str, japanese: str) -> argparse.ArgumentParser:
    """A parser with FILE, --receipts and --decisions."""
    made = argparse.ArgumentParser(prog=f"machikumo swap {word}", description=say(english, japanese))
    made.add_argument("stack_file", type=Path, metavar="FILE", help="stacks/config/Pulumi.<stack>.yaml")
    text = say("the move's folder of receipts (outside the checkout)", "移行の記録のフォルダ(チェックアウトの外)")
    made.add_argument("--receipts", required=True, type=Path, metavar="FOLDER", help=text)
    text = say("what somebody answers for (TOML; docs/swap.md)", "責任者のいる決定(TOML、docs/swap.md)")
    made.add_argument("--decisions", type=Path, metavar="FILE", help=text)
    return made


def taken(
    file: StackFile,
    step: Step,
    folder: Path,
    decisions: Sequence[Decision],
    *,
    to: Cloud | None = None,
    network_cidr: str | None = None,
    now: datetime | None = None,
) -> Taken | list[str]:
    """Take the step: the receipt is written, then the file. Returns what blocks it instead, and then nothing was changed.

    `to` and `network_cidr` are the other side's, where the move begins. Raises Refusal when the settings do not allow it.
    """
    moment = now or datetime.now(UTC)
    language = Language.of(os.environ)
    before = file.settings(language)
    other = to if step.to is Stage.PREPARE and before.swap_stage is Stage.STEADY else before.swap_cloud
    if other is None:
        raise Refusal(say("--to CLOUD: where does it move?", "--to クラウド: 移行先を指定してください"))
    receipts = chain(folder)
    notes = (str(step.to), f"serves: {other if step.exchanged else before.cloud}")
    begun = receipts[-1] if receipts and (receipts[-1].step, receipts[-1].notes[:2]) == ("stage", notes) else None
    # A run died after it wrote the receipt of this very step and before the file.
    receipts = receipts[:-1] if begun else receipts
    blocks = blocking(step, before.cloud, other, receipts, decisions, now=moment)
    if blocks:
        return blocks
    _write_into(file, step, before, other, network_cidr, receipts, moment)
    after = file.settings(language)
    decided = tuple(f"{DECIDED}{one}" for one in decisions)
    receipt = begun or write(
        folder,
        step="stage",
        source=Place(system="stack", address=str(before.cloud), name=before.stack),
        target=Place(system="stack", address=str(other), name=before.stack),
        notes=(*notes, *dict.fromkeys((*decided, *_deleted(step, before, other, receipts)))),
        now=moment,
    )
    file.save()
    return Taken(settings=after, receipt=receipt)


def _write_into(
    file: StackFile,
    step: Step,
    before: Settings,
    other: Cloud,
    network_cidr: str | None,
    receipts: Sequence[Receipt],
    moment: datetime,
) -> None:
    file.set("swap_stage", str(step.to))
    file.remove("swap_pass")
    if before.swap_stage is Stage.STEADY:
        file.set("swap_cloud", str(other))
        if network_cidr is not None:
            file.set("swap_network_cidr", network_cidr)
    if step.exchanged:
        for key in EXCHANGED:
            file.exchange(key, f"swap_{key}")
        compared = proof(receipts)
        assert compared is not None, "the gate let a move through that nothing shows to be whole"
        until = moment + PASS
        sha256 = hashlib.sha256(canonical(compared)).hexdigest()
        file.set("swap_pass", {"receipt": sha256, "until": until.strftime("%Y-%m-%dT%H:%M:%SZ")})
    if step.to is Stage.STEADY:
        if before.swap_stage is Stage.RETIRE:
            kept = [{"cloud": str(one.cloud), "network_cidr": one.network_cidr} for one in before.kept]
            left = {"cloud": str(other), "network_cidr": before.swap_network_cidr}
            file.set("kept", [*(one for one in kept if one["cloud"] != other), left])
        for key in ("swap_stage", "swap_cloud", "swap_network_cidr", "swap_mover", "swap_database_password"):
            file.remove(key)


def _deleted(step: Step, before: Settings, other: Cloud, receipts: Sequence[Receipt]) -> tuple[str, ...]:
    """The record of deletion: what the next `up` deletes, what it does not, and who decided that when it was released."""
    if step.to is not Stage.STEADY:
        return ()
    what = f"deleted on {other} by the next up: the database with its backups, its password, the application and its images"
    if before.swap_stage is Stage.RETIRE:
        released = entered(receipts, Stage.RETIRE)
        decided = [one for one in released.notes if one.startswith(f"{DECIDED}former-")] if released else []
        return (what, f"kept on {other} while it is retained: logs, records, their key, identity and network", *decided)
    return (what, f"deleted on {other} by the next up: logs and copies of records, which were not locked")


def move(options: argparse.Namespace, step: Step, *, to: Cloud | None = None, network_cidr: str | None = None) -> int:
    """Take the step and tell of it; exit code 0 taken, 1 something blocks it and nothing was changed."""
    decisions = read_decisions(options.decisions)
    ended = taken(StackFile(options.stack_file), step, options.receipts, decisions, to=to, network_cidr=network_cidr)
    if isinstance(ended, list):
        for one in ended:
            print(f"{say('blocks    ', '妨げるもの')} {one}", file=sys.stderr)  # noqa: T201
        return 1
    settings = ended.settings
    print(f"{settings.stack}: {settings.swap_stage}. {ended.receipt.file}")  # noqa: T201
    print(say(f"next: pulumi up -s {settings.stack}", f"次: pulumi up -s {settings.stack}"))  # noqa: T201
    return 0


def offered(settings: Settings, *, on: bool) -> Step:
    """The way on or back from where the settings stand. Raises Refusal where there is none."""
    steps = NEXT[settings.swap_stage]
    if not on and len(steps) == 1:
        raise Refusal(
            say("no move is under way: nothing to go back from", "移行中ではありません。戻すものがありません")
        )
    return steps[0] if on else steps[1]
