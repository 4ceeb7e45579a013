"""`machikumo swap copy-records`: the records in an object store to another one, with their former versions."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from operations.swap.check_source_step import told
from operations.swap.copying import alone
from operations.swap.decisions import read_decisions
from operations.swap.limit import add_limit
from operations.swap.progress import Progress
from operations.swap.receipts import chain, write
from operations.swap.record_losses import accepting, foreseen
from operations.swap.records import carry
from operations.swap.stores import opened
from operations.swap.way_back import directed
from operations.wording import say

__all__ = ["main", "parser"]


def main(arguments: Sequence[str]) -> int:
    """Copy what is not there yet, write the receipt; exit code 0 done, 1 a loss is open and nothing was written, 2 refused."""
    made = parser(
        "copy-records",
        "Copies an object store to another one: every version, metadata, tags, retention. The source may serve; "
        "can be killed and given again. Exit code: 0 done, 1 a loss is open and nothing was written, 2 refused.",
        "オブジェクトストアを別のストアへ複写します: すべての版、メタデータ、タグ、保存期間。移行元は動いていてかまいません。"
        "途中で止めて、もう一度実行できます。終了コード: 0 済み、1 未承認の損失があり何も書いていない、2 実行できない。",
    )
    add_limit(made)
    options = made.parse_args(arguments)
    decisions = read_decisions(options.decisions)
    with alone(options.receipts):
        receipts = chain(options.receipts)
        source, target = opened(options.source), opened(options.target)
        manifest = directed(options.receipts, receipts, source, target, copying=True)
        before = foreseen(source, target, manifest, jobs=options.jobs)
        accepted, left = told(before.losses, decisions)
        if left:
            return 1
        with Progress(options.receipts, "copy-records") as progress:
            progress.more(before.keys)
            done = carry(
                source,
                target,
                manifest,
                jobs=options.jobs,
                accepts=accepting(decisions),
                progress=progress,
                limit=options.limit,
            )
        receipt = write(
            options.receipts,
            step="copy-records",
            source=source.place,
            target=target.place,
            counts={"keys": done.keys, "versions": done.versions, "bytes": done.octets, "left-out": before.former},
            tools={**source.tools, **target.tools},
            notes=tuple(f"{one.kind} {one.name}" for one in accepted),
        )
    words = (
        f"{done.keys} objects; {done.versions} versions, {done.octets} bytes written",
        f"オブジェクト {done.keys} 件。{done.versions} 版、{done.octets} バイトを書きました",
    )
    print(f"{say(*words)}. {receipt.file}")  # noqa: T201
    return 0


def parser(step: str, english: str, japanese: str) -> argparse.ArgumentParser:
    """A parser with --source, --target, --receipts, --decisions and --jobs."""
    made = argparse.ArgumentParser(
        prog=f"machikumo swap {step}",
        description=say(english, japanese),
        epilog=say(
            "A store is PROFILE/BUCKET (S3: AWS, OCI), azure:ACCOUNT/CONTAINER or gcs:BUCKET. Credentials come from the clouds' own files and "
            "environment variables: docs/swap.md.",
            "ストアは プロファイル名/バケット名(S3: AWS、OCI)、azure:アカウント名/コンテナー名、gcs:バケット名 のどれかです。"
            "資格情報は各クラウドのファイルと環境変数から読みます(docs/swap.md)。",
        ),
    )
    made.add_argument("--source", required=True, metavar="STORE", help=say("the store that is moved", "移す元のストア"))
    made.add_argument("--target", required=True, metavar="STORE", help=say("where it goes", "移す先のストア"))
    text = say("the move's folder of receipts (outside the checkout)", "移行の記録のフォルダ(チェックアウトの外)")
    made.add_argument("--receipts", required=True, type=Path, metavar="FOLDER", help=text)
    text = say("the accepted losses (TOML)", "認めた損失(TOML)")
    made.add_argument("--decisions", type=Path, metavar="FILE", help=text)
    text = say(
        "objects at once (default 8); a comparison looks at twice as many", "同時に扱う数(既定 8)。照合ではその二倍です"
    )
    made.add_argument("--jobs", type=int, default=8, help=text)
    return made
