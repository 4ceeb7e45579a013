"""A database as pg_dump's directory: written from one moment of the source, read back into the target, its errors never passed over."""

import ctypes
import os
import re
import signal
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from operations.swap.connection import APPLICATION
from operations.swap.losses import Loss
from operations.swap.refusal import Refusal
from operations.swap.relay import Way
from operations.swap.tools import folder_with, version
from operations.wording import say

__all__ = ["Archive", "ToolError"]

ENTRY = re.compile(r"\d+; (\d+) (\d+) (.*)")
"""A line of pg_restore --list: number; class and oid of the catalogue; description, schema, tag, owner."""

PR_SET_PDEATHSIG = 1


class ToolError(Refusal):
    """pg_dump or pg_restore ended with an error; its words are the message."""


@dataclass(frozen=True, kw_only=True)
class Archive:
    """The dump in `folder`, which does not exist before `dump`."""

    folder: Path
    jobs: int

    @property
    def tools(self) -> dict[str, str]:
        """The versions of the programs used."""
        return {name: version(_program(name)) for name in ("pg_dump", "pg_restore")}

    def dump(self, way: Way, snapshot: str) -> None:
        """Write the database as the snapshot has it."""
        words = ["--format=directory", f"--jobs={self.jobs}", f"--snapshot={snapshot}", "--compress=1"]
        _run("pg_dump", [*words, f"--file={self.folder}", f"--dbname={way.through}"], way.environment, at=way.given)

    def restore(self, target: str, left_out: Iterable[Loss]) -> int:
        """Fill the empty database `target`; return how many entries were left out. The first error ends it."""
        losses = tuple(left_out)
        kept, omitted = list[str](), 0
        for line in self._entries():
            if any(_concerns(line, loss) for loss in losses):
                omitted += 1
            else:
                kept.append(line)
        chosen = self._chosen("restored", kept)
        words = ["--exit-on-error", "--no-tablespaces", f"--jobs={self.jobs}", f"--use-list={chosen}"]
        _run("pg_restore", [*words, f"--dbname={target}", str(self.folder)], at=target)
        return omitted

    def _entries(self) -> list[str]:
        listed = _run("pg_restore", ["--list", str(self.folder)], at=str(self.folder))
        return [line for line in listed.splitlines() if ENTRY.match(line)]

    def _chosen(self, name: str, lines: Sequence[str]) -> Path:
        path = self.folder.with_name(f"{self.folder.name}.{name}")
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return path


def _concerns(line: str, loss: Loss) -> bool:
    found = ENTRY.match(line)
    assert found is not None
    entry = int(found[1]), int(found[2])
    if entry in loss.omits:
        return entry[0] != 0 or found[3].startswith("MATERIALIZED VIEW DATA ")
    return bool(loss.omits_comment) and found[3].startswith(f"COMMENT {loss.omits_comment} ")


def _program(name: str) -> Path:
    return folder_with("pg_dump", "pg_restore") / name


def _run(program: str, words: Sequence[str], environment: Mapping[str, str] = MappingProxyType({}), *, at: str) -> str:
    """What it printed. It dies with this process, kill -9 included: no half copy goes on behind the next run's back."""
    done = subprocess.run(  # noqa: S603
        [_program(program), "--no-password", *words] if program == "pg_dump" else [_program(program), *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        env={**os.environ, **environment, "PGAPPNAME": APPLICATION, "LC_MESSAGES": os.environ.get("LANG", "C")},
        preexec_fn=_dies_with_its_parent,
    )
    if done.returncode != 0:
        # Who is killed says nothing.
        told = done.stderr.decode("utf-8", "replace").strip() or _ended(-done.returncode)
        raise ToolError(
            say(
                f"{program} failed ({at}):\n{told}\nMend the cause and give the same command again",
                f"{program} が失敗しました({at}):\n{told}\n原因を直し、同じコマンドをもう一度実行してください",
            )
        )
    return done.stdout.decode("utf-8")


def _ended(number: int) -> str:
    name = signal.Signals(number).name if number in set(signal.Signals) else str(-number)
    return say(f"ended by {name}", f"{name} で終了しました")


def _dies_with_its_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
