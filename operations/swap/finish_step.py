"""`machikumo swap finish`: the copy that followed gets the rest, is compared, and takes its name."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from psycopg.conninfo import make_conninfo

from operations.swap import staging
from operations.swap.check_source_step import told
from operations.swap.connection import Reader, connected, reading
from operations.swap.copy_step import recorded
from operations.swap.copying import (
    CONTROL,
    LATE,
    Copied,
    alone,
    empty,
    found_there,
    named,
    of_the_same_name,
    refuse_unequal,
)
from operations.swap.decisions import read_decisions
from operations.swap.ends import parser
from operations.swap.fingerprint import Fingerprint, compared, taken
from operations.swap.finishing import carried, caught_up, ended, sessions
from operations.swap.following_losses import found_finishing
from operations.swap.losses import Loss
from operations.swap.properties import properties
from operations.swap.receipts import chain
from operations.swap.refusal import Refusal
from operations.swap.verify_step import read
from operations.wording import say


def main(arguments: Sequence[str]) -> int:
    """Catch up, end the following, compare, write the receipt; exit code 0 the target holds the same, 1 losses are open, 2 refused."""
    made = parser(
        "finish",
        "Ends the following of a copy, once the application was stopped: waits for the rest, carries sequences, compares, gives the name. "
        "Can be killed and given again. Exit code: 0 the target holds the same, 1 losses are open, 2 refused.",
        "アプリケーションを止めた後、追従している複写を仕上げます。残りを待ち、連番を移し、比較して、名前を付けます。"
        "途中で止めて、もう一度実行できます。終了コード: 0 移行先が同じになった、1 未承認の損失あり、2 実行できない。",
    )
    made.add_argument(
        "--decisions", type=Path, metavar="FILE", help=say("the accepted losses (TOML)", "認めた損失(TOML)")
    )
    options = made.parse_args(arguments)
    decisions = read_decisions(options.decisions)
    with alone(options.receipts), connected(options.source) as source:
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
                whole = taken(reader)
                accepted, left = told(found_finishing(reader, whole, control), decisions)
                if left:
                    return _open(left)
                done: Copied | None = None
                for step in (
                    _named(reader, whole, control, target, accepted)
                    if followed
                    else (found_there(target, whole, accepted),)
                ):
                    if isinstance(step, Copied):
                        done = step
                    else:
                        _say(step)
                assert done is not None
                _say(say("receipt", "記録"))
                note = "followed while the source served, by logical replication"
                receipt = recorded(options.receipts, reader, whole, done, decisions, accepted, note)
    total, tables = whole.counts["rows-total"], whole.counts["rows"]
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
    source: Reader, whole: Fingerprint, control: Reader, target: str, accepted: Sequence[Loss]
) -> Iterator[str | Copied]:
    database = source.info.dbname
    staged = make_conninfo(target, dbname=staging.staging_name(database))
    with connected(staged) as copy:
        yield from carried(source, whole, copy)
    yield say("compare", "比較")
    early = [one for one in compared(whole, read(staged)[1]) if one.kind not in LATE]
    refuse_unequal(early, accepted, staging.staging_name(database))
    yield say("name", "改名")
    named(control, database, list(properties(source, whole)))
    at, now = read(target)
    refuse_unequal(compared(whole, now), accepted, database)
    yield Copied(target=at, fingerprint=now, already=False, tools={})


def _open(left: Sequence[Loss]) -> int:
    words = (
        f"{len(left)} losses are open; nothing was finished",
        f"未承認の損失が {len(left)} 件あります。仕上げていません",
    )
    print(f"machikumo: {say(*words)}", file=sys.stderr)  # noqa: T201
    return 1


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201
