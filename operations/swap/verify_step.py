"""`machikumo swap verify`: whether two PostgreSQL databases are the same, as the servers themselves compute it."""

from collections.abc import Sequence
from pathlib import Path

from operations.swap.closures import described_before
from operations.swap.connection import connected, place, reading
from operations.swap.decisions import read_decisions, settled
from operations.swap.ends import parser
from operations.swap.fingerprint import Fingerprint, compared
from operations.swap.following_losses import found_finishing
from operations.swap.hashing import hashing
from operations.swap.losses import unexplained
from operations.swap.progress import Progress
from operations.swap.receipts import chain, write
from operations.swap.whole_file import put
from operations.wording import say


def main(arguments: Sequence[str]) -> int:
    """Compare, print every difference, write the receipt; exit code 0 the same, 1 differences, 2 refused."""
    made = parser(
        "verify",
        "Compares two PostgreSQL databases and names every difference that no decision accepts. Reads only. Exit code: 0 the same, 1 differences, 2 refused.",
        "二つの PostgreSQL データベースを比べ、承認済みの損失によらない違いをすべて示します。読むだけです。終了コード: 0 同じ、1 違いあり、2 実行できない。",
        jobs=True,
    )
    options = made.parse_args(arguments)
    decisions = read_decisions(options.decisions)
    jobs = options.jobs
    with (
        Progress(options.receipts, "verify") as progress,
        reading(options.source) as here,
        reading(options.target) as there,
        hashing(
            options.source,
            here,
            jobs=jobs,
            known=described_before(here, chain(options.receipts)),
            progress=progress,
        ) as one,
        hashing(options.target, there, jobs=jobs, progress=progress) as other,
    ):
        source, target = place(here), place(there)
        ours, theirs = one.whole(), other.whole()
        differences = compared(ours, theirs)
        if differences and decisions:
            # What was accepted is looked for on the source only where something has to be explained.
            with connected(options.target) as losing:
                losses = found_finishing(here, ours, losing)
            differences = unexplained(differences, settled(losses, decisions)[0])
    for difference in differences:
        print(difference)  # noqa: T201
    receipt = write(
        options.receipts,
        step="verify",
        source=source,
        target=target,
        counts={**ours.counts, "differences": len(differences)},
        hashes=kept(options.receipts, source=ours, target=theirs),
        tools={"source-server": str(ours.server), "target-server": str(theirs.server)},
        notes=tuple(f"{one.kind} {one.name}" + (f" ({one.property})" if one.property else "") for one in differences),
    )
    total = ours.counts["rows-total"]
    print(  # noqa: T201
        say(
            f"{len(ours.objects['rows'])} tables, {total} rows: {len(differences)} differences. Receipt: {receipt.file}",
            f"{len(ours.objects['rows'])} 表、{total} 行: 違い {len(differences)} 件。記録: {receipt.file}",
        )
    )
    return 1 if differences else 0


def kept(folder: Path, **fingerprints: Fingerprint) -> dict[str, str]:
    """Keep fingerprints beside the receipts, as HASH.fingerprint; return their hashes by the names given."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in fingerprints.values():
        put(folder, f"{one.hash}.fingerprint", one.canonical(), anew=True)
    return {name: one.hash for name, one in fingerprints.items()}
