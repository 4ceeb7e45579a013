"""How fast `machikumo check` is: `python -m tests.benchmarks.check_speed [STATE…]` (without: the states that the demo left).

Each state's resources are copied under other names until there are 500, then 5,000, in one file: far more than one stack should hold,
so that whatever grows with the square shows. Prints, for each, CPU seconds and peak memory of the command in a process of its own, and
the growth of the time for ten times the resources; and how long the command takes to start. The targets: under 5 s and 500 MB at
5,000 resources, growth at most 11, start under 0.5 s.
"""

import json
import os
import re
import statistics
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from operations.environment import PRIVATE

SMALL, LARGE = 500, 5000
RUNS = 3
NAME = re.compile(r"[A-Za-z0-9_.\-]+")
NAMED_BY = ("arn", "name", "selfLink", "email", "bucket", "keyId", "principalId", "member", "uniqueId", "vaultUri")
"""Outputs by which other resources may name a resource: each copy gets its own."""


def estate(state: Mapping[str, Any], count: int) -> dict[str, Any]:
    """A state of `count` resources."""
    entries = state["deployment"]["resources"]
    shared = [entry for entry in entries if entry["type"].startswith("pulumi:")]
    own = [entry for entry in entries if not entry["type"].startswith("pulumi:")]
    names = {name for entry in own for name in _names(entry)}
    text = NAME.sub(lambda found: f"{found[0]}@@@" if found[0] in names else found[0], json.dumps(own))
    made = list(shared)
    while len(made) < count:
        made += json.loads(text.replace("@@@", f"-{len(made)}"))
    return {"version": 3, "deployment": {"manifest": {}, "resources": made[:count]}}


def _names(entry: Mapping[str, Any]) -> set[str]:
    outputs = entry.get("outputs") or {}
    texts = [entry["urn"], entry.get("id"), *(outputs.get(key) for key in NAMED_BY)]
    last = [NAME.findall(text)[-1:] for text in texts if isinstance(text, str)]
    return {word for words in last for word in words if len(word) > len("name-") and "." not in word}


def measured(*words: str) -> tuple[float, float]:
    """CPU seconds and peak memory in MB of `machikumo check WORDS`, the median of some runs."""
    program = str(Path(sys.prefix) / "bin" / "machikumo")
    found = []
    for _ in range(RUNS):
        child = os.posix_spawn(
            program,
            [program, "check", *words],
            os.environ,
            file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
        )
        _, _, used = os.wait4(child, 0)
        found.append((used.ru_utime + used.ru_stime, used.ru_maxrss / 1024))
    return statistics.median(seconds for seconds, _ in found), max(memory for _, memory in found)


def main() -> None:
    paths = [Path(word) for word in sys.argv[1:]] or sorted((PRIVATE / "demo").glob("*.json"))
    if not paths:
        sys.exit("no states: name some, or run ./machikumo demo first")
    print(f"start: {measured('--help')[0]:.2f} s CPU")
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            rows = []
            for count in (SMALL, LARGE):
                file = Path(folder) / f"{count}.json"
                file.write_text(json.dumps(estate(json.loads(path.read_text()), count)))
                rows.append(measured(str(file)))
            (small, _), (large, memory) = rows
            print(
                f"{path.stem}: {SMALL} resources {small:.2f} s CPU, {LARGE} {large:.2f} s, growth {large / small:.1f}, {memory:.0f} MB"
            )


if __name__ == "__main__":
    main()
