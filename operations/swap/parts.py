"""The large tables of a database, whose rows are carried each by itself, so that those that arrived stay where a copy is broken off."""

from collections.abc import Iterable
from dataclasses import dataclass

from psycopg import sql

from operations.swap.connection import Reader

__all__ = ["LARGE", "Part", "parts", "tables_of"]

LARGE = 2**26
"""Bytes on disk from which a table is carried by itself. Each costs one more start of pg_dump and pg_restore."""

DIVIDED = 2**31
"""Bytes of all tables from which a database is divided: beginning anew costs a smaller one a minute or two, and what dividing costs would show in its copy."""

MOST = 1000
"""So many at most: of a large database only what is more than this part of it."""

# Of partitions by hash only all together are a table (contents.py). An extension's tables are filled as the extension wants it.
TABLES = """
SELECT coalesce(h.oid, l.oid)::regclass::text, nspname, relname, pg_table_size(l.oid)
FROM pg_class l JOIN pg_namespace n ON n.oid = relnamespace
LEFT JOIN LATERAL (
  SELECT c.oid FROM pg_partition_ancestors(l.oid) a JOIN pg_class c ON c.oid = a JOIN pg_partitioned_table ON partrelid = a
  WHERE partstrat = 'h' AND NOT EXISTS (
    SELECT FROM pg_partition_ancestors(c.oid) b JOIN pg_partitioned_table o ON o.partrelid = b WHERE o.partstrat = 'h' AND b <> c.oid)) h ON true
WHERE l.relkind = 'r' AND l.relpersistence <> 't' AND nspname !~ '^pg_' AND nspname <> 'information_schema'
AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = l.oid AND e.deptype = 'e')
ORDER BY 1, 2, 3
"""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One table by the name that `rows` has in a fingerprint; `tables`: those that hold its rows, in quotes; `octets`: on disk."""

    table: str
    tables: tuple[str, ...]
    octets: int


def tables_of(reader: Reader) -> dict[str, Part]:
    """Every table that can be carried by itself. `reader`: in a transaction with an empty search_path."""
    found: dict[str, Part] = {}
    for table, schema, name, octets in reader.execute(TABLES).fetchall():
        quoted = sql.Identifier(schema, name).as_string(reader)
        before = found.get(table)
        tables, size = (before.tables, before.octets) if before else ((), 0)
        found[table] = Part(table=table, tables=(*tables, quoted), octets=size + octets)
    return found


def parts(reader: Reader) -> list[Part]:
    """The large ones, the largest first; none in a small database. Until the transaction ends nobody changes their shape or empties them behind its back."""
    known = tables_of(reader).values()
    if sum(part.octets for part in known) < DIVIDED:
        return []
    least = max(LARGE, sum(part.octets for part in known) // MOST)
    large = sorted((part for part in known if part.octets >= least), key=lambda part: -part.octets)
    held(reader, large)
    return large


def held(reader: Reader, chosen: Iterable[Part]) -> None:
    """Lock them against whatever would change more than rows, as pg_dump does, which comes later to some of them."""
    for part in chosen:
        for table in part.tables:
            reader.execute(sql.SQL("LOCK TABLE ONLY {} IN ACCESS SHARE MODE").format(sql.SQL(table)))
