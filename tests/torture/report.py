"""What a series came to, written for people: what was run, on what, and what did not hold."""

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

Result = Mapping[str, Any]
"""`kind` (kill or sequence), `cloud`, `what` (the kill's number or the sequence's seed), `said` (the kill, or the steps), `fault` (empty: all held), `seconds`."""

HEAD: Final = """# Kills and random sequences / 強制終了と無作為な操作列

`./machikumo sandbox torture` wrote this: the production example through Pulumi's real engine, on the local clouds. Nothing of it ran on a
real account.

* A **kill point**: an `up` is killed (`kill -9` of the engine and all its processes) before, during or after a call to the cloud,
  recovered as [recovery.md](recovery.md) says, and ended by another `up`. Kept means: nothing orphaned, doubled or lost (the cloud's books
  against the engine's state, entry by entry), no operation pending, nothing protected made anew, and a preview without changes.
* A **sequence**: random steps from a seed: a setting changed, an `up` on a failing cloud, an `up` killed, something changed by hand. Kept
  means the same after every recovery, and every promise kept or declared after every `up` that succeeded.

本書は `./machikumo sandbox torture` が書きます。本番の例を、Pulumi の本物のエンジンで手元のクラウドに構築したもので、実際のアカウントでは
動かしていません。強制終了は [recovery.md](recovery.md) の手順で復旧します。
"""


def machine(engine: str) -> str:
    """The machine in one line: cores, memory, system, engine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = f"Python {platform.python_version()}, Pulumi engine {engine}"
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}, {versions}"


def written(results: Sequence[Result], *, asked: str, engine: str, ended: datetime) -> str:
    """The whole report of what was run so far; `asked`: what was to be run."""
    clouds = list(dict.fromkeys(one["cloud"] for one in results))
    lines = [
        HEAD,
        f"* Ended: {ended:%Y-%m-%d %H:%M} UTC",
        f"* Machine: {machine(engine)}",
        f"* Asked for: {asked}. Run so far: {_counted(results)}",
        "",
        "| cloud | kill points kept | sequences kept | first and last seed | steps | minutes |",
        "| --- | --- | --- | --- | --- | --- |",
        *(_row(cloud, [one for one in results if one["cloud"] == cloud]) for cloud in clouds),
        "",
    ]
    failed = [one for one in results if one["fault"]]
    lines.append(f"Not kept: {len(failed)}")
    for one in failed:
        lines += [
            "",
            f"* {one['cloud']}, `{again(one)}`:",
            *(f"  {said}" for said in one["said"]),
            f"  → {one['fault']}",
        ]
    return "\n".join([*lines, *_points(results)]) + "\n"


def _counted(results: Sequence[Result]) -> str:
    kills = sum(one["kind"] == "kill" for one in results)
    return f"{kills} kill points, {len(results) - kills} sequences"


def again(one: Result) -> str:
    """The command that repeats one result."""
    return f"./machikumo sandbox torture --clouds {one['cloud']} --only {one['kind']}:{one['what']}"


def _row(cloud: str, results: Sequence[Result]) -> str:
    kinds = {kind: [one for one in results if one["kind"] == kind] for kind in ("kill", "sequence")}
    kept = {kind: f"{sum(not one['fault'] for one in some)} of {len(some)}" for kind, some in kinds.items()}
    seeds = sorted(one["what"] for one in kinds["sequence"])
    steps = sum(len(one["said"]) for one in kinds["sequence"])
    minutes = sum(one["seconds"] for one in results) / 60
    span = f"{seeds[0]} to {seeds[-1]}" if seeds else "-"
    return f"| {cloud} | {kept['kill']} | {kept['sequence']} | {span} | {steps} | {minutes:.0f} |"


def _points(results: Sequence[Result]) -> list[str]:
    """Where a kill point is another one on some clouds (one asks nothing first, say), with their names."""
    points: dict[int, dict[str, list[str]]] = {}
    for one in results:
        if one["kind"] == "kill":
            points.setdefault(one["what"], {}).setdefault(one["said"][0], []).append(one["cloud"])
    lines = [f"{number}. {_ways(ways)}" for number, ways in sorted(points.items())]
    return ["", "## Kill points", "", *lines] if lines else []


def _ways(ways: Mapping[str, Sequence[str]]) -> str:
    if len(ways) == 1:
        return next(iter(ways))
    return "; ".join(f"{said} ({', '.join(on)})" for said, on in ways.items())
