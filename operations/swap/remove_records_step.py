"""`machikumo swap remove-records`: the copies of records taken out of the target again, when a move is given up."""

from collections.abc import Sequence

from operations.swap.copying import alone
from operations.swap.gate import entered
from operations.swap.lock_records_step import parser
from operations.swap.lockable import Lockable
from operations.swap.receipts import Receipt, chain, write
from operations.swap.refusal import Refusal
from operations.swap.removing import removed
from operations.swap.store import StoreError
from operations.swap.stores import lockable
from operations.wording import say
from stacks.settings import Stage

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    """Remove what was copied, write the receipt; exit code 0 nothing is left in the store, 1 something of others is, 2 refused."""
    made = parser(
        "remove-records",
        "Removes the copies of records from the target, in the stage withdraw: the very versions that copy-records put, by its own list, and nothing "
        "else. The source is not touched. Can be killed and given again. Exit code: 0 the store is empty, 1 something else lies in it, 2 refused.",
        "withdraw の段階で、移行先から記録の写しを消します。copy-records が置いたと記録した版だけを消し、ほかは消しません。移行元には触れません。"
        "途中で止めて、もう一度実行できます。終了コード: 0 ストアは空、1 ほかのものが残っている、2 実行できない。",
    )
    options = made.parse_args(arguments)
    with alone(options.receipts):
        receipts = chain(options.receipts)
        target = lockable(options.target)
        _refuse_other(receipts, target)
        try:
            done = removed(target, options.receipts, len(receipts) + 1, jobs=options.jobs)
        except StoreError as error:
            raise Refusal(
                say(
                    f"{error}\nThe `pulumi up` of withdraw takes the store's retention off; what somebody locked stays until its end. Mend the cause and give "
                    "the same command again",
                    f"{error}\nストアの保存期間は withdraw の pulumi up が外します。だれかがロックした版は期限まで残ります。原因を直し、同じコマンドをもう一度実行してください",
                )
            ) from None
        for one in done.left:
            print(say(f"{one}: not put by this move", f"{one}: この移行が置いたものではありません"))  # noqa: T201
        receipt = write(
            options.receipts,
            step="remove-records",
            source=target.place,
            counts={"removed": done.versions, "left": len(done.left)},
            tools=dict(target.tools),
            notes=tuple(done.left[:100]),
        )
    words = (
        f"{done.versions} versions removed, {len(done.left)} of others are left",
        f"{done.versions} 版を消しました。この移行のものでない版が {len(done.left)} 残っています",
    )
    print(f"{say(*words)}. {receipt.file}")  # noqa: T201
    return 1 if done.left else 0


def _refuse_other(receipts: Sequence[Receipt], target: Lockable) -> None:
    """Nothing is removed of a move that may still be made, nor from another store than the one that this move copied to."""
    if entered(receipts, Stage.WITHDRAW) is None:
        raise Refusal(
            say(
                "the move does not stand at withdraw: copies are removed only of a move that is given up (machikumo swap back, pulumi up)",
                "移行が withdraw の段階にありません。写しを消せるのは、移行を取りやめたとき(machikumo swap back と pulumi up の後)だけです",
            )
        )
    copies = [one for one in receipts if one.step == "copy-records"]
    if not copies or any(one.target != target.place for one in copies):
        raise Refusal(
            say(
                f"{target.place.name}: not the store that this move copied records to",
                f"{target.place.name}: この移行が記録を複写した先のストアではありません",
            )
        )
