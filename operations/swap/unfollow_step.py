"""`machikumo swap unfollow`: the copy that follows is given up, and nothing of it stays on either side."""

from collections.abc import Sequence

from operations.swap import staging
from operations.swap.connection import UnreachableError, connected
from operations.swap.copying import CONTROL, alone, of_the_same_name
from operations.swap.ends import parser
from operations.swap.following import unfollowed
from operations.swap.replication import drop_ends
from operations.wording import say


def main(arguments: Sequence[str]) -> int:
    """Remove subscription and copy from the target, slot and publication from the source; exit code 0 nothing is left, 2 refused."""
    made = parser(
        "unfollow",
        "Gives up a copy that follows: removes subscription and copy from the target, slot and publication from the source. "
        "The roles made stay. Exit code: 0 nothing is left, 2 refused.",
        "追従をやめます。移行先のサブスクリプションと複写、移行元のスロットとパブリケーションを削除します。作ったロールは残ります。"
        "終了コード: 0 何も残っていない、2 実行できない。",
        decisions=False,
    )
    text = say(
        "remove slot and publication only, where the target can't be reached: what is on the target stays",
        "移行先に接続できないときに、スロットとパブリケーションだけを削除する。移行先のものは残る",
    )
    made.add_argument("--source-only", action="store_true", help=text)
    options = made.parse_args(arguments)
    with alone(options.receipts), connected(options.source) as source:
        target = of_the_same_name(source, options.target)
        if options.source_only:
            drop_ends(source)
            print(say("nothing of it is left on the source", "移行元に何も残っていません"))  # noqa: T201
            return 0
        try:
            with connected(target, dbname=CONTROL) as control:
                staging.hold(control, source.info.dbname)
                unfollowed(source, control, target, options.receipts)
        except UnreachableError as error:
            raise UnreachableError(
                say(
                    f"{error}\nMeanwhile the slot fills the source's disk: --source-only removes it, and the copy must be begun anew",
                    f"{error}\nその間、スロットが移行元のディスクを埋めます。--source-only で削除できます(複写はやり直しになります)",
                )
            ) from None
    print(say("nothing of it is left on either side", "両側に何も残っていません"))  # noqa: T201
    return 0
