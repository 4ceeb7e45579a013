"""What a copy that is broken off leaves on this machine: of what it is, and which tables' rows are on the target already. No rows."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from operations.swap import staging
from operations.swap.archive import Archive
from operations.swap.closures import number_of
from operations.swap.connection import Reader, place
from operations.swap.fingerprint import Fingerprint
from operations.swap.losses import Loss
from operations.swap.programs import versions
from operations.swap.proving import UnequalError
from operations.swap.whole_file import put

__all__ = ["ARCHIVE", "Half", "begun", "broken_off", "found", "half_stands", "leave", "remove"]

ARCHIVE, FILE = "archive", "half.json"

NUMBER = "SELECT oid::bigint FROM pg_database WHERE datname = %s"


@dataclass(frozen=True, kw_only=True)
class Half:
    """`key`: of what source, as it was described, into which database, with what left out. `tables`: those that are carried by themselves."""

    key: str
    tables: tuple[str, ...]
    done: tuple[str, ...] = ()
    roles: int = 0
    omitted: int = 0

    def with_done(self, table: str) -> "Half":
        """The same when that table's rows are there."""
        return replace(self, done=tuple(one for one in self.tables if one == table or one in self.done))

    def write(self, work: Path) -> None:
        """Keep it in the folder of the dump."""
        put(work, FILE, json.dumps(asdict(self), ensure_ascii=False).encode(), anew=True)


def begun(known: Fingerprint, source: Reader, control: Reader, left_out: Iterable[Loss]) -> str:
    """The key of this copy. `known`: the source as it is described; `control`: holds the target, where the half copy stands."""
    database = source.info.dbname
    row = control.execute(NUMBER, [staging.staging_name(database)]).fetchone()
    of = place(source)
    objects: dict[str, Mapping[str, Any]] = {kind: value for kind, value in known.objects.items() if kind not in _MOVES}
    described = [
        of.identity or of.address,
        number_of(source),
        row[0] if row else 0,
        versions(),
        sorted(f"{loss.kind} {loss.name}" for loss in left_out if loss.omits or loss.omits_comment),
        objects,
    ]
    return hashlib.sha256(json.dumps(described, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def found(work: Path, key: str) -> Half | None:
    """What an earlier run of this very copy left; None where there is nothing, or it is of another."""
    try:
        content = json.loads((work / FILE).read_text(encoding="utf-8"))
        half = Half(**{**content, "tables": tuple(content["tables"]), "done": tuple(content["done"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return half if half.key == key and (work / ARCHIVE / "toc.dat").exists() else None


def half_stands(work: Path) -> bool:
    """Whether a run left something with which another can go on, if it is of the same."""
    return (work / FILE).exists()


def broken_off(work: Path, error: BaseException) -> bool:
    """A run ended with this error: `leave`, and return whether anything stays. What arrived and is not the same is nothing to go on with."""
    if isinstance(error, UnequalError):
        remove(work)
    leave(work)
    return half_stands(work)


def leave(work: Path) -> None:
    """Remove the rows, which are personal data and may be what filled the disk; all of it where the next run can't go on with the rest."""
    if not half_stands(work):
        remove(work)
        return
    Archive(folder=work / ARCHIVE, jobs=1).forget_rows()
    for path in work.iterdir():
        if path.is_dir() and path.name != ARCHIVE:
            shutil.rmtree(path)


def remove(work: Path) -> None:
    """Remove all of it."""
    if work.exists():
        shutil.rmtree(work)


_MOVES = frozenset({"sequence-value", "server-setting"})
"""Kinds that are made level at the end, or are none of the source's own."""
