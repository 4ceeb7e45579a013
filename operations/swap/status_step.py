"""`machikumo swap status`: where a move stands, what blocks the next step, and the command that takes it."""

import argparse
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from operations.swap.advancing import offered, parser
from operations.swap.closures import closed_since
from operations.swap.decisions import read_decisions
from operations.swap.gate import blocking, entered, since_serving
from operations.swap.progress import seen
from operations.swap.receipts import Receipt, chain
from operations.swap.stack_file import StackFile
from operations.wording import say
from stacks.settings import Language, Stage

DONE: dict[Stage, tuple[str, str]] = {
    Stage.STEADY: ("no move is under way", "移行中ではありません"),
    Stage.PREPARE: ("the target stands beside the source", "移行先を移行元の隣に構築"),
    Stage.WITHDRAW: ("the move is given up: the target may be removed", "取りやめ。移行先を消してよい状態"),
    Stage.COPY: ("the source serves while the data is copied", "移行元を動かしたまま複写"),
    Stage.CUTOVER: ("the application is stopped: copy and compare", "アプリケーションは停止中。複写と照合をする"),
    Stage.SETTLE: ("the target serves; the former side is kept", "移行先で稼働中。移行元は残してある"),
    Stage.RETURN: ("the application is stopped: copy back and compare", "アプリケーションは停止中。元へ複写し照合する"),
    Stage.RETIRE: ("the former side may be deleted", "移行元を消してよい状態"),
}


def main(arguments: Sequence[str]) -> int:
    """Print the status; exit code 0 nothing blocks the next step, 1 something does, 2 refused. Reads only."""
    made = parser(
        "status",
        "Where a move stands, what blocks the next step, and its command. Reads the stack file and the receipts only. "
        "Exit code: 0 nothing blocks the next step, 1 something does, 2 refused.",
        "移行の現在の段階、次の段階を妨げるもの、そのコマンドを示します。スタックの設定と記録だけを読みます。"
        "終了コード: 0 妨げるものはない、1 ある、2 実行できない。",
    )
    options = made.parse_args(arguments)
    settings = StackFile(options.stack_file).settings(Language.of(os.environ))
    stage = settings.swap_stage
    order = " → ".join(
        f"[{one}]" if one is stage else str(one)
        for one in Stage
        if one not in (Stage.RETURN, Stage.WITHDRAW) or stage is one
    )
    print(f"{settings.stack}: {order}\n  {say(*DONE[stage])}")  # noqa: T201
    receipts = chain(options.receipts)
    if stage in (Stage.STEADY, Stage.SETTLE, Stage.RETIRE):
        for line in _former_state(receipts):
            print(f"  {line}")  # noqa: T201
    if settings.swap_cloud is None:
        return 0
    for under_way in seen(options.receipts):
        print(f"  {under_way}")  # noqa: T201
    reached = entered(receipts, stage)
    if reached is not None:
        print(say(f"  since {reached.time} ({reached.file})", f"  {reached.time} から({reached.file})"))  # noqa: T201
        if stage is Stage.SETTLE:
            print(f"  {_kept(reached, settings.swap_settle_days, datetime.now(UTC).date())}")  # noqa: T201
            named = since_serving(receipts, settings.cloud, "check-names")
            if named is None or named.counts.get("differences", 1):
                print(f"  {_names(settings.stack, options)}")  # noqa: T201
    stopped = reached if stage in (Stage.CUTOVER, Stage.RETURN) else None
    closed = closed_since(receipts, stopped.number, None) if stopped else None
    if stopped is not None and closed is None:
        command = _command_on_source("close", options)
        print(f"  {say('now', '次にすること')}: {command}")  # noqa: T201
    sides = (
        f"  serves: {settings.cloud}, other side: {settings.swap_cloud}",
        f"  稼働: {settings.cloud}、もう一方: {settings.swap_cloud}",
    )
    print(say(*sides))  # noqa: T201
    step = offered(settings, on=True)
    blocks = blocking(
        step, settings.cloud, settings.swap_cloud, receipts, read_decisions(options.decisions), now=datetime.now(UTC)
    )
    for one in blocks:
        print(f"  {say('blocks', '妨げるもの')}: {one}")  # noqa: T201
    words = (f"next ({step.to}): {_command('advance', options)}", f"次({step.to}): {_command('advance', options)}")
    back = "; ".join([*([_command_on_source("open", options)] if closed else []), _command("back", options)])
    print(f"  {say(*words)}\n  {say('back', '戻る')}: {back}")  # noqa: T201
    return 1 if blocks else 0


def _kept(reached: Receipt, days: int, today: date) -> str:
    """How long the former side is still kept. The state counts from the `up`, which may have ended a day later."""
    first = datetime.fromisoformat(reached.time).date() + timedelta(days=days)
    left = max(0, (first - today).days)
    return say(
        f"{left} of {days} days left: the former side is kept until {first}, or as many days after the `up` of settle, if that ended later",
        f"残り {left} 日(全 {days} 日): 移行元は {first} まで残します(settle の up がそれより後の日に終わった場合は、その日から数えます)",
    )


def _names(stack: str, options: argparse.Namespace) -> str:
    """What is done first once the other side serves: until then users are sent to where nobody answers."""
    given = f"{options.stack_file} --receipts {options.receipts} --outputs outputs.json --name HOST …"
    update = f"machikumo swap point-names {given} --zone ZONE --server HOST --key-file FILE"
    return say(
        f"now: point the names at the side that serves: pulumi stack output --json -s {stack} > outputs.json; {update} (or by hand, where the DNS takes no "
        f"updates); then machikumo swap check-names {given}",
        f"次にすること: 名前を稼働している側に向けます: pulumi stack output --json -s {stack} > outputs.json のあと {update}"
        f"(DNS が更新を受け付けなければ手で)。そのあと machikumo swap check-names {given}",
    )


def _former_state(receipts: Sequence[Receipt]) -> Iterator[str]:
    """What is left of the last move of the state, and how it is taken away."""
    moved = next((one for one in reversed(receipts) if one.step == "move-state"), None)
    if moved is not None:
        copy = moved.source
        yield say(
            f"old copy of the state, until somebody removed it: {copy.name} in {copy.system} {copy.address}. Log in there (pulumi login), then: "
            f"pulumi stack rm {copy.name} --force (removes the copy, no resource)",
            f"状態の古い写し(消すまで): {copy.system} {copy.address} の {copy.name}。そこに pulumi login し、"
            f"pulumi stack rm {copy.name} --force で消します(写しだけが消え、リソースは消えません)",
        )


def _command_on_source(word: str, options: argparse.Namespace) -> str:
    """Of the database that served until the stop."""
    connection = say("CONNECTION", "接続")
    return f"machikumo swap {word} --source {connection} --receipts {options.receipts}"


def _command(word: str, options: argparse.Namespace) -> str:
    return f"machikumo swap {word} {options.stack_file} --receipts {options.receipts}"
