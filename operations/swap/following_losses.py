"""What a database will lose or break when it is followed while it serves: what the source's catalogue tells."""

from collections.abc import Iterator

from operations.swap.connection import Reader
from operations.swap.fingerprint import Fingerprint
from operations.swap.foreseen import found
from operations.swap.losses import Loss
from operations.swap.refusal import Refusal
from operations.swap.replication import name_of
from operations.wording import say

__all__ = ["found_finishing", "found_following", "own", "refuse_unfit"]

# What the server itself asks for (RelationGetReplicaIndex): a key that is valid and not deferrable.
WITHOUT_IDENTITY = """
SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind = 'r' AND relpersistence = 'p' AND nspname !~ '^pg_' AND nspname <> 'information_schema' AND relreplident <> 'f'
AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = c.oid AND indisvalid AND indimmediate
                AND CASE relreplident WHEN 'd' THEN indisprimary WHEN 'i' THEN indisreplident END) ORDER BY 1
"""

UNLOGGED = """
SELECT c.oid::regclass::text FROM pg_class c WHERE relkind = 'r' AND relpersistence = 'u'
"""

HASHED_ENUM = """
SELECT DISTINCT p.partrelid::regclass::text FROM pg_partitioned_table p
JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = ANY (p.partattrs::int2[]) JOIN pg_type t ON t.oid = a.atttypid
WHERE p.partstrat = 'h' AND t.typtype = 'e'
"""

OWN = """
SELECT 'pg_publication'::regclass::oid::bigint, oid::bigint FROM pg_publication WHERE pubname = %s
UNION ALL SELECT 'pg_publication_rel'::regclass::oid::bigint, r.oid::bigint
FROM pg_publication_rel r JOIN pg_publication p ON p.oid = prpubid WHERE pubname = %s
"""
"""The publication and its tables, as pg_restore lists them: class and oid."""


def refuse_unfit(source: Reader) -> None:
    """Raise Refusal where the source does not log for this, or would itself refuse UPDATE and DELETE while it is published."""
    row = source.execute("SELECT current_setting('wal_level')").fetchone()
    if row != ("logical",):
        level = row[0] if row else ""
        raise Refusal(
            say(
                f"wal_level = {level} on the source: logical is needed, and a restart of its server",
                f"移行元は wal_level = {level} です。logical にして、サーバを再起動してください",
            )
        )
    source.execute("SELECT set_config('search_path', '', false)")
    names = [name for (name,) in source.execute(WITHOUT_IDENTITY).fetchall()]
    if names:
        listed = "\n".join(f"ALTER TABLE {name} REPLICA IDENTITY FULL;" for name in names)
        raise Refusal(
            say(
                f"{len(names)} tables have no replica identity: the source would refuse their UPDATE and DELETE while it is followed. "
                f"Give each a primary key, or:\n{listed}",
                f"{len(names)} 表にレプリカアイデンティティがなく、追従している間、移行元で UPDATE と DELETE が拒否されます。"
                f"主キーを付けるか、次を実行してください:\n{listed}",
            )
        )


def found_following(source: Reader, whole: Fingerprint, target: Reader) -> list[Loss]:
    """Every loss of a copy that follows. That somebody is connected is none, nor is the move's own slot."""
    return [loss for loss in found_finishing(source, whole, target) if loss.kind != "other-session"]


def found_finishing(source: Reader, whole: Fingerprint, target: Reader) -> list[Loss]:
    """Every loss that shows when the application is stopped, in order of kind and name."""
    losses = [loss for loss in found(source, whole, target) if not _ours(loss, source)]
    return sorted([*losses, *_by_following(source)], key=lambda loss: (loss.kind, loss.name))


def own(source: Reader) -> Loss:
    """The move's own publication, which is not carried: never told, and never a difference."""
    name = name_of(source.info.dbname)
    omits = tuple(source.execute(OWN, [name, name]).fetchall())
    return Loss(kind="replication-slot", name=name, leaves=(("publication", name, ""),), omits=omits)


def _ours(loss: Loss, source: Reader) -> bool:
    return loss.kind == "replication-slot" and loss.name == name_of(source.info.dbname)


def _by_following(source: Reader) -> Iterator[Loss]:
    for (name,) in source.execute(UNLOGGED).fetchall():
        yield Loss(kind="unlogged-table", name=name, leaves=(("rows", name, "*"),))
    for (name,) in source.execute(HASHED_ENUM).fetchall():
        yield Loss(kind="hash-by-enum", name=name)
