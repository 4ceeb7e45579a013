"""The end of a following: the copy has all that the source wrote, then what replication does not carry, then comparison and name.

Each step asks what is done already, so it can be given again after a kill. The mark says when the copy had everything: only then the
subscription, the slot and the publication go.
"""

import time
from collections.abc import Iterator

from psycopg import sql

from operations.swap import staging
from operations.swap.carried_objects import carry_large_objects, carry_sequences
from operations.swap.connection import Reader
from operations.swap.fingerprint import Fingerprint
from operations.swap.losses import Loss
from operations.swap.refusal import Refusal
from operations.swap.replication import drop_ends, drop_subscription, name_of, state_of
from operations.swap.source_losses import COUNTED
from operations.wording import say

__all__ = ["carried", "caught_up", "ended", "sessions"]

STILL = 60.0
"""Seconds without any progress after which one does not go on waiting."""

INTERVAL = 0.1
"""Seconds between two looks at the slot."""

CONFIRMED = """
SELECT confirmed_flush_lsn::text, confirmed_flush_lsn >= %s::pg_lsn FROM pg_replication_slots
WHERE slot_name = %s AND database = current_database() AND wal_status IS DISTINCT FROM 'lost'
"""

DISABLED = """
SELECT (pg_identify_object('pg_trigger'::regclass, oid, 0)).identity, tgrelid::regclass::text, tgname FROM pg_trigger
WHERE NOT tgisinternal AND tgenabled = 'D'
"""
ENABLED = {"A": "ALWAYS", "R": "REPLICA"}

# In the order in which they were made: one may be made of another.
VIEWS = "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'm' AND relispopulated ORDER BY oid"


def sessions(source: Reader) -> list[Loss]:
    """Whoever else is connected to the source's database, and may write."""
    kind = "other-session"
    return [Loss(kind=kind, name=name, detail=detail) for name, detail in source.execute(COUNTED[kind]).fetchall()]


def caught_up(source: Reader, control: Reader) -> None:
    """Wait until the copy has confirmed all that the source's log holds now, and mark it. Raises Refusal when it does not move."""
    name, row = name_of(source.info.dbname), source.execute("SELECT pg_current_wal_lsn()::text").fetchone()
    end = row[0] if row else ""
    before, moved = "", time.monotonic()
    while True:
        found = source.execute(CONFIRMED, [end, name]).fetchone()
        if found is None:
            raise Refusal(
                say(
                    "the source has no slot for the copy any more: machikumo swap unfollow, then follow again",
                    "移行元にこの複写のスロットがありません。unfollow の後に、もう一度 follow を実行してください",
                )
            )
        if found[1]:
            break
        if found[0] != before:
            before, moved = found[0], time.monotonic()
        elif time.monotonic() - moved > STILL:
            told = f"{found[0]} / {end}; {state_of(control, source.info.dbname)}"
            raise Refusal(
                say(
                    f"the copy does not move ({told}): its cause stands in the log of the target's server (after follow --through the relay has to stand). Mend it and give the command again, "
                    "or machikumo swap unfollow and follow again (so after a changed table)",
                    f"複写が進みません({told})。原因は移行先のサーバのログにあります(follow --through の後は、中継が動いている必要があります)。直してもう一度実行するか、"
                    "unfollow の後に follow をやり直してください(表の定義を変えた場合はこちら)",
                )
            )
        time.sleep(INTERVAL)
    staging.put_mark(control, source.info.dbname, staging.CAUGHT_UP)


def ended(source: Reader, copy: Reader) -> None:
    """Nothing follows any more, and nothing of it is on the source."""
    drop_subscription(copy, source.info.dbname)
    drop_ends(source)


def carried(source: Reader, whole: Fingerprint, copy: Reader) -> Iterator[str]:
    """What replication leaves out: sequences, large objects, views, triggers that were silenced. Yields what is done next.

    `source`: in the transaction of which `whole` was taken.
    """
    with copy.transaction():
        yield say("sequences", "連番")
        carry_sequences(whole, copy)
        yield say("large objects", "ラージオブジェクト")
        carry_large_objects(source, copy)
        yield say("views", "マテリアライズドビュー")
        for (name,) in copy.execute(VIEWS).fetchall():
            copy.execute(sql.SQL("REFRESH MATERIALIZED VIEW {}").format(sql.SQL(name)))
        yield say("triggers", "トリガー")
        for identity, table, trigger in copy.execute(DISABLED).fetchall():
            how = ENABLED.get(whole.objects["trigger"].get(identity, {}).get("enabled", ""))
            if how is not None:
                words = sql.SQL("ALTER TABLE ONLY {} ENABLE {} TRIGGER {}")
                copy.execute(words.format(sql.SQL(table), sql.SQL(how), sql.Identifier(trigger)))
