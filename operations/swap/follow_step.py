"""`machikumo swap follow`: a copy of a PostgreSQL database that stays level with its source while that serves."""

import sys
from collections.abc import Sequence
from contextlib import closing

from operations.swap import staging
from operations.swap.check_source_step import told
from operations.swap.connection import connected, place, reading
from operations.swap.copying import CONTROL, alone, of_the_same_name
from operations.swap.decisions import read_decisions
from operations.swap.ends import parser
from operations.swap.fingerprint import described
from operations.swap.following import Followed, followed
from operations.swap.following_losses import found_following, refuse_unfit
from operations.swap.limit import add_limit
from operations.swap.listening import endpoint
from operations.swap.progress import Progress
from operations.swap.receipts import chain, write
from operations.swap.refusal import Refusal
from operations.swap.replication import lag, state_of
from operations.wording import say


def main(arguments: Sequence[str]) -> int:
    """Copy and follow, or say how far behind the copy is; exit code 0 it follows, 1 losses are open (nothing was written), 2 refused."""
    made = parser(
        "follow",
        "Copies a PostgreSQL database that goes on serving, and lets the copy follow by logical replication. Given again, it says how far behind "
        "the copy is. machikumo swap finish ends it, machikumo swap unfollow removes it. Exit code: 0 it follows, 1 losses are open, 2 refused.",
        "動いている PostgreSQL のデータベースを複写し、論理レプリケーションで追従させます。もう一度実行すると、遅れを示します。"
        "machikumo swap finish で仕上げ、machikumo swap unfollow で取りやめます。終了コード: 0 追従中、1 未承認の損失あり、2 実行できない。",
        jobs=True,
    )
    add_limit(made)
    text = say(
        "where machikumo swap relay stands, for a target's server that has no way to the source's: only its following goes through there",
        "移行先のサーバから移行元のサーバに届かないときの、machikumo swap relay の待ち受け先。追従だけがここを通る",
    )
    made.add_argument("--through", metavar="ADDRESS:PORT", help=text)
    options = made.parse_args(arguments)
    through = endpoint(options.through, "--through") if options.through else None
    decisions = read_decisions(options.decisions)
    with (
        alone(options.receipts),
        connected(options.source) as source,
        Progress(options.receipts, "follow") as progress,
    ):
        chain(options.receipts)
        database, target = source.info.dbname, of_the_same_name(source, options.target)
        with connected(target, dbname=CONTROL) as control:
            staging.hold(control, database)
            state = staging.marked(control, database)
            if state == staging.CAUGHT_UP:
                raise Refusal(
                    say(
                        "machikumo swap finish was begun: give it again, or machikumo swap unfollow",
                        "machikumo swap finish が途中です。もう一度 finish を実行するか、unfollow で取りやめてください",
                    )
                )
            if state == staging.FOLLOWER:
                return _behind(lag(source), state_of(control, database))
            refuse_unfit(source)
            _say(say("read the source", "移行元を読む"))
            with reading(options.source) as reader:
                losses = found_following(reader, described(reader), control)
            accepted, left = told(losses, decisions)
            if left:
                words = (
                    f"{len(left)} losses are open; nothing was written",
                    f"未承認の損失が {len(left)} 件あります。何も書いていません",
                )
                print(f"machikumo: {say(*words)}", file=sys.stderr)  # noqa: T201
                return 1
            done: Followed | None = None
            ends = options.source, target
            with closing(
                followed(
                    source,
                    control,
                    ends,
                    options.receipts,
                    accepted=accepted,
                    jobs=options.jobs,
                    limit=options.limit,
                    through=through,
                    progress=progress,
                )
            ) as steps:
                for step in steps:
                    if isinstance(step, Followed):
                        done = step
                    else:
                        _say(step)
                        progress.phase(step)
            assert done is not None
            receipt = write(
                options.receipts,
                step="follow",
                source=place(source),
                target=done.target,
                counts={**done.whole.counts, "roles-made": done.roles, "left-out": done.omitted},
                tools=done.tools,
                notes=(
                    *(f"{loss.kind} {loss.name}" for loss in accepted),
                    *([f"through the relay at {through}"] if through else []),
                ),
            )
            words = f"the copy follows. {receipt.file}", f"複写が追従しています。{receipt.file}"
            _say(say(*words))
    return 0


def _behind(behind: int | None, state: str) -> int:
    if behind is None:
        raise Refusal(
            say(
                "the source has no slot for the copy any more: machikumo swap unfollow, then follow again",
                "移行元にこの複写のスロットがありません。unfollow の後に、もう一度 follow を実行してください",
            )
        )
    _say(
        say(
            f"the copy follows, {behind} bytes behind ({state})", f"複写が追従しています。遅れ {behind} バイト({state})"
        )
    )
    return 0


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201
