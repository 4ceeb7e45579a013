"""`machikumo swap lock-records`: copied records are locked as long as what is put into their store from then on is kept."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from operations.swap.copying import alone
from operations.swap.gate import entered
from operations.swap.lockable import Lockable
from operations.swap.locking import lock, unlocked
from operations.swap.manifest import FILE
from operations.swap.receipts import Receipt, chain, write
from operations.swap.refusal import Refusal
from operations.swap.stores import lockable
from operations.swap.way_back import directed
from operations.wording import say
from stacks.settings import Stage

__all__ = ["main", "parser"]


def main(arguments: Sequence[str]) -> int:
    """Lock, read every version again, write the receipt; exit code 0 all are locked, 1 some are not, 2 refused."""
    options = _parser().parse_args(arguments)
    with alone(options.receipts):
        receipts = chain(options.receipts)
        target = lockable(options.target)
        _refuse_too_early(receipts, target)
        binding = _binding(target, options.days)
        manifest, now = directed(options.receipts, receipts, None, target), datetime.now(UTC)
        done = lock(target, manifest, binding, now=now, jobs=options.jobs)
        left = list(unlocked(target, manifest, binding, now=now, jobs=options.jobs))
        for one in left:
            print(one, flush=True)  # noqa: T201
        receipt = write(
            options.receipts,
            step="lock-records",
            source=target.place,
            counts={"bound": done.bound, "before": done.before, "ended": done.ended, "unlocked": len(left)},
            hashes={"manifest": sha256((options.receipts / FILE).read_bytes()).hexdigest()},
            tools=dict(target.tools),
            notes=tuple(left[:100]),
        )
    words = (
        f"{done.bound} versions locked, {done.before} were before, {done.ended} need none any more, {len(left)} are not locked",
        f"{done.bound} 版をロックしました。すでにロック済み {done.before}、期限の過ぎたもの {done.ended}、ロックされていないもの {len(left)}",
    )
    print(f"{say(*words)}. {receipt.file}")  # noqa: T201
    return 1 if left else 0


def _binding(target: Lockable, days: int | None) -> timedelta:
    """For how long the store keeps what is put there, as it says itself, or as somebody says where it does not."""
    told = target.binding()
    if told is None and target.tells:
        raise Refusal(
            say(
                f"{target.place.name}: what is put there is not locked, so nothing says how long a copy has to be. Run pulumi up of the stage "
                "settle first; a store without retention by object (OCI) needs the decision records-not-locked",
                f"{target.place.name}: ここに置かれるものはロックされないため、写しをいつまでロックするか決まりません。先に settle の pulumi up をします。"
                "オブジェクトごとの保存期間を持たないストア(OCI)では、決定 records-not-locked が要ります",
            )
        )
    if told is None and not target.locks:
        raise Refusal(
            say(
                f"{target.place.name}: its versions can have no retention of their own: nothing can be locked there",
                f"{target.place.name}: 版ごとの保存期間を持てないコンテナーで、何もロックできません",
            )
        )
    if (told is None) is (days is None):
        raise Refusal(
            say(
                f"{target.place.name} says for how long it keeps what is put there ({told}): leave --days out"
                if told
                else f"{target.place.name} does not say for how long it keeps what is put there: give --days, the stack's machikumo:retention_days",
                f"{target.place.name} は置かれるものの保存期間を答えます({told})。--days は書きません"
                if told
                else f"{target.place.name} は置かれるものの保存期間を答えません。--days にスタックの machikumo:retention_days を書きます",
            )
        )
    return told or timedelta(days=days or 0)


def _refuse_too_early(receipts: Sequence[Receipt], target: Lockable) -> None:
    """A copy that may still be given up is not locked for years; nor is another store than the one that the records went to."""
    if entered(receipts, Stage.SETTLE) is None:
        raise Refusal(
            say(
                "the move does not stand at settle: before the target serves its copies may be given up, and stay unlocked",
                "移行が settle の段階にありません。移行先が稼働するまでは取りやめられるよう、写しをロックしません",
            )
        )
    copied = next((one for one in reversed(receipts) if one.step == "copy-records"), None)
    if copied is None or copied.target != target.place:
        raise Refusal(
            say(
                f"{target.place.name}: no receipt says that the records were copied there",
                f"{target.place.name}: ここへ記録を複写したという記録がありません",
            )
        )


def parser(step: str, english: str, japanese: str) -> argparse.ArgumentParser:
    """A parser with --target, --receipts and --jobs, for what is done to copied records."""
    made = argparse.ArgumentParser(prog=f"machikumo swap {step}", description=say(english, japanese))
    named = say("where the records went, named as for copy-records", "記録の移行先。書き方は copy-records と同じ")
    made.add_argument("--target", required=True, metavar="STORE", help=named)
    folder = say("the move's folder of receipts (outside the checkout)", "移行の記録のフォルダ(チェックアウトの外)")
    made.add_argument("--receipts", required=True, type=Path, metavar="FOLDER", help=folder)
    made.add_argument("--jobs", type=int, default=8, help=say("objects at once (default 8)", "同時に扱う数(既定 8)"))
    return made


def _parser() -> argparse.ArgumentParser:
    text = (
        "Locks copied records in the stage settle, as what is put into their store from then on: nobody can shorten it, and it ends never before "
        "the source's. Can be killed and given again. Exit code: 0 all are locked, 1 some are not, 2 refused.",
        "settle の段階で、複写した記録を、その後に置かれるものと同じようにロックします。だれも短縮できず、期限は移行元より早くなりません。"
        "途中で止めて、もう一度実行できます。終了コード: 0 すべてロック済み、1 ロックされていないものがある、2 実行できない。",
    )
    made = parser("lock-records", *text)
    days = say(
        "for how long the store keeps what is put there, where it does not say so (Azure)",
        "置かれるものの保存日数。ストアが答えないとき(Azure)だけ",
    )
    made.add_argument("--days", type=_days, metavar="N", help=days)
    return made


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(
            say(f"'{text}': a number of days, 1 or more", f"「{text}」: 1 以上の日数を書きます")
        )
    return int(text)
