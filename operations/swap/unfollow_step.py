"""`machikumo swap unfollow`: the copy that follows is given up, and nothing of it stays on either side."""

from collections.abc import Sequence

from operations.swap import staging
from operations.swap.connection import connected
from operations.swap.copying import CONTROL, alone, of_the_same_name
from operations.swap.ends import parser
from operations.swap.following import unfollowed
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
    options = made.parse_args(arguments)
    with alone(options.receipts), connected(options.source) as source:
        target = of_the_same_name(source, options.target)
        with connected(target, dbname=CONTROL) as control:
            staging.hold(control, source.info.dbname)
            unfollowed(source, control, target, options.receipts)
    print(say("nothing of it is left on either side", "両側に何も残っていません"))  # noqa: T201
    return 0
