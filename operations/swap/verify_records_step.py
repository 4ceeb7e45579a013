"""`machikumo swap verify-records`: whether two object stores hold the same records."""

from collections.abc import Collection, Sequence

from operations.swap.copy_records_step import parser
from operations.swap.decisions import read_decisions
from operations.swap.progress import Progress
from operations.swap.receipts import Place, Receipt, chain, write
from operations.swap.record_comparison import Altered, compare
from operations.swap.record_losses import accepting
from operations.swap.stores import opened
from operations.swap.way_back import directed
from operations.wording import say

WHOLE = "the bytes of both stores were read whole"
LISTED = "source bytes that were read for the copy, and of which the source's list says the same as then, were not read again"
SINCE = "bytes that an earlier comparison found the same were not read again, on neither side"


def main(arguments: Sequence[str]) -> int:
    """Compare, print every difference, write the receipt; exit code 0 the same, 1 differences, 2 refused."""
    made = parser(
        "verify-records",
        "Compares two object stores, version by version: bytes, metadata, tags, retention. The bytes of the source, read whole for the copy, are read "
        "again where its list says something else of them. Reads only. Exit code: 0 the same, 1 differences, 2 refused.",
        "二つのオブジェクトストアを版ごとに比べます: 内容、メタデータ、タグ、保存期間。複写のときに全部読んだ移行元の内容は、一覧の示すものが変わったときだけ"
        "読み直します。読むだけです。終了コード: 0 同じ、1 違いあり、2 実行できない。",
    )
    text = say(
        "do not read again the bytes that an earlier comparison of this folder found the same in versions that are still there; all else is read",
        "このフォルダの以前の照合で同じと分かり、今もある版の内容は読み直しません(それ以外はすべて読みます)",
    )
    reads = made.add_mutually_exclusive_group()
    reads.add_argument("--since-last", action="store_true", help=text)
    text = say("read the bytes of both stores whole, all of them", "両側のすべての内容を読みます")
    reads.add_argument("--whole", action="store_true", help=text)
    options = made.parse_args(arguments)
    accepts = accepting(read_decisions(options.decisions))
    source, target = opened(options.source), opened(options.target)
    receipts = chain(options.receipts)
    proofs = _proofs(receipts, {source.place, target.place}) if options.since_last else ()
    manifest = directed(options.receipts, receipts, source, target, proofs=proofs)
    differences = []
    with Progress(options.receipts, "verify-records") as progress:
        progress.more(len(manifest.keys))
        found = compare(
            source, target, manifest, jobs=options.jobs, accepts=accepts, progress=progress, whole=options.whole
        )
        for one in found:
            print(one, flush=True)  # noqa: T201
            differences.append(one)
    receipt = write(
        options.receipts,
        step="verify-records",
        source=source.place,
        target=target.place,
        counts={
            "keys": len(manifest.keys),
            "differences": len(differences),
            "altered": sum(isinstance(one, Altered) for one in differences),
        },
        hashes={"manifest": manifest.sha256} if manifest.keys else {},
        tools={**source.tools, **target.tools},
        notes=(WHOLE if options.whole else LISTED, *([SINCE] if options.since_last else []), *differences[:100]),
    )
    words = (
        f"{len(manifest.keys)} objects: {len(differences)} differences",
        f"オブジェクト {len(manifest.keys)} 件: 違い {len(differences)} 件",
    )
    print(f"{say(*words)}. {receipt.file}")  # noqa: T201
    return 1 if differences else 0


def _proofs(receipts: Sequence[Receipt], ends: Collection[Place]) -> frozenset[str]:
    """The manifest's hashes at the comparisons of these two stores that found no byte altered, in either direction."""
    return frozenset(
        one.hashes["manifest"]
        for one in receipts
        if one.step == "verify-records" and one.counts.get("altered") == 0 and {one.source, one.target} == ends
        if "manifest" in one.hashes
    )
