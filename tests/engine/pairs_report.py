"""`python -m tests.engine.pairs_report [FILE]`: moves with large data between every two clouds, and the report of it (docs/moves.md).

Exit code: pytest's. The report says what ended well; a pair that did not has no figures.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

from operations.environment import ROOT
from tests.engine.all_pairs import OBJECTS, OCTETS, PEOPLE
from tests.engine.conftest import CLOUDS

MIB = 2**20
STEPS = ("follow", "copy-records", "finish", "verify", "verify-records")
HEAD = """# 十二の組の移行 / Moves between every two clouds

`python -m tests.engine.pairs_report docs/moves.md` がこの記録を書きます。本番の記入例を、本物のエンジンと手元のクラウドで構築し、データは PostgreSQL 15 のサーバ二つと、
moto(AWS、OCI)、Azurite、fake-gcs-server の間で移しました。**実際のクラウドでは動かしていません。** 全段階(`prepare` から `steady` まで)を通し、その間、窓口の客が一秒に
数十回書き続けます。「済み」は、確認の返った書込みがすべて一度ずつ移行先にあり、`verify` と `verify-records` に違いがなく、方針の違反も予期したもののほかにないことです。
停止時間は、移行元で止めてから移行先で最初の書込みが確認されるまで(二回の `up` を含む)。秒は、この機械でのほかの組との並行実行による目安です。

`python -m tests.engine.pairs_report docs/moves.md` wrote this: the production example through the real engine on the local clouds, its data between two PostgreSQL 15
servers and between moto (AWS, OCI), Azurite and fake-gcs-server. **None of it ran on a real cloud.** The whole way, from `prepare` to `steady`, while a client writes some
tens of times a second. "Kept" means: every acknowledged write is on the target, once; `verify` and `verify-records` find no difference; no rule is broken but those
that docs/swap.md names. Down is from the stop on the source to the first write acknowledged by the target, both `up`s included. Seconds are of two moves at a time on
this machine.
"""


def main(words: list[str]) -> int:
    """Run all, print or write the report."""
    with tempfile.TemporaryDirectory() as folder:
        pytest = [sys.executable, "-m", "pytest", "-n", "2", "-q", "tests/engine/all_pairs.py"]
        code = subprocess.run(pytest, cwd=ROOT, env={**os.environ, "MACHIKUMO_PAIRS": folder}, check=False).returncode
        found = [json.loads(path.read_text()) for path in Path(folder).glob("*.json")]
    report = HEAD + "\n" + "\n".join(_lines({(one["from"], one["to"]): one for one in found})) + "\n"
    if words:
        Path(words[0]).write_text(report, encoding="utf-8")
    else:
        print(report)  # noqa: T201
    return code


def _lines(found: Mapping[tuple[str, str], Mapping[str, Any]]) -> Iterator[str]:
    yield f"* Ended: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    yield f"* Machine: {os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    yield (
        f"* 移した量 / moved: {PEOPLE * 3:,} 行と tests/swap/municipal.sql / rows beside tests/swap/municipal.sql; {OBJECTS} "
        f"オブジェクト / objects of {OCTETS // 1000} kB, a quarter of them with a former version"
    )
    yield ""
    yield (
        "| から / from | へ / to | | データベース / database MiB | 確認された書込み / writes acknowledged | 停止 / down s | "
        + " | ".join(f"{step} s" for step in STEPS)
        + " |"
    )
    yield "| --- | --- | --- " + "| ---: " * (3 + len(STEPS)) + "|"
    for pair in permutations(CLOUDS, 2):
        yield "| " + " | ".join([*pair, *_cells(found.get(pair))]) + " |"
    yield ""
    yield f"済み / kept: {len(found)} of 12"


def _cells(one: Mapping[str, Any] | None) -> list[str]:
    if one is None:
        return ["**いいえ / no**", *[""] * (3 + len(STEPS))]
    took = [sum(seconds for step, seconds in one["took"] if step == wanted) for wanted in STEPS]
    writes = f"{one['rows']} rows, {one['objects']} objects"
    down = ", ".join(f"{seconds:.0f}" for seconds in one["down"])
    return [
        "済み / kept",
        f"{one['database'] / MIB:.0f}",
        writes,
        down,
        *(f"{seconds:.1f}" for seconds in took),
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
