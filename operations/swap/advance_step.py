"""`machikumo swap advance`: the next step of a move, once its gate lets it through."""

import os
from collections.abc import Sequence

from operations.swap.advancing import move, offered, parser
from operations.swap.stack_file import StackFile
from operations.wording import say
from stacks.settings import Cloud, Language


def main(arguments: Sequence[str]) -> int:
    """Write the next stage into the stack file; exit code 0 done, 1 something blocks it and nothing was changed, 2 refused."""
    made = parser(
        "advance",
        "Takes the next step of a move: checks its gate, writes the receipt and the stage. Deploys nothing: pulumi up does. "
        "Exit code: 0 taken, 1 something blocks it and nothing was changed, 2 refused.",
        "移行の次の段階へ進みます。関門を確かめ、記録と段階を書きます。構築は pulumi up がします。"
        "終了コード: 0 進んだ、1 妨げるものがあり何も変えていない、2 実行できない。",
    )
    made.add_argument(
        "--to",
        choices=[str(cloud) for cloud in Cloud],
        help=say("the cloud moved to (where the move begins)", "移行先のクラウド(移行の初めに)"),
    )
    text = say("the target's private range (where the move begins)", "移行先のアドレスの範囲(移行の初めに)")
    made.add_argument("--network-cidr", metavar="RANGE", help=text)
    options = made.parse_args(arguments)
    step = offered(StackFile(options.stack_file).settings(Language.of(os.environ)), on=True)
    return move(options, step, to=Cloud(options.to) if options.to else None, network_cidr=options.network_cidr)
