"""A database is closed to writes by a setting that its owner may make, and who may write all the same is named."""

import time
from pathlib import Path

import psycopg
from psycopg import sql

from operations.swap.closures import BEGUN, OPENED, SETTING, Closure, is_on, number_of, standing
from operations.swap.connection import Reader, connected, place
from operations.swap.losses import Loss
from operations.swap.receipts import chain, write
from operations.swap.refusal import Refusal
from operations.swap.replication import writing
from operations.swap.source_losses import by_catalogue
from operations.wording import say

__all__ = ["given", "now", "proved", "seen", "taken_back", "writers"]

PATIENCE = 60.0
"""Seconds that a session which is being opened may take before one does not go on waiting."""

INTERVAL = 0.02
"""Seconds between two looks."""

SET = """
SELECT split_part(s, '=', 2) FROM pg_db_role_setting r, unnest(setconfig) s
WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()) AND setrole = 0 AND split_part(s, '=', 1) = %s
"""

# From before a new session reads its settings until it can be seen in pg_stat_activity it holds this lock (InitPostgres).
STARTING = """
SELECT pid FROM pg_locks WHERE locktype = 'object' AND classid = 'pg_database'::regclass AND mode = 'RowExclusiveLock'
AND objid = (SELECT oid FROM pg_database WHERE datname = current_database())
"""

# What a role sets for this database goes before what it sets everywhere, and both before what the database sets.
WRITING_ROLES = """
SELECT quote_ident(rolname), format(CASE setdatabase WHEN 0 THEN 'ALTER ROLE %%1$I RESET %%3$s' ELSE 'ALTER ROLE %%1$I IN DATABASE %%2$I RESET %%3$s' END,
  rolname, current_database(), name) FROM (
  SELECT DISTINCT ON (rolname) rolname, setdatabase, split_part(s, '=', 1) AS name, split_part(s, '=', 2)::boolean AS read_only
  FROM pg_db_role_setting JOIN pg_roles r ON r.oid = setrole, unnest(setconfig) s
  WHERE rolcanlogin AND setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
  AND split_part(s, '=', 1) = %s ORDER BY rolname, setdatabase = 0) own
WHERE NOT read_only
"""

WRITING = frozenset({"other-session", "prepared-transaction", "subscription"})
"""Of what the catalogue tells: who began before, and may end as if nothing were closed."""

PROBE = "DROP TABLE IF EXISTS pg_temp.machikumo_probe"
"""A command that a read-only transaction refuses, and that does nothing where it is not."""


def now(source: Reader) -> str | None:
    """What the database sets; None where it sets nothing."""
    row = source.execute(SET, [SETTING]).fetchone()
    return str(row[0]) if row else None


def given(source: Reader, folder: Path) -> Closure:
    """Close the database to every session that is opened from now on. The receipt with the value before is there when the setting is."""
    at, number = place(source), number_of(source)
    with writing(source):
        before, last = now(source), standing(chain(folder), at, number)
        if last is not None and last[0] != OPENED and is_on(before):
            return last[1]
        closure = Closure(number=number, former=before)
        if not is_on(before):
            words = sql.SQL("ALTER DATABASE {} SET {} TO on")
            source.execute(words.format(sql.Identifier(source.info.dbname), sql.Identifier(SETTING)))
        write(folder, step=BEGUN, source=at, notes=closure.notes)
    return closure


def taken_back(source: Reader, closure: Closure) -> None:
    """Let the database set what it did before."""
    name = sql.Identifier(source.info.dbname)
    if closure.former is None:
        words = sql.SQL("ALTER DATABASE {} RESET {}").format(name, sql.Identifier(SETTING))
    else:
        words = sql.SQL("ALTER DATABASE {} SET {} TO {}").format(
            name, sql.Identifier(SETTING), sql.Literal(closure.former)
        )
    with writing(source):
        source.execute(words)


def writers(source: Reader) -> list[Loss]:
    """Whoever may still write, once every session that was being opened can be seen. Raises Refusal where one stays so."""
    opening = _opening(source)
    until = time.monotonic() + PATIENCE
    while opening := opening & _opening(source):
        if time.monotonic() > until:
            pids = ", ".join(map(str, sorted(opening)))
            raise Refusal(
                say(
                    f"process {pids} of the source's server has been opening a session for {PATIENCE:.0f} seconds: give the same command again when it has ended",
                    f"移行元のプロセス {pids} が {PATIENCE:.0f} 秒間、接続の途中です。終わってから、同じコマンドをもう一度実行してください",
                )
            )
        time.sleep(INTERVAL)
    with source.transaction():
        source.execute("SET LOCAL search_path = ''")
        before = [loss for loss in by_catalogue(source) if loss.kind in WRITING]
        roles = source.execute(WRITING_ROLES, [SETTING]).fetchall()
    return [*before, *(Loss(kind="writing-role", name=name, detail=cure) for name, cure in roles)]


def proved(text: str) -> None:
    """A new session is refused a write. Raises Refusal where it is not."""
    with connected(text) as fresh:
        try:
            fresh.execute(PROBE)
        except psycopg.errors.ReadOnlySqlTransaction:
            return
        value, by = seen(fresh)
    raise Refusal(
        say(
            f"{text}: a new session may still write ({SETTING} = {value}, {by}): this login has a setting of its own, PGOPTIONS has one, "
            "or a pooler on the way gives old sessions. Name a login and an address without that",
            f"{text}: 新しい接続がまだ書き込めます({SETTING} = {value}、{by})。このログイン自身の設定か PGOPTIONS があるか、途中のプーラーが"
            "古い接続を使い回しています。それらのないログインと接続先を指定してください",
        )
    )


def seen(session: Reader) -> tuple[str, str]:
    """What holds in a session, and who set it, in the server's words."""
    row = session.execute("SELECT setting, source FROM pg_settings WHERE name = %s", [SETTING]).fetchone()
    return (str(row[0]), str(row[1])) if row else ("", "")


def _opening(source: Reader) -> frozenset[int]:
    return frozenset(pid for (pid,) in source.execute(STARTING).fetchall())
