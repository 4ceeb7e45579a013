"""`machikumo swap receipts`: whether a folder's chain of receipts is whole, and what it says."""

import argparse
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from operations.swap.receipts import broken, canonical, chain
from operations.wording import say


def main(arguments: Sequence[str]) -> int:
    """Print the chain; exit code 0 whole, 1 broken, 2 a wrong word, or no receipt there."""
    parser = argparse.ArgumentParser(
        prog="machikumo swap receipts",
        description=say(
            "Whether the chain of receipts is whole. Exit code: 0 whole, 1 broken, 2 no receipts there.",
            "記録の連鎖に欠けや改変がないかを確かめます。終了コード: 0 問題なし、1 問題あり、2 記録がない。",
        ),
    )
    parser.add_argument("folder", type=Path, help=say("the move's folder of receipts", "移行の記録のフォルダ"))
    parser.add_argument(
        "--head", metavar="HASH", help=say("the last hash, as noted elsewhere", "控えておいた最後のハッシュ")
    )
    options = parser.parse_args(arguments)
    problems = broken(options.folder, head=options.head)
    if problems:
        print("\n".join(problems), file=sys.stderr)  # noqa: T201
        return 1
    receipts = chain(options.folder)
    if not receipts:
        none = say(f"{options.folder}: no receipts", f"{options.folder}: 記録がありません")
        print(none, file=sys.stderr)  # noqa: T201
        return 2
    for one in receipts:
        ends = [f"{place.address}/{place.name}" for place in (one.source, one.target) if place]
        print(f"{one.number:>4}  {one.time}  {one.step:<14}  {' → '.join(ends)}")  # noqa: T201
    last = hashlib.sha256(canonical(receipts[-1])).hexdigest()
    told = f"Whole. Note this hash elsewhere: {last}", f"連鎖は完全です。このハッシュを別の場所に控えてください: {last}"
    print(say(*told))  # noqa: T201
    return 0
