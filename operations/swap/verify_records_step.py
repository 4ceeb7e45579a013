"""`machikumo swap verify-records`: whether two object stores hold the same records, read whole on both sides."""

from collections.abc import Sequence
from hashlib import sha256

from operations.swap.copy_records_step import parser
from operations.swap.decisions import read_decisions
from operations.swap.manifest import FILE
from operations.swap.progress import Progress
from operations.swap.receipts import chain, write
from operations.swap.record_comparison import compare
from operations.swap.record_losses import accepting
from operations.swap.stores import opened
from operations.swap.way_back import directed
from operations.wording import say


def main(arguments: Sequence[str]) -> int:
    """Compare, print every difference, write the receipt; exit code 0 the same, 1 differences, 2 refused."""
    options = parser(
        "verify-records",
        "Compares two object stores, version by version: bytes, metadata, tags, retention. Reads only. Exit code: 0 the same, 1 differences, 2 refused.",
        "二つのオブジェクトストアを版ごとに比べます: 内容、メタデータ、タグ、保存期間。読むだけです。終了コード: 0 同じ、1 違いあり、2 実行できない。",
    ).parse_args(arguments)
    accepts = accepting(read_decisions(options.decisions))
    source, target = opened(options.source), opened(options.target)
    manifest = directed(options.receipts, chain(options.receipts), source, target)
    differences = []
    with Progress(options.receipts, "verify-records") as progress:
        progress.more(len(manifest.keys))
        for one in compare(source, target, manifest, jobs=options.jobs, accepts=accepts, progress=progress):
            print(one, flush=True)  # noqa: T201
            differences.append(one)
    receipt = write(
        options.receipts,
        step="verify-records",
        source=source.place,
        target=target.place,
        counts={"keys": len(manifest.keys), "differences": len(differences)},
        hashes={"manifest": sha256((options.receipts / FILE).read_bytes()).hexdigest()} if manifest.keys else {},
        tools={**source.tools, **target.tools},
        notes=tuple(differences[:100]),
    )
    words = (
        f"{len(manifest.keys)} objects: {len(differences)} differences",
        f"オブジェクト {len(manifest.keys)} 件: 違い {len(differences)} 件",
    )
    print(f"{say(*words)}. {receipt.file}")  # noqa: T201
    return 1 if differences else 0
