"""The copy of one PostgreSQL database to another server: whole and compared, or not there under its name.

The steps can be killed at any point and given again: an unfinished copy lies in a database of another name with our mark, and only that
is ever removed. See staging.py for the name, archive.py for dump and restore, roles.py for the roles.
"""

import fcntl
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from operations.swap import staging
from operations.swap.archive import Archive
from operations.swap.connection import Reader, connected
from operations.swap.fingerprint import Difference, Fingerprint, compared
from operations.swap.losses import Loss, unexplained
from operations.swap.properties import properties
from operations.swap.receipts import Place
from operations.swap.refusal import Refusal
from operations.swap.roles import carry
from operations.swap.verify_step import read
from operations.wording import say

__all__ = [
    "CONTROL",
    "LATE",
    "Copied",
    "UnequalError",
    "alone",
    "copied",
    "empty",
    "found_there",
    "gone_after",
    "make_private",
    "named",
    "of_the_same_name",
    "refuse_unequal",
    "remove",
]

CONTROL = "postgres"
"""The database to which one connects in order to make another; every server has it."""

INSTANT = 1.0
"""Seconds between the start of a program and its own first instruction, on a busy machine."""

LATE = frozenset({"database", "role-in-database", "server-setting"})
"""Kinds that are as on the source only once the copy has its name."""


class UnequalError(Refusal):
    """The copy differs from the source in more than what was accepted; it has not got its name, or it had it before."""

    def __init__(self, differences: Sequence[Difference], where: str) -> None:
        self.differences = tuple(differences)
        listed = "\n".join(str(one) for one in differences)
        super().__init__(say(f"{where}: differs from the source:\n{listed}", f"{where}: 移行元と違います:\n{listed}"))


@dataclass(frozen=True, kw_only=True)
class Copied:
    """What a copy did. `already`: the target held the same before, and nothing was written there."""

    target: Place
    fingerprint: Fingerprint
    already: bool
    roles: int = 0
    omitted: int = 0
    tools: dict[str, str]


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
    source: Reader, whole: Fingerprint, ends: tuple[str, str], folder: Path, *, accepted: Sequence[Loss], jobs: int
) -> Iterator[str | Copied]:
    """Do it; yields what is done next, for a person, and at last what was done.

    `source` is in the transaction of which `whole` was taken; `ends`: the connection strings, of one database name. Raises OccupiedError, UnequalError,
    ToolError, ServerError.
    """
    database = source.info.dbname
    work = folder / ".dump"
    staged = make_conninfo(ends[1], dbname=staging.staging_name(database))
    with connected(ends[1], dbname=CONTROL) as control, gone_after(work):
        staging.hold(control, database)
        remove(work)
        nothing = staging.stands(control, staging.staging_name(database)) and empty(staged)
        if staging.clear(control, database, empty=nothing):
            yield say("removed the remains of an earlier run", "前回の途中の複写を削除しました")
        if staging.stands(control, database) and not empty(ends[1]):
            yield say(
                "the target holds a database of this name: comparing",
                "移行先に同名のデータベースがあるため、比較します",
            )
            yield found_there(ends[1], whole, accepted)
            return
        own = list(properties(source, whole))
        archive = Archive(folder=work / "archive", jobs=jobs)
        make_private(work)
        yield say("dump", "ダンプ")
        row = source.execute("SELECT pg_export_snapshot()").fetchone()
        archive.dump(ends[0], str(row[0] if row else ""))
        yield say("roles", "ロール")
        roles = carry(whole, control)
        yield say("restore", "リストア")
        staging.make(control, database, whole)
        omitted = archive.restore(staged, accepted)
        yield say("compare", "比較")
        early = [one for one in compared(whole, read(staged)[1]) if one.kind not in LATE]
        refuse_unequal(early, accepted, staging.staging_name(database))
        yield say("name", "改名")
        named(control, database, own)
        tools = archive.tools
    at, now = read(ends[1])
    refuse_unequal(compared(whole, now), accepted, database)
    yield Copied(target=at, fingerprint=now, already=False, roles=roles, omitted=omitted, tools=tools)


def named(control: Reader, database: str, own: Iterable[sql.Composed]) -> None:
    """Give the compared copy its name, in the place of an empty database that the stack made."""
    if staging.stands(control, database):
        control.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(database)))
    staging.publish(control, database, own)


def found_there(target: str, whole: Fingerprint, accepted: Sequence[Loss]) -> Copied:
    """What stands under the name already is the same. Raises OccupiedError."""
    at, now = read(target)
    differences = unexplained(compared(whole, now), accepted)
    if differences:
        raise staging.OccupiedError(
            say(
                f"the target's {at.name} holds something that this copy did not write ({len(differences)} differences, the first: "
                f"{differences[0]}). Nothing was changed there. Rename or remove it",
                f"移行先の {at.name} に、この複写が書いていないものがあります(違い {len(differences)} 件、最初は {differences[0]})。"
                "移行先は何も変えていません。改名するか削除してください",
            )
        )
    return Copied(target=at, fingerprint=now, already=True, tools={})


def refuse_unequal(differences: Sequence[Difference], accepted: Sequence[Loss], where: str) -> None:
    """Raise UnequalError for what no accepted loss leaves."""
    left = unexplained(differences, accepted)
    if left:
        raise UnequalError(left, where)


def empty(connection: str) -> bool:
    """Whether nobody has made anything in that database."""
    with connected(connection) as reader:
        return staging.is_empty(reader)


def make_private(work: Path) -> None:
    """The dump holds personal data: nobody else reads it, and it is gone when the copy is."""
    work.mkdir(mode=0o700)


@contextmanager
def gone_after(work: Path) -> Iterator[None]:
    """The dump is removed however this ends: it holds personal data, and may be what filled the disk."""
    try:
        yield
    finally:
        remove(work)


def remove(work: Path) -> None:
    """Remove the dump where there is one."""
    if work.exists():
        shutil.rmtree(work)
