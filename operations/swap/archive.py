"""A database as pg_dump's directory: written from one moment of the source, read back into the target, its errors never passed over."""

import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from operations.swap.losses import Loss
from operations.swap.programs import Programs
from operations.swap.relay import Way

__all__ = ["Archive"]

ENTRY = re.compile(r"\d+; (\d+) (\d+) (.*)")
"""A line of pg_restore --list: number; class and oid of the catalogue; description, schema, tag, owner."""


@dataclass(frozen=True, kw_only=True)
class Archive:
    """The dump in `folder`, which does not exist before `dump`. Tables are named as SQL does it, each name in quotes.

    It is restored at once (`restore`), or so that rows can come between (`restore_shape`, `restore_rest`).
    """

    folder: Path
    jobs: int
    programs: Programs = field(default_factory=Programs)

    def dump(self, way: Way, snapshot: str, *, without: Iterable[str] = ()) -> None:
        """Write the database as the snapshot has it, but for the rows of the tables `without`."""
        self._dump(way, snapshot, [f"--exclude-table-data={one}" for one in without])

    def dump_rows(self, way: Way, snapshot: str, tables: Iterable[str]) -> None:
        """Write only what these tables hold."""
        self._dump(way, snapshot, ["--data-only", "--strict-names", *(f"--table={one}" for one in tables)])

    def restore(self, target: str, left_out: Iterable[Loss]) -> int:
        """Fill the empty database `target`; return how many entries were left out. The first error ends it."""
        kept, omitted = self._kept(left_out)
        self._restore(target, kept, f"--jobs={self.jobs}")
        return omitted

    def restore_shape(self, target: str, left_out: Iterable[Loss]) -> int:
        """Fill it with what comes before indexes and keys, and with the rows that the dump holds. `restore_rest` leaves out the same."""
        kept, omitted = self._kept(left_out)
        # Grants come late, as pg_restore gives them itself: they can keep their own table's rows out.
        behind = {
            *self._entries("--section=post-data"),
            *(line for line in kept if _described(line).startswith("ACL ")),
        }
        self._rest.write_text("".join(f"{line}\n" for line in kept if line in behind), encoding="utf-8")
        self._restore(target, [line for line in kept if line not in behind], f"--jobs={self.jobs}")
        return omitted

    def restore_rest(self, target: str) -> None:
        """Everything that comes after the rows: indexes, keys, triggers, grants."""
        self._restore(target, self._rest.read_text(encoding="utf-8").splitlines(), f"--jobs={self.jobs}")

    def restore_rows(self, target: str) -> None:
        """The rows of a dump of rows: all of them or none."""
        rows = [line for line in self._entries() if _described(line).startswith("TABLE DATA ")]
        self._restore(target, rows, "--single-transaction")

    def forget_rows(self) -> None:
        """Remove what the dump holds of rows and large objects, which are personal data; what `restore_rest` needs stays."""
        for path in self.folder.glob("*"):
            if path.name != "toc.dat":
                path.unlink()

    def forget(self) -> None:
        """Remove all of it."""
        shutil.rmtree(self.folder)
        self._chosen.unlink()

    @property
    def _chosen(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.restored")

    @property
    def _rest(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.rest")

    def _dump(self, way: Way, snapshot: str, chosen: Sequence[str]) -> None:
        words = ["--format=directory", f"--jobs={self.jobs}", f"--snapshot={snapshot}", "--compress=1", *chosen]
        words += [f"--file={self.folder}", f"--dbname={way.through}"]
        self.programs.run("pg_dump", words, way.environment, at=way.given)

    def _restore(self, target: str, lines: Iterable[str], *how: str) -> None:
        self._chosen.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        words = ["--exit-on-error", "--no-tablespaces", *how, f"--use-list={self._chosen}", f"--dbname={target}"]
        self.programs.run("pg_restore", [*words, str(self.folder)], at=target)

    def _kept(self, left_out: Iterable[Loss]) -> tuple[list[str], int]:
        losses, lines = tuple(left_out), self._entries()
        kept = [line for line in lines if not any(_concerns(line, loss) for loss in losses)]
        return kept, len(lines) - len(kept)

    def _entries(self, *section: str) -> list[str]:
        listed = self.programs.run("pg_restore", ["--list", *section, str(self.folder)], at=str(self.folder))
        return [line for line in listed.splitlines() if ENTRY.match(line)]


def _described(line: str) -> str:
    """What an entry is, and of what."""
    found = ENTRY.match(line)
    assert found is not None
    return found[3]


def _concerns(line: str, loss: Loss) -> bool:
    found = ENTRY.match(line)
    assert found is not None
    entry = int(found[1]), int(found[2])
    if entry in loss.omits:
        return entry[0] != 0 or found[3].startswith("MATERIALIZED VIEW DATA ")
    return bool(loss.omits_comment) and found[3].startswith(f"COMMENT {loss.omits_comment} ")
