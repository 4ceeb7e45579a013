"""`machikumo swap check-source`: what would be lost, before anything is copied."""

from collections.abc import Sequence

from operations.swap.connection import connected, place, reading
from operations.swap.decisions import Decision, read_decisions, settled
from operations.swap.ends import parser
from operations.swap.fingerprint import described
from operations.swap.foreseen import found
from operations.swap.losses import Loss
from operations.swap.receipts import write
from operations.wording import say


def main(arguments: Sequence[str]) -> int:
    """Name every loss and whether it is accepted, write the receipt; exit code 0 none is open, 1 some are, 2 refused."""
    made = parser(
        "check-source",
        "Names what a copy would lose or change. Reads only. Exit code: 0 nothing, or all of it accepted; 1 losses are open; 2 refused.",
        "複写で失われる、または変わるものを示します。読むだけです。終了コード: 0 なし、またはすべて承認済み、1 未承認の損失あり、2 実行できない。",
    )
    options = made.parse_args(arguments)
    decisions = read_decisions(options.decisions)
    with reading(options.source) as source, connected(options.target, dbname="postgres") as target:
        losses = found(source, described(source), target)
        accepted, left = told(losses, decisions)
        receipt = write(
            options.receipts,
            step="check-source",
            source=place(source),
            target=place(target),
            counts={"accepted": len(accepted), "open": len(left)},
            notes=tuple(f"{'accepted' if loss in accepted else 'open'}: {loss.kind} {loss.name}" for loss in losses),
        )
    words = f"{len(losses)} losses, {len(left)} of them open", f"損失 {len(losses)} 件、うち未承認 {len(left)} 件"
    print(f"{say(*words)}. {receipt.file}")  # noqa: T201
    return 1 if left else 0


def told(losses: Sequence[Loss], decisions: Sequence[Decision]) -> tuple[list[Loss], list[Loss]]:
    """Print every loss with what was decided; return the accepted and the open ones."""
    accepted, left = settled(losses, decisions)
    for loss in losses:
        if loss in accepted:
            mark = say("accepted  ", "承認済み  ")
        else:
            mark = say("open      ", "未承認    ") if loss.acceptable else say("to cure   ", "要対処    ")
        print(f"{mark}{loss}")  # noqa: T201
    for one in decisions:
        if not any(one.covers(loss) for loss in losses):
            print(say(f"nothing to accept: {one}", f"対象なし: {one}"))  # noqa: T201
    return accepted, left
