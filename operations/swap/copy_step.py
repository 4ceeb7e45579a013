"""`machikumo swap copy`: one PostgreSQL database to another server, whole and compared, or refused before anything is written."""

import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from operations.swap.check_source_step import told
from operations.swap.closures import described_before
from operations.swap.connection import Reader, connected, place, reading
from operations.swap.copying import CONTROL, alone, copied, of_the_same_name
from operations.swap.decisions import Decision, read_decisions
from operations.swap.ends import parser
from operations.swap.foreseen import found
from operations.swap.hashing import behind, hashing
from operations.swap.limit import add_limit
from operations.swap.losses import Loss
from operations.swap.progress import Progress
from operations.swap.proving import Copied
from operations.swap.receipts import Receipt, chain, write
from operations.swap.verify_step import kept
from operations.wording import say


def main(arguments: Sequence[str]) -> int:
    """Copy, compare, write the receipt; exit code 0 the target holds the same, 1 losses are open (nothing was written), 2 refused."""
    made = parser(
        "copy",
        "Copies a PostgreSQL database to another server by dump and restore, and compares. Can be killed and given again: large tables that arrived stay. "
        "Exit code: 0 the target holds the same, 1 losses are open and nothing was written, 2 refused.",
        "PostgreSQL のデータベースをダンプとリストアで別のサーバへ複写し、比較します。途中で止めて、もう一度実行できます(届いた大きな表は残ります)。"
        "終了コード: 0 移行先が同じになった、1 未承認の損失があり何も書いていない、2 実行できない。",
        jobs=True,
    )
    add_limit(made)
    options = made.parse_args(arguments)
    decisions = read_decisions(options.decisions)
    with (
        alone(options.receipts),
        reading(options.source) as source,
        Progress(options.receipts, "copy") as progress,
    ):
        receipts = chain(options.receipts)
        target = of_the_same_name(source, options.target)
        _say(say("read the source", "移行元を読む"))
        known = described_before(source, receipts)
        done: Copied | None = None
        with hashing(options.source, source, jobs=behind(options.jobs), known=known, progress=progress) as side:
            with connected(target, dbname=CONTROL) as control:
                losses = found(source, side.known, control)
            accepted, left = told(losses, decisions)
            if left:
                words = (
                    f"{len(left)} losses are open; nothing was written",
                    f"未承認の損失が {len(left)} 件あります。何も書いていません",
                )
                print(f"machikumo: {say(*words)}", file=sys.stderr)  # noqa: T201
                return 1
            ends = options.source, target
            with closing(
                copied(
                    side,
                    ends,
                    options.receipts,
                    accepted=accepted,
                    jobs=options.jobs,
                    limit=options.limit,
                    progress=progress,
                )
            ) as steps:
                for step in steps:
                    if isinstance(step, Copied):
                        done = step
                    else:
                        _say(step)
                        progress.phase(step)
        assert done is not None
        _say(say("receipt", "記録"))
        receipt = recorded(options.receipts, source, done, decisions, accepted)
    total, tables = done.whole.counts["rows-total"], done.whole.counts["rows"]
    words = f"{tables} tables, {total} rows are the same on both sides", f"{tables} 表、{total} 行が両側で同じです"
    _say(f"{say(*words)}. {receipt.file}")
    return 0


def recorded(
    folder: Path,
    source: Reader,
    done: Copied,
    decisions: Sequence[Decision],
    accepted: Sequence[Loss],
    *notes: str,
) -> Receipt:
    """Write the receipt of a copy: both fingerprints, what was accepted, and `notes`."""
    return write(
        folder,
        step="copy",
        source=place(source),
        target=done.target,
        counts={
            **done.whole.counts,
            "roles-made": done.roles,
            "left-out": done.omitted,
            "written": int(not done.already),
        },
        hashes=kept(folder, source=done.whole, target=done.fingerprint),
        tools={**done.tools, "source-server": str(done.whole.server), "target-server": str(done.fingerprint.server)},
        notes=tuple(f"accepted: {one}" for one in decisions if any(one.covers(loss) for loss in accepted))
        + tuple(f"{loss.kind} {loss.name}" for loss in accepted)
        + notes,
    )


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201
