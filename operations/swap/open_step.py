"""`machikumo swap open`: a database that was closed takes writes again, as before."""

from collections.abc import Sequence

from operations.swap.closing import seen, taken_back
from operations.swap.closures import OPENED, SETTING, is_on, number_of, standing
from operations.swap.connection import connected, place
from operations.swap.copying import alone
from operations.swap.ends import parser
from operations.swap.receipts import chain, write
from operations.swap.refusal import Refusal
from operations.wording import say


def main(arguments: Sequence[str]) -> int:
    """Take back what `close` set, write the receipt; exit code 0 it is as before, 2 refused."""
    made = parser(
        "open",
        f"Undoes machikumo swap close: {SETTING} is what it was before, which the receipt knows. Sessions opened meanwhile stay read only until they "
        "connect again. Open only the side that serves. Exit code: 0 as before, 2 refused.",
        f"machikumo swap close を取り消し、{SETTING} を記録にある元の値に戻します。その間にできた接続は、つなぎ直すまで読取り専用のままです。"
        "稼働する側だけを開けてください。終了コード: 0 元に戻った、2 実行できない。",
        target=False,
        decisions=False,
    )
    options = made.parse_args(arguments)
    with alone(options.receipts), connected(options.source) as source:
        name, at, number = source.info.dbname, place(source), number_of(source)
        last = standing(chain(options.receipts), at, number)
        if last is None:
            raise Refusal(
                say(
                    f"no receipt says that this database {name} was closed: nothing was changed",
                    f"このデータベース {name} を書込み禁止にした記録がありません。何も変えていません",
                )
            )
        step, closure = last
        if step == OPENED:
            _say(say(f"{name} was opened before", f"{name} はすでに開いています"))
            return 0
        _say(say("read and write", "読み書き"))
        taken_back(source, closure)
        _say(say("receipt", "記録"))
        receipt = write(
            options.receipts,
            step=OPENED,
            source=at,
            tools={"source-server": str(source.info.server_version)},
            notes=closure.notes,
        )
    with connected(options.source) as fresh:
        value, by = seen(fresh)
    if is_on(value):
        words = (
            f"as before the move, a new session is read only ({SETTING} = {value}, {by})",
            f"移行の前と同じで、新しい接続は読取り専用です({SETTING} = {value}、{by})",
        )
        _say(say(*words))
    _say(say(f"{name} is as it was before it was closed. {receipt.file}", f"{name} は元に戻りました。{receipt.file}"))
    return 0


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201
