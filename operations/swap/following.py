"""The copy that follows while its source serves: made at the moment at which the slot begins, then kept level by the server.

Everything of it can be found by its name, so a killed run's remains are removed; what arrived of large tables stays for the next (loading.py).
See finishing.py for the end.
"""

from collections.abc import Generator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from operations.swap import staging
from operations.swap.connection import Reader, connected, reading
from operations.swap.copying import empty
from operations.swap.fingerprint import Difference, Fingerprint, compared
from operations.swap.following_losses import own
from operations.swap.half import broken_off, half_stands, remove
from operations.swap.hashing import behind, hashing, read
from operations.swap.limit import Limit
from operations.swap.listening import Endpoint
from operations.swap.loading import earlier, loaded
from operations.swap.losses import Loss
from operations.swap.programs import versions
from operations.swap.progress import SILENT, Silent
from operations.swap.proving import LATE, refuse_unequal
from operations.swap.receipts import Place
from operations.swap.refusal import Refusal
from operations.swap.replication import begin, drop_ends, drop_subscription, made_slot, reach, subscribe
from operations.wording import say

__all__ = ["Followed", "followed", "unfollowed"]

# A trigger that fires for replicated rows too has fired on the source already.
FIRING = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('A', 'R')"


@dataclass(frozen=True, kw_only=True)
class Followed:
    """The copy follows. `whole` is the source at the slot's beginning."""

    target: Place
    whole: Fingerprint
    roles: int
    omitted: int
    tools: dict[str, str]


def followed(
    source: Reader,
    control: Reader,
    ends: tuple[str, str],
    folder: Path,
    *,
    accepted: Sequence[Loss],
    jobs: int,
    limit: Limit,
    through: Endpoint | None = None,
    progress: Silent = SILENT,
) -> Generator[str | Followed, None, None]:
    """Make the copy and let it follow; yields what is done next, for a person, and at last what was done.

    `control` holds the target; `ends`: the connection strings, of one database name; `limit`: of the dump; `through`: where a relay stands.
    Raises OccupiedError, UnequalError, Refusal.
    """
    database = source.info.dbname
    work, staged = folder / ".dump", make_conninfo(ends[1], dbname=staging.staging_name(database))
    if staging.marked(control, database) == staging.HALF and half_stands(work):
        _loose(source, staged)
    elif unfollowed(source, control, ends[1], folder):
        yield say("removed the remains of an earlier run", "前回の途中の複写を削除しました")
    if staging.stands(control, database) and not empty(ends[1]):
        raise staging.OccupiedError(
            say(
                f"the target has a database {database} that holds something: rename or remove it",
                f"移行先に空でないデータベース {database} があります。改名するか削除してください",
            )
        )
    try:
        yield say("publication", "パブリケーション")
        begin(source)
        reach(source, control, through)
        yield say("slot", "スロット")
        with ExitStack() as moment:
            with made_slot(ends[0], database) as snapshot:
                then = moment.enter_context(reading(ends[0], snapshot))
                side = moment.enter_context(hashing(ends[0], then, jobs=behind(jobs), progress=progress))
            ours = own(source)
            left_out = [*accepted, ours]
            half = earlier(side, control, staged, work, state=staging.HALF, left_out=left_out)
            if half is None and _cleared(control, database, staged, work):
                yield say("removed the remains of an earlier run", "前回の途中の複写を削除しました")
            there = yield from loaded(
                side,
                ends,
                control,
                work,
                half=half,
                state=staging.HALF,
                left_out=left_out,
                jobs=jobs,
                limit=limit,
                progress=progress,
            )
            yield say("compare", "比較")
            at, now = read(staged, jobs=jobs, progress=progress)
            whole = side.whole()
        refuse_unequal(
            [one for one in compared(whole, now) if not _moves(one, whole)], left_out, staging.staging_name(database)
        )
        yield say("subscription", "サブスクリプション")
        with connected(staged) as copy:
            quiet(copy)
            subscribe(source, copy, through)
        staging.put_mark(control, database, staging.FOLLOWER)
        remove(work)
    except BaseException as error:
        # A slot that stays would fill the source's disk. What can't be removed now is removed by the next run, or by unfollow.
        with suppress(Refusal, psycopg.Error):
            if broken_off(work, error):
                _loose(source, staged)
            else:
                unfollowed(source, control, ends[1], folder)
        # It asks the target first, which may be gone.
        with suppress(Refusal, psycopg.Error):
            drop_ends(source)
        raise
    yield Followed(target=at, whole=whole, roles=there.roles, omitted=there.omitted - len(ours.omits), tools=versions())


def unfollowed(source: Reader, control: Reader, target: str, folder: Path) -> bool:
    """Remove everything of a copy that follows or half follows, on both sides; return whether there was a copy. `control` holds the target.

    Raises OccupiedError when a database of the copy's name is not this kit's; Refusal when somebody else reads from the slot.
    """
    database = source.info.dbname
    staged = make_conninfo(target, dbname=staging.staging_name(database))
    state = staging.marked(control, database)
    if state in (staging.HALF, staging.FOLLOWER, staging.CAUGHT_UP):
        with connected(staged) as copy:
            drop_subscription(copy, database)
        # From here on it is a half copy like any other.
        staging.put_mark(control, database, staging.COPY)
    there = staging.clear(control, database, empty=state is not None and empty(staged))
    drop_ends(source)
    remove(folder / ".dump")
    return there


def _loose(source: Reader, staged: str) -> None:
    """Nothing follows and nothing of it is on the source; the half copy stays."""
    with connected(staged) as copy:
        drop_subscription(copy, source.info.dbname)
    drop_ends(source)


def _cleared(control: Reader, database: str, staged: str, work: Path) -> bool:
    """The half copy is gone, because the source is described in another way by now; return whether there was one."""
    remove(work)
    if staging.marked(control, database) == staging.HALF:
        staging.put_mark(control, database, staging.COPY)
    return staging.clear(
        control, database, empty=staging.stands(control, staging.staging_name(database)) and empty(staged)
    )


def quiet(copy: Reader) -> None:
    """Let no trigger fire for what the server applies."""
    copy.execute("SELECT set_config('search_path', '', false)")
    for table, trigger in copy.execute(FIRING).fetchall():
        words = sql.SQL("ALTER TABLE ONLY {} DISABLE TRIGGER {}")
        copy.execute(words.format(sql.SQL(table), sql.Identifier(trigger)))


def _moves(one: Difference, whole: Fingerprint) -> bool:
    """What does not belong to a moment of a database that serves, or comes at the end: compared then."""
    view = one.kind == "rows" and whole.objects["relation"].get(one.name, {}).get("kind") == "m"
    return view or one.kind in LATE or one.kind == "sequence-value"
