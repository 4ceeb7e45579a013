"""`machikumo swap back`: the way back from where a move stands."""

import os
from collections.abc import Sequence

from operations.swap.advancing import move, offered, parser
from operations.swap.stack_file import StackFile
from stacks.settings import Language


def main(arguments: Sequence[str]) -> int:
    """Write the stage before into the stack file; exit code 0 done, 1 something blocks it, 2 refused. After the cutover that is `return`, not a step undone."""
    made = parser(
        "back",
        "Takes the way back: prepare → withdraw, copy → prepare, cutover → copy, settle → return, return → settle, retire → settle. "
        "Deploys nothing: pulumi up does. Exit code: 0 taken, 1 something blocks it (a database that is closed), 2 refused.",
        "一つ戻ります: prepare → withdraw、copy → prepare、cutover → copy、settle → return、return → settle、retire → settle。"
        "構築は pulumi up がします。終了コード: 0 戻った、1 妨げるもの(書込み禁止のデータベース)がある、2 実行できない。",
    )
    options = made.parse_args(arguments)
    return move(options, offered(StackFile(options.stack_file).settings(Language.of(os.environ)), on=False))
