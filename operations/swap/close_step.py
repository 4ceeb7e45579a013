"""`machikumo swap close`: the database that is moved takes no writes any more, whoever they are of."""

import sys
from collections.abc import Sequence

from operations.swap.check_source_step import told
from operations.swap.closing import given, proved, writers
from operations.swap.closures import CLOSED, SETTING, is_on
from operations.swap.connection import connected, place
from operations.swap.copying import alone
from operations.swap.decisions import read_decisions
from operations.swap.ends import parser
from operations.swap.receipts import write
from operations.wording import say


def main(arguments: Sequence[str]) -> int:
    """Close, name who may still write, prove, write the receipt; exit code 0 closed, 1 losses are open (and no receipt of it), 2 refused."""
    made = parser(
        "close",
        f"Closes the database that is moved to writes ({SETTING}), names every session and role that may write all the same, and proves by a new "
        "session that it is refused. Undone by machikumo swap open. Can be killed and given again. Exit code: 0 closed, 1 losses are open, 2 refused.",
        f"移す元のデータベースを書込み禁止にし({SETTING})、それでも書き込める接続とロールをすべて示し、新しい接続の書込みが拒否されることを確かめます。"
        "machikumo swap open で元に戻します。途中で止めて、もう一度実行できます。終了コード: 0 書込み禁止、1 未承認の損失あり、2 実行できない。",
        target=False,
    )
    options = made.parse_args(arguments)
    decisions = read_decisions(options.decisions)
    with alone(options.receipts), connected(options.source) as source:
        _say(say("read only", "読取り専用"))
        closure = given(source, options.receipts)
        _say(say("who may write", "書き込める者"))
        losses = writers(source)
        accepted, left = told(losses, decisions)
        if left:
            words = (
                f"{len(left)} losses are open: what connects from now on is refused writes, but these are not. End or decide them and give the "
                "same command again (machikumo swap open takes it back)",
                f"未承認の損失が {len(left)} 件あります。これからの接続は書き込めませんが、示したものはまだ書き込めます。終わらせるか決定し、"
                "同じコマンドをもう一度実行してください(取り消すのは machikumo swap open)",
            )
            print(f"machikumo: {say(*words)}", file=sys.stderr)  # noqa: T201
            return 1
        _say(say("proof", "確認"))
        proved(options.source)
        _say(say("receipt", "記録"))
        receipt = write(
            options.receipts,
            step=CLOSED,
            source=place(source),
            tools={"source-server": str(source.info.server_version)},
            notes=(*closure.notes, *(f"accepted: {one.kind} {one.name}" for one in accepted)),
        )
        name = source.info.dbname
    if is_on(closure.former):
        words = (
            f"{name} was read only before the move, too: it goes to the target so",
            f"{name} は移行の前から読取り専用です。移行先でもそうなります",
        )
        _say(say(*words))
    _say(say(f"{name} is closed to writes. {receipt.file}", f"{name} は書込み禁止です。{receipt.file}"))
    return 0


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201
