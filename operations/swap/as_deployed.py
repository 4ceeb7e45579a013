"""A stack as it would be once deployed: the real program, in a process for each cloud, without engine, account or network."""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from operations.example import IMAGE
from operations.swap.refusal import Refusal
from operations.wording import say
from stacks.settings import Cloud

__all__ = ["Deployed", "Values", "as_deployed", "steady"]

Values = Mapping[str, object]
"""A stack's settings, without namespace."""


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """`entries` as an exported state has them. `refused`: a resource (and its property), and why the cloud would not have it."""

    entries: list[Any]
    refused: tuple[tuple[str, str], ...]


def steady(values: Values, **changed: object) -> Values:
    """The settings as a side has them when it serves and no move is under way, secrets without their values.

    Where no image was pushed yet, one stands for it: a side without an application would be held against nothing.
    """
    kept = {key: value for key, value in {**values, **changed}.items() if not key.startswith("swap_")}
    sealed = {key: {"secure": ""} if _sealed(value) else value for key, value in kept.items()}
    return {**sealed, "image": sealed.get("image") or IMAGE}


def as_deployed(asked: Sequence[tuple[Cloud, Values]]) -> list[Deployed]:
    """Each stack's resources on its cloud, in the order asked for. The settings have to be such as that cloud takes.

    One process for each cloud, since loading a cloud's SDK takes longer than all else; they run side by side. Raises Refusal where one fails.
    """
    clouds = list(dict.fromkeys(cloud for cloud, _ in asked))
    listed = [[values for on, values in asked if on == cloud] for cloud in clouds]
    with ThreadPoolExecutor(len(clouds) or 1) as threads:
        answers = dict(zip(clouds, map(iter, threads.map(run, clouds, listed)), strict=True))
    return [next(answers[cloud]) for cloud, _ in asked]


def run(cloud: Cloud, values: Sequence[Values]) -> Iterable[Deployed]:
    """Ask the program (stacks/foreseen.py): operations import no components, no cloud's SDK and no sandbox."""
    program = [sys.executable, "-P", "-m", "stacks.foreseen", str(cloud)]
    given = json.dumps(list(values), default=str)
    ran = subprocess.run(program, input=given, capture_output=True, text=True, check=False)  # noqa: S603
    if ran.returncode:
        said = ran.stderr.strip().rpartition("\n")[2]
        raise Refusal(
            say(
                f"what the stack would be on {cloud} can't be told: {said}",
                f"{cloud} に構築したときの姿を求められません: {said}",
            )
        )
    return [
        Deployed(entries=one["entries"], refused=tuple((name, why) for name, why in one["refused"]))
        for one in json.loads(ran.stdout)
    ]


def _sealed(value: object) -> bool:
    return isinstance(value, Mapping) and set(value) == {"secure"}
