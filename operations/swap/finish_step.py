"""`machikumo swap finish`: the copy that followed gets the rest, is compared, and takes its name."""

import sys
from collections.abc import Iterator, Sequence

from operations.swap import staging
from operations.swap.check_source_step import told
from operations.swap.closures import described_before
from operations.swap.connection import Reader, connected, reading
from operations.swap.copy_step import recorded
from operations.swap.copying import (
    CONTROL,
    alone,
    empty,
    of_the_same_name,
)
from operations.swap.decisions import read_decisions
from operations.swap.ends import parser
from operations.swap.finishing import carried, caught_up, ended, sessions
from operations.swap.following_losses import found_finishing
from operations.swap.hashing import Side, hashing
from operations.swap.losses import Loss
from operations.swap.progress import Progress
from operations.swap.proving import Copied, found_there, named
from operations.swap.receipts import chain
from operations.swap.refusal import Refusal
from operations.wording import say


def main(arguments: Sequence[str]) -> int:
    """Catch up, end the following, compare, write the receipt; exit code 0 the target holds the same, 1 losses are open, 2 refused."""
    made = parser(
        "finish",
        "Ends the following of a copy, once the application was stopped: waits for the rest, carries sequences, compares, gives the name. "
        "Can be killed and given again. Exit code: 0 the target holds the same, 1 losses are open, 2 refused.",
        "アプリケーションを止めた後、追従している複写を仕上げます。残りを待ち、連番を移し、比較して、名前を付けます。"
        "途中で止めて、もう一度実行できます。終了コード: 0 移行先が同じになった、1 未承認の損失あり、2 実行できない。",
        jobs=True,
    )
    options = made.parse_args(arguments)
    decisions = read_decisions(options.decisions)
    with (
        alone(options.receipts),
        connected(options.source) as source,
        Progress(options.receipts, "finish") as progress,
    ):
        chain(options.receipts)
        target = of_the_same_name(source, options.target)
        with connected(target, dbname=CONTROL) as control:
            staging.hold(control, source.info.dbname)
            followed = _followed(source, control, target)
            left = told(sessions(source), decisions)[1]
            if left:
                return _open(left)
            if followed:
                _level(source, control, target)
            _say(say("read the source", "移行元を読む"))
            with reading(options.source) as reader:
                known = described_before(reader, chain(options.receipts))
                accepted, left = told(found_finishing(reader, known, control), decisions)
                if left:
                    return _open(left)
                done: Copied | None = None
                with hashing(options.source, reader, jobs=options.jobs, known=known, progress=progress) as side:
                    for step in (
                        _named(side, control, target, accepted, jobs=options.jobs, progress=progress)
                        if followed
                        else (found_there(side, target, accepted, jobs=options.jobs, progress=progress),)
                    ):
                        if isinstance(step, Copied):
                            done = step
                        else:
                            _say(step)
                            progress.phase(step)
                assert done is not None
                _say(say("receipt", "記録"))
                note = "followed while the source served, by logical replication"
                receipt = recorded(options.receipts, reader, done, decisions, accepted, note)
    total, tables = done.whole.counts["rows-total"], done.whole.counts["rows"]
    words = f"{tables} tables, {total} rows are the same on both sides", f"{tables} 表、{total} 行が両側で同じです"
    _say(f"{say(*words)}. {receipt.file}")
    return 0


def _followed(source: Reader, control: Reader, target: str) -> bool:
    """Whether the copy still has to be finished; False where it has its name already. Raises Refusal when there is none."""
    database = source.info.dbname
    there = staging.stands(control, database) and not empty(target)
    state = staging.marked(control, database)
    if state in (staging.FOLLOWER, staging.CAUGHT_UP):
        if there:
            raise staging.OccupiedError(
                say(
                    f"the target has a database {database} that holds something: rename or remove it",
                    f"移行先に空でないデータベース {database} があります。改名するか削除してください",
                )
            )
        return True
    if state is None and there:
        return False
    raise Refusal(
        say(
            "no copy follows there: machikumo swap follow first",
            "追従している複写がありません。先に machikumo swap follow を実行してください",
        )
    )


def _level(source: Reader, control: Reader, target: str) -> None:
    """The copy has everything that was written, and follows no more."""
    database = source.info.dbname
    if staging.marked(control, database) == staging.FOLLOWER:
        _say(say("catch up", "残りを待つ"))
        caught_up(source, control)
    _say(say("end", "追従の終了"))
    with connected(target, dbname=staging.staging_name(database)) as copy:
        ended(source, copy)


def _named(
    side: Side, control: Reader, target: str, accepted: Sequence[Loss], *, jobs: int, progress: Progress
) -> Iterator[str | Copied]:
    with connected(target, dbname=staging.staging_name(side.reader.info.dbname)) as copy:
        yield from carried(side.reader, side.known, copy)
    yield from named(side, control, target, accepted, jobs=jobs, progress=progress)


def _open(left: Sequence[Loss]) -> int:
    words = (
        f"{len(left)} losses are open; nothing was finished",
        f"未承認の損失が {len(left)} 件あります。仕上げていません",
    )
    print(f"machikumo: {say(*words)}", file=sys.stderr)  # noqa: T201
    return 1


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201
