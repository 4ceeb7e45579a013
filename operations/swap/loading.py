"""A whole database dumped and restored into the half copy on the target. Large tables' rows are carried each by itself.

A run that was killed, or failed, leaves on the target what had arrived. The same command goes on from there: what the source changed
meanwhile is found by comparing, and carried again. half.py says of what the half copy is; parts.py, which tables are large.
"""

import threading
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from psycopg import sql
from psycopg.conninfo import make_conninfo

from operations.swap import staging
from operations.swap.archive import Archive
from operations.swap.carried_objects import carry_large_objects, carry_sequences
from operations.swap.connection import APPLICATION, Reader, ServerError, connected, exported
from operations.swap.half import ARCHIVE, Half, begun, broken_off, found, leave, remove
from operations.swap.hashing import Side, read
from operations.swap.limit import Limit
from operations.swap.losses import Loss
from operations.swap.parts import Part, held, parts, tables_of
from operations.swap.programs import Programs
from operations.swap.progress import SILENT, Silent
from operations.swap.relay import Way, limited
from operations.swap.roles import carry
from operations.swap.unbuilt import unbuild
from operations.wording import say

__all__ = ["Loaded", "earlier", "kept_where_it_breaks", "loaded"]

OURS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND application_name = %s AND usename = current_user
"""


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """Everything is there. How many roles were made and entries left out."""

    roles: int
    omitted: int


@contextmanager
def kept_where_it_breaks(work: Path) -> Iterator[None]:
    """However it ends, no row stays on this machine. After an error the rest stays, with which the next run goes on."""
    try:
        yield
    except BaseException as error:
        broken_off(work, error)
        raise
    remove(work)


def earlier(
    side: Side, control: Reader, target: str, work: Path, *, state: str, left_out: Sequence[Loss]
) -> Half | None:
    """What an earlier run left with which this one can go on; the half copy then holds rows and neither indexes nor keys.

    `control` holds the target; `target`: the half copy; `state`: what its mark has to say.
    """
    database = side.reader.info.dbname
    if staging.marked(control, database) != state:
        return None
    half = found(work, begun(side.known, side.reader, control, left_out))
    if half is None:
        return None
    leave(work)
    # Sessions of a run that was killed may not have noticed yet.
    control.execute(OURS, [staging.staging_name(database), APPLICATION])
    try:
        with connected(target) as copy:
            unbuild(copy)
    except ServerError:
        # Something is made of a key, such as a view: from the beginning.
        return None
    return half


def loaded(
    side: Side,
    ends: tuple[str, str],
    control: Reader,
    work: Path,
    *,
    half: Half | None,
    state: str,
    left_out: Sequence[Loss],
    jobs: int,
    limit: Limit,
    progress: Silent = SILENT,
) -> Generator[str, None, Loaded]:
    """Do it; yields what is done next, for a person, and returns what was done.

    `side`: the source, whose moment is carried; `ends`: the connection strings, of one database name; `control` holds the target, where without
    `half` no half copy stands; `state`: its mark. Raises ToolError, ServerError.
    """
    database = side.reader.info.dbname
    staged = make_conninfo(ends[1], dbname=staging.staging_name(database))
    archive = Archive(folder=work / ARCHIVE, jobs=jobs)
    # Until they are compared the copy's rows are taken for as much work as the source's.
    progress.more(side.octets)
    with limited(ends[0], side.reader, limit) as way:
        if half is None:
            large = parts(side.reader)
            # Dump and restore are each taken for as much work as the hashing of the source's rows.
            progress.more(2 * side.octets)
            own = 2 * sum(part.octets for part in large)
            work.mkdir(mode=0o700)
            yield say("dump", "ダンプ")
            archive.dump(way, exported(side.reader), without=[table for part in large for table in part.tables])
            yield say("roles", "ロール")
            roles = carry(side.known, control)
            yield say("restore", "リストア")
            staging.make(control, database, side.known, state)
            if not large:
                omitted = archive.restore(staged, left_out)
                remove(work)
                progress.add(2 * side.octets)
                progress.more(-side.octets)
                return Loaded(roles=roles, omitted=omitted)
            omitted = archive.restore_shape(staged, left_out)
            archive.forget_rows()
            progress.add(max(0, 2 * side.octets - own))
            key = begun(side.known, side.reader, control, left_out)
            half = Half(key=key, tables=tuple(part.table for part in large), roles=roles, omitted=omitted)
            half.write(work)
            fresh = True
        else:
            fresh = False
            known = tables_of(side.reader)
            large = [known[table] for table in half.tables if table not in half.done]
            progress.more(2 * sum(part.octets for part in large))
            there = len(half.done)
            yield say(
                f"goes on from an earlier run: {there} of {len(half.tables)} large tables were there (to begin anew, remove {work})",
                f"前回の続きから始めます。大きな表 {len(half.tables)} のうち {there} は済んでいます(初めからやり直すには {work} を削除)",
            )
            carry(side.known, control)
            held(side.reader, known.values())
        rows = _Rows(way, exported(side.reader), staged, work, half)
        yield say("rows", "行")
        rows.carry(large, jobs, progress)
        if not fresh:
            yield say("what changed since", "その後の変更")
            rows.carry(_changed(side, staged, jobs), jobs, SILENT)
            with connected(staged) as copy, copy.transaction():
                carry_sequences(side.known, copy)
                carry_large_objects(side.reader, copy)
        yield say("indexes and keys", "索引とキー")
        archive.restore_rest(staged)
    progress.more(-side.octets)
    return Loaded(roles=half.roles, omitted=half.omitted)


def _changed(side: Side, staged: str, jobs: int) -> list[Part]:
    """The tables that do not hold what they hold on the source. Of others, and of what is no row, the comparison at the end tells."""
    _, there = read(staged, jobs=jobs)
    ours, theirs = side.whole().contents["rows"], there.contents["rows"]
    return [part for table, part in tables_of(side.reader).items() if ours.get(table) != theirs.get(table)]


class _Rows:
    """The rows of tables, each table by itself, several at once. Where one fails the others are ended."""

    def __init__(self, way: Way, moment: str, staged: str, work: Path, half: Half) -> None:
        self._way, self._moment, self._staged, self._work, self._half = way, moment, staged, work, half
        self._guard, self._programs = threading.Lock(), Programs()

    def carry(self, chosen: Sequence[Part], jobs: int, progress: Silent) -> None:
        """All of them. Raises ToolError, ServerError: the first error."""
        with ThreadPoolExecutor(jobs) as threads:
            begun = [threads.submit(self._one, number, part, progress) for number, part in enumerate(chosen)]
            try:
                for one in as_completed(begun):
                    one.result()
            except BaseException:
                for one in begun:
                    one.cancel()
                self._programs.end()
                raise

    def _one(self, number: int, part: Part, progress: Silent) -> None:
        archive = Archive(folder=self._work / f"rows{number}", jobs=1, programs=self._programs)
        with connected(self._staged) as copy:
            # What a killed run put there, or what is another on the source by now.
            copy.execute(sql.SQL("TRUNCATE ONLY {}").format(sql.SQL(", ONLY ").join(map(sql.SQL, part.tables))))
        archive.dump_rows(self._way, self._moment, part.tables)
        progress.add(part.octets)
        archive.restore_rows(self._staged)
        archive.forget()
        progress.add(part.octets)
        with self._guard:
            self._half = self._half.with_done(part.table)
            self._half.write(self._work)
