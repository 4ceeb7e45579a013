"""What a database will lose when it is dumped and restored, found by trying on the source what the restore will do: read only.

A restore runs with an empty search_path, fills tables in any order and then makes indexes, keys and views. So each expression that
calls a function or operator of the database's own is evaluated for every row with an empty search_path, each foreign key's rows are
looked up, and each materialized view's query is run. This reads the tables concerned once.
"""

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql

from operations.swap.connection import Reader
from operations.swap.contents import query_sum
from operations.swap.losses import Loss

__all__ = ["by_trying"]

FOREIGN_KEYS = """
SELECT k.oid, (pg_identify_object('pg_constraint'::regclass, k.oid, 0)).identity, conrelid::regclass::text, confrelid::regclass::text,
  ARRAY(SELECT format('%I', attname) FROM unnest(conkey) WITH ORDINALITY u(n, o) JOIN pg_attribute ON attrelid = conrelid AND attnum = n ORDER BY o),
  ARRAY(SELECT format('p.%I OPERATOR(%I.%s) c.', attname, nspname, oprname) FROM unnest(confkey, conpfeqop) WITH ORDINALITY u(n, p, o)
        JOIN pg_attribute ON attrelid = confrelid AND attnum = n JOIN pg_operator q ON q.oid = p
        JOIN pg_namespace s ON s.oid = oprnamespace ORDER BY o),
  confmatchtype = 'f', format('%I CONSTRAINT %I ON %I', nspname, conname, relname)
FROM pg_constraint k JOIN pg_class c ON c.oid = conrelid JOIN pg_namespace n ON n.oid = relnamespace
WHERE contype = 'f' AND convalidated AND conparentid = 0
"""

OWN = """
EXISTS (SELECT FROM pg_depend d WHERE d.classid = {class} AND d.objid = {oid}
  AND d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass) AND d.refobjid >= 16384
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.refclassid AND e.objid = d.refobjid AND e.deptype = 'e'))
"""

CHECKS = f"""
SELECT (pg_identify_object('pg_constraint'::regclass, k.oid, 0)).identity, conrelid, conrelid::regclass::text,
  format('NOT (%s)', pg_get_expr(conbin, conrelid)) FROM pg_constraint k
WHERE contype = 'c' AND convalidated AND conrelid <> 0 AND {OWN.format(**{"class": "'pg_constraint'::regclass", "oid": "k.oid"})}
UNION ALL
SELECT (pg_identify_object('pg_class'::regclass, adrelid, adnum)).identity, adrelid, adrelid::regclass::text,
  format('(%1$s) IS NULL AND (%1$s) IS NOT NULL', pg_get_expr(adbin, adrelid)) FROM pg_attrdef a
JOIN pg_attribute t ON t.attrelid = adrelid AND t.attnum = adnum AND t.attgenerated <> ''
WHERE {OWN.format(**{"class": "'pg_attrdef'::regclass", "oid": "a.oid"})}
"""  # noqa: S608 - constants only

INDEXES = f"""
SELECT (pg_identify_object('pg_class'::regclass, indexrelid, 0)).identity, indexrelid, indrelid::regclass::text,
  coalesce(pg_get_expr(indexprs, indrelid), '1'), coalesce(pg_get_expr(indpred, indrelid), 'true'), format('%I INDEX %I', nspname, relname)
FROM pg_index JOIN pg_class c ON c.oid = indexrelid JOIN pg_namespace n ON n.oid = relnamespace
WHERE indisvalid AND (indexprs IS NOT NULL OR indpred IS NOT NULL) AND NOT relispartition
AND {OWN.format(**{"class": "'pg_class'::regclass", "oid": "indexrelid"})}
"""  # noqa: S608 - constants only

VIEWS = """
SELECT c.oid, c.oid::regclass::text, rtrim(pg_get_viewdef(c.oid), ';'),
  ARRAY(SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped ORDER BY attname COLLATE "C"),
  ARRAY(SELECT format('%I', attname) FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum),
  (SELECT string_agg(DISTINCT refobjid::regclass::text, ', ') FROM pg_rewrite w JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass
   AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> c.oid
   WHERE w.ev_class = c.oid AND NOT has_table_privilege(relowner, refobjid, 'SELECT')
   AND NOT has_any_column_privilege(relowner, refobjid, 'SELECT'))
FROM pg_class c WHERE relkind = 'm' AND relispopulated
AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
"""

# By this transaction: a parallel worker's would not be counted.
READ = """
SELECT relid::bigint, seq_scan + coalesce(idx_scan, 0) FROM pg_stat_xact_all_tables
WHERE schemaname !~ '^pg_' AND schemaname <> 'information_schema'
"""

CONSTRAINT, RELATION, NO_CLASS = 2606, 1259, 0
"""Classes as pg_restore lists them."""


def by_trying(reader: Reader) -> Iterator[Loss]:
    """Every loss that shows when it is tried. `reader`: in a transaction with an empty search_path."""
    reader.execute("SET LOCAL max_parallel_workers_per_gather = 0")
    yield from _foreign_keys(reader)
    yield from _expressions(reader)
    yield from _indexes(reader)
    yield from _views(reader)


def _foreign_keys(reader: Reader) -> Iterator[Loss]:
    for oid, name, table, parent, columns, equal, full, comment in reader.execute(FOREIGN_KEYS).fetchall():
        given = [f"c.{column} IS NOT NULL" for column in columns]
        matched = " AND ".join(f"{start}{column}" for start, column in zip(equal, columns, strict=True))
        rows = (" OR " if full else " AND ").join(given)
        asked = f"SELECT count(*) FROM {table} c WHERE ({rows}) AND NOT EXISTS (SELECT FROM {parent} p WHERE {matched})"  # noqa: S608 - the catalogue's own quoted names
        broken = _one(reader, asked)
        if broken:
            leaves = (("constraint", name, ""), ("comment", f"table constraint {name}", ""))
            yield Loss(
                kind="broken-foreign-key", name=name, detail=str(broken), leaves=leaves,
                omits=((CONSTRAINT, oid),), omits_comment=comment,
            )  # fmt: skip


def _expressions(reader: Reader) -> Iterator[Loss]:
    for name, oid, table, refused in reader.execute(CHECKS).fetchall():
        before: dict[int, int] = dict(reader.execute(READ).fetchall())
        broken = _tried(reader, f"SELECT count(*) FROM {table} WHERE {refused}")  # noqa: S608 - as above
        after: dict[int, int] = dict(reader.execute(READ).fetchall())
        others = [one for one, scans in after.items() if scans > before.get(one, 0) and one not in _family(reader, oid)]
        if isinstance(broken, str):
            yield Loss(kind="search-path-expression", name=name, detail=broken)
        elif others:
            names = [_one(reader, f"SELECT {one}::regclass::text") for one in others]
            yield Loss(kind="check-reads-tables", name=name, detail=", ".join(map(str, names)))
        elif broken:
            yield Loss(kind="broken-check", name=name, detail=str(broken))


def _indexes(reader: Reader) -> Iterator[Loss]:
    for name, oid, table, expressions, condition, comment in reader.execute(INDEXES).fetchall():
        failed = _tried(reader, f"SELECT count(ROW({expressions})::text) FROM {table} WHERE {condition}")  # noqa: S608 - as above
        if isinstance(failed, str):
            leaves = (("index", name, ""), ("comment", f"index {name}", ""))
            yield Loss(
                kind="search-path-index", name=name, detail=failed, leaves=leaves, omits=((RELATION, oid),), omits_comment=comment
            )  # fmt: skip


def _views(reader: Reader) -> Iterator[Loss]:
    for oid, name, query, sorted_columns, columns, unreadable in reader.execute(VIEWS).fetchall():
        empty = (("relation", name, "populated"), ("rows", name, ""))
        omits = ((NO_CLASS, oid),)
        if unreadable:
            yield Loss(kind="unreadable-materialized-view", name=name, detail=unreadable, leaves=empty, omits=omits)
            continue
        fresh = sql.SQL(f"({query}) AS fresh({', '.join(columns)})")
        try:
            with reader.transaction():
                now = query_sum(reader, sorted_columns, fresh)
        except psycopg.Error as error:
            kind = "search-path-materialized-view"
            yield Loss(kind=kind, name=name, detail=_said(error), leaves=empty, omits=omits)
            continue
        if now != query_sum(reader, sorted_columns, sql.SQL(name)):
            yield Loss(kind="stale-materialized-view", name=name, leaves=(("rows", name, "*"),))


def _family(reader: Reader, oid: int) -> set[int]:
    """A table and its partitions and children."""
    asked = """WITH RECURSIVE below(oid) AS (SELECT %s::bigint UNION SELECT inhrelid::bigint FROM pg_inherits JOIN below ON inhparent = below.oid)
SELECT oid FROM below"""
    return {row[0] for row in reader.execute(asked, [oid]).fetchall()}


def _tried(reader: Reader, asked: str) -> Any:
    """The one value, or the server's words when it refuses."""
    try:
        with reader.transaction():
            return _one(reader, asked)
    except psycopg.Error as error:
        return _said(error)


def _one(reader: Reader, asked: str) -> Any:
    row = reader.execute(asked).fetchone()
    return row[0] if row else None


def _said(error: psycopg.Error) -> str:
    return str(error).strip().split("\n", 1)[0]
