"""`machikumo swap describe-records`: tags, legal holds and longer retention that the source got since its records were copied."""

from collections.abc import Sequence

from operations.swap.copy_records_step import parser
from operations.swap.copying import alone
from operations.swap.decisions import read_decisions
from operations.swap.describing import describe
from operations.swap.progress import Progress
from operations.swap.receipts import chain, write
from operations.swap.record_losses import accepting
from operations.swap.stores import lockable, opened
from operations.swap.way_back import directed
from operations.wording import say


def main(arguments: Sequence[str]) -> int:
    """Carry them, write the receipt; exit code 0 nothing is left, 1 something can't be changed on a version that lies there, 2 refused."""
    options = parser(
        "describe-records",
        "Carries what describes copied records and was changed on the source since: tags, legal holds, longer retention; on Google Cloud metadata, "
        "too. No byte is carried and no version removed. Can be killed and given again. Exit code: 0 nothing is left, 1 something can't be changed, 2 refused.",
        "複写した後に移行元で変わったものを移します: タグ、訴訟ホールド、延びた保存期間(Google Cloud ではメタデータも)。内容は移さず、版も消しません。"
        "途中で止めて、もう一度実行できます。終了コード: 0 残りなし、1 変えられないものがある、2 実行できない。",
    ).parse_args(arguments)
    accepts = accepting(read_decisions(options.decisions))
    with alone(options.receipts), Progress(options.receipts, "describe-records") as progress:
        source, target, receipts = opened(options.source), lockable(options.target), chain(options.receipts)
        manifest = directed(options.receipts, receipts, source, target)
        progress.more(len(manifest.keys))
        found = []
        for one in describe(source, target, manifest, jobs=options.jobs, accepts=accepts, progress=progress):
            for name in one.differed:
                left = say("can't be changed there", "移行先では変えられません")
                print(f"{one.name}: {name}" + (f": {left}" if name in one.left else ""), flush=True)  # noqa: T201
            found.append(one)
        left_over = [f"{one.name}: {name}" for one in found for name in one.left]
        receipt = write(
            options.receipts,
            step="describe-records",
            source=source.place,
            target=target.place,
            counts={"versions": len(found), "left": len(left_over)},
            tools={**source.tools, **target.tools},
            notes=tuple(left_over[:100]),
        )
    words = (
        f"{len(found)} versions were described in another way, {len(left_over)} differences are left",
        f"説明の違う版は {len(found)}、残る違いは {len(left_over)} 件です",
    )
    print(f"{say(*words)}. {receipt.file}")  # noqa: T201
    return 1 if left_over else 0
