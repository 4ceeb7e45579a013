"""Seconds of preview and up on the sandbox, per cloud, and what the policy pack adds.

Run by hand: `.machikumo/venv/bin/python tests/benchmarks/engine_seconds.py`. Ratios are to AWS without the pack; the pack's cost is
printed as milliseconds per resource (the start of its process included, which is most of it) and as a ratio to the same preview
without it; the last column is the judgement alone, on the exported state.
"""

import statistics
import tempfile
import time
from pathlib import Path

from operations.environment import engine_folder
from operations.example import example
from operations.sandbox_process import running_sandbox
from policies.state import judge_state

CLOUDS = ("aws", "azure", "gcp", "oci")
STACK = "011002-resident-record-production"
RUNS = 3


def main() -> None:
    engine = engine_folder()
    baseline: dict[str, float] = {}
    print("cloud  resources  preview s (ratio)  up s (ratio)  pack ms/resource (ratio)  judging ms/resource")
    for cloud in CLOUDS:
        with tempfile.TemporaryDirectory() as scratch, running_sandbox(Path(scratch) / "cloud") as ports:
            bare = example(
                STACK, cloud=cloud, folder=Path(scratch) / "bare", engine=engine, ports=ports, policies=False
            )
            judged = example(STACK, cloud=cloud, folder=Path(scratch) / "judged", engine=engine, ports=ports)
            pairs = [(bare.preview(), judged.preview()) for _ in range(RUNS)]
            up = bare.up("--skip-preview").seconds
            state = bare.export()
            judge_state(state)  # patterns compiled, rules indexed
            started = time.perf_counter()
            judge_state(state)
            judging = time.perf_counter() - started
        resources = pairs[0][0].changes["create"]
        preview = statistics.median(without.seconds for without, _ in pairs)
        added = statistics.median(with_pack.seconds - without.seconds for without, with_pack in pairs)
        ratio = statistics.median(with_pack.seconds / without.seconds for without, with_pack in pairs)
        baseline = baseline or {"preview": preview, "up": up}
        print(
            f"{cloud:<6} {resources:>9}  {preview:6.1f} ({preview / baseline['preview']:.2f})  "
            f"{up:6.1f} ({up / baseline['up']:.2f})  {added / resources * 1000:6.1f} ({ratio:.2f})  {judging / resources * 1000:6.2f}"
        )


if __name__ == "__main__":
    main()
