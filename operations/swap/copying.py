"""The copy of one PostgreSQL database to another server: whole and compared, or not there under its name.

The steps can be killed at any point and given again: an unfinished copy lies in a database of another name with our mark, and only that
is ever removed. See staging.py for the half copy, loading.py for dump and restore, proving.py for the end.
"""

import fcntl
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from operations.swap import staging
from operations.swap.connection import Reader, connected
from operations.swap.half import remove
from operations.swap.hashing import Side
from operations.swap.limit import Limit
from operations.swap.loading import earlier, kept_where_it_breaks, loaded
from operations.swap.losses import Loss
from operations.swap.programs import versions
from operations.swap.progress import SILENT, Silent
from operations.swap.proving import Copied, found_there, named
from operations.swap.refusal import Refusal
from operations.wording import say

__all__ = ["CONTROL", "alone", "copied", "empty", "of_the_same_name"]

CONTROL = "postgres"
"""The database to which one connects in order to make another; every server has it."""

INSTANT = 1.0
"""Seconds between the start of a program and its own first instruction, on a busy machine."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else copies with this folder of receipts. Raises Refusal.

    A killed run's hold ends with it, or with a program that it was about to start: for an instant that has the hold, too.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        until = time.monotonic() + INSTANT
        while not _held(lock):
            if time.monotonic() > until:
                raise Refusal(say(f"another copy runs with {folder}", f"{folder} を使う別の複写が実行中です"))
            time.sleep(INSTANT / 20)
        yield


def _held(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def of_the_same_name(source: Reader, target: str) -> str:
    """`target` with the source's database. Raises Refusal when it names another, or when the source is CONTROL itself."""
    named = conninfo_to_dict(target).get("dbname", source.info.dbname)
    if source.info.dbname == CONTROL or named != source.info.dbname:
        raise Refusal(
            say(
                f"the target names '{named}', the source '{source.info.dbname}': the copy keeps its name, and {CONTROL} is not copied",
                f"移行先は「{named}」、移行元は「{source.info.dbname}」です。名前は変えられず、{CONTROL} は移せません",
            )
        )
    return make_conninfo(target, dbname=source.info.dbname)


def copied(
    side: Side,
    ends: tuple[str, str],
    folder: Path,
    *,
    accepted: Sequence[Loss],
    jobs: int,
    limit: Limit,
    progress: Silent = SILENT,
) -> Generator[str | Copied, None, None]:
    """Do it; yields what is done next, for a person, and at last what was done.

    `side` is the source, whose rows are hashed meanwhile; `ends`: the connection strings, of one database name; `limit`: of the dump. Raises
    OccupiedError, UnequalError, ToolError, ServerError.
    """
    database, work = side.reader.info.dbname, folder / ".dump"
    staged = make_conninfo(ends[1], dbname=staging.staging_name(database))
    with connected(ends[1], dbname=CONTROL) as control, kept_where_it_breaks(work):
        staging.hold(control, database)
        there = staging.stands(control, database) and not empty(ends[1])
        half = None if there else earlier(side, control, staged, work, state=staging.COPY, left_out=accepted)
        if half is None:
            remove(work)
            nothing = staging.stands(control, staging.staging_name(database)) and empty(staged)
            if staging.clear(control, database, empty=nothing):
                yield say("removed the remains of an earlier run", "前回の途中の複写を削除しました")
        if there:
            yield say(
                "the target holds a database of this name: comparing",
                "移行先に同名のデータベースがあるため、比較します",
            )
            yield found_there(side, ends[1], accepted, jobs=jobs, progress=progress)
            return
        whole = yield from loaded(
            side,
            ends,
            control,
            work,
            half=half,
            state=staging.COPY,
            left_out=accepted,
            jobs=jobs,
            limit=limit,
            progress=progress,
        )
        for step in named(side, control, ends[1], accepted, jobs=jobs, progress=progress):
            if isinstance(step, Copied):
                yield replace(step, roles=whole.roles, omitted=whole.omitted, tools=versions())
            else:
                yield step


def empty(connection: str) -> bool:
    """Whether nobody has made anything in that database."""
    with connected(connection) as reader:
        return staging.is_empty(reader)
