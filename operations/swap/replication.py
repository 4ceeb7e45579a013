"""The two ends of a logical replication: publication and slot on the source, subscription on the half copy. Each is removed by its name.

A slot that nobody reads keeps the source's write-ahead log until the disk is full: whoever makes one removes it, or the next run does.
"""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.pq import ExecStatus

from operations.swap.connection import Reader, connected
from operations.swap.listening import Endpoint
from operations.swap.refusal import Refusal
from operations.wording import say

__all__ = [
    "begin",
    "drop_ends",
    "drop_subscription",
    "lag",
    "made_slot",
    "name_of",
    "reach",
    "state_of",
    "subscribe",
    "writing",
]

CARRIED = ("host", "hostaddr", "port", "user", "dbname", "sslmode")
"""What of a connection the target's server is told; certificates and keys lie on this machine, not on that one."""

PATIENCE = 75.0
"""Seconds until a reader of the slot that died is noticed by the source: its wal_sender_timeout (60 by default), and some."""

ANSWERED = "60s"
"""In which the source has to answer the target's server."""

TOO_LATE = "57014"
"""What a statement that took longer is ended with: https://www.postgresql.org/docs/current/errcodes-appendix.html."""

SLOT = "SELECT active_pid FROM pg_replication_slots WHERE slot_name = %s AND database = current_database()"

PUBLISHED = """
SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind = 'r' AND relpersistence = 'p' AND nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY 1
"""

LAG = """
SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::bigint FROM pg_replication_slots
WHERE slot_name = %s AND database = current_database() AND wal_status IS DISTINCT FROM 'lost'
"""

STATE = """
SELECT CASE WHEN pid IS NULL THEN 'no process applies'
  ELSE 'received ' || coalesce(received_lsn::text, '-') || ', last message ' || coalesce(last_msg_receipt_time::text, '-') END
FROM pg_stat_subscription WHERE subname = %s AND relid IS NULL
"""

# From 15 on. What the error was stands in the server's log alone.
ERRORS = "SELECT apply_error_count FROM pg_stat_subscription_stats WHERE subname = %s AND apply_error_count > 0"

SUBSCRIPTION = """
SELECT FROM pg_subscription WHERE subname = %s AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def name_of(database: str) -> str:
    """What slot, publication and subscription of this database are called."""
    return f"machikumo_follow_{hashlib.sha256(database.encode()).hexdigest()[:12]}"


def begin(source: Reader) -> None:
    """Publish every table by its name, each partition as itself: `FOR ALL TABLES` is for superusers, which a managed server has none of.

    https://www.postgresql.org/docs/current/sql-createpublication.html. A table that is made meanwhile is a difference in the end.
    """
    name = sql.Identifier(name_of(source.info.dbname))
    source.execute("SELECT set_config('search_path', '', false)")
    tables = [sql.SQL("ONLY ") + sql.SQL(table) for (table,) in source.execute(PUBLISHED).fetchall()]
    listed = sql.SQL(" FOR TABLE ") + sql.SQL(", ").join(tables) if tables else sql.SQL("")
    with writing(source):
        source.execute(
            sql.SQL("CREATE PUBLICATION {}{} WITH (publish_via_partition_root = false)").format(name, listed)
        )


@contextmanager
def writing(source: Reader) -> Iterator[None]:
    """A transaction that writes on a source which may be closed to writes (closing.py): the move's own, and nothing else in it."""
    with source.transaction():
        source.execute("SET TRANSACTION READ WRITE")
        yield


@contextmanager
def made_slot(source: str, database: str) -> Iterator[str]:
    """Make the slot; yields the snapshot at which it begins, which holds inside. Raises Refusal with the server's words.

    A slot begins when every transaction that runs now has ended: it is given up after a minute of waiting for one.
    """
    words = f"CREATE_REPLICATION_SLOT {name_of(database)} LOGICAL pgoutput EXPORT_SNAPSHOT"
    with connected(source, replication="database", options="-c lock_timeout=60s") as walsender:
        made = walsender.pgconn.exec_(words.encode())
        if made.status != ExecStatus.TUPLES_OK:
            told = made.error_message.decode("utf-8", "replace").strip()
            raise Refusal(say(f"no replication slot: {told}", f"レプリケーションスロットを作れません: {told}"))
        yield (made.get_value(0, 2) or b"").decode()


def reach(source: Reader, control: Reader, through: Endpoint | None = None) -> None:
    """Let the target's server ask the source's for what is published, and keep nothing of it: a way that is missing is known before the dump.

    Raises Refusal. What else could stand in a subscription's way is seen where it is made: here the tables are missing, and maybe a right.
    """
    try:
        with control.transaction(force_rollback=True):
            _create(source, control, through)
    except psycopg.Error as error:
        if _far(error):
            raise _refusal(error, through) from None


def subscribe(source: Reader, staged: Reader, through: Endpoint | None = None) -> None:
    """Let the copy follow from the slot, `through` a relay where the target's server has no way to the source's. Raises Refusal.

    The source's password goes to the target's server, and into no message.
    """
    try:
        with staged.transaction():
            _create(source, staged, through)
    except psycopg.Error as error:
        raise _refusal(error, through) from None


def _create(source: Reader, copy: Reader, through: Endpoint | None) -> None:
    name = name_of(source.info.dbname)
    known = source.info.get_parameters()
    words = {key: known[key] for key in CARRIED if key in known}
    words |= {"password": source.info.password} if source.info.password else {}
    words |= _way(source, through) if through else {}
    statement = sql.SQL(
        "CREATE SUBSCRIPTION {0} CONNECTION {1} PUBLICATION {0} WITH (create_slot = false, copy_data = false, slot_name = {2})"
    ).format(sql.Identifier(name), sql.Literal(make_conninfo(**words)), sql.Literal(name))
    # The server asks the source at once, and waits for its answer as long as it may.
    copy.execute(sql.SQL("SET LOCAL statement_timeout = {}").format(sql.Literal(ANSWERED)))
    copy.execute(statement)


def _far(error: psycopg.Error) -> bool:
    """The source's server was not reached, or does not answer."""
    return (error.sqlstate or "").startswith(("08", TOO_LATE))


def _refusal(error: psycopg.Error, through: Endpoint | None) -> Refusal:
    # Its text can show the statement: only the server's sentence is kept.
    told = error.diag.message_primary or type(error).__name__
    if error.sqlstate == TOO_LATE:
        told = say(f"no answer in {ANSWERED}", f"{ANSWERED} のあいだ応答がありません")
    cure = _mended(through) if _far(error) else say("Mend the cause", "原因を直してください")
    return Refusal(
        say(
            f"the target can't follow the source: {told}\n{cure}. Then give the same command again",
            f"移行先から移行元に追従できません: {told}\n{cure}。そのあと、同じコマンドをもう一度実行してください",
        )
    )


def _way(source: Reader, through: Endpoint) -> dict[str, str]:
    """The name stays the source's, so that its certificate still fits; a socket in a folder has none."""
    info = source.info
    place = {"port": str(through.port)}
    if info.host.startswith("/") and not info.hostaddr:
        return {**place, "host": through.address}
    return {**place, "host": info.host, "hostaddr": through.address}


def _mended(through: Endpoint | None) -> str:
    if through is None:
        return say(
            "Where its server has no way to the source's, let machikumo swap relay stand on the host that moves the data, and add --through ADDRESS:PORT",
            "移行先のサーバから移行元のサーバに届かないときは、移行の作業をする機械で machikumo swap relay を動かし、--through アドレス:ポート を付けてください",
        )
    return say(
        f"See whether machikumo swap relay --listen {through} stands there and what it tells, and whether the network lets the target's server reach it "
        "(machikumo:swap_mover, relay_port)",
        f"machikumo swap relay --listen {through} が動いているか、何を示しているか、移行先のサーバからそこに届くか"
        "(machikumo:swap_mover の relay_port)を確かめてください",
    )


def drop_subscription(staged: Reader, database: str) -> None:
    """End it on the target without asking the source; the slot stays."""
    name = name_of(database)
    if staged.execute(SUBSCRIPTION, [name]).fetchone() is None:
        return
    for words in (
        "ALTER SUBSCRIPTION {} DISABLE",
        "ALTER SUBSCRIPTION {} SET (slot_name = NONE)",
        "DROP SUBSCRIPTION {}",
    ):
        staged.execute(sql.SQL(words).format(sql.Identifier(name)))


def drop_ends(source: Reader) -> None:
    """Remove slot and publication from the source. Raises Refusal when somebody reads from the slot and goes on doing so."""
    name = name_of(source.info.dbname)
    until = time.monotonic() + PATIENCE
    while (row := source.execute(SLOT, [name]).fetchone()) is not None:
        if row[0] is None:
            source.execute("SELECT pg_drop_replication_slot(%s)", [name])
            break
        if time.monotonic() > until:
            raise Refusal(
                say(
                    f"{name}: process {row[0]} of the source's server reads from the slot: another target follows, or is not reachable from here",
                    f"{name}: 移行元のプロセス {row[0]} がスロットを読んでいます。別の移行先が追従しているか、移行先に接続できません",
                )
            )
        time.sleep(0.1)
    with writing(source):
        source.execute(sql.SQL("DROP PUBLICATION IF EXISTS {}").format(sql.Identifier(name)))


def lag(source: Reader) -> int | None:
    """How many bytes of the source's log the copy has not confirmed; None where the slot is gone or lost."""
    row = source.execute(LAG, [name_of(source.info.dbname)]).fetchone()
    return None if row is None else int(row[0] or 0)


def state_of(target: Reader, database: str) -> str:
    """What the target's server says of the subscription, in its own words, and how often it could not apply what it received."""
    row = target.execute(STATE, [name_of(database)]).fetchone()
    failed = target.execute(ERRORS, [name_of(database)]).fetchone() if target.info.server_version >= 150000 else None
    return (str(row[0]) if row else "no subscription") + (f", {failed[0]} errors while applying" if failed else "")
